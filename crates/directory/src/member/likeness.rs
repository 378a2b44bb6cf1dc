//! How like a search the words of a name are: whole words, beginnings, parts, and words with a typing error or two; without regard to
//! case and accents.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// The least likeness of each word of a search to some word of the text.
const LEAST: f64 = 0.5;

/// The most words of a search that count, so that a text is looked at in bounded time.
const MOST: usize = 8;

/// The most characters of a word that count, on both sides: comparing takes as long as both have, times each other.
const LONGEST: usize = 32;

/// A search, taken apart once for many texts.
#[derive(Debug)]
pub(crate) struct Search {
    words: Vec<Word>,
}

#[derive(Debug)]
struct Word {
    text: String,
    /// How many characters.
    length: usize,
    trigrams: Vec<[char; 3]>,
}

impl Search {
    /// A search for these words, each once; the first eight of them count.
    pub(crate) fn of(text: &str) -> Self {
        let folded = folded(text);
        let mut found: Vec<Word> = Vec::new();
        for word in words(&folded) {
            if found.len() < MOST && !found.iter().any(|one| one.text == word) {
                found.push(Word::of(word));
            }
        }
        Self { words: found }
    }

    /// How like the search some text is, from 0.5 to 1; absent when a word of the search is like no word of the text.
    pub(crate) fn likeness(&self, text: &str) -> Option<f64> {
        let folded = folded(text);
        let mut sum = 0.0;
        let mut count = 0.0;
        for word in &self.words {
            let best = words(&folded).map(|other| word.likeness(other)).fold(0.0, f64::max);
            if best < LEAST {
                return None;
            }
            sum += best;
            count += 1.0;
        }
        (count > 0.0).then(|| sum / count)
    }
}

impl Word {
    fn of(text: &str) -> Self {
        Self { text: text.to_owned(), length: text.chars().count(), trigrams: trigrams(text) }
    }

    /// How like this word another is, from 0 to 1.
    fn likeness(&self, other: &str) -> f64 {
        let query = self.text.as_str();
        if query == other {
            return 1.0;
        }
        let length = other.chars().count();
        if other.starts_with(query) {
            return 0.1f64.mul_add(share(self.length, length), 0.85);
        }
        // two letters are in many words; two signs of a script that writes a word with one are not
        if query.len() > 2 && other.contains(query) {
            return 0.1f64.mul_add(share(self.length, length), 0.7);
        }
        // of words so unlike in length the rest makes less than the least of it
        if self.length < 3 || length * 2 < self.length || self.length * 2 < length {
            return 0.0;
        }
        let typed = strsim::normalized_damerau_levenshtein(query, other);
        // half the letters right is no typing error
        let typed = if typed > 0.6 { typed * 0.9 } else { 0.0 };
        typed.max(shared(&self.trigrams, &trigrams(other)) * 0.9)
    }
}

/// The words of a folded text, the parts of an address among them, cut to what counts.
fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(cut)
}

fn cut(word: &str) -> &str {
    let end = word.char_indices().nth(LONGEST).map(|(end, _)| end);
    end.and_then(|end| word.get(..end)).unwrap_or(word)
}

/// The text in lower case and without accents.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = text.to_lowercase();
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(&lower);
    let mut plain = String::with_capacity(apart.len());
    for letter in apart.chars() {
        match letter {
            // accents that were taken off their letters
            '\u{300}'..='\u{36f}' => {}
            // letters that Unicode takes for ones of their own
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'þ' => plain.push_str("th"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ı' => plain.push('i'),
            'ς' => plain.push('σ'),
            other => plain.push(other),
        }
    }
    plain
}

/// How much of a word of this many characters the search makes up.
fn share(query: usize, word: usize) -> f64 {
    (number(query) / number(word.max(1))).min(1.0)
}

/// The share of all trigrams of both that both have.
fn shared(one: &[[char; 3]], other: &[[char; 3]]) -> f64 {
    let both = one.iter().filter(|three| other.binary_search(three).is_ok()).count();
    number(both) / number((one.len() + other.len() - both).max(1))
}

/// The trigrams of a word, each once, in order; it counts with two spaces before it and one behind.
fn trigrams(word: &str) -> Vec<[char; 3]> {
    let letters: Vec<char> = "  ".chars().chain(word.chars()).chain(" ".chars()).collect();
    let mut all: Vec<[char; 3]> = letters.windows(3).filter_map(|three| three.try_into().ok()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(search: &str, text: &str) -> f64 {
        Search::of(search).likeness(text).unwrap_or(0.0)
    }

    #[test]
    fn the_nearer_the_liker() {
        let of = |search: &str| of(search, "Johanna Smith johanna.smith@acme.example");
        assert!((of("johanna") - 1.0).abs() < 1e-9 && (of("SMITH Johanna") - 1.0).abs() < 1e-9);
        assert!(of("johan") < of("johanna") && of("hanna") < of("johan"));
        for near in ["jonanna", "smtih", "smiht", "johana smth", "j", "acme", "johanna.smith@acme.example"] {
            assert!(of(near) > 0.0, "{near}");
        }
        for far in ["peter", "zz", "", "-", "johanna jones", "example.org"] {
            assert!(of(far) == 0.0, "{far}");
        }
    }

    #[test]
    fn case_and_accents_make_no_difference() {
        for (search, text) in [
            ("muller", "Zoë Müller"),
            ("MÜLLER", "zoe muller"),
            ("zoe", "Zoe\u{308} Muller"),
            ("strasse", "Straße"),
            ("STRASSE", "straße"),
            ("lukasz", "Łukasz"),
            ("soren", "Søren"),
            ("ΟΔΥΣΣΕΎΣ", "οδυσσευς"),
            ("иван", "ИВАН"),
            ("ｆｕｌｌ", "full"),
            ("istanbul", "İstanbul"),
        ] {
            assert!((of(search, text) - 1.0).abs() < 1e-9, "{search} in {text}");
        }
        assert!(of("太郎", "山田太郎") > 0.7, "a part of a name without spaces");
        assert!(of("mueler", "Müller") > 0.0, "a typing error besides");
    }

    #[test]
    fn of_a_long_word_the_first_characters_count() {
        for letter in ["a", "é", "太"] {
            let (long, cut) = (letter.repeat(200), letter.repeat(32));
            assert!((of(&long, &cut) - 1.0).abs() < 1e-9 && (of(&cut, &long) - 1.0).abs() < 1e-9);
            assert!((of(&format!("{cut}one {cut}two"), &format!("{cut}three")) - 1.0).abs() < 1e-9);
            assert!(of(&letter.repeat(31), &long) < 1.0);
        }
    }

    #[test]
    fn of_a_long_search_the_first_words_count() {
        let text = "a1 a2 a3 a4 a5 a6 a7 a8";
        assert!((of(&format!("{text} zebra"), text) - 1.0).abs() < 1e-9);
        assert!(of("a1 zebra", text) == 0.0);
        assert!((of(&"a1 ".repeat(60), text) - 1.0).abs() < 1e-9, "a word that is there again is read once");
        assert!(of(&format!("{}zebra", "a1 ".repeat(60)), text) == 0.0);
    }
}
