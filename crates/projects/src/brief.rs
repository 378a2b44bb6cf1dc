//! A project in brief, as it is shown where many are listed.

use polity_directory::ProjectId;
use polity_kernel::OrganizationId;

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
