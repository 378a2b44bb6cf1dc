//! One spelling of a text: the form it is stored in, and the form names are compared in.

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

const COMPOSED: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();

/// The form a person's text is stored in: composed (UAX #15, NFC), without space around it.
pub fn canonical(text: &str) -> String {
    COMPOSED.normalize(text.trim()).into_owned()
}

/// Whether a character that is not ASCII is spelled by one that is: U+212A KELVIN SIGN by `K`.
pub fn is_disguised_ascii(c: char) -> bool {
    !c.is_ascii() && COMPOSED.normalize(c.encode_utf8(&mut [0; 4])).is_ascii()
}

/// The form in which names are compared that must differ: compatibility caseless (Unicode §3.13, D146), without what is not
/// seen, with runs of space as one.
pub fn compared(text: &str) -> String {
    if text.is_ascii() {
        return one_spaced(&text.to_ascii_lowercase());
    }
    let (apart, compatible) =
        (DecomposingNormalizerBorrowed::new_nfd(), DecomposingNormalizerBorrowed::new_nfkd());
    let case = CaseMapper::new();
    let folded = compatible.normalize(&case.fold_string(&apart.normalize(text))).into_owned();
    let folded = case.fold_string(&folded).into_owned();
    let unseen = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let seen: String = compatible.normalize(&folded).chars().filter(|c| !unseen.contains(*c)).collect();
    one_spaced(&COMPOSED.normalize(&seen))
}

fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_spelling() {
        assert_eq!(canonical("  Zoe\u{308} "), "Zo\u{eb}");
        assert_eq!(canonical("\u{212b}ngstro\u{308}m"), "\u{c5}ngstr\u{f6}m");
        assert_eq!(canonical("\u{1112}\u{1161}\u{11ab}"), "한");
        assert_eq!(canonical("ｆｕｌｌ ½"), "ｆｕｌｌ ½", "compatibility is not taken from anybody's name");
    }

    #[test]
    fn names_are_compared_by_what_is_read() {
        for (one, other) in [
            ("Acme Corp", " ACME  corp"),
            ("Acme\u{a0}Corp", "acme\u{3000}corp"),
            ("Straße", "STRASSE"),
            ("ΟΔΥΣΣΕΎΣ", "οδυσσεύς"),
            ("Zoë", "zoe\u{308}"),
            ("ＡＣＭＥ", "acme"),
            ("ﬁnance", "Finance"),
            ("\u{212a}elvin", "kelvin"),
            ("می\u{200c}خواهم", "میخواهم"),
            ("so\u{ad}ft", "soft"),
            ("Ⅷ", "viii"),
            ("ǅ", "dž"),
        ] {
            assert_eq!(compared(one), compared(other), "{one:?} and {other:?}");
        }
        assert_ne!(compared("Zoë"), compared("Zoe"));
        assert_ne!(compared("Ada B"), compared("AdaB"));
    }

    #[test]
    fn what_is_compared_is_compared_the_same_again() {
        for text in ["Straße  X", "\u{1e9e}\u{345}", "ﬃ \u{390}", "Ⓐ①㌔", "İstanbul"] {
            assert_eq!(compared(&compared(text)), compared(text), "{text:?}");
        }
    }
}
