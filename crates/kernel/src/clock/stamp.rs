//! Who makes a change, and when: what records of it are stamped with.

use crate::{Actor, SubjectId, Timestamp, Tx};

/// Who makes a change, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The instant of the transaction.
    pub at: Timestamp,
    /// Absent for polity itself.
    pub by: Option<SubjectId>,
}

impl Stamp {
    /// The stamp of whatever this actor changes in this transaction.
    pub fn of(tx: &Tx<'_>, actor: &Actor) -> Self {
        Self { at: tx.now(), by: actor.id() }
    }
}
