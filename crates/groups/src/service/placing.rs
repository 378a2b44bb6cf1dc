//! The rules of putting members into groups: they exist, groups form no cycle, and the nesting stays shallow.

use std::collections::BTreeMap;

use polity_kernel::{AccountId, Code, Conn, Error, OrganizationId, Result, Tx};

use crate::{Changes, GroupId, MAX_DEPTH, Member, Membership, NewMembership, store};

/// Refuses accounts that do not exist and groups that are not the organization's.
pub(crate) fn require_members(
    conn: &mut Conn,
    organization: OrganizationId,
    members: &[Member],
) -> Result<()> {
    let mut accounts: Vec<AccountId> = Vec::new();
    for member in members {
        match member {
            Member::Account(account) => accounts.push(*account),
            Member::Group(group) => {
                store::groups::find(conn, organization, *group)?.ok_or_else(|| Error::not_found("group"))?;
            }
        }
    }
    let known = polity_accounts::within::accounts(conn, &accounts)?;
    if known.len() == accounts.len() { Ok(()) } else { Err(Error::not_found("account")) }
}

/// Stores the membership that `new` makes out of what was there before.
pub(crate) fn place(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    (group, before): (GroupId, Option<&Membership>),
    new: &NewMembership,
) -> Result<Membership> {
    match before {
        Some(before) => {
            let after = before.as_given(new, tx.now());
            if after != *before {
                store::memberships::update(tx, organization, &after)?;
            }
            Ok(after)
        }
        None => {
            if let Member::Group(child) = new.member {
                require_nesting(tx, organization, group, child)?;
            }
            let begun = new.begin(group, tx.now());
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
    let newcomers: Vec<Member> =
        wanted.keys().copied().filter(|member| !present.contains_key(member)).collect();
    require_members(tx, organization, &newcomers)?;
    for (member, new) in wanted {
        let before = present.get(&member);
        let after = place(tx, organization, (group, before), new)?;
        match before {
            Some(before) if *before == after => {}
            Some(_) => changes.changed.push(after),
            None => changes.added.push(after),
        }
    }
    Ok(changes)
}

/// Refuses a nesting that would make a group contain itself, or chains longer than [`MAX_DEPTH`].
fn require_nesting(
    conn: &mut Conn,
    organization: OrganizationId,
    parent: GroupId,
    child: GroupId,
) -> Result<()> {
    let (height, met) = store::nesting::above(conn, organization, parent, child)?;
    if met || parent == child {
        return Err(Error::new(Code::Cycle, "the group would contain itself"));
    }
    let depth = store::nesting::below(conn, organization, child)?;
    if height + 1 + depth > MAX_DEPTH {
        return Err(Error::new(Code::Conflict, format!("groups nest at most {MAX_DEPTH} deep")));
    }
    Ok(())
}
