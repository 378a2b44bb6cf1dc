//! What the area does in the directory's transactions.

use polity_directory::{DomainClaims, DomainEnforcement, DomainName, NameTaken, PrimaryDomain};
use polity_kernel::event::Origin;
use polity_kernel::{Conn, OrganizationId, Result, Tx};

use crate::acts::{admission, claims, proofs};
use crate::store;

/// Claims of e-mail domains, as the directory needs them: for `polity_directory::Terms`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Claims;

impl DomainClaims for Claims {
    fn owner(&self, conn: &mut Conn, domain: &str) -> Result<Option<OrganizationId>> {
        store::reservations::owner(conn, domain)
    }

    fn enforcement(&self, conn: &mut Conn, domain: &str) -> Result<Option<DomainEnforcement>> {
        let Some(claim) = admission::claim(conn, domain)? else { return Ok(None) };
        let Some(wanted) = claim.sso_enforcement else { return Ok(None) };
        // where there is no such connection, nobody is bound to what cannot be done
        let connection = store::connections::serving(conn, claim.organization, claim.id)?;
        let is_there = connection.is_some_and(|connection| connection.kind().as_str() == wanted.as_str());
        Ok(is_there.then_some(DomainEnforcement {
            organization: claim.organization,
            break_glass_owners: claim.break_glass_owners,
        }))
    }

    fn count(&self, conn: &mut Conn, organization: OrganizationId) -> Result<u64> {
        store::domains::count(conn, organization)
    }

    fn claim(&self, tx: &mut Tx<'_>, origin: Origin<'_>, domain: &DomainName) -> Result<PrimaryDomain> {
        let claim = claims::claim(tx, origin, domain)?;
        Ok(PrimaryDomain { verified: claim.is_verified(), name: claim.name })
    }

    fn vouch(&self, tx: &mut Tx<'_>, origin: Origin<'_>, domain: &DomainName, proven: bool) -> Result<()> {
        let Some(claim) = store::domains::named(tx, origin.organization(), domain)? else { return Ok(()) };
        if claim.is_verified() == proven {
            return Ok(());
        }
        if !proven {
            return proofs::disprove(tx, origin, &claim);
        }
        // nobody looks for a record where there need not be one
        store::checks::cancel(tx, &claim)?;
        proofs::prove(tx, origin, &claim)?.map(drop).ok_or_else(|| NameTaken::Domain.into())
    }

    fn release(&self, tx: &mut Tx<'_>, origin: Origin<'_>, domain: &DomainName) -> Result<()> {
        match store::domains::named(tx, origin.organization(), domain)? {
            Some(claim) => claims::release(tx, origin, &claim),
            None => Ok(()),
        }
    }

    fn on_ended(&self, tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()> {
        store::checks::cancel_all(tx, organization)?;
        store::reservations::release_all(tx, organization)
    }

    fn purge(&self, tx: &mut Tx<'_>, organization: OrganizationId, limit: i64) -> Result<usize> {
        store::domains::purge(tx, organization, limit)
    }
}
