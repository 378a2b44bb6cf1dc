//! Which characters a person's text may hold: what is seen, and what shapes what is seen in its own script.

use icu_properties::props::{
    CanonicalCombiningClass, DefaultIgnorableCodePoint, Emoji, EmojiModifier, ExtendedPictographic,
    GeneralCategory, JoiningType,
};
use icu_properties::{CodePointMapData, CodePointSetData};

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
const TEXT_STYLE: char = '\u{fe0e}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const BLACK_FLAG: char = '\u{1f3f4}';
const END_OF_TAGS: char = '\u{e007f}';

/// The most letters of a subdivision in the tags behind a flag (UTS #51 §C.1.1; CLDR: a region of two and up to four more).
const LONGEST_SUBDIVISION: usize = 6;

/// The first character that a line of text cannot have.
pub(super) fn refused(line: &str) -> Option<char> {
    if line.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    line.char_indices().find(|(place, c)| is_hidden(*c) && !shapes(*c, line, *place)).map(|(_, c)| c)
}

/// Whether a character has no look of its own that everybody sees alike: controls, line separators, private use, unassigned, and
/// what is ignored where it is not understood, the controls of direction among it (UAX #44 §5.3).
pub(super) fn is_hidden(c: char) -> bool {
    use GeneralCategory as Category;
    matches!(
        CodePointMapData::<Category>::new().get(c),
        Category::Control
            | Category::PrivateUse
            | Category::Unassigned
            | Category::LineSeparator
            | Category::ParagraphSeparator
    ) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        // interlinear annotation, which is read only by what makes it
        || matches!(c, '\u{fff9}'..='\u{fffb}')
}

/// Whether a hidden character, where it stands, changes what is seen.
fn shapes(c: char, line: &str, place: usize) -> bool {
    let Some((before, rest)) = line.split_at_checked(place) else { return false };
    let after = rest.get(c.len_utf8()..).unwrap_or_default();
    match c {
        NON_JOINER => forms_conjunct(c, before, after) || stands_between_joining(before, after),
        JOINER => {
            forms_conjunct(c, before, after)
                || stands_between_joining(before, after)
                || joins_emoji(before, after)
        }
        TEXT_STYLE | EMOJI_STYLE => styles_emoji(before, after),
        '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}' | END_OF_TAGS => tags_flag(c, before, after),
        _ => false,
    }
}

/// Indic scripts: behind a virama, or the joiner before one (RFC 5892 §A.1, UAX #31 §2.3.1).
fn forms_conjunct(c: char, before: &str, after: &str) -> bool {
    let is_virama = |c: char| {
        CodePointMapData::<CanonicalCombiningClass>::new().get(c) == CanonicalCombiningClass::Virama
    };
    let behind = before.chars().next_back();
    behind.is_some_and(is_virama)
        || (c == JOINER
            && behind.is_some_and(char::is_alphabetic)
            && after.chars().next().is_some_and(is_virama))
}

/// Arabic and its like: between letters that join towards each other, marks not counted (RFC 5892 §A.1).
fn stands_between_joining(before: &str, after: &str) -> bool {
    let joining = |c: char| CodePointMapData::<JoiningType>::new().get(c);
    let is_letter = |c: &char| joining(*c) != JoiningType::Transparent;
    let left = before.chars().rev().find(is_letter).map(joining);
    let right = after.chars().find(is_letter).map(joining);
    matches!(left, Some(JoiningType::DualJoining | JoiningType::LeftJoining))
        && matches!(right, Some(JoiningType::DualJoining | JoiningType::RightJoining))
}

/// An emoji made of several (UTS #51 §2.3).
fn joins_emoji(before: &str, after: &str) -> bool {
    let is_picture = |c: char| CodePointSetData::new::<ExtendedPictographic>().contains(c);
    let is_variant = |c: &char| *c == EMOJI_STYLE || CodePointSetData::new::<EmojiModifier>().contains(*c);
    let left = before.chars().rev().find(|c| !is_variant(c));
    left.is_some_and(is_picture) && after.chars().next().is_some_and(is_picture)
}

/// A character that can be drawn as text and as a picture, or the base of a keycap (UTS #51 §1.4.3).
fn styles_emoji(before: &str, after: &str) -> bool {
    let styled = before.chars().next_back();
    let is_keycap = after.starts_with(KEYCAP);
    styled.is_some_and(|c| CodePointSetData::new::<Emoji>().contains(c) && (!c.is_ascii() || is_keycap))
}

/// The flag of a subdivision: a black flag and its letters as tags, closed (UTS #51 §C.1.1).
fn tags_flag(c: char, before: &str, after: &str) -> bool {
    let is_letter = |c: &char| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    let letters = before.chars().rev().take(LONGEST_SUBDIVISION + 1).take_while(is_letter).count();
    if before.chars().rev().nth(letters) != Some(BLACK_FLAG) {
        return false;
    }
    let goes_on = after.chars().next().is_some_and(|next| is_letter(&next) || next == END_OF_TAGS);
    if c == END_OF_TAGS { letters > 0 } else { letters < LONGEST_SUBDIVISION && goes_on }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shapes_a_word_or_a_picture_stays() {
        for text in [
            "Zoë Müller",
            "山田太郎",
            "Ünïcøde 🙂",
            "O’Brien – Söhne & Co. №7",
            "می\u{200c}خواهم",
            "علی\u{200d}رضا",
            "پ\u{64e}\u{200c}ک",
            "ශ්\u{200d}රී ලංකා",
            "क्\u{200d}ष",
            "श्रीमान्\u{200c}",
            "র\u{200d}\u{9cd}যাব",
            "അവന്\u{200d}",
            "👩\u{200d}👧",
            "🧑🏽\u{200d}🤝\u{200d}🧑🏻",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f}",
            "❤\u{fe0e}",
            "1\u{fe0f}\u{20e3}",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "🇩🇪",
        ] {
            assert_eq!(refused(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_hidden_is_refused() {
        for text in [
            "a\u{0}",
            "a\u{7f}",
            "a\u{85}b",
            "two\nlines",
            "a\tb",
            "a\u{2028}b",
            "a\u{2029}b",
            "Ada\u{200b}",
            "so\u{ad}ft",
            "a\u{2060}b",
            "\u{feff}Ada",
            "a\u{34f}b",
            "a\u{180e}b",
            "\u{3164}",
            "\u{ffa0}",
            "\u{115f}",
            "a\u{202e}b",
            "a\u{202a}b",
            "a\u{2066}b",
            "a\u{2069}b",
            "a\u{200e}b",
            "a\u{200f}b",
            "a\u{61c}b",
            "\u{e000}",
            "\u{f8ff}",
            "\u{10fffd}",
            "\u{378}",
            "\u{ffff}",
            "\u{e0fff}",
            "a\u{fff9}b",
        ] {
            assert!(refused(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn what_shapes_nothing_where_it_stands_is_refused() {
        for text in [
            "Ada\u{200d}",
            "A\u{200c}da",
            "\u{200d}Ada",
            "می\u{200c}",
            "می\u{200c} ",
            "می\u{200c}\u{200c}خواهم",
            "क\u{200d}",
            "क्\u{200d}\u{200d}ष",
            "👩\u{200d}",
            "👩\u{200d}a",
            "a\u{fe0f}",
            "1\u{fe0f}",
            "❤\u{fe0f}\u{fe0f}",
            "a\u{e0067}\u{e007f}",
            "🏴\u{e0067}\u{e0062}",
            "🏴\u{e007f}",
            "🏴\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e007f}",
            "🏴\u{e0067}\u{e0062}\u{e007f}\u{e0061}\u{e007f}",
            "葛\u{e0100}",
        ] {
            assert!(refused(text).is_some(), "{text:?}");
        }
    }
}
