//! E-mail addresses in the one form they are compared in.

use std::fmt;
use std::str::FromStr;

use polity_kernel::{Error, Result};
use serde::Serialize;

/// An e-mail address, trimmed and in lower case, its domain in ASCII (IDNA): equal addresses are equal texts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
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

    /// What follows the `@`: lower-case ASCII.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// An address that was checked when it was stored.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for EmailAddress {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |why: &str| Err(Error::field("email", why));
        let text = text.trim();
        if text.len() > Self::MAX_LENGTH {
            return refuse("is longer than 254 bytes");
        }
        let Some((local, domain)) = text.split_once('@') else {
            return refuse("must be an address like name@example.com");
        };
        let local = local.to_lowercase();
        if local.is_empty() || local.len() > Self::MAX_LOCAL {
            return refuse("must have 1 to 64 bytes before the @");
        }
        if local.chars().any(|c| c.is_whitespace() || c.is_control() || "()<>[]:;,\\\"@".contains(c)) {
            return refuse("holds a character that an address cannot have");
        }
        if local.split('.').any(str::is_empty) {
            return refuse("has a misplaced dot");
        }
        let Some(domain) = host(domain) else {
            return refuse("must have a host name behind the @");
        };
        let address = format!("{local}@{domain}");
        if address.len() > Self::MAX_LENGTH { refuse("is longer than 254 bytes") } else { Ok(Self(address)) }
    }
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
    #[case("", None)]
    #[case("ada", None)]
    #[case("@example.com", None)]
    #[case("ada@", None)]
    #[case("ada@a@b.com", None)]
    #[case("ada lovelace@example.com", None)]
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
