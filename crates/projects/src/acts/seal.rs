//! What keeps the secrets of projects: their keys, and the secret ones among their parameters.

use std::fmt;

use polity_directory::{Parameter, Parameters, ProjectId, within};
use polity_kernel::{Digest, IdSource, MasterKey, OrganizationId, Result, Seal};

use crate::project::{ProjectSecret, SecretKeyId};

/// Keeps the secrets of projects. Made once from the master key.
#[derive(Clone)]
pub(crate) struct ProjectSeal(Seal);

/// A project and whose it is: its secrets open nowhere else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProjectRef {
    pub(crate) organization: OrganizationId,
    pub(crate) project: ProjectId,
}

impl ProjectSeal {
    /// With another master key nothing opens that was sealed, and no project is found by its secrets.
    pub(crate) fn new(master: &MasterKey) -> Self {
        Self(Seal::new(master, "directory.projects"))
    }

    /// What a project is found by.
    pub(crate) fn digest(&self, secret: &ProjectSecret) -> Digest {
        self.0.digest(&[b"key", secret.bytes()])
    }

    /// The secret as the store keeps it, which opens in this key's row alone.
    pub(crate) fn seal(
        &self,
        ids: &IdSource,
        place: ProjectRef,
        key: SecretKeyId,
        secret: &ProjectSecret,
    ) -> Result<Vec<u8>> {
        self.0.seal(ids, &row(place, key), secret.bytes())
    }

    pub(crate) fn open(&self, place: ProjectRef, key: SecretKeyId, sealed: &[u8]) -> Result<ProjectSecret> {
        ProjectSecret::stored(&self.0.open(&row(place, key), sealed)?)
    }

    /// Parameters as they are shown, and as their secrets are kept; see [`within::settle`].
    pub(crate) fn settle(
        &self,
        ids: &IdSource,
        ProjectRef { organization, project }: ProjectRef,
        sent: &[Parameter],
        kept: Option<&[u8]>,
    ) -> Result<(Parameters, Option<Vec<u8>>)> {
        within::settle(&self.0, ids, &format!("projects/{organization}/{project}"), sent, kept)
    }
}

impl fmt::Debug for ProjectSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProjectSeal(…)")
    }
}

fn row(ProjectRef { organization, project }: ProjectRef, key: SecretKeyId) -> String {
    format!("project_keys/{organization}/{project}/{key}")
}
