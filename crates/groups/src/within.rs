//! What areas further right in the chain may do inside their own transaction; nothing here asks for permission.
//!
//! Whatever changes who is in what needs a transaction that holds the organization's epoch alone
//! ([`WriteKind::Grants`](polity_kernel::WriteKind::Grants) or [`epoch::raise`](polity_kernel::epoch::raise)): the look
//! for cycles relies on it.

use polity_kernel::{Access, AccountId, Conn, Error, Event, OrganizationId, Result, Timestamp, Tx};

use crate::service::placing;
use crate::{Chain, Changes, Group, GroupId, GroupPatch, Member, Membership, NewGroup, NewMembership, store};

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

/// Every group the account is in at this instant, directly or by nesting, each with one shortest way up to it; shorter ways
/// first, then by group id. Groups that are not active are left out, and so is what is only reached through them.
pub fn chains(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<Chain>> {
    store::chains::chains(conn, organization, account, now)
}

/// The group and every group it is nested in: whoever is placed in it is in all of these.
pub fn at_and_above(conn: &mut Conn, organization: OrganizationId, id: GroupId) -> Result<Vec<GroupId>> {
    store::nesting::at_and_above(conn, organization, id)
}

/// Makes a group.
pub fn create(tx: &mut Tx<'_>, access: &Access, new: &NewGroup) -> Result<Group> {
    let group = new.found(tx.new_id(), tx.now());
    store::groups::insert(tx, access.organization(), &group)?;
    tx.record(Event::new(access, "created", "group", group.id).after(&group))?;
    Ok(group)
}

/// Changes a group.
pub fn update(tx: &mut Tx<'_>, access: &Access, id: GroupId, patch: &GroupPatch) -> Result<Group> {
    let before = known(tx, access, id)?;
    let after = before.patched(patch, tx.now())?;
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
    let after = before.as_given(new, tx.now());
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
    tx.record(Event::new(access, "removed", "group", id).before(&group))
}

/// Puts a member into a group; one who is in already gets the new kind and end.
pub fn add(tx: &mut Tx<'_>, access: &Access, id: GroupId, new: &NewMembership) -> Result<Membership> {
    known(tx, access, id)?;
    let before = store::memberships::find(tx, access.organization(), id, new.member)?;
    if before.is_none() {
        placing::require_members(tx, access.organization(), &[new.member])?;
    }
    let after = placing::place(tx, access.organization(), (id, before.as_ref()), new)?;
    match &before {
        Some(before) if *before == after => Ok(()),
        Some(before) => tx.record(membership_event(access, "updated", &after).before(before).after(&after)),
        None => tx.record(membership_event(access, "added", &after).after(&after)),
    }?;
    Ok(after)
}

/// Takes a member out of a group; one that is not in it is `NotFound`.
pub fn expel(tx: &mut Tx<'_>, access: &Access, id: GroupId, member: Member) -> Result<()> {
    known(tx, access, id)?;
    let organization = access.organization();
    let membership = store::memberships::find(tx, organization, id, member)?
        .ok_or_else(|| Error::not_found("group membership"))?;
    store::memberships::remove(tx, organization, id, member)?;
    tx.record(membership_event(access, "removed", &membership).before(&membership))
}

/// Makes exactly these be in the group, each as given; of a member named twice the last counts. Done again it changes nothing.
pub fn set_members(
    tx: &mut Tx<'_>,
    access: &Access,
    id: GroupId,
    members: &[NewMembership],
) -> Result<Changes> {
    known(tx, access, id)?;
    let changes = placing::replace(tx, access.organization(), id, members)?;
    if !changes.is_empty() {
        tx.record(Event::new(access, "updated", "group_members", id).after(&changes))?;
    }
    Ok(changes)
}

/// Takes a member out of every group of the organization, for one who leaves it.
pub fn forget(tx: &mut Tx<'_>, access: &Access, member: Member) -> Result<()> {
    let organization = access.organization();
    let places = store::memberships::all_of(tx, organization, member)?;
    store::memberships::remove_all_of(tx, organization, member)?;
    places.iter().try_for_each(|membership| {
        tx.record(membership_event(access, "removed", membership).before(membership))
    })
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

/// Says whether there was anything to change.
fn change(tx: &mut Tx<'_>, access: &Access, before: &Group, after: &Group) -> Result<bool> {
    if after == before {
        return Ok(false);
    }
    store::groups::update(tx, access.organization(), after)?;
    tx.record(Event::new(access, "updated", "group", after.id).before(before).after(after))?;
    Ok(true)
}

/// A membership has no id of its own: the group's and the member's name it.
fn membership_event(access: &Access, action: &'static str, of: &Membership) -> Event {
    Event::new(access, action, "group_membership", format!("{}/{}", of.group, of.member.uuid()))
}
