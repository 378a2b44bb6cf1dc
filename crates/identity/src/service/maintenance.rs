//! What is done now and then: uses of keys noted, what has expired forgotten, deleted organizations' rows removed.

use std::sync::PoisonError;

use polity_kernel::{OrganizationId, Result, epoch, tally};

use crate::acts::facts::Use;
use crate::service::Service;
use crate::{Maintenance, store};

impl Maintenance for Service {
    fn tidy(&self) -> Result<()> {
        let uses = std::mem::take(&mut *self.uses.lock().unwrap_or_else(PoisonError::into_inner));
        let touch = self.at_browser.sessions.as_ref().map(|sessions| sessions.touch);
        self.ctx.write_platform(move |tx| {
            let now = tx.now();
            for (of, at) in &uses {
                match *of {
                    Use::Key(organization, key) => store::keys::touch(tx, organization, key, *at)?,
                    Use::Session(session) => {
                        touch.iter().try_for_each(|touch| touch(tx, session, *at))?;
                    }
                }
            }
            store::tokens::forget(tx, now)?;
            store::assertions::forget(tx, now)?;
            store::signing_keys::forget(tx, now)?;
            tally::forget(tx)?;
            Ok(())
        })
    }

    fn prove_master_key(&self) -> Result<()> {
        self.ring.prove(&self.ctx)
    }

    fn purge(&self, organization: OrganizationId, limit: usize) -> Result<usize> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.ctx.write_platform(move |tx| {
            let clients = store::clients::some(tx, organization, limit)?;
            clients.iter().try_for_each(|client| epoch::end(tx, client.uuid()))?;
            store::clients::delete(tx, organization, &clients)?;
            let keys = store::keys::some(tx, organization, limit)?;
            keys.iter().try_for_each(|key| epoch::end(tx, key.uuid()))?;
            store::keys::delete(tx, organization, &keys)?;
            Ok(clients.len() + keys.len())
        })
    }
}
