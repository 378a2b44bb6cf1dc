//! Chains: the ways by which somebody comes to be in a group through nesting.

use std::sync::Arc;

use polity_kernel::Timestamp;

use crate::GroupId;

/// How deep groups nest: the most steps from a group up to the topmost one that contains it.
pub const MAX_DEPTH: i32 = 50;

/// The way somebody comes to be in a group: one that is shortest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// From the group that somebody is in directly up to the group in question; a single one when that is the same.
    pub path: Vec<Link>,
    /// When the way ends, by the first of its memberships to expire; whoever remembers it must forget it then.
    pub expires_at: Option<Timestamp>,
}

/// One group on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Which group.
    pub group: GroupId,
    /// Its name.
    pub name: Arc<str>,
}

impl Chain {
    /// The group in question.
    pub fn group(&self) -> Option<GroupId> {
        self.path.last().map(|link| link.group)
    }
}
