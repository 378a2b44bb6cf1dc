//! Rust source with its comments, or its comments and strings, blanked out; lines and columns stay where they are.

/// What a character belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    Comment,
    Text,
}

/// Where the scanner is.
#[derive(Clone, Copy)]
enum State {
    Code,
    LineComment,
    BlockComment(usize),
    Text,
    RawText(usize),
}

/// The source without comments.
pub(in crate::tidy) fn without_comments(source: &str) -> String {
    blanked(source, |part| part == Part::Comment)
}

/// The source without comments and without what its strings and character literals hold.
pub(in crate::tidy) fn code_only(source: &str) -> String {
    blanked(source, |part| part != Part::Code)
}

fn blanked(source: &str, hide: impl Fn(Part) -> bool) -> String {
    let visible = |(character, part)| if hide(part) && character != '\n' { ' ' } else { character };
    source.chars().zip(parts(source)).map(visible).collect()
}

/// The part every character belongs to. Quotes count as code, so that an empty string stays one.
fn parts(source: &str) -> Vec<Part> {
    let chars: Vec<char> = source.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let mut parts = Vec::with_capacity(chars.len());
    let mut state = State::Code;
    while parts.len() < chars.len() {
        let here = parts.len();
        let (part, length, next) = match state {
            State::Code => from_code(&chars, here),
            State::LineComment if at(here) == '\n' => (Part::Code, 1, State::Code),
            State::LineComment => (Part::Comment, 1, state),
            State::BlockComment(depth) => match (at(here), at(here + 1)) {
                ('/', '*') => (Part::Comment, 2, State::BlockComment(depth + 1)),
                ('*', '/') if depth == 1 => (Part::Comment, 2, State::Code),
                ('*', '/') => (Part::Comment, 2, State::BlockComment(depth - 1)),
                _ => (Part::Comment, 1, state),
            },
            State::Text => match at(here) {
                '\\' => (Part::Text, 2, state),
                '"' => (Part::Code, 1, State::Code),
                _ => (Part::Text, 1, state),
            },
            State::RawText(hashes) if at(here) == '"' && (1..=hashes).all(|step| at(here + step) == '#') => {
                (Part::Code, 1 + hashes, State::Code)
            }
            State::RawText(_) => (Part::Text, 1, state),
        };
        let end = (here + length).min(chars.len());
        parts.resize(end, part);
        state = next;
    }
    parts
}

/// One step outside comments and strings.
fn from_code(chars: &[char], here: usize) -> (Part, usize, State) {
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    match (at(here), at(here + 1)) {
        ('/', '/') => (Part::Comment, 2, State::LineComment),
        ('/', '*') => (Part::Comment, 2, State::BlockComment(1)),
        ('"', _) => (Part::Code, 1, raw_hashes(chars, here).map_or(State::Text, State::RawText)),
        // a character literal; what else begins with a quote is a lifetime
        ('\'', '\\') => {
            let end = (here + 3..).find(|index| matches!(at(*index), '\'' | '\0')).unwrap_or(here);
            (Part::Text, end + 1 - here, State::Code)
        }
        ('\'', _) if at(here + 2) == '\'' => (Part::Text, 3, State::Code),
        _ => (Part::Code, 1, State::Code),
    }
}

/// How many `#` a raw string has whose opening quote is here; `None` for a string that is not raw.
fn raw_hashes(chars: &[char], quote: usize) -> Option<usize> {
    let before = chars.get(..quote)?;
    let hashes = before.iter().rev().take_while(|c| **c == '#').count();
    let mut rest = before.iter().rev().skip(hashes);
    let is_raw = rest.next() == Some(&'r');
    let mut previous = rest.next().copied().unwrap_or(' ');
    if matches!(previous, 'b' | 'c') {
        previous = rest.next().copied().unwrap_or(' ');
    }
    (is_raw && !is_word(previous)).then_some(hashes)
}

/// Whether the character can stand in an identifier.
pub(in crate::tidy) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Whether the line has this identifier, not merely its letters inside another.
pub(in crate::tidy) fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, found)| {
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        let after = line.get(start + found.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_lines_stay() {
        let source = "a // b\n/* c /* d */ e */ f\n\"// not\" // g\n";
        assert_eq!(without_comments(source), "a     \n                  f\n\"// not\"     \n");
    }

    #[test]
    fn strings_of_every_kind_go() {
        assert_eq!(code_only(r#"f("x \" y", b"z") + g"#), r#"f("      ", b" ") + g"#);
        assert_eq!(code_only("r#\"a \" b\"# c"), "r#\"     \"# c");
        assert_eq!(code_only("br##\"a\"# \"## c"), "br##\"    \"## c");
        assert_eq!(code_only("bar\"x\" y"), "bar\" \" y");
        assert_eq!(code_only("\"a\nb\" c"), "\" \n \" c");
    }

    #[test]
    fn a_lifetime_is_no_character() {
        assert_eq!(code_only("fn f<'a>(x: &'a str) { '\"' }"), "fn f<'a>(x: &'a str) {     }");
        assert_eq!(code_only(r"['\'', '\\', '\u{1F}', 'x'] y"), "[    ,     ,         ,    ] y");
    }

    #[test]
    fn an_unfinished_source_ends() {
        for source in ["\"abc", "/* x", "'\\", "r#\"x\"", "x\\", "\"\\"] {
            assert_eq!(code_only(source).chars().count(), source.chars().count());
        }
    }

    #[test]
    fn a_word_stands_alone() {
        assert!(has_word("use diesel::x", "diesel"));
        assert!(!has_word("use diesel_migrations", "diesel"));
        assert!(!has_word("undiesel", "diesel"));
        assert!(has_word("undiesel diesel", "diesel"));
    }
}
