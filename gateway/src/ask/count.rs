//! How many values a text of JSON has, counted before any of it stands in memory.

use polity_kernel::{Code, Error, Result};

/// The most values of a body, those of an object counted without their keys. Small ones make a tree of 60 times the text.
pub(crate) const VALUES: usize = 50_000;

/// How deep the reader goes.
const DEPTH: usize = 128;

/// Refuses JSON of more than [`VALUES`] values. What is no JSON at all is found out by whoever reads it.
///
/// # Errors
/// `TooLarge` with the bound in words.
pub(super) fn require_few(text: &[u8]) -> Result<()> {
    // a value takes a byte, and a comma from the next
    if text.len() / 2 < VALUES || count(text) <= VALUES {
        return Ok(());
    }
    Err(Error::new(Code::TooLarge, format!("the body has more than {VALUES} values")))
}

/// One for the whole, and one for each comma and each list or object that is not empty, up to where it is too deep to be read on.
fn count(text: &[u8]) -> usize {
    let (mut values, mut in_text, mut escaped, mut opened) = (1, false, false, false);
    let mut depth = 0_usize;
    for byte in text {
        if in_text {
            in_text = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
            continue;
        }
        if byte.is_ascii_whitespace() {
            continue;
        }
        if opened && !matches!(byte, b']' | b'}') {
            values += 1;
        }
        opened = matches!(byte, b'[' | b'{');
        depth =
            if opened { depth + 1 } else { depth.saturating_sub(usize::from(matches!(byte, b']' | b'}'))) };
        if depth > DEPTH {
            break;
        }
        in_text = *byte == b'"';
        values += usize::from(*byte == b',');
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_counts_once() {
        for (text, values) in [
            ("7", 1),
            ("[ ]", 1),
            ("[1, 2]", 3),
            (r#"{"a": 1, "b": {}}"#, 3),
            (r#"[[], [[]], {"a": [1]}]"#, 7),
            (r#"["a, [b", "\", ["]"#, 3),
            (r#"["\\", 1]"#, 3),
        ] {
            assert_eq!(count(text.as_bytes()), values, "{text}");
        }
    }

    #[test]
    fn a_body_may_have_so_many_and_no_more() {
        let list = |items: usize| format!("[{}]", vec!["0"; items].join(","));
        assert!(require_few(list(VALUES - 1).as_bytes()).is_ok());
        assert_eq!(require_few(list(VALUES).as_bytes()).unwrap_err().code(), Code::TooLarge);
        let text = format!("\"{}\"", ",".repeat(2 * VALUES + 2));
        assert!(require_few(text.as_bytes()).is_ok(), "a text is one value");
        assert!(
            require_few("[".repeat(2 * VALUES + 2).as_bytes()).is_ok(),
            "which the reader refuses in other words"
        );
    }
}
