//! E-mail addresses in the one form they are compared in.

use std::fmt;
use std::str::FromStr;

use polity_kernel::text::{canonical, is_disguised_ascii, is_hidden};
use polity_kernel::{Error, FieldKind, Problem, Result};
use serde::{Deserialize, Serialize};

/// An e-mail address in one spelling: before the `@` composed (NFC), of the letters only ASCII's in lower case; behind it in ASCII
/// (IDNA). Equal addresses are equal texts. RFC 6532 §3.1; docs/decisions/0029-one-person-one-spelling.md.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The longest local part, in bytes (RFC 5321 §4.5.3.1.1).
    pub const MAX_LOCAL: usize = 64;

    /// The longest address, in bytes (RFC 3696, erratum 1690).
    pub const MAX_LENGTH: usize = 254;

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    /// What follows the `@`: lower-case ASCII.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// An address that was checked when it was stored.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl FromStr for EmailAddress {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |problem: Problem| Err(Error::field("email", problem));
        let malformed = |why: &str| refuse(FieldKind::Malformed.told(why));
        let text = text.trim();
        if text.len() > Self::MAX_LENGTH {
            return refuse(FieldKind::TooManyBytes(Self::MAX_LENGTH).into());
        }
        let Some((local, domain)) = text.split_once('@') else {
            return malformed("must be an address like name@example.com");
        };
        let hidden = text.chars().find(|c| is_hidden(*c) && !is_idna_joiner(*c));
        if let Some(c) = hidden.or_else(|| local.chars().find(|c| is_idna_joiner(*c))) {
            let why = "holds a character that is not seen or not seen by everybody alike";
            return refuse(FieldKind::HiddenCharacter(c).told(why));
        }
        if local.chars().any(is_disguised_ascii) {
            return malformed("holds a character that only looks like one of ASCII");
        }
        if local.chars().any(char::is_whitespace) {
            return malformed("holds a character that an address cannot have");
        }
        // any other letter may be another person's: no mail server need take it for the same
        let local = canonical(local).to_ascii_lowercase();
        if local.is_empty() || local.len() > Self::MAX_LOCAL {
            return malformed("must have 1 to 64 bytes before the @");
        }
        if local.chars().any(|c| "()<>[]:;,\\\"@".contains(c)) {
            return malformed("holds a character that an address cannot have");
        }
        if local.split('.').any(str::is_empty) {
            return malformed("has a misplaced dot");
        }
        let Some(domain) = host(domain) else {
            return malformed("must have a host name behind the @");
        };
        let address = format!("{local}@{domain}");
        if address.len() > Self::MAX_LENGTH {
            refuse(FieldKind::TooManyBytes(Self::MAX_LENGTH).into())
        } else {
            Ok(Self(address))
        }
    }
}

/// A joiner, which a host name may have where IDNA finds that it shapes a word (RFC 5892 §A.1, §A.2).
const fn is_idna_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// The host in ASCII; an IP address is none.
fn host(domain: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_strict(domain).ok()?;
    let last = ascii.rsplit('.').next()?;
    if last.is_empty() || last.bytes().all(|b| b.is_ascii_digit()) { None } else { Some(ascii) }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(" Ada@Example.COM ", Some("ada@example.com"))]
    #[case("ada+tag@bücher.example", Some("ada+tag@xn--bcher-kva.example"))]
    #[case("ada@localhost", Some("ada@localhost"))]
    #[case("o'brien@example.com", Some("o'brien@example.com"))]
    #[case("Jörg@example.com", Some("jörg@example.com"))]
    #[case("Jo\u{308}rg@example.com", Some("jörg@example.com"))]
    #[case("JÖRG@example.com", Some("jÖrg@example.com"))]
    #[case("\u{131}da@example.com", Some("\u{131}da@example.com"))]
    #[case("\u{130}da@example.com", Some("\u{130}da@example.com"))]
    #[case("ada@\u{212a}elvin.example", Some("ada@kelvin.example"))]
    #[case("ada@نامه\u{200c}ای.example", Some("ada@xn--mgba3gch31f060k.example"))]
    #[case("\u{212a}elvin@example.com", None)]
    #[case("a\u{1fef}@example.com", None)]
    #[case("ada\u{200b}@example.com", None)]
    #[case("a\u{ad}da@example.com", None)]
    #[case("ada\u{202e}@example.com", None)]
    #[case("علی\u{200c}رضا@example.com", None)]
    #[case("ada\u{e000}@example.com", None)]
    #[case("ada\u{378}@example.com", None)]
    #[case("ada@exam\u{ad}ple.com", None)]
    #[case("ada@exam\u{200b}ple.com", None)]
    #[case("", None)]
    #[case("ada", None)]
    #[case("@example.com", None)]
    #[case("ada@", None)]
    #[case("ada@a@b.com", None)]
    #[case("ada lovelace@example.com", None)]
    #[case("ada @example.com", None)]
    #[case("ada\u{3000}@example.com", None)]
    #[case("ada\u{0}@example.com", None)]
    #[case("ada@exa mple.com", None)]
    #[case("ada@example..com", None)]
    #[case("ada@.com", None)]
    #[case("ada@127.0.0.1", None)]
    #[case("ada@[127.0.0.1]", None)]
    #[case(".ada@example.com", None)]
    #[case("a..b@example.com", None)]
    #[case("<ada@example.com>", None)]
    #[case("ada@exa_mple.com", None)]
    fn an_address_has_one_form(#[case] text: &str, #[case] address: Option<&str>) {
        assert_eq!(text.parse::<EmailAddress>().ok().as_ref().map(EmailAddress::as_str), address, "{text:?}");
    }

    #[test]
    fn lengths_are_bounded() {
        assert!(format!("{}@b.com", "a".repeat(64)).parse::<EmailAddress>().is_ok());
        assert!(format!("{}@b.com", "a".repeat(65)).parse::<EmailAddress>().is_err());
        let host = format!("{}.com", vec!["b".repeat(60); 4].join("."));
        assert!(format!("a@{host}").parse::<EmailAddress>().is_ok());
        assert!(format!("{}@{host}", "a".repeat(20)).parse::<EmailAddress>().is_err());
    }

    #[test]
    fn the_domain_is_what_follows_the_at() {
        assert_eq!("Ada@Mail.Example.com".parse::<EmailAddress>().unwrap().domain(), "mail.example.com");
    }

    #[test]
    fn the_error_names_the_field() {
        let error = "ada".parse::<EmailAddress>().unwrap_err();
        assert_eq!(error.fields()[0].field, "email");
    }
}
