//! Importing one organization: everything a roster says, in one transaction.

use std::collections::HashMap;

use polity_groups::{GroupId, MembershipFields, NewMembership};
use polity_kernel::{
    Access, AccountId, Actor, Code, Ctx, Error, Level, OrganizationId, PermissionSet, Result, Standing, Tx,
    epoch,
};

use super::{founding, members, organizations, roles};
use crate::member::{Member, MemberPatch};
use crate::organization::{NewOrganization, Organization, OrganizationPatch};
use crate::role::{Assignee, Role, RoleAssignment};
use crate::roster::{Roster, RosterChanges, RosterGroup, RosterMember};
use crate::{built_in, store};

/// Brings the organization to what the roster says.
pub(super) fn import(ctx: &Ctx, actor: &Actor, roster: Roster) -> Result<RosterChanges> {
    if !actor.is_platform_administrator() {
        return Err(Error::new(Code::Forbidden, "only a platform administrator imports"));
    }
    let actor = actor.clone();
    ctx.write_platform(move |tx| {
        let mut changes = RosterChanges::default();
        let id = organization(tx, &actor, &roster.organization, &mut changes)?;
        let standing = Standing { level: None, permissions: PermissionSet::all(), active: true };
        let access = Access::granted(id, actor.clone(), standing);
        make_roles(tx, &access, &roster, &mut changes)?;
        let accounts = people(tx, &access, &roster, &mut changes)?;
        let mut groups = HashMap::new();
        for listed in &roster.groups {
            let group =
                group(tx, &access, listed, &mut changes).map_err(|error| placed(error, &listed.place))?;
            groups.insert(listed.group.external_id().unwrap_or_default(), group);
            fill(tx, &access, (group, listed), (&accounts, &groups), &mut changes)?;
        }
        Ok(changes)
    })
}

/// The organization of this key, made or brought up to date, its epoch held alone.
fn organization(
    tx: &mut Tx<'_>,
    actor: &Actor,
    wanted: &NewOrganization,
    changes: &mut RosterChanges,
) -> Result<OrganizationId> {
    let key = wanted.key.as_ref().ok_or_else(|| Error::field("key", "is required"))?;
    let Some(id) = store::names::owner(tx, &key.as_str().to_lowercase())? else {
        let made = founding::found(tx, actor, wanted)?;
        changes.organizations_created += 1;
        epoch::raise(tx, made.id.uuid())?;
        return Ok(made.id);
    };
    epoch::raise(tx, id.uuid())?.ok_or_else(|| Error::not_found("organization"))?;
    let now = tx.now();
    let before = organizations::existing(tx, id, now)?;
    if differs(&before, wanted) {
        let standing = Standing { level: None, permissions: PermissionSet::all(), active: true };
        let access = Access::granted(id, actor.clone(), standing);
        organizations::apply(tx, &access, &before, &patch(wanted))?;
        changes.organizations_changed += 1;
    }
    Ok(id)
}

/// A roster that is silent on something leaves it as it is.
fn patch(wanted: &NewOrganization) -> OrganizationPatch {
    OrganizationPatch {
        name: wanted.name.clone().map(Some),
        description: wanted.description.clone().map(Some),
        domain: wanted.domain.as_ref().map(|domain| Some(domain.to_string())),
        domain_verified: wanted.domain_verified,
        logo_url: wanted.logo_url.clone().map(Some),
        ..OrganizationPatch::default()
    }
}

fn differs(before: &Organization, wanted: &NewOrganization) -> bool {
    let domain = before.domain.as_ref();
    wanted.name.as_ref().is_some_and(|name| *name != before.name)
        || (wanted.description.is_some() && wanted.description != before.description)
        || (wanted.logo_url.is_some() && wanted.logo_url != before.logo_url)
        || (wanted.domain.is_some() && wanted.domain.as_ref() != domain.map(|domain| &domain.name))
        || wanted.domain_verified.is_some_and(|word| domain.is_some_and(|domain| domain.verified != word))
}

fn make_roles(tx: &mut Tx<'_>, access: &Access, roster: &Roster, changes: &mut RosterChanges) -> Result<()> {
    for new in &roster.roles {
        let wanted = roles::made(new);
        let (organization, now) = (access.organization(), tx.now());
        match store::roles::find(tx, organization, &wanted.key)? {
            Some(present) if present == wanted => {}
            Some(before) => {
                store::roles::update(tx, organization, now, &wanted)?;
                roles::record_update(tx, access, (&before, &wanted))?;
                changes.roles_changed += 1;
            }
            None => {
                roles::insert(tx, access, &wanted)?;
                changes.roles_created += 1;
            }
        }
    }
    Ok(())
}

/// Accounts and members of everybody on the roster, by address.
fn people<'r>(
    tx: &mut Tx<'_>,
    access: &Access,
    roster: &'r Roster,
    changes: &mut RosterChanges,
) -> Result<HashMap<&'r str, AccountId>> {
    let (organization, now) = (access.organization(), tx.now());
    let owned = store::members::first_owner(tx, organization, now)?.is_some();
    let mut accounts = HashMap::with_capacity(roster.people.len());
    for person in &roster.people {
        let (account, made) = polity_accounts::within::find_or_create(tx, access.actor(), &person.account)
            .map_err(|error| placed(error, &person.place))?;
        changes.accounts_created += u64::from(made);
        accounts.insert(person.account.email().as_str(), account.id);
        // ownership that was settled here is not overturned from outside
        let level = if owned { person.level.min(Level::Admin) } else { person.level };
        member(tx, access, (account.id, level), changes)?;
    }
    Ok(accounts)
}

fn member(
    tx: &mut Tx<'_>,
    access: &Access,
    (account, level): (AccountId, Level),
    changes: &mut RosterChanges,
) -> Result<()> {
    let (organization, now) = (access.organization(), tx.now());
    match store::members::find(tx, organization, account, now)? {
        Some(present) if present.level >= level => {}
        Some(present) => {
            members::change(tx, access, &present, MemberPatch { level: Some(level), expires_at: None })?;
            changes.members_changed += 1;
        }
        None => {
            let member = Member { level, ..members::new_member(tx, organization, account) };
            members::admit(tx, access.actor(), &member, "added")?;
            changes.members_created += 1;
        }
    }
    Ok(())
}

/// The group of this external id, made, renamed or brought up to date.
fn group(
    tx: &mut Tx<'_>,
    access: &Access,
    listed: &RosterGroup,
    changes: &mut RosterChanges,
) -> Result<GroupId> {
    let organization = access.organization();
    let external_id = listed.group.external_id().ok_or_else(|| Error::field("external_id", "is required"))?;
    let known = polity_groups::within::by_external_id(tx, organization, external_id)?;
    if known.is_none() {
        for former in &listed.formerly {
            if let Some(renamed) = polity_groups::within::by_external_id(tx, organization, former)? {
                let patch = polity_groups::GroupPatch {
                    external_id: Some(Some(external_id.to_owned())),
                    ..polity_groups::GroupPatch::default()
                };
                polity_groups::within::update(tx, access, renamed.id, &patch)?;
                break;
            }
        }
    }
    let present = polity_groups::within::by_external_id(tx, organization, external_id)?.is_some();
    let (group, changed) = polity_groups::within::upsert_by_external_id(tx, access, &listed.group)?;
    changes.groups_created += u64::from(!present);
    changes.groups_changed += u64::from(present && (changed || known.is_none()));
    Ok(group.id)
}

/// Puts the group into its parent, its members into it, and its roles on it.
fn fill(
    tx: &mut Tx<'_>,
    access: &Access,
    (group, listed): (GroupId, &RosterGroup),
    (accounts, groups): (&HashMap<&str, AccountId>, &HashMap<&str, GroupId>),
    changes: &mut RosterChanges,
) -> Result<()> {
    if let Some(parent) = &listed.parent {
        let parent = groups.get(parent.as_str()).ok_or_else(|| {
            placed(Error::field("parent", format!("{parent} is not listed before this group")), &listed.place)
        })?;
        place(tx, access, (*parent, polity_groups::Member::Group(group), "MEMBER"), changes)?;
    }
    for member in &listed.members {
        let account = known(accounts, member)?;
        place(tx, access, (group, polity_groups::Member::Account(account), &member.kind), changes)
            .map_err(|error| placed(error, &member.place))?;
    }
    let (organization, now) = (access.organization(), tx.now());
    for key in &listed.roles {
        let role: Role =
            roles::existing(tx, organization, key).map_err(|error| placed(error, &listed.place))?;
        if built_in::level_of_role(key) == Some(Level::Owner) {
            return Err(placed(
                Error::field("roles", "ownership belongs to people, not to groups"),
                &listed.place,
            ));
        }
        let assignment = RoleAssignment {
            id: tx.new_id(),
            role: role.key,
            assignee: Assignee::Group(group),
            expires_at: None,
        };
        if store::assignments::upsert(tx, organization, now, &assignment)? {
            changes.roles_granted += 1;
        }
    }
    Ok(())
}

fn place(
    tx: &mut Tx<'_>,
    access: &Access,
    (group, member, kind): (GroupId, polity_groups::Member, &str),
    changes: &mut RosterChanges,
) -> Result<()> {
    let new =
        NewMembership::try_from(MembershipFields { member, kind: Some(kind.to_owned()), expires_at: None })?;
    let now = tx.now();
    let membership = polity_groups::within::add(tx, access, group, &new)?;
    if membership.created_at == now && membership.version == 1 {
        changes.memberships_created += 1;
    } else if membership.updated_at == now {
        changes.memberships_changed += 1;
    }
    Ok(())
}

fn known(accounts: &HashMap<&str, AccountId>, member: &RosterMember) -> Result<AccountId> {
    accounts.get(member.email.as_str()).copied().ok_or_else(|| {
        placed(
            Error::field("member", format!("{} is not among the organization's people", member.email)),
            &member.place,
        )
    })
}

/// The same failure with the place in the source before its reason.
fn placed(error: Error, place: &str) -> Error {
    let message = format!("{place}: {}", error.message());
    Error::new(error.code(), message).because(error)
}
