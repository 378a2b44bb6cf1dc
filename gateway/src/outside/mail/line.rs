//! One line of plain text: what people call themselves and their organizations, made safe for headers and sentences.

use std::fmt;

use polity_accounts::Account;

/// The longest line, in characters.
const LONGEST: usize = 200;

/// Text without line breaks, control characters and marks that turn the direction of writing; cut after 200 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line(String);

impl Line {
    /// The text as one line. Whatever is not allowed in it counts as a blank, and blanks in a row count as one.
    pub fn new(text: &str) -> Self {
        let plain: String = text.chars().map(|c| if is_plain(c) { c } else { ' ' }).collect();
        let words: Vec<&str> = plain.split_whitespace().collect();
        Self(words.join(" ").chars().take(LONGEST).collect())
    }

    /// The text as one line, unless nothing of it is left.
    pub fn some(text: &str) -> Option<Self> {
        Some(Self::new(text)).filter(|line| !line.0.is_empty())
    }

    /// What a person goes by: their name, or else their address.
    pub fn of_person(account: &Account) -> Self {
        let name = account.profile.name.as_deref().and_then(Self::some);
        name.unwrap_or_else(|| Self::new(account.email_text()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Neither a control character nor one of Unicode's line separators and directional marks (UAX #9 §2).
fn is_plain(c: char) -> bool {
    let turns =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns && !matches!(c, '\u{2028}' | '\u{2029}')
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_of_what_it_says() {
        assert_eq!(
            Line::new("  Ada\r\nBcc: all@example.com\u{0}\u{2028}x ").as_str(),
            "Ada Bcc: all@example.com x"
        );
        assert_eq!(Line::new("safe\u{202e}gnp.exe").as_str(), "safe gnp.exe");
        assert_eq!(Line::new("Zoë Łukasz 李").as_str(), "Zoë Łukasz 李");
        assert_eq!(Line::new(&"x".repeat(999)).as_str().len(), LONGEST);
        assert_eq!(Line::some("\r\n \t"), None);
    }
}
