//! People of trusted issuers: whose account a token means, and the account of one who comes for the first time.

use polity_accounts::within::AddressChange;
use polity_accounts::{Account, AccountFields, AccountPatch, EmailAddress, NewAccount, within};
use polity_kernel::{AccountId, Actor, Code, Error, Limits, PermissionSet, Result, Timestamp, Tx};

use super::facts::{self, Verified};
use super::{Service, passwords};
use crate::TrustedIssuer;
use crate::jwt::Claims;
use crate::refusal::Refusal;
use crate::store;

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

    /// The address, if the issuer says that it is proven to be the person's.
    fn vouched(&self) -> Option<EmailAddress> {
        self.email.as_deref().filter(|_| self.email_verified)?.parse().ok()
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
        if let Some(account) = linked
            && (account.email.is_some() || profile.vouched().is_none())
        {
            return Ok(account.id);
        }
        let (named, subject) = (issuer.to_owned(), profile.subject.clone());
        let linking = self.ctx.write_platform(move |tx| {
            // a request beside this one may have linked it
            if let Some(account) = within::by_identity(tx, &named, &profile.subject)? {
                return adopt(tx, &account, &profile).map(|()| account.id);
            }
            let account = first_account(tx, &profile)?;
            within::link(tx, &Actor::system(), account, &named, &profile.subject)?;
            Ok(account)
        });
        match linking {
            // one beside this was faster in the end
            Err(error) if error.code() == Code::Conflict => {
                let linked = self.ctx.read(|conn| within::by_identity(conn, issuer, &subject))?;
                linked.map(|account| account.id).ok_or(error)
            }
            linked => linked,
        }
    }
}

/// The account for one who comes for the first time. Only an address that the issuer vouches for counts: without one they get an account
/// that has none (docs/decisions/0020).
fn first_account(tx: &mut Tx<'_>, profile: &Profile) -> Result<AccountId> {
    let Some(email) = profile.vouched() else {
        return Ok(within::arrive(tx, &Actor::system(), profile.name.clone())?.id);
    };
    match within::hold_by_email(tx, &email)? {
        None => {}
        Some(account) if account.owns_address() => return Ok(account.id),
        // somebody who has shown to be there, but not that this is their address
        Some(account) if account.is_proven() => within::give_way(tx, &account)?,
        Some(account) => {
            passwords::end_other_ways(tx, &account)?;
            store::passwords::remove(tx, account.id)?;
            return Ok(within::take_over(tx, &account, profile.name.clone())?.id);
        }
    }
    let (account, _) = within::find_or_create(tx, &Actor::system(), None, &new_account(profile, &email)?)?;
    // whoever was faster has come by the same address, vouched for too
    if account.email_verified {
        Ok(account.id)
    } else {
        Err(Error::new(Code::Conflict, "the address was just taken"))
    }
}

fn new_account(profile: &Profile, email: &EmailAddress) -> Result<NewAccount> {
    let fields = |name: Option<String>| AccountFields {
        email: email.to_string(),
        email_verified: true,
        name,
        ..AccountFields::default()
    };
    match NewAccount::try_from(fields(profile.name.clone())) {
        // a name that will not do is no reason to turn the person away
        Err(error) if error.code() == Code::Invalid => NewAccount::try_from(fields(None)),
        result => result,
    }
}

/// Gives a linked account that has no address the one that its issuer vouches for by now, if no other person has shown it to be theirs.
fn adopt(tx: &mut Tx<'_>, account: &Account, profile: &Profile) -> Result<()> {
    let Some(email) = profile.vouched().filter(|_| account.email.is_none()) else { return Ok(()) };
    if let Some(rival) = within::hold_by_email(tx, &email)? {
        if rival.owns_address() {
            return Ok(());
        }
        within::give_way(tx, &rival)?;
    }
    let patch = AccountPatch { email: Some(email), email_verified: Some(true), ..AccountPatch::default() };
    within::update(tx, &passwords::person(account.id), (account.id, &patch), |_, _, _| {
        Ok(AddressChange::AtOnce)
    })?;
    Ok(())
}
