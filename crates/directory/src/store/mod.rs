//! The directory's tables, a file per noun.
//!
//! Every tenant query has `organization_id` in its WHERE.

pub(crate) mod assignments;
pub(crate) mod delegations;
pub(crate) mod display_names;
pub(crate) mod endings;
pub(crate) mod invitations;
pub(crate) mod mails;
pub(crate) mod members;
pub(crate) mod names;
pub(crate) mod organizations;
pub(crate) mod promises;
pub(crate) mod purge;
pub(crate) mod roles;
pub(crate) mod summaries;
