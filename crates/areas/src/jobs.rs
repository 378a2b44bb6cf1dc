//! The jobs that need the areas alone, and what is tidied up now and then.
//!
//! A transaction of an area promises a job by its kind; whoever has leased it calls [`run`].

use polity_directory::InvitationId;
use polity_kernel::job::{Leased, Outcome};
use polity_kernel::{Error, OrganizationId, Result};
use polity_legal::LegalDocumentId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::polity::Polity;

/// Rows of an area in one batch of a purge.
const BATCH: usize = 1_000;

/// A kind of job: what it needs to know, and what is done. It may run more than once for the same job, so it must not matter if it does.
pub trait JobKind: DeserializeOwned {
    /// What the promise calls it.
    const KIND: &'static str;

    /// Does it, or a batch of it.
    ///
    /// # Errors
    /// Those of the areas; the job is tried again later.
    fn run(self, polity: &Polity) -> Result<Outcome>;
}

/// Runs a job of some kind with its payload.
type Run = fn(&Polity, &Value) -> Result<Outcome>;

/// The kinds of job there are.
const KINDS: [(&str, Run); 4] = [kind::<Purge>(), kind::<Retract>(), kind::<File>(), kind::<HandOver>()];

/// What is tidied up, in words, and how.
pub type Tidying = (&'static str, fn(&Polity) -> Result<()>);

/// What to call about once a minute, each whether or not the others fail.
pub const TIDYING: [Tidying; 2] = [
    ("credentials that have expired", |polity| polity.identity.tidy()),
    ("mailed links that have expired", |polity| polity.signin.forget_expired()),
];

/// Does a job that was leased, or a batch of it. What came of it is told with [`polity_kernel::job::settle`].
///
/// # Errors
/// `Internal` for a kind that needs more than the areas, or that there is not, and for a payload it cannot have; those of the areas.
pub fn run(polity: &Polity, job: &Leased) -> Result<Outcome> {
    let known = KINDS.iter().find(|(kind, _)| *kind == job.kind);
    let (_, run) = known.ok_or_else(|| Error::internal(format!("no such kind of job: {}", job.kind)))?;
    run(polity, &job.payload)
}

const fn kind<K: JobKind>() -> (&'static str, Run) {
    (K::KIND, |polity, payload| K::deserialize(payload).map_err(Error::internal)?.run(polity))
}

/// What a deleted organization left behind, batch by batch: the other areas' rows first, since only the directory's job record
/// knows which organization it was.
#[derive(Debug, Deserialize)]
pub struct Purge {
    organization: OrganizationId,
}

impl JobKind for Purge {
    const KIND: &'static str = "directory.purge";

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
        polity.directory.purge(organization)
    }
}

/// Takes back an invitation to set an organization up that was followed by one elsewhere.
#[derive(Debug, Deserialize)]
pub struct Retract {
    organization: OrganizationId,
    invitation: InvitationId,
}

impl JobKind for Retract {
    const KIND: &'static str = "directory.retract";

    fn run(self, polity: &Polity) -> Result<Outcome> {
        polity.directory.retract_delegation(self.organization, self.invitation)?;
        Ok(Outcome::Done)
    }
}

/// Stores the file of a document that was signed while the object store was away.
#[derive(Debug, Deserialize)]
pub struct File {
    organization: OrganizationId,
    document: LegalDocumentId,
}

impl JobKind for File {
    const KIND: &'static str = "legal.file";

    fn run(self, polity: &Polity) -> Result<Outcome> {
        polity.legal.file(self.organization, self.document).map(|()| Outcome::Done)
    }
}

/// Gives a document to the signing provider.
#[derive(Debug, Deserialize)]
pub struct HandOver {
    organization: OrganizationId,
    document: LegalDocumentId,
}

impl JobKind for HandOver {
    const KIND: &'static str = "legal.hand_over";

    fn run(self, polity: &Polity) -> Result<Outcome> {
        polity.legal.hand_over(self.organization, self.document).map(|()| Outcome::Done)
    }
}
