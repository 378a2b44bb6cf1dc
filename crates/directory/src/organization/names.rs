//! The words organizations go by: key, alias, and what a caller names one by.

use std::fmt;
use std::str::FromStr;

use polity_kernel::{Error, FieldKind, OrganizationId, Result};

use crate::organization::domain::DomainName;

/// Words no organization may be named by, since they are part of addresses: a route would hide it.
const RESERVED: [&str; 20] = [
    "accounts",
    "projects",
    "users",
    "verify",
    "all",
    "@current",
    "admin",
    "orgs",
    "domains",
    "suggest",
    "invites",
    "public",
    "profile",
    "keys",
    "alias",
    "apps",
    "by-app",
    "by-app-id",
    "by-app-data",
    "by-app-secret",
];

/// The name a founder chose for programs: letters, digits, `.`, `_` and `-`, at most 128; compared without case.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

/// The unique name in addresses: `[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?`. Reserved words are well-formed but always taken.
#[derive(Clone, PartialEq, Eq)]
pub struct Alias(String);

impl Key {
    /// The longest key, in characters.
    pub const MAX_LENGTH: usize = 128;

    /// As it was chosen.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of an organization whose founder chose none.
    pub(crate) fn of(id: OrganizationId) -> Self {
        Self(id.to_string())
    }

    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl Alias {
    /// The longest alias, in characters.
    pub const MAX_LENGTH: usize = 63;

    /// The alias.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes an alias out of any text: lower-case ASCII, everything else a hyphen. Absent when nothing is left.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut slug = String::with_capacity(text.len());
        for c in text.chars().flat_map(char::to_lowercase) {
            if c.is_ascii_alphanumeric() {
                slug.push(c);
            } else if !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.truncate(Self::MAX_LENGTH);
        let slug = slug.trim_matches('-');
        if slug.is_empty() { None } else { Some(Self(slug.to_owned())) }
    }

    /// The same alias with a number behind it, cut to fit.
    pub fn numbered(&self, number: u32) -> Self {
        let suffix = format!("-{number}");
        let stem: String = self.0.chars().take(Self::MAX_LENGTH - suffix.len()).collect();
        Self(format!("{}{suffix}", stem.trim_end_matches('-')))
    }

    /// Whether an address already means something else by this word.
    pub(crate) fn is_reserved(&self) -> bool {
        RESERVED.contains(&self.0.as_str())
    }

    /// One that was acceptable when it was written down.
    pub fn stored(text: String) -> Self {
        Self(text)
    }
}

/// Which name of an organization is another's already: the cause of a `Conflict`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameTaken {
    /// The id, which only an import chooses.
    Id,
    /// The key.
    Key,
    /// The alias.
    Alias,
    /// The name that is shown, where it is to be one organization's alone.
    Name,
    /// The domain, which another organization has proven.
    Domain,
}

impl fmt::Display for NameTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Id => "id",
            Self::Key => "key",
            Self::Alias => "alias",
            Self::Name => "name",
            Self::Domain => "domain",
        };
        write!(f, "this {what} is taken")
    }
}

impl std::error::Error for NameTaken {}

impl From<NameTaken> for Error {
    fn from(taken: NameTaken) -> Self {
        Self::new(polity_kernel::Code::Conflict, taken.to_string()).because(taken)
    }
}

impl FromStr for Key {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let well_formed = (1..=Self::MAX_LENGTH).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if !well_formed {
            return Err(Error::field(
                "key",
                FieldKind::Malformed.told("must be 1 to 128 letters, digits, dots, underscores and hyphens"),
            ));
        }
        if RESERVED.contains(&text.to_lowercase().as_str()) {
            return Err(Error::field("key", FieldKind::Reserved));
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Alias {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let well_formed = (1..=Self::MAX_LENGTH).contains(&text.len())
            && !text.starts_with('-')
            && !text.ends_with('-')
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !well_formed {
            return Err(Error::field(
                "alias",
                FieldKind::Malformed.told("must be 1 to 63 lower-case letters, digits and inner hyphens"),
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a caller names an organization by: its id, key or alias, compared without case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrganizationRef(String);

impl OrganizationRef {
    /// The word in lower case, as `organization_names` has it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrganizationRef {
    type Err = Error;

    /// What cannot be a name is the name of no organization: `NotFound`.
    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let possible = (1..=128).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if possible { Ok(Self(text.to_lowercase())) } else { Err(Error::not_found("organization")) }
    }
}

impl From<OrganizationId> for OrganizationRef {
    fn from(id: OrganizationId) -> Self {
        Self(id.to_string())
    }
}

/// The alias to try first when none was given: of the domain, else of the name, else of the key.
pub(crate) fn fallback_alias(domain: Option<&DomainName>, name: Option<&str>, key: &Key) -> Alias {
    domain
        .and_then(|domain| Alias::from_text(domain.label()))
        .or_else(|| name.and_then(Alias::from_text))
        .or_else(|| Alias::from_text(key.as_str()))
        .unwrap_or_else(|| Alias("organization".to_owned()))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Acme, Inc.", Some("acme-inc"))]
    #[case("  Ünïcode  ", Some("n-code"))]
    #[case("日本", None)]
    #[case("a--b", Some("a-b"))]
    fn an_alias_is_made_of_any_text(#[case] text: &str, #[case] alias: Option<&str>) {
        assert_eq!(Alias::from_text(text).as_ref().map(Alias::as_str), alias);
    }

    #[rstest]
    #[case("acme", true)]
    #[case("a", true)]
    #[case("-a", false)]
    #[case("a-", false)]
    #[case("A", false)]
    #[case("", false)]
    fn an_alias_is_a_host_label(#[case] text: &str, #[case] good: bool) {
        assert_eq!(text.parse::<Alias>().is_ok(), good);
    }

    #[test]
    fn a_numbered_alias_still_fits() {
        let alias = Alias::from_text(&"x".repeat(80)).unwrap();
        assert_eq!(alias.numbered(12).as_str().len(), Alias::MAX_LENGTH);
        assert!(alias.numbered(12).as_str().ends_with("-12"));
    }

    #[rstest]
    #[case("../etc", false)]
    #[case("a%00", false)]
    #[case("Acme.Corp_1", true)]
    fn what_cannot_be_a_name_names_nothing(#[case] text: &str, #[case] possible: bool) {
        assert_eq!(text.parse::<OrganizationRef>().is_ok(), possible);
    }
}
