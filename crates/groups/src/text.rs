//! What free text may hold.

use validator::ValidationError;

/// One line for people: no control characters, which forge log lines and mail headers.
pub(crate) fn printable(text: &str) -> Result<(), ValidationError> {
    if text.chars().any(char::is_control) { Err(control_character()) } else { Ok(()) }
}

/// Text of several lines: control characters only to break and indent them.
pub(crate) fn multiline(text: &str) -> Result<(), ValidationError> {
    let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(bad) { Err(control_character()) } else { Ok(()) }
}

/// The text without space around it; nothing when nothing else is there.
pub(crate) fn trimmed(text: Option<String>) -> Option<String> {
    let text = text?;
    let kept = text.trim();
    if kept.is_empty() { None } else { Some(kept.to_owned()) }
}

fn control_character() -> ValidationError {
    ValidationError::new("control_character").with_message("holds a control character".into())
}
