//! What the directory asks, inside its own transactions, of the area that has e-mail domains.

use polity_kernel::event::Origin;
use polity_kernel::{AccountId, Code, Conn, Error, OrganizationId, Result, Tx};

use crate::organization::PrimaryDomain;
use crate::organization::domain::DomainName;

/// Claims of e-mail domains, as the directory needs them. `polity_domains::Claims` is what the area itself does; [`NoDomains`] says aloud
/// that a program has none.
///
/// Which of its domains an organization shows is the directory's own: [`within::show_domain`](crate::within::show_domain) changes it.
pub trait DomainClaims: Send + Sync {
    /// The organization that has proven this domain to be its own, and has not lost it since.
    fn owner(&self, conn: &mut Conn, domain: &str) -> Result<Option<OrganizationId>>;

    /// What binds the people under this domain to sign in elsewhere; absent where nothing does.
    fn enforcement(&self, conn: &mut Conn, domain: &str) -> Result<Option<DomainEnforcement>>;

    /// How many domains the organization claims, proven or not.
    fn count(&self, conn: &mut Conn, organization: OrganizationId) -> Result<u64>;

    /// Claims a domain, unless the organization does already, and says how it stands. An unproven claim is another's to make too.
    ///
    /// # Errors
    /// `Conflict` when another organization has proven it; `LimitReached` when the organization claims as many as any may.
    fn claim(&self, tx: &mut Tx<'_>, origin: Origin<'_>, domain: &DomainName) -> Result<PrimaryDomain>;

    /// Has a claimed domain count as proven by somebody's word, or not at all; one that is so already stays as it is.
    ///
    /// # Errors
    /// `Conflict` when another organization has proven it.
    fn vouch(&self, tx: &mut Tx<'_>, origin: Origin<'_>, domain: &DomainName, proven: bool) -> Result<()>;

    /// Gives a claimed domain back.
    fn release(&self, tx: &mut Tx<'_>, origin: Origin<'_>, domain: &DomainName) -> Result<()>;

    /// Gives back what is unique over all organizations, for one that has ended.
    fn on_ended(&self, tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()>;

    /// Deletes up to `limit` rows of each table of an organization that has ended, and returns how many went.
    fn purge(&self, tx: &mut Tx<'_>, organization: OrganizationId, limit: i64) -> Result<usize>;
}

/// What binds the people under a domain who belong to the organization, or are invited into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainEnforcement {
    /// The organization that has proven the domain.
    pub organization: OrganizationId,
    /// Those who may sign in otherwise all the same, with two factors.
    pub break_glass_owners: Vec<AccountId>,
}

/// For a program in which no organization has an e-mail domain.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDomains;

impl DomainClaims for NoDomains {
    fn owner(&self, _: &mut Conn, _: &str) -> Result<Option<OrganizationId>> {
        Ok(None)
    }

    fn enforcement(&self, _: &mut Conn, _: &str) -> Result<Option<DomainEnforcement>> {
        Ok(None)
    }

    fn count(&self, _: &mut Conn, _: OrganizationId) -> Result<u64> {
        Ok(0)
    }

    fn claim(&self, _: &mut Tx<'_>, _: Origin<'_>, _: &DomainName) -> Result<PrimaryDomain> {
        Err(Error::new(Code::Invalid, "this service has no e-mail domains"))
    }

    fn vouch(&self, _: &mut Tx<'_>, _: Origin<'_>, _: &DomainName, _: bool) -> Result<()> {
        Ok(())
    }

    fn release(&self, _: &mut Tx<'_>, _: Origin<'_>, _: &DomainName) -> Result<()> {
        Ok(())
    }

    fn on_ended(&self, _: &mut Tx<'_>, _: OrganizationId) -> Result<()> {
        Ok(())
    }

    fn purge(&self, _: &mut Tx<'_>, _: OrganizationId, _: i64) -> Result<usize> {
        Ok(0)
    }
}
