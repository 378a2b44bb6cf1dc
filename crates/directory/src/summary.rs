//! What is seen of an organization at a summary, where many are listed.

/// What a caller sees of an organization at a summary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationSummary {
    /// How many members with accounts in use there are; absent where the caller may not list them.
    pub members: Option<u64>,
}
