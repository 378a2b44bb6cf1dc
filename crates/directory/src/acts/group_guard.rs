//! What roles on groups mean for changing groups.

use polity_groups::{GroupId, Guard};
use polity_kernel::{Access, Result, Tx};

use crate::acts::belonging::BELONGING;
use crate::acts::employment::may_give_what;
use crate::role::assignment::Assignee;
use crate::store;

/// Only members' accounts are in groups. Nobody places anybody, themselves included, in a group that carries more than they may give; and a
/// removed group carries nothing any more. For [`polity_groups::Service::new`].
pub const GROUP_GUARD: Guard = Guard { belonging: BELONGING, placing: may_place, removing: unburden };

/// Whoever is placed in groups gets what they and the groups they are nested in carry.
fn may_place(tx: &mut Tx<'_>, access: &Access, groups: &[GroupId]) -> Result<()> {
    let groups = polity_groups::within::at_and_above(tx, access.organization(), groups)?;
    may_give_what(tx, access, groups)
}

fn unburden(tx: &mut Tx<'_>, access: &Access, group: GroupId) -> Result<()> {
    store::assignments::forget(tx, access.organization(), Assignee::Group(group))
}
