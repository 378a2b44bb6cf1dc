//! What a file is written in: UTF-8 with one byte order mark or none; anything else is told in words.

use polity_kernel::{Code, Error, Result};

/// What tells that a file is UTF-8, as some programs write it at the beginning.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// How many bytes of a byte order mark stand at the beginning of a file: 3 or none.
///
/// # Errors
/// `Malformed` when the file is not UTF-8, by the look of its beginning.
pub(super) fn mark(head: &[u8]) -> Result<usize> {
    let zeros = head.iter().take(4).any(|byte| *byte == 0);
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) || zeros {
        return Err(Error::new(Code::Malformed, "is UTF-16, by its first bytes; save it as UTF-8"));
    }
    let Some(text) = head.strip_prefix(MARK) else { return Ok(0) };
    if text.starts_with(MARK) {
        let reason = "begins with two byte order marks; save it as UTF-8 with one or none";
        return Err(Error::new(Code::Malformed, reason));
    }
    Ok(MARK.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mark_is_passed_over_and_what_is_not_utf_8_is_told() {
        for (head, length) in [(&b""[..], 0), (b"email", 0), (b"\xef\xbb\xbf", 3), (b"\xef\xbb\xbfemail", 3)]
        {
            assert_eq!(mark(head).unwrap(), length, "{head:?}");
        }
        for (head, part) in [
            (&b"\xff\xfee\0"[..], "UTF-16"),
            (b"\xfe\xff\0e", "UTF-16"),
            (b"e\0m\0", "UTF-16"),
            (b"\0e\0m", "UTF-16"),
            (b"\xef\xbb\xbf\xef\xbb\xbfemail", "two byte order marks"),
        ] {
            assert!(mark(head).unwrap_err().message().contains(part), "{head:?}");
        }
    }
}
