//! Who makes a change, and when: what records of it are stamped with.

use polity_kernel::{Actor, SubjectId, Timestamp, Tx};

/// Who makes a change, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The instant of the transaction.
    pub(crate) at: Timestamp,
    /// Absent for polity itself.
    pub(crate) by: Option<SubjectId>,
}

impl Stamp {
    /// The stamp of whatever this actor changes in this transaction.
    pub(crate) fn of(tx: &Tx<'_>, actor: &Actor) -> Self {
        Self { at: tx.now(), by: actor.id() }
    }
}
