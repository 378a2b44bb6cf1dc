//! What is seen of an organization where many are listed.

/// What a caller sees of an organization where many are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationSummary {
    /// How many members with accounts in use there are; absent where the caller may not list them.
    pub members: Option<u64>,
}
