//! Groups: made, changed, gone; and who is in them.

use std::collections::BTreeSet;

use polity_kernel::{Access, Conn, Error, OrganizationId, Result, Stamp, Tx};

use crate::acts::placements::{self, Placing};
use crate::events::{
    GROUP_CREATED, GROUP_DELETED, GROUP_MEMBER_ADDED, GROUP_MEMBER_REMOVED, GROUP_MEMBER_UPDATED,
    GROUP_MEMBERS_REPLACED, GROUP_UPDATED, GROUPS_MEMBERS_IMPORTED, GroupMemberIds,
};
use crate::{
    Changes, Group, GroupId, GroupPatch, GroupProfile, Member, Membership, NewGroup, NewMembership,
    Placement, store,
};

/// One group.
pub fn group(conn: &mut Conn, organization: OrganizationId, id: GroupId) -> Result<Option<Group>> {
    store::groups::find(conn, organization, id)
}

/// The group that an outside system knows by this id.
pub fn by_external_id(
    conn: &mut Conn,
    organization: OrganizationId,
    external_id: &str,
) -> Result<Option<Group>> {
    store::groups::find_by_external_id(conn, organization, external_id)
}

/// Makes a group.
pub fn create(tx: &mut Tx<'_>, access: &Access, new: &NewGroup) -> Result<Group> {
    let group = new.found(tx.new_id(), Stamp::of(tx, access.actor()));
    store::groups::insert(tx, access.organization(), &group)?;
    tx.record(GROUP_CREATED.made(access, group.id, &group))?;
    Ok(group)
}

/// Changes a group.
pub fn update(tx: &mut Tx<'_>, access: &Access, id: GroupId, patch: &GroupPatch) -> Result<Group> {
    let before = known(tx, access, id)?;
    let after = before.patched(patch, Stamp::of(tx, access.actor()))?;
    change(tx, access, &before, &after)?;
    Ok(after)
}

/// Makes the group with this external id be as given, and says whether that took a change. One without an external id is
/// always new.
pub fn upsert_by_external_id(tx: &mut Tx<'_>, access: &Access, new: &NewGroup) -> Result<(Group, bool)> {
    let known = match new.external_id() {
        Some(external_id) => store::groups::find_by_external_id(tx, access.organization(), external_id)?,
        None => None,
    };
    let Some(before) = known else {
        return Ok((create(tx, access, new)?, true));
    };
    let after = before.as_given(&new.with_profile_of(&before), Stamp::of(tx, access.actor()));
    let changed = change(tx, access, &before, &after)?;
    Ok((after, changed))
}

/// Removes a group, what is in it (not the members themselves) and its own place in other groups.
pub fn remove(tx: &mut Tx<'_>, access: &Access, id: GroupId) -> Result<()> {
    let organization = access.organization();
    let group = known(tx, access, id)?;
    store::memberships::remove_all(tx, organization, id)?;
    store::memberships::remove_all_of(tx, organization, Member::Group(id))?;
    store::groups::remove(tx, organization, id)?;
    tx.record(GROUP_DELETED.over(access, id, &group))
}

/// Puts a member into a group; one who is in already gets the new kind and end.
pub fn add(tx: &mut Tx<'_>, access: &Access, id: GroupId, new: &NewMembership) -> Result<Membership> {
    known(tx, access, id)?;
    let before = store::memberships::find(tx, access.organization(), id, new.member)?;
    if before.is_none() {
        placements::require_members(tx, access.organization(), &BTreeSet::from([new.member]))?;
    }
    let stamp = Stamp::of(tx, access.actor());
    let placing = Placing { group: id, before: before.as_ref(), new };
    let after = placements::place(tx, access.organization(), placing, stamp)?;
    match &before {
        Some(before) if *before == after => Ok(()),
        Some(before) => tx.record(GROUP_MEMBER_UPDATED.changed(access, id, before, &after)),
        None => tx.record(GROUP_MEMBER_ADDED.made(access, id, &after)),
    }?;
    Ok(after)
}

/// Takes a member out of a group; one that is not in it is `NotFound`.
pub fn remove_member(tx: &mut Tx<'_>, access: &Access, id: GroupId, member: Member) -> Result<()> {
    known(tx, access, id)?;
    let organization = access.organization();
    let membership = store::memberships::find(tx, organization, id, member)?
        .ok_or_else(|| Error::not_found("group membership"))?;
    store::memberships::remove(tx, organization, id, member)?;
    tx.record(GROUP_MEMBER_REMOVED.over(access, id, &membership))
}

/// Makes exactly these be in the group, each as given; of a member named twice the last counts. Done again it changes nothing.
pub fn set_members(
    tx: &mut Tx<'_>,
    access: &Access,
    id: GroupId,
    members: &[NewMembership],
) -> Result<Changes> {
    known(tx, access, id)?;
    let stamp = Stamp::of(tx, access.actor());
    let changes = placements::replace(tx, access.organization(), id, members, stamp)?;
    if !changes.is_empty() {
        tx.record(GROUP_MEMBERS_REPLACED.made(access, id, &changes))?;
    }
    Ok(changes)
}

/// Makes a member be in exactly these groups; of a group named twice the last counts. Where it is in already it keeps its end.
/// Done again it changes nothing.
pub fn set_groups_of(
    tx: &mut Tx<'_>,
    access: &Access,
    member: Member,
    places: &[Placement],
) -> Result<Changes> {
    let stamp = Stamp::of(tx, access.actor());
    let (changes, kept) = placements::replace_places(tx, access.organization(), member, places, stamp)?;
    for left in &changes.removed {
        tx.record(GROUP_MEMBER_REMOVED.over(access, left.group, left))?;
    }
    let changed = changes.changed.iter().filter_map(|after| Some((kept.get(&after.group)?, after)));
    for (before, after) in changed {
        tx.record(GROUP_MEMBER_UPDATED.changed(access, after.group, before, after))?;
    }
    for joined in &changes.added {
        tx.record(GROUP_MEMBER_ADDED.made(access, joined.group, joined))?;
    }
    Ok(changes)
}

/// Takes a member out of every group of the organization, for one who leaves it.
pub fn forget(tx: &mut Tx<'_>, access: &Access, member: Member) -> Result<()> {
    let organization = access.organization();
    let places = store::memberships::all_of(tx, organization, member)?;
    store::memberships::remove_all_of(tx, organization, member)?;
    places
        .iter()
        .try_for_each(|membership| tx.record(GROUP_MEMBER_REMOVED.over(access, membership.group, membership)))
}

/// Deletes up to `limit` of a deleted organization's rows and says how many went; 0 once all are gone.
pub fn purge(tx: &mut Tx<'_>, organization: OrganizationId, limit: i64) -> Result<usize> {
    match store::memberships::purge(tx, organization, limit)? {
        0 => store::groups::purge(tx, organization, limit),
        deleted => Ok(deleted),
    }
}

fn known(conn: &mut Conn, access: &Access, id: GroupId) -> Result<Group> {
    store::groups::find(conn, access.organization(), id)?.ok_or_else(|| Error::not_found("group"))
}

/// Gives the group the profile that is made of what it has.
pub(crate) fn show(
    tx: &mut Tx<'_>,
    access: &Access,
    id: GroupId,
    made: impl FnOnce(&GroupProfile) -> Result<GroupProfile>,
) -> Result<GroupProfile> {
    let before = known(tx, access, id)?;
    let profile = made(before.profile.as_ref().unwrap_or(&GroupProfile::default()))?;
    let after = before.showing(profile.clone(), Stamp::of(tx, access.actor()));
    change(tx, access, &before, &after)?;
    Ok(profile)
}

/// Says whether there was anything to change.
pub(crate) fn change(tx: &mut Tx<'_>, access: &Access, before: &Group, after: &Group) -> Result<bool> {
    if after == before {
        return Ok(false);
    }
    store::groups::update(tx, access.organization(), after)?;
    tx.record(GROUP_UPDATED.changed(access, after.id, before, after))?;
    Ok(true)
}

/// Puts many in at once, told of in one event.
pub(crate) fn insert_memberships(tx: &mut Tx<'_>, access: &Access, new: &[Membership]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    store::memberships::insert_all(tx, access.organization(), new)?;
    let ids: Vec<String> = new.iter().map(id_of).collect();
    tx.record(GROUPS_MEMBERS_IMPORTED.made(access, access.organization(), GroupMemberIds { ids }))
}

/// Gives a place that is there its new kind and end.
pub(crate) fn change_membership(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Membership,
    after: &Membership,
) -> Result<()> {
    store::memberships::update(tx, access.organization(), after)?;
    tx.record(GROUP_MEMBER_UPDATED.changed(access, after.group, before, after))
}

/// A membership has no id of its own: the group's and the member's name it.
fn id_of(membership: &Membership) -> String {
    format!("{}/{}", membership.group, membership.member.uuid())
}
