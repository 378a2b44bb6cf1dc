//! Records that are looked up again and again, and what owners are told of them.

use std::collections::BTreeSet;

use polity_directory::within;
use polity_kernel::job::Outcome;
use polity_kernel::{AccountId, Code, OrganizationId, Result, Timestamp};

use crate::acts::{letters, proofs};
use crate::domain::{ClaimState, DomainId, DomainMail, DomainNews};
use crate::jobs::Recheck;
use crate::rules::recheck::{self, Answer};
use crate::service::Service;
use crate::store;

/// Look-ups that are promised at a time, so that a service that was down for a day does not ask for all at once.
const BATCH: i64 = 200;

impl Service {
    pub(super) fn promise(&self) -> Result<()> {
        let now = self.ctx.now();
        // a look first: an idle service must not make the store write
        if self.ctx.read(|conn| store::checks::due(conn, now, 1))?.is_empty() {
            return Ok(());
        }
        let recheck = self.settings.recheck;
        self.ctx.write_platform(move |tx| {
            let now = tx.now();
            let mut organizations = BTreeSet::new();
            for (id, organization) in store::checks::due(tx, now, BATCH)? {
                // another gateway may have been first
                if store::checks::put_off(tx, id, now, recheck::next(id, now, recheck))? {
                    organizations.insert(organization);
                }
            }
            organizations
                .into_iter()
                .try_for_each(|organization| tx.promise(&Recheck { organization, due: now }))
        })
    }

    pub(super) fn look_up_again(&self, organization: OrganizationId, due: Timestamp) -> Result<Outcome> {
        let unchecked = self.ctx.read(|conn| store::domains::unchecked(conn, organization, due))?;
        let Some(claim) = unchecked else { return Ok(Outcome::Done) };
        let answer = match self.looks_up(&claim) {
            Ok(true) => Answer::Found,
            Ok(false) => Answer::Missing,
            Err(error) if error.code() == Code::Unavailable => Answer::None,
            Err(error) => return Err(error),
        };
        self.ctx.write_platform(move |tx| proofs::take(tx, &claim, answer, due))?;
        Ok(Outcome::Again)
    }

    pub(super) fn mail(
        &self,
        organization: OrganizationId,
        id: DomainId,
        to: AccountId,
        news: DomainNews,
    ) -> Result<Option<DomainMail>> {
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            let Some(domain) = store::domains::find(conn, organization, id)? else { return Ok(None) };
            let is_so = match news {
                DomainNews::Failing => matches!(domain.state(now), ClaimState::Failing(_)),
                DomainNews::Lapsed => domain.state(now) == ClaimState::Lapsed,
            };
            let Some(named) = within::organization(conn, organization, now)?.filter(|_| is_so) else {
                return Ok(None);
            };
            let record = self.record_of(&domain.name);
            let told = letters::owner(conn, organization, to, now)?;
            Ok(told.map(|to| DomainMail { to, organization: named.name, domain, record }))
        })
    }
}
