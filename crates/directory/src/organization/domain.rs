//! E-mail domains: what may be claimed at all.

use std::fmt;
use std::str::FromStr;

use polity_kernel::{Error, FieldKind, Result};

/// A domain an organization may claim: lower-case ASCII (IDNA), at most 128 characters, no public suffix, no free mail.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DomainName(String);

/// Providers that give an address to anybody: their domains say nothing about where a person belongs.
const FREE_MAIL: [&str; 30] = [
    "163.com",
    "aol.com",
    "fastmail.com",
    "free.fr",
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "hotmail.fr",
    "icloud.com",
    "laposte.net",
    "live.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "orange.fr",
    "outlook.com",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "tutanota.com",
    "web.de",
    "yahoo.com",
    "yandex.ru",
    "zoho.com",
];

impl DomainName {
    /// The longest domain, in characters.
    pub const MAX_LENGTH: usize = 128;

    /// The domain.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The label that tells whose it is: `acme` of `mail.acme.co.uk`.
    pub(crate) fn label(&self) -> &str {
        let registered = psl::domain_str(&self.0).unwrap_or(&self.0);
        registered.split('.').next().unwrap_or(registered)
    }

    /// A domain that was judged when it was stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for DomainName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = |kind: FieldKind, why: &str| Err(Error::field("domain", kind.told(why)));
        let text = text.trim().trim_end_matches('.');
        if text.len() > 512 {
            return refuse(FieldKind::TooManyBytes(Self::MAX_LENGTH), "is too long");
        }
        let Ok(ascii) = idna::domain_to_ascii_strict(text) else {
            return refuse(FieldKind::Malformed, "is not a domain name");
        };
        if ascii.len() > Self::MAX_LENGTH {
            return refuse(FieldKind::TooManyBytes(Self::MAX_LENGTH), "is too long");
        }
        let last = ascii.rsplit('.').next().unwrap_or_default();
        if !ascii.contains('.') || last.bytes().all(|b| b.is_ascii_digit()) {
            return refuse(FieldKind::Malformed, "is not a full domain name");
        }
        if psl::domain_str(&ascii).is_none() {
            return refuse(FieldKind::NotAllowed, "is a public suffix, under which anybody can register");
        }
        if FREE_MAIL.contains(&ascii.as_str()) || psl::domain_str(&ascii).is_some_and(is_free_mail_family) {
            return refuse(FieldKind::NotAllowed, "belongs to a provider of free mail");
        }
        Ok(Self(ascii))
    }
}

/// Providers with a domain per country.
fn is_free_mail_family(registered: &str) -> bool {
    matches!(registered.split('.').next(), Some("yahoo" | "hotmail" | "outlook" | "yandex" | "gmx"))
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Acme.COM", Some("acme.com"))]
    #[case(" bücher.example ", Some("xn--bcher-kva.example"))]
    #[case("acme.com.", Some("acme.com"))]
    #[case("co.uk", None)]
    #[case("github.io", None)]
    #[case("localhost", None)]
    #[case("127.0.0.1", None)]
    #[case("gmail.com", None)]
    #[case("yahoo.co.jp", None)]
    #[case("a b.com", None)]
    #[case("a_b.com", None)]
    #[case("", None)]
    #[case("x'; DROP TABLE members; --.com", None)]
    fn a_claimable_domain(#[case] text: &str, #[case] domain: Option<&str>) {
        assert_eq!(text.parse::<DomainName>().ok().as_ref().map(DomainName::as_str), domain);
    }

    #[test]
    fn the_label_tells_whose_it_is() {
        assert_eq!("mail.acme.co.uk".parse::<DomainName>().unwrap().label(), "acme");
    }
}
