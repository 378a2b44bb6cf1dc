//! API keys: `pol_`, 256 random bits and a checksum that betrays typing errors.

use polity_kernel::{
    AccountId, Code, Error, FieldKind, IdSource, KeyId, Level, OrganizationId, Permission, Result, Timestamp,
};
use sha2::{Digest as _, Sha256};
use validator::Validate;

use crate::Secret;
use crate::refusal::Refusal;
use crate::token::jwt::base64url;

/// What every key starts with, so that people and secret scanners know one.
pub(crate) const PREFIX: &str = "pol_";

/// The 256 random bits in base64url.
const RANDOM: usize = 43;

/// The first 30 bits of SHA-256 over everything before, in base64url.
const CHECKSUM: usize = 5;

/// How much of a key is kept to know it again by.
const SHOWN: usize = 12;

/// An API key, not its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: KeyId,
    /// The person whose key it is; absent for an organization's own.
    pub account: Option<AccountId>,
    /// The one organization it works in: an organization's own key always, a person's when so limited.
    pub organization: Option<OrganizationId>,
    /// What its owner calls it.
    pub name: String,
    /// Its first characters, to know it again by.
    pub prefix: String,
    /// Only these permissions; absent: all that the owner (for an organization's key, the level) has.
    pub permissions: Option<Vec<Permission>>,
    /// At most this level.
    pub level: Option<Level>,
    /// At most what the role of this key gives in the organization.
    pub role: Option<String>,
    /// Until when it works.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to about a minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A person's live keys that work in an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachingKeys {
    /// The keys, by id.
    pub keys: Vec<ApiKey>,
    /// Whether one of them was used within the last seven days.
    pub used_lately: bool,
}

/// An API key to make.
#[derive(Clone, Debug, Default, Validate)]
pub struct NewApiKey {
    /// What its owner calls it.
    #[validate(length(min = 1, max = polity_kernel::text::NAME), custom(function = "crate::client::printable"))]
    pub name: String,
    /// Only these permissions; at most 500.
    #[validate(length(min = 1, max = 500))]
    pub permissions: Option<Vec<Permission>>,
    /// At most this level.
    pub level: Option<Level>,
    /// At most what this role of the organization gives, whatever that comes to be; its key, id or name
    /// ([`polity_directory::RoleRef::Called`]). Only for an organization's own key.
    #[validate(length(min = 1, max = 200))]
    pub role: Option<String>,
    /// Only this organization; an organization's own key is limited to it anyway.
    pub organization: Option<OrganizationId>,
    /// Until when it works; in the future.
    pub expires_at: Option<Timestamp>,
}

impl NewApiKey {
    /// Refuses what no key can be.
    pub(crate) fn check(&self, now: Timestamp) -> Result<()> {
        self.validate()?;
        if self.expires_at.is_some_and(|expires_at| expires_at <= now) {
            return Err(Error::field("expires_at", FieldKind::Past.told("must be in the future")));
        }
        Ok(())
    }
}

/// A new key's secret.
pub(crate) fn generate(ids: &IdSource) -> Secret {
    let body = format!("{PREFIX}{}", base64url(&ids.key()));
    let checksum = checksum(&body);
    Secret::new(format!("{body}{checksum}"))
}

/// What of a key may be shown.
pub(crate) fn shown(secret: &Secret) -> String {
    secret.reveal().chars().take(SHOWN).collect()
}

/// Refuses a key that nobody can have been given.
pub(crate) fn check(text: &str) -> Result<(), Refusal> {
    let (body, tail) = text.split_at_checked(PREFIX.len() + RANDOM).ok_or(Refusal::Checksum)?;
    if tail == checksum(body) { Ok(()) } else { Err(Refusal::Checksum) }
}

fn checksum(body: &str) -> String {
    base64url(&Sha256::digest(body.as_bytes())).chars().take(CHECKSUM).collect()
}

/// No such key, or not this owner's.
pub(crate) fn unknown() -> Error {
    Error::new(Code::NotFound, "no such key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistyped_character_is_noticed() {
        let key = generate(&IdSource::random());
        let text = key.reveal();
        assert_eq!(text.len(), 52);
        check(text).unwrap();
        for at in PREFIX.len()..text.len() {
            let mut typed = text.as_bytes().to_vec();
            typed[at] = if typed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(check(std::str::from_utf8(&typed).unwrap()), Err(Refusal::Checksum), "{at}");
        }
        assert_eq!(check(&text[..51]), Err(Refusal::Checksum));
        assert_eq!(check("pol_"), Err(Refusal::Checksum));
    }

    #[test]
    fn what_is_shown_tells_little() {
        let key = generate(&IdSource::random());
        assert_eq!(shown(&key).len(), 12);
        assert_eq!(format!("{key:?}"), "Secret(…)");
    }
}
