//! Linked identities of the person calling: listed and unlinked.

use polity_accounts::AccountStatus;
use polity_kernel::{AccountId, Actor, Result};

use crate::acts::linked_identities as acts;
use crate::rules::whole;
use crate::service::Service;
use crate::{LinkedIdentities, LinkedIdentity, LinkedIdentityId, LinkedMail, store};

impl LinkedIdentities for Service {
    fn identities(&self, actor: &Actor) -> Result<Vec<LinkedIdentity>> {
        let account = whole(actor)?;
        self.ctx.read(|conn| store::linked_identities::of(conn, account))
    }

    fn unlink(&self, actor: &Actor, id: LinkedIdentityId) -> Result<()> {
        let account = whole(actor)?;
        let actor = actor.clone();
        self.ctx.write_platform(move |tx| {
            let now = tx.now();
            actor.require_recent(now)?;
            acts::unlink(tx, &actor, account, id)
        })
    }

    fn linked_mail(&self, account: AccountId, id: LinkedIdentityId) -> Result<Option<LinkedMail>> {
        self.ctx.read(|conn| {
            let linked = store::linked_identities::of(conn, account)?;
            let Some(identity) = linked.into_iter().find(|linked| linked.id == id) else { return Ok(None) };
            let account = polity_accounts::within::account(conn, account)?;
            let account = account.filter(|account| account.status == AccountStatus::Active);
            let told = account.and_then(|account| Some((account.email?, account.profile.name)));
            Ok(told.map(|(email, name)| LinkedMail { email, name, identity }))
        })
    }
}
