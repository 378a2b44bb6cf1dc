//! Whose an account is: provisioned until its person has shown to be there, theirs from then on (docs/decisions/0020).

use std::time::Duration;

use polity_kernel::event::Origin;
use polity_kernel::{
    AccountId, Actor, Error, Limits, OrganizationId, PermissionSet, Result, Stamp, Subject, Tally, Tx, epoch,
};

use crate::account::Seed;
use crate::acts::accounts;
use crate::events::{ACCOUNT_CREATED, ACCOUNT_PROVEN};
use crate::{Account, EmailAddress, NewAccount, store};

/// Notes that the account's person has shown to be there; nothing happens when that is known.
pub fn prove(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    let now = tx.now();
    if store::accounts::prove(tx, id, now)? {
        tx.record(ACCOUNT_PROVEN.done(Origin::platform(&themselves(id)), id))?;
    }
    Ok(())
}

/// The account with this address, which no other transaction changes until this one ends.
pub fn hold_by_email(tx: &mut Tx<'_>, email: &EmailAddress) -> Result<Option<Account>> {
    let Some(found) = store::accounts::find_by_email(tx, email)? else { return Ok(None) };
    let held = store::accounts::hold(tx, found.id)?;
    // it may have lost the address before it was held
    Ok(held.filter(|account| account.email.as_ref() == Some(email)))
}

/// Makes the account of somebody for whose address nobody vouches: it has none.
pub fn arrive(tx: &mut Tx<'_>, actor: &Actor, name: Option<String>) -> Result<Account> {
    let account = Account::without_address(seed(tx), name, Stamp::of(tx, actor));
    store::accounts::insert(tx, &account)?;
    begin(tx, actor, &account)?;
    Ok(account)
}

/// Hands an account that nobody has proven over to whoever has: its address is verified from now on, and the name is theirs where they
/// tell one. Whatever else let somebody in is for the caller to end.
pub fn take_over(tx: &mut Tx<'_>, account: &Account, name: Option<String>) -> Result<Account> {
    let stamp = Stamp { at: tx.now(), by: None };
    let mut after = account.renamed(name, stamp);
    after.email_verified = true;
    accounts::change(tx, &themselves(account.id), account, &after)?;
    prove(tx, account.id)?;
    store::accounts::find(tx, account.id)?.ok_or_else(|| Error::internal("an account vanished"))
}

/// Takes the address from an account that does not [own](Account::owns_address) it, for whoever has shown it to be theirs. Its memberships
/// stay: they were given to the account.
pub fn give_way(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    let stamp = Stamp { at: tx.now(), by: None };
    let mut after = account.renamed(None, stamp);
    (after.email, after.email_verified) = (None, false);
    accounts::change(tx, &Actor::system(), account, &after)
}

/// What tells an account that is made now from all others.
fn seed(tx: &mut Tx<'_>) -> Seed {
    Seed { id: tx.new_id(), number: tx.ids().number() }
}

/// Begins the epoch of an account that was just written, and tells of it.
fn begin(tx: &mut Tx<'_>, actor: &Actor, account: &Account) -> Result<()> {
    epoch::begin(tx, account.id.uuid())?;
    tx.record(ACCOUNT_CREATED.made(Origin::platform(actor), account.id, account))
}

/// The person themselves: what they do before they are signed in is theirs.
fn themselves(account: AccountId) -> Actor {
    Actor::new(Subject::Person(account), Limits::default(), PermissionSet::none())
}

/// Makes an account, unless its address has one already: that one is returned as it is, and `false`. `maker` is the organization that
/// makes it, which may change it until its person comes; a platform administrator makes it for none.
pub fn find_or_create(
    tx: &mut Tx<'_>,
    actor: &Actor,
    maker: Option<OrganizationId>,
    new: &NewAccount,
) -> Result<(Account, bool)> {
    if let Some(account) = store::accounts::find_by_email(tx, new.email())? {
        return Ok((account, false));
    }
    let maker = maker.filter(|_| !actor.is_platform_administrator());
    if let Some(maker) = maker {
        count_made(tx, maker)?;
    }
    let account = new.found(seed(tx), maker, Stamp::of(tx, actor));
    if !store::accounts::insert_if_new(tx, &account)? {
        // another transaction was faster; its row is committed, or this insert would still wait
        let rival = store::accounts::find_by_email(tx, new.email())?;
        return rival
            .map(|account| (account, false))
            .ok_or_else(|| Error::internal("a rival account vanished"));
    }
    begin(tx, actor, &account)?;
    Ok((account, true))
}

/// Counts an account that an organization makes.
///
/// # Errors
/// `Throttled` once it has made as many within the hour as may be.
pub fn count_made(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()> {
    let most = tx.bounds().accounts_made_per_hour;
    let tally =
        Tally { deed: "accounts.made", of: &organization.to_string(), most, window: Duration::from_hours(1) };
    tally.count(tx, "the organization has made as many accounts as it may in an hour: it can make another")
}
