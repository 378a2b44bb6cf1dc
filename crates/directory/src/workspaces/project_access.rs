//! What an invitation promises in a project.

use polity_kernel::{Error, Result, id, words};
use serde::{Deserialize, Serialize};

id!(ProjectId, "One work space of an organization.");

words! {
    /// What an invitation promises in a project, the least first.
    pub enum ProjectLevel {
        /// Nothing.
        None = "none",
        /// To work in it.
        Member = "member",
        /// To run it.
        Admin = "admin",
    }
}

/// A promise of a role in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectAccess {
    /// Where; the project may have been closed since.
    pub project: ProjectId,
    /// What.
    pub level: ProjectLevel,
}

impl<'de> Deserialize<'de> for ProjectLevel {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map_err(|error: Error| serde::de::Error::custom(error.message()))
    }
}

/// Each project once, with the highest level it stands with, ordered by id.
pub(crate) fn merged(mut all: Vec<ProjectAccess>) -> Vec<ProjectAccess> {
    all.sort_by_key(|access| (access.project, std::cmp::Reverse(access.level)));
    all.dedup_by_key(|access| access.project);
    all
}
