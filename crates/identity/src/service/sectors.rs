//! Sectors and pairwise subjects.

use std::collections::HashSet;

use polity_kernel::{AccountId, OrganizationId, Result, ServiceAccountId};

use crate::service::Service;
use crate::store::subjects::Row;
use crate::{Sectors, SubjectType, store};

impl Sectors for Service {
    fn redirect_uris(&self, organization: OrganizationId) -> Result<Vec<String>> {
        let now = self.ctx.now();
        let mut uris = self.ctx.read(|conn| store::clients::redirect_uris(conn, organization, now))?;
        uris.sort();
        uris.dedup();
        Ok(uris)
    }

    fn subjects_of(&self, client: Option<ServiceAccountId>, accounts: &[AccountId]) -> Result<Vec<String>> {
        let Some(sector) = self.sector_of(client)? else {
            return Ok(accounts.iter().map(ToString::to_string).collect());
        };
        let subjects: Vec<String> = accounts.iter().map(|account| self.pairwise(&sector, *account)).collect();
        let known: HashSet<AccountId> =
            self.ctx.read(|conn| store::subjects::known(conn, &sector, accounts))?.into_iter().collect();
        let new: Vec<Row> = accounts
            .iter()
            .zip(&subjects)
            .filter(|(account, _)| !known.contains(account))
            .map(|(account, subject)| Row {
                sector: sector.clone(),
                account_id: *account,
                subject: subject.clone(),
            })
            .collect();
        if !new.is_empty() {
            self.ctx.write_platform(move |tx| store::subjects::keep(tx, &new))?;
        }
        Ok(subjects)
    }

    fn resolve(&self, client: Option<ServiceAccountId>, subject: &str) -> Result<Option<AccountId>> {
        if let Ok(account) = subject.parse() {
            return Ok(Some(account));
        }
        let is_pairwise =
            subject.len() == 64 && subject.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        match self.sector_of(client)? {
            Some(sector) if is_pairwise => {
                self.ctx.read(|conn| store::subjects::resolve(conn, &sector, subject))
            }
            _ => Ok(None),
        }
    }
}

impl Service {
    /// The sector the client sees people in; absent: it sees account ids.
    fn sector_of(&self, client: Option<ServiceAccountId>) -> Result<Option<String>> {
        let Some(client) = client else { return Ok(None) };
        let kept = self.ctx.read(|conn| store::clients::by_id(conn, client))?;
        Ok(kept
            .filter(|kept| kept.client.subject_type == SubjectType::Pairwise)
            .and_then(|kept| kept.client.sector()))
    }

    /// HMAC-SHA-256 over sector, NUL, account id, in lower-case hex. It never changes: clients keep what it gives.
    fn pairwise(&self, sector: &str, account: AccountId) -> String {
        self.seals.sectors.digest_exactly(format!("{sector}\0{account}").as_bytes()).hex()
    }
}
