//! The rules of putting members into groups: they exist, groups form no cycle, and the nesting stays shallow.

use std::collections::{BTreeMap, BTreeSet};

use polity_kernel::{Conn, Error, OrganizationId, Result, Stamp, Tx};

use crate::nesting::Nesting;
use crate::{Changes, GroupId, Member, Membership, NewMembership, Placement, store};

/// Refuses accounts that do not exist, and employees and groups that are not the organization's.
pub(crate) fn require_members(
    conn: &mut Conn,
    organization: OrganizationId,
    members: &BTreeSet<Member>,
) -> Result<()> {
    let (mut accounts, mut employees, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    for member in members {
        match member {
            Member::Account(account) => accounts.push(*account),
            Member::Employee(employee) => employees.push(*employee),
            Member::Group(group) => groups.push(*group),
        }
    }
    if polity_accounts::within::accounts(conn, &accounts)?.len() != accounts.len() {
        return Err(Error::not_found("account"));
    }
    if polity_accounts::within::employees(conn, organization, &employees)?.len() != employees.len() {
        return Err(Error::not_found("employee"));
    }
    require_groups(conn, organization, &groups)
}

/// Refuses groups that are not the organization's; none may be named twice.
fn require_groups(conn: &mut Conn, organization: OrganizationId, groups: &[GroupId]) -> Result<()> {
    let known = store::groups::find_all(conn, organization, groups)?;
    if known.len() == groups.len() { Ok(()) } else { Err(Error::not_found("group")) }
}

/// A membership that is wanted, and the one that is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placing<'m> {
    pub(crate) group: GroupId,
    pub(crate) before: Option<&'m Membership>,
    pub(crate) new: &'m NewMembership,
}

/// Groups in which other groups come to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moves<'s> {
    pub(crate) parents: &'s BTreeSet<GroupId>,
    pub(crate) children: &'s BTreeSet<GroupId>,
}

/// Stores the membership that is wanted, made out of the one that is there, if the nesting allows it.
pub(crate) fn place(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    placing: Placing<'_>,
    stamp: Stamp,
) -> Result<Membership> {
    if placing.before.is_none()
        && let Member::Group(child) = placing.new.member
    {
        let (parents, children) = (&BTreeSet::from([placing.group]), &BTreeSet::from([child]));
        nesting_around(tx, organization, Moves { parents, children })?.nest(placing.group, child)?;
    }
    keep(tx, organization, placing, stamp)
}

/// Stores the membership that is wanted, made out of the one that is there. Whoever calls has looked at the nesting.
fn keep(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    placing: Placing<'_>,
    stamp: Stamp,
) -> Result<Membership> {
    let Placing { group, before, new } = placing;
    match before {
        Some(before) => {
            let after = before.as_given(new, stamp.at);
            if after != *before {
                store::memberships::update(tx, organization, &after)?;
            }
            Ok(after)
        }
        None => {
            let begun = new.begin(group, stamp);
            store::memberships::insert(tx, organization, &begun)?;
            Ok(begun)
        }
    }
}

/// Makes exactly these be in the group. Who goes out goes first, so that moving a group elsewhere is no cycle.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    group: GroupId,
    members: &[NewMembership],
    stamp: Stamp,
) -> Result<Changes> {
    let wanted: BTreeMap<Member, &NewMembership> = members.iter().map(|new| (new.member, new)).collect();
    let mut present = BTreeMap::new();
    let mut changes = Changes::default();
    for membership in store::memberships::all(tx, organization, group)? {
        if wanted.contains_key(&membership.member) {
            present.insert(membership.member, membership);
        } else {
            store::memberships::remove(tx, organization, group, membership.member)?;
            changes.removed.push(membership);
        }
    }
    let newcomers = wanted.keys().copied().filter(|member| !present.contains_key(member)).collect();
    require_members(tx, organization, &newcomers)?;
    for (member, new) in wanted {
        let before = present.get(&member);
        let after = place(tx, organization, Placing { group, before, new }, stamp)?;
        changes.note(before, after);
    }
    Ok(changes)
}

/// Makes the member be in exactly these groups. It leaves groups first, so that moving a group elsewhere is no cycle; a place
/// whose time is over is left too, and begins anew when it is wanted. Returns also how the places were that it kept.
pub(crate) fn replace_places(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    member: Member,
    places: &[Placement],
    stamp: Stamp,
) -> Result<(Changes, BTreeMap<GroupId, Membership>)> {
    let wanted: BTreeMap<GroupId, &str> =
        places.iter().map(|place| (place.group, place.kind.as_str())).collect();
    require_members(tx, organization, &BTreeSet::from([member]))?;
    require_groups(tx, organization, &wanted.keys().copied().collect::<Vec<_>>())?;
    let mut present = BTreeMap::new();
    let mut changes = Changes::default();
    for membership in store::memberships::all_of(tx, organization, member)? {
        if wanted.contains_key(&membership.group) && membership.is_live(stamp.at) {
            present.insert(membership.group, membership);
        } else {
            store::memberships::remove(tx, organization, membership.group, member)?;
            changes.removed.push(membership);
        }
    }
    if let Member::Group(child) = member {
        let joined = wanted.keys().copied().filter(|group| !present.contains_key(group)).collect();
        let moves = Moves { parents: &joined, children: &BTreeSet::from([child]) };
        nesting_around(tx, organization, moves)?.nest_in_all(&joined, child)?;
    }
    for (group, kind) in wanted {
        let before = present.get(&group);
        let expires_at = before.and_then(|membership| membership.expires_at);
        let new = NewMembership { member, kind: kind.to_owned(), expires_at };
        let after = keep(tx, organization, Placing { group, before, new: &new }, stamp)?;
        changes.note(before, after);
    }
    Ok((changes, present))
}

/// The nesting above the parents and below the children.
pub(crate) fn nesting_around(
    conn: &mut Conn,
    organization: OrganizationId,
    moves: Moves<'_>,
) -> Result<Nesting> {
    let listed = |groups: &BTreeSet<GroupId>| groups.iter().copied().collect::<Vec<_>>();
    let mut nesting = Nesting::default();
    let above = store::nesting::above(conn, organization, &listed(moves.parents))?;
    let below = store::nesting::below(conn, organization, &listed(moves.children))?;
    for (parent, child) in above.into_iter().chain(below) {
        nesting.note(parent, child);
    }
    Ok(nesting)
}
