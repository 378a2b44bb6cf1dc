//! People: making, seeing and changing accounts.

use polity_kernel::{AccountId, Actor, Code, Error, Result};

use crate::acts::accounts::revise;
use crate::acts::proven;
use crate::rules::account_change::{may_change, may_see, unknown};
use crate::service::Service;
use crate::{Account, AccountPatch, EmailAddress, NewAccount, People, store};

impl People for Service {
    fn create(&self, actor: &Actor, new: NewAccount) -> Result<Account> {
        if !actor.is_platform_administrator() {
            return Err(Error::new(Code::Forbidden, "only a platform administrator can make accounts"));
        }
        let actor = actor.clone();
        self.ctx.write_platform(move |tx| {
            actor.require_recent(tx.now())?;
            match proven::find_or_create(tx, &actor, None, &new)? {
                (account, true) => Ok(account),
                (_, false) => Err(store::accounts::taken()),
            }
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
            revise(tx, &actor, id, &patch, |_, before, after| may_change(&actor, before, after))
        })
    }
}
