//! What roles on groups mean for changing groups.

use polity_groups::{GroupId, Guard};
use polity_kernel::{Access, Result, Tx};

use super::giving::may_give;
use super::roles;
use crate::role::Assignee;
use crate::store;

/// Nobody places anybody, themselves included, in a group that carries more than they may give; and a removed group carries
/// nothing any more. For [`polity_groups::Service::guarded`].
pub const GROUP_GUARD: Guard = Guard { placing: may_place, removing: unburden };

/// Whoever is placed in a group gets what it and the groups it is nested in carry.
fn may_place(tx: &mut Tx<'_>, access: &Access, group: GroupId) -> Result<()> {
    let (organization, now) = (access.organization(), tx.now());
    let carriers: Vec<Assignee> = polity_groups::within::at_and_above(tx, organization, group)?
        .into_iter()
        .map(Assignee::Group)
        .collect();
    for carried in store::assignments::of(tx, organization, &carriers, now)? {
        let role = roles::existing(tx, organization, &carried.role)?;
        may_give(access, &role)?;
    }
    Ok(())
}

fn unburden(tx: &mut Tx<'_>, access: &Access, group: GroupId) -> Result<()> {
    store::assignments::forget(tx, access.organization(), Assignee::Group(group))
}
