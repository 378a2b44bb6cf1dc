//! People: making, seeing and changing accounts.

use std::time::Duration;

use polity_kernel::{AccountId, Actor, Code, Error, Event, Job, Result, Stamp, Subject, Tx, epoch};
use serde_json::json;

use super::Service;
use crate::within::AddressChange;
use crate::{Account, AccountPatch, EmailAddress, NewAccount, People, store, within};

impl People for Service {
    fn create(&self, actor: &Actor, new: NewAccount) -> Result<Account> {
        if !actor.is_platform_administrator() {
            return Err(Error::new(Code::Forbidden, "only a platform administrator can make accounts"));
        }
        let actor = actor.clone();
        self.ctx.write_platform(move |tx| match within::find_or_create(tx, &actor, None, &new)? {
            (account, true) => Ok(account),
            (_, false) => Err(store::accounts::taken()),
        })
    }

    fn account(&self, actor: &Actor, id: AccountId) -> Result<Account> {
        may_see(actor, id)?;
        self.ctx.read(|conn| store::accounts::find(conn, id))?.ok_or_else(unknown)
    }

    fn by_email(&self, actor: &Actor, email: &EmailAddress) -> Result<Account> {
        let account =
            self.ctx.read(|conn| store::accounts::find_by_email(conn, email))?.ok_or_else(unknown)?;
        may_see(actor, account.id)?;
        Ok(account)
    }

    fn update(&self, actor: &Actor, id: AccountId, patch: AccountPatch) -> Result<Account> {
        may_see(actor, id)?;
        let actor = actor.clone();
        self.ctx.write_platform(move |tx| {
            revise(tx, &actor, (id, &patch), |_, before, after| may_change(&actor, before, after))
        })
    }
}

/// Changes the account if `judge` lets it, which sees how it was and how it would be, and says when another address takes effect.
pub(crate) fn revise(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (id, patch): (AccountId, &AccountPatch),
    judge: impl FnOnce(&mut Tx<'_>, &Account, &Account) -> Result<AddressChange>,
) -> Result<Account> {
    let before = store::accounts::hold(tx, id)?.ok_or_else(unknown)?;
    let stamp = Stamp::of(tx, actor);
    let wanted = before.patched(patch, stamp)?;
    if wanted == before {
        return Ok(before);
    }
    let when = judge(tx, &before, &wanted)?;
    let Some(email) = wanted.email.clone().filter(|email| before.email.as_ref() != Some(email)) else {
        change(tx, actor, &before, &wanted)?;
        return Ok(wanted);
    };
    let rival = store::accounts::find_by_email(tx, &email)?;
    // one that waits is confirmed by whoever has the mailbox, which an account that owns nothing does not stand against
    if rival.is_some_and(|rival| when == AddressChange::AtOnce || rival.owns_address()) {
        return Err(store::accounts::taken());
    }
    tell_old(tx, &before, &email, when)?;
    let after = match when {
        AddressChange::AtOnce => wanted,
        AddressChange::WhenConfirmed => {
            ask(tx, actor, &before, &email)?;
            before.patched(&AccountPatch { email: None, email_verified: None, ..patch.clone() }, stamp)?
        }
    };
    if after != before {
        change(tx, actor, &before, &after)?;
    }
    Ok(after)
}

pub(crate) fn change(tx: &mut Tx<'_>, actor: &Actor, before: &Account, after: &Account) -> Result<()> {
    store::accounts::update(tx, after)?;
    if after.differs_in_rights(before) {
        epoch::raise(tx, after.id.uuid())?;
    }
    tx.record(Event::platform(actor, "updated", "account", after.id).before(before).after(after))
}

/// Asks for the letter by which the new address is confirmed.
fn ask(tx: &mut Tx<'_>, actor: &Actor, account: &Account, email: &EmailAddress) -> Result<()> {
    // the address may be a stranger's
    within::letter_caused(tx, actor, email, false)?;
    let request: uuid::Uuid = tx.new_secret_id();
    let payload = json!({ "account": account.id, "email": email, "request": request });
    tx.enqueue(Job { kind: "mail.address", payload, delay: Duration::ZERO })?;
    tx.record(Event::platform(actor, "address_asked", "account", account.id).after(json!({ "email": email })))
}

/// Asks for the letter that tells the old address of the new one.
fn tell_old(tx: &mut Tx<'_>, account: &Account, email: &EmailAddress, when: AddressChange) -> Result<()> {
    let Some(old) = &account.email else { return Ok(()) };
    if when == AddressChange::WhenConfirmed && !within::letter_told(tx, old)? {
        return Ok(());
    }
    let taken = when == AddressChange::AtOnce;
    let payload = json!({ "account": account.id, "to": old, "email": email, "taken": taken });
    tx.enqueue(Job { kind: "mail.address_told", payload, delay: Duration::ZERO })
}

/// Another person's account is as good as none.
fn may_see(actor: &Actor, id: AccountId) -> Result<()> {
    if actor.is_platform_administrator() || actor.subject() == Subject::Person(id) {
        Ok(())
    } else {
        Err(unknown())
    }
}

/// Whether one may change an account that is their own, or any as a platform administrator, like this. Another address waits for its
/// confirmation, unless a platform administrator vouches for it or nobody has used the account yet.
pub(crate) fn may_change(actor: &Actor, before: &Account, after: &Account) -> Result<AddressChange> {
    if actor.is_platform_administrator() {
        let at_once = after.email_verified || !before.is_proven();
        return Ok(if at_once { AddressChange::AtOnce } else { AddressChange::WhenConfirmed });
    }
    let limits = actor.limits();
    if limits.permissions.is_some()
        || limits.organization.is_some()
        || limits.level.is_some()
        || limits.role.is_some()
    {
        return Err(Error::new(Code::Forbidden, "a narrowed credential cannot change the account"));
    }
    match before.entrusted_change(after) {
        Some(field) => {
            Err(Error::new(Code::Forbidden, format!("only a platform administrator can set {field}")))
        }
        None => Ok(AddressChange::WhenConfirmed),
    }
}

fn unknown() -> Error {
    Error::not_found("account")
}
