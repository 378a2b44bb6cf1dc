//! What pages say in JSON.

mod export;
pub(super) mod passkey;

pub(super) use export::{Head, ORGANIZATIONS, head, key, organization};
