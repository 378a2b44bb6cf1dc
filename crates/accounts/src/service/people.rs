//! People: making, seeing and changing accounts.

use polity_kernel::{AccountId, Actor, Code, Error, Event, Result, Stamp, Subject, Tx, epoch};

use super::Service;
use crate::{Account, AccountPatch, EmailAddress, NewAccount, People, store, within};

impl People for Service {
    fn create(&self, actor: &Actor, new: NewAccount) -> Result<Account> {
        if !actor.is_platform_administrator() {
            return Err(Error::new(Code::Forbidden, "only a platform administrator can make accounts"));
        }
        let actor = actor.clone();
        self.ctx.write_platform(move |tx| match within::find_or_create(tx, &actor, &new)? {
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

/// Changes the account if `judge` lets it, which sees how it was and how it would be.
pub(crate) fn revise(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (id, patch): (AccountId, &AccountPatch),
    judge: impl FnOnce(&mut Tx<'_>, &Account, &Account) -> Result<()>,
) -> Result<Account> {
    let before = store::accounts::hold(tx, id)?.ok_or_else(unknown)?;
    let after = before.patched(patch, Stamp::of(tx, actor))?;
    if after != before {
        judge(tx, &before, &after)?;
        change(tx, actor, &before, &after)?;
    }
    Ok(after)
}

fn change(tx: &mut Tx<'_>, actor: &Actor, before: &Account, after: &Account) -> Result<()> {
    store::accounts::update(tx, after)?;
    if after.differs_in_rights(before) {
        epoch::raise(tx, after.id.uuid())?;
    }
    tx.record(Event::platform(actor, "updated", "account", after.id).before(before).after(after))
}

/// Another person's account is as good as none.
fn may_see(actor: &Actor, id: AccountId) -> Result<()> {
    if actor.is_platform_administrator() || actor.subject() == Subject::Person(id) {
        Ok(())
    } else {
        Err(unknown())
    }
}

/// Whether one may change an account that is their own, or any as a platform administrator, like this.
pub(crate) fn may_change(actor: &Actor, before: &Account, after: &Account) -> Result<()> {
    if actor.is_platform_administrator() {
        return Ok(());
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
        None => Ok(()),
    }
}

fn unknown() -> Error {
    Error::not_found("account")
}
