//! People of trusted issuers: whose account a token means, and the account of one who comes for the first time.

use polity_accounts::{Account, AccountFields, EmailAddress, NewAccount, within};
use polity_kernel::{AccountId, Actor, Code, Error, Limits, PermissionSet, Result, Timestamp, Tx};

use super::Service;
use super::facts::{self, Verified};
use crate::TrustedIssuer;
use crate::jwt::Claims;
use crate::refusal::Refusal;

/// What a trusted issuer says of a person.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) subject: String,
    pub(super) email: Option<String>,
    pub(super) email_verified: bool,
    pub(super) name: Option<String>,
    pub(super) permissions: PermissionSet,
}

/// The longest subject (OpenID Connect Core §2), in characters.
const MAX_SUBJECT: usize = 255;

impl Profile {
    /// Refuses a subject that no issuer can mean.
    pub(super) fn checked(self) -> Result<Self, Refusal> {
        let subject = &self.subject;
        if subject.is_empty() || subject.chars().count() > MAX_SUBJECT || subject.contains(char::is_control) {
            return Err(Refusal::Incomplete);
        }
        Ok(self)
    }
}

impl TryFrom<Claims> for Profile {
    type Error = Refusal;

    fn try_from(claims: Claims) -> Result<Self, Refusal> {
        let words = claims.permissions.iter().chain(&claims.scope);
        Self {
            subject: claims.sub.unwrap_or_default(),
            permissions: facts::permissions(words.flat_map(crate::jwt::Words::iter)),
            email: claims.email,
            email_verified: claims.email_verified.is_some_and(|flag| flag.is_set()),
            name: claims.name,
        }
        .checked()
    }
}

impl Service {
    /// The actor of a trusted issuer's person, remembered until then.
    pub(super) fn visitor(
        &self,
        issuer: &TrustedIssuer,
        profile: Profile,
        until: Timestamp,
    ) -> Result<Verified> {
        let granted =
            if issuer.grants_permissions { profile.permissions.clone() } else { PermissionSet::none() };
        let account = self.account_of(&issuer.issuer, profile)?;
        self.ctx.read(|conn| {
            let watched = facts::watch(conn, &[account.uuid()])?;
            let account = facts::usable_account(conn, account)?;
            let actor = self.person(&account, Limits::default(), &granted);
            Ok(Verified { actor, watched, until: Some(until), key: None })
        })
    }

    fn account_of(&self, issuer: &str, profile: Profile) -> Result<AccountId> {
        let linked = self.ctx.read(|conn| within::by_identity(conn, issuer, &profile.subject))?;
        if let Some(account) = linked {
            return Ok(account.id);
        }
        let issuer = issuer.to_owned();
        self.ctx.write_platform(move |tx| {
            // a request beside this one may have linked it
            if let Some(account) = within::by_identity(tx, &issuer, &profile.subject)? {
                return Ok(account.id);
            }
            let account = first_account(tx, &profile)?;
            within::link(tx, &Actor::system(), account.id, &issuer, &profile.subject)?;
            Ok(account.id)
        })
    }
}

/// The account for one who comes for the first time: the one with their address, or a new one.
///
/// An existing account is only theirs when the address is proved on both sides. If the token's were enough, whoever gave their own
/// account somebody else's address would be joined there by its true owner.
fn first_account(tx: &mut Tx<'_>, profile: &Profile) -> Result<Account> {
    let email: EmailAddress =
        profile.email.as_deref().and_then(|email| email.parse().ok()).ok_or(Refusal::NoEmail)?;
    let fields = |name: Option<String>| AccountFields {
        email: email.to_string(),
        email_verified: profile.email_verified,
        name,
        ..AccountFields::default()
    };
    let new = match NewAccount::try_from(fields(profile.name.clone())) {
        // a name that will not do is no reason to turn the person away
        Err(error) if error.code() == Code::Invalid => NewAccount::try_from(fields(None))?,
        result => result?,
    };
    let (account, is_new) = within::find_or_create(tx, &Actor::system(), &new)?;
    if is_new || (account.email_verified && profile.email_verified) {
        Ok(account)
    } else {
        Err(Error::from(Refusal::UnverifiedEmail))
    }
}
