//! The jobs that need the areas alone, and what is tidied up now and then.
//!
//! A transaction of an area promises a job by its kind; whoever has leased it calls [`run`].

use polity_accounts::jobs::{AccountDisabled, ConfirmAddress, TellOldAddress};
use polity_directory::jobs::{MailInvitation, Purge, RetractDelegation, TellInvitationOver, TellJoined};
use polity_domains::jobs::{Recheck, TellDomain};
use polity_kernel::job::{Leased, Outcome, Work};
use polity_kernel::{Error, Result};
use polity_legal::jobs::{HandOver, MailSigningLink, StoreFile};
use polity_signin::jobs::{
    MailConfirmation, MailReset, MailSignInLink, TellBrokenGlass, TellFactorChange, TellLinked,
};

use crate::polity::Polity;

/// Rows of an area in one batch of a purge.
const BATCH: usize = 1_000;

/// Work that needs the areas alone. It may run more than once for the same job, so it must not matter if it does.
trait Inner: Work {
    /// Does it, or a batch of it.
    ///
    /// # Errors
    /// Those of the areas; the job is tried again later.
    fn run(self, polity: &Polity) -> Result<Outcome>;
}

/// Runs a job of some kind.
type Run = fn(&Polity, &Leased) -> Result<Outcome>;

/// The kinds of job that need the areas alone.
const KINDS: [(&str, Run); 6] = [
    kind::<AccountDisabled>(),
    kind::<Purge>(),
    kind::<RetractDelegation>(),
    kind::<StoreFile>(),
    kind::<HandOver>(),
    kind::<Recheck>(),
];

/// What waits for others' servers: for the one that takes mail, for the object store, for a signing provider, for name servers.
pub const OUTBOUND: &[&str] = &[
    Purge::KIND,
    StoreFile::KIND,
    HandOver::KIND,
    TellDomain::KIND,
    ConfirmAddress::KIND,
    TellOldAddress::KIND,
    MailConfirmation::KIND,
    MailInvitation::KIND,
    TellInvitationOver::KIND,
    TellJoined::KIND,
    MailReset::KIND,
    MailSignInLink::KIND,
    TellFactorChange::KIND,
    MailSigningLink::KIND,
    TellBrokenGlass::KIND,
    TellLinked::KIND,
    // the last: see below
    Recheck::KIND,
];

/// Of these what waits for name servers, whose silence keeps no letter waiting.
pub const LOOKUPS: &[&str] = &[Recheck::KIND];

/// And the others.
pub const DELIVERIES: &[&str] = match OUTBOUND.split_last() {
    Some((_, others)) => others,
    None => &[],
};

/// What is tidied up, in words, and how.
pub type Tidying = (&'static str, fn(&Polity) -> Result<()>);

/// What to call about once a minute, each whether or not the others fail.
pub const TIDYING: [Tidying; 5] = [
    ("credentials that have expired", |polity| polity.identity.tidy()),
    ("sessions that are over", |polity| polity.signin.forget_ended()),
    ("mailed links and ceremonies that have expired", |polity| polity.signin.forget_expired()),
    ("sign-ins elsewhere that have ended", |polity| polity.connections.forget_expired()),
    ("records of e-mail domains that are to be looked up", |polity| polity.domains.promise_rechecks()),
];

/// Does a job that was leased, or a batch of it. What came of it is told with [`polity_kernel::job::settle`].
///
/// # Errors
/// `Internal` for a kind that needs more than the areas, or that there is not, and for a payload it cannot have; those of the areas.
pub fn run(polity: &Polity, job: &Leased) -> Result<Outcome> {
    let known = KINDS.iter().find(|(kind, _)| *kind == job.kind);
    let (_, run) = known.ok_or_else(|| Error::internal(format!("no such kind of job: {}", job.kind)))?;
    run(polity, job)
}

const fn kind<W: Inner>() -> (&'static str, Run) {
    (W::KIND, |polity, job| job.work::<W>()?.run(polity))
}

/// The other areas' rows go first, since only the directory's job record knows which organization it was.
impl Inner for Purge {
    fn run(self, polity: &Polity) -> Result<Outcome> {
        let Self { organization } = self;
        if polity.identity.purge(organization, BATCH)? > 0 {
            return Ok(Outcome::Again);
        }
        if polity.legal.purge(organization, BATCH)? > 0 {
            return Ok(Outcome::Again);
        }
        if polity.licensing.purge(organization, BATCH)? > 0 {
            return Ok(Outcome::Again);
        }
        if polity.connections.purge(organization, BATCH)? > 0 {
            return Ok(Outcome::Again);
        }
        polity.directory.purge(organization)
    }
}

/// Sessions of whoever is disabled are refused at once; this is so that they do not work again once the account does.
impl Inner for AccountDisabled {
    fn run(self, polity: &Polity) -> Result<Outcome> {
        polity.signin.end_sessions_of(self.account).map(|()| Outcome::Done)
    }
}

impl Inner for RetractDelegation {
    fn run(self, polity: &Polity) -> Result<Outcome> {
        polity.directory.retract_delegation(self.organization, self.invitation)?;
        Ok(Outcome::Done)
    }
}

impl Inner for StoreFile {
    fn run(self, polity: &Polity) -> Result<Outcome> {
        polity.legal.file(self.organization, self.document).map(|()| Outcome::Done)
    }
}

impl Inner for Recheck {
    fn run(self, polity: &Polity) -> Result<Outcome> {
        polity.domains.recheck(self.organization, self.due)
    }
}

impl Inner for HandOver {
    fn run(self, polity: &Polity) -> Result<Outcome> {
        polity.legal.hand_over(self.organization, self.document).map(|()| Outcome::Done)
    }
}
