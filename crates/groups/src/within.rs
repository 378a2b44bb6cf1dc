//! What areas further right in the chain may do inside their own transaction; nothing here asks for permission.
//!
//! Whatever changes who is in what needs a transaction that holds the organization's epoch alone
//! ([`WriteKind::Grants`](polity_kernel::WriteKind::Grants) or [`epoch::raise`](polity_kernel::epoch::raise)): the look
//! for cycles relies on it.

pub use crate::acts::groups::{
    add, by_external_id, create, forget, group, purge, remove, remove_member, set_groups_of, set_members,
    update, upsert_by_external_id,
};
pub use crate::acts::nesting::{all_above, at_and_above, chains};
