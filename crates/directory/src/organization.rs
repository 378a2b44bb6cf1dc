//! Organizations, the names they go by, and what makes one acceptable.

use std::fmt;
use std::str::FromStr;

use polity_kernel::{AccountId, Code, Error, OrganizationId, Result, Timestamp, words};
use serde::Serialize;
use validator::Validate;

use crate::domain::DomainName;
use polity_kernel::text::{multiline, printable, trimmed, web_address};

words! {
    /// Whether an organization works.
    pub enum Status {
        /// It works.
        Active = "active",
        /// Suspended: members go on reading, nothing can be changed (contract directory, decision 4).
        Inactive = "inactive",
    }
}

/// One organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Organization {
    /// Its id, which never changes.
    pub id: OrganizationId,
    /// The name its founder chose for programs, which never changes; the id when none was chosen.
    pub key: Key,
    /// The unique name in addresses.
    pub alias: Alias,
    /// The name people read.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// Where its picture is.
    pub logo_url: Option<String>,
    /// What the sales system calls it.
    pub external_sales_force_id: Option<String>,
    /// Its primary e-mail domain.
    pub domain: Option<PrimaryDomain>,
    /// The owner who has been one longest; an organization of programs may have none.
    pub owner: Option<AccountId>,
    /// Whether it works.
    pub status: Status,
    /// When it was founded.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
}

/// The e-mail domain an organization shows first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PrimaryDomain {
    /// The domain.
    pub name: DomainName,
    /// Whether it lets people in.
    pub verified: bool,
}

/// Words no organization may be named by, since they are part of addresses (contract v1, decision 7).
const RESERVED: [&str; 12] = [
    "accounts", "projects", "users", "verify", "all", "@current", "admin", "orgs", "domains", "suggest",
    "invites", "public",
];

/// The name a founder chose for programs: letters, digits, `.`, `_` and `-`, at most 128; compared without case.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Key(String);

/// The unique name in addresses: `[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?`. Reserved words are well-formed but always taken.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Alias(String);

impl Key {
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
    pub(crate) fn from_text(text: &str) -> Option<Self> {
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
    pub(crate) fn numbered(&self, number: u32) -> Self {
        let suffix = format!("-{number}");
        let stem: String = self.0.chars().take(Self::MAX_LENGTH - suffix.len()).collect();
        Self(format!("{}{suffix}", stem.trim_end_matches('-')))
    }

    /// Whether an address already means something else by this word.
    pub(crate) fn is_reserved(&self) -> bool {
        RESERVED.contains(&self.0.as_str())
    }

    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for Key {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let well_formed = (1..=128).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if !well_formed {
            return Err(Error::field(
                "key",
                "must be 1 to 128 letters, digits, dots, underscores and hyphens",
            ));
        }
        if RESERVED.contains(&text.to_lowercase().as_str()) {
            return Err(Error::field("key", "is a reserved word"));
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
                "must be 1 to 63 lower-case letters, digits and inner hyphens",
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

/// What a founder says about a new organization; [`NewOrganization::try_from`] says whether it will do.
///
/// At least one of key, name and domain must be given.
#[derive(Clone, Debug, Default)]
pub struct OrganizationFields {
    /// The name for programs; the id when absent.
    pub key: Option<String>,
    /// The name in addresses; made from domain, name or key when absent.
    pub alias: Option<String>,
    /// The name people read, 1 to 200 characters; the domain or the key when absent.
    pub name: Option<String>,
    /// What it is about; at most 2000 characters.
    pub description: Option<String>,
    /// The primary e-mail domain to claim.
    pub domain: Option<String>,
    /// A platform administrator's word that the domain is theirs (contract directory, decision 6).
    pub domain_verified: Option<bool>,
    /// Where its picture is: an http or https URL of at most 2000 characters.
    pub logo_url: Option<String>,
    /// What the sales system calls it; 1 to 200 characters.
    pub external_sales_force_id: Option<String>,
    /// Whether it works from the start; active when absent.
    pub status: Option<Status>,
    /// Who owns it; the founder when absent. Only a platform administrator or a program names somebody else.
    pub owner: Option<AccountId>,
}

/// An organization to found, every field of it acceptable.
#[derive(Clone, Debug, Validate)]
#[validate(schema(function = "named"))]
pub struct NewOrganization {
    pub(crate) key: Option<Key>,
    pub(crate) alias: Option<Alias>,
    #[validate(length(max = 200, message = "is longer than 200 characters"), custom(function = "printable"))]
    pub(crate) name: Option<String>,
    #[validate(
        length(max = 2000, message = "is longer than 2000 characters"),
        custom(function = "multiline")
    )]
    pub(crate) description: Option<String>,
    pub(crate) domain: Option<DomainName>,
    pub(crate) domain_verified: Option<bool>,
    #[validate(
        length(max = 2000, message = "is longer than 2000 characters"),
        custom(function = "web_address")
    )]
    pub(crate) logo_url: Option<String>,
    #[validate(length(max = 200, message = "is longer than 200 characters"), custom(function = "printable"))]
    pub(crate) external_sales_force_id: Option<String>,
    pub(crate) status: Option<Status>,
    pub(crate) owner: Option<AccountId>,
}

/// A change of an organization. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct OrganizationPatch {
    /// The name in addresses.
    pub alias: Option<String>,
    /// The name people read; cleared, it falls back to the domain or the key.
    pub name: Option<Option<String>>,
    /// What it is about.
    pub description: Option<Option<String>>,
    /// The primary e-mail domain; another one has to be verified again.
    pub domain: Option<Option<String>>,
    /// A platform administrator's word on the primary domain (contract directory, decision 6).
    pub domain_verified: Option<bool>,
    /// Where its picture is.
    pub logo_url: Option<Option<String>>,
    /// What the sales system calls it.
    pub external_sales_force_id: Option<Option<String>>,
    /// Suspends it or sets it to work again.
    pub status: Option<Status>,
}

impl TryFrom<OrganizationFields> for NewOrganization {
    type Error = Error;

    fn try_from(fields: OrganizationFields) -> Result<Self> {
        let new = Self {
            key: trimmed(fields.key).map(|key| key.parse()).transpose()?,
            alias: trimmed(fields.alias).map(|alias| alias.parse()).transpose()?,
            name: trimmed(fields.name),
            description: trimmed(fields.description),
            domain: trimmed(fields.domain).map(|domain| domain.parse()).transpose()?,
            domain_verified: fields.domain_verified,
            logo_url: trimmed(fields.logo_url),
            external_sales_force_id: trimmed(fields.external_sales_force_id),
            status: fields.status,
            owner: fields.owner,
        };
        new.validate()?;
        Ok(new)
    }
}

impl Organization {
    /// What the patch asks for, with the same rules as a new one's.
    pub(crate) fn wanted(&self, patch: &OrganizationPatch) -> Result<NewOrganization> {
        let or = |change: &Option<Option<String>>, present: &Option<String>| {
            change.clone().unwrap_or_else(|| present.clone())
        };
        let domain = self.domain.as_ref().map(|domain| domain.name.to_string());
        NewOrganization::try_from(OrganizationFields {
            key: Some(self.key.as_str().to_owned()),
            alias: Some(patch.alias.clone().unwrap_or_else(|| self.alias.as_str().to_owned())),
            name: patch.name.clone().unwrap_or_else(|| Some(self.name.clone())),
            description: or(&patch.description, &self.description),
            domain: or(&patch.domain, &domain),
            domain_verified: patch.domain_verified,
            logo_url: or(&patch.logo_url, &self.logo_url),
            external_sales_force_id: or(&patch.external_sales_force_id, &self.external_sales_force_id),
            status: patch.status.or(Some(self.status)),
            owner: None,
        })
    }
}

/// Names somebody asks about before founding.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// An e-mail domain.
    pub domain: Option<DomainName>,
    /// An alias.
    pub alias: Option<Alias>,
}

fn named(new: &NewOrganization) -> Result<(), validator::ValidationError> {
    if new.key.is_some() || new.name.is_some() || new.domain.is_some() {
        return Ok(());
    }
    Err(validator::ValidationError::new("required")
        .with_message("one of key, name and domain is required".into()))
}

/// The name people read when none was given (contract directory, decision 2).
pub(crate) fn fallback_name(domain: Option<&DomainName>, key: &Key) -> String {
    domain.map_or_else(|| key.as_str().to_owned(), ToString::to_string)
}

/// The alias to try first when none was given (contract directory, decision 2).
pub(crate) fn fallback_alias(domain: Option<&DomainName>, name: Option<&str>, key: &Key) -> Alias {
    domain
        .and_then(|domain| Alias::from_text(domain.label()))
        .or_else(|| name.and_then(Alias::from_text))
        .or_else(|| Alias::from_text(key.as_str()))
        .unwrap_or_else(|| Alias("organization".to_owned()))
}

/// A name is somebody else's.
pub(crate) fn taken(what: &'static str) -> Error {
    Error::new(Code::Conflict, format!("this {what} is taken"))
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

    #[test]
    fn something_must_name_a_new_organization() {
        assert!(NewOrganization::try_from(OrganizationFields::default()).is_err());
        let named = OrganizationFields { name: Some(" Acme ".into()), ..Default::default() };
        assert_eq!(NewOrganization::try_from(named).unwrap().name.as_deref(), Some("Acme"));
    }
}
