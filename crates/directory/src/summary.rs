//! What is seen of an organization at a summary, where many are listed.

use polity_kernel::OrganizationId;

use crate::project::ProjectId;

/// What a caller sees of an organization at a summary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationSummary {
    /// How many members with accounts in use there are; absent where the caller may not list them.
    pub members: Option<u64>,
    /// The projects that the caller sees, in order of opening; at most 1000.
    pub projects: Vec<ProjectInBrief>,
}

/// A project without its secret keys and parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectInBrief {
    /// Its id.
    pub id: ProjectId,
    /// Whose it is.
    pub organization: OrganizationId,
    /// The random number that no other project has.
    pub number: i64,
    /// The name people read.
    pub name: String,
}
