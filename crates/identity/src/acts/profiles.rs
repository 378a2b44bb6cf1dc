//! The account of somebody whom a trusted issuer knows.

use polity_accounts::within::AddressChange;
use polity_accounts::{
    Account, AccountFields, AccountPatch, AccountProfile, AccountStatus, EmailAddress, NewAccount, within,
};
use polity_kernel::{AccountId, Actor, Code, Error, PermissionSet, Result, Tx};

use crate::AtBrowser;
use crate::acts::{facts, ways};
use crate::refusal::Refusal;
use crate::token::jwt::Claims;

/// What a trusted issuer says of a person.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) subject: String,
    pub(crate) email: Option<String>,
    pub(crate) email_verified: bool,
    pub(crate) name: Option<String>,
    pub(crate) permissions: PermissionSet,
}

/// The longest subject (OpenID Connect Core §2), in characters.
const MAX_SUBJECT: usize = 255;

impl Profile {
    /// Refuses a subject that no issuer can mean.
    pub(crate) fn checked(self) -> Result<Self, Refusal> {
        let subject = &self.subject;
        if subject.is_empty() || subject.chars().count() > MAX_SUBJECT || subject.contains(char::is_control) {
            return Err(Refusal::Incomplete);
        }
        Ok(self)
    }

    /// The address, if the issuer says that it is proven to be the person's.
    pub(crate) fn vouched(&self) -> Option<EmailAddress> {
        self.email.as_deref().filter(|_| self.email_verified)?.parse().ok()
    }
}

impl TryFrom<Claims> for Profile {
    type Error = Refusal;

    fn try_from(claims: Claims) -> Result<Self, Refusal> {
        let words = claims.permissions.iter().chain(&claims.scope);
        Self {
            subject: claims.sub.unwrap_or_default(),
            permissions: facts::permissions(words.flat_map(crate::token::jwt::Words::iter)),
            email: claims.email,
            email_verified: claims.email_verified.is_some_and(|flag| flag.is_set()),
            name: claims.name,
        }
        .checked()
    }
}

/// Somebody who has come by another's word, for [`account_of`].
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// The address that is vouched for; without one they get an account that has none.
    pub email: Option<EmailAddress>,
    /// What they are called.
    pub name: Option<String>,
}

/// The account for one who comes for the first time by the word of somebody who may vouch for addresses
/// (docs/decisions/0020). An account that nobody has proven is theirs from now on, and whatever let somebody else in ends.
pub fn account_of(tx: &mut Tx<'_>, at_browser: &AtBrowser, new: Newcomer) -> Result<AccountId> {
    let email = new.email.map(|email| email.to_string());
    let profile = Profile {
        subject: String::new(),
        email_verified: email.is_some(),
        email,
        name: new.name,
        permissions: PermissionSet::none(),
    };
    first_account(tx, at_browser, &profile)
}

/// The account for one who comes for the first time. Only an address that the issuer vouches for counts: without one they get an account
/// that has none (docs/decisions/0020).
pub(crate) fn first_account(tx: &mut Tx<'_>, at_browser: &AtBrowser, profile: &Profile) -> Result<AccountId> {
    let Some(email) = profile.vouched() else {
        return Ok(within::arrive(tx, &Actor::system(), profile.name.clone())?.id);
    };
    match within::hold_by_email(tx, &email)? {
        None => {}
        Some(account) if account.owns_address() => return Ok(account.id),
        // somebody who has shown to be there, but not that this is their address
        Some(account) if account.is_proven() => within::give_way(tx, &account)?,
        Some(account) => {
            ways::end_other_ways(tx, &account)?;
            at_browser.remove(tx, account.id)?;
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
        profile: AccountProfile::called(name),
        ..AccountFields::default()
    };
    match NewAccount::try_from(fields(profile.name.clone())) {
        // a name that will not do is no reason to turn the person away
        Err(error) if error.code() == Code::Invalid => NewAccount::try_from(fields(None)),
        result => result,
    }
}

/// Gives a linked account that has no address the one that its issuer vouches for by now, if no other person has shown it to be theirs.
pub(crate) fn adopt(tx: &mut Tx<'_>, account: &Account, profile: &Profile) -> Result<()> {
    let Some(email) = profile.vouched().filter(|_| account.email.is_none()) else { return Ok(()) };
    // who is turned away in a moment takes nothing from anybody
    if account.status != AccountStatus::Active {
        return Ok(());
    }
    if let Some(rival) = within::hold_by_email(tx, &email)? {
        if rival.owns_address() {
            return Ok(());
        }
        within::give_way(tx, &rival)?;
    }
    let patch = AccountPatch { email: Some(email), email_verified: Some(true), ..AccountPatch::default() };
    within::update(tx, &ways::person(account.id), account.id, &patch, |_, _, _| Ok(AddressChange::AtOnce))?;
    Ok(())
}
