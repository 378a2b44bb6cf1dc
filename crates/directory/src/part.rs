//! A part of a list of organizations.

use polity_kernel::OrganizationId;
use uuid::Uuid;

/// A part of a list of organizations in the order of their ids: at most so many behind one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Behind which.
    pub after: OrganizationId,
    /// How many at most.
    pub limit: i64,
}

impl Part {
    /// The beginning of the list.
    pub fn first(limit: i64) -> Self {
        Self { after: OrganizationId::new(Uuid::nil()), limit }
    }
}
