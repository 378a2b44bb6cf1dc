//! What an employee's account means to the directory: the role it is to have, and what the employee's groups carry.

use std::collections::BTreeSet;

use polity_accounts::{Appointing, EmployeeId};
use polity_groups::GroupId;
use polity_kernel::{Access, AccountId, Code, Error, Level, OrganizationId, Result, Tx};

use super::belonging::BELONGING;
use super::{giving, joining, members, roles, settings};
use crate::member::{Member, MemberPatch};
use crate::permissions::{MEMBERS_CREATE, USER_ROLES_UPDATE};
use crate::role::{Assignee, Role, RoleKey};
use crate::{built_in, store, within};

/// An employee's role is given to their account as [`Appointments::appoint`](crate::Appointments::appoint) gives it, and nobody links
/// an account to an employee whose groups carry more than they may give. A role that is promised is there, and account types are members'.
/// For [`polity_accounts::Service::new`].
pub const APPOINTING: Appointing =
    Appointing { appointing: by_word, promising: is_there, linking: may_link, belonging: BELONGING };

fn by_word(tx: &mut Tx<'_>, access: &Access, account: AccountId, role: &str) -> Result<()> {
    let role = named(tx, access, role)?;
    appoint(tx, access, account, &role)
}

/// Asks that there is the role: a promise of another would be kept by whichever comes to be called so.
fn is_there(tx: &mut Tx<'_>, access: &Access, role: &str) -> Result<()> {
    named(tx, access, role).map(drop)
}

fn named(tx: &mut Tx<'_>, access: &Access, role: &str) -> Result<Role> {
    let found = within::role(tx, access.organization(), role)?;
    found.ok_or_else(|| Error::field("role", format!("no such role: {role}")))
}

/// Makes the account a member who has this role, and never less than before. Refuses before it writes anything.
pub(super) fn appoint(tx: &mut Tx<'_>, access: &Access, account: AccountId, role: &Role) -> Result<()> {
    access.require(&USER_ROLES_UPDATE)?;
    let (organization, now) = (access.organization(), tx.now());
    let present = store::members::find(tx, organization, account, now)?;
    if present.is_none() {
        access.require(&MEMBERS_CREATE)?;
    }
    let level = built_in::level_of_role(&role.key);
    let had = present.as_ref().map_or(Level::Member, |member| member.level);
    if level.is_none_or(|level| level > had) {
        giving::may_give(access, role)?;
        giving::may_handle(access, level.unwrap_or(Level::Member))?;
    }
    if let (Some(member), None) = (&present, level)
        && !carries(tx, member, &role.key)?
    {
        giving::may_add_to(tx, access, member, now)?;
    }
    let newcomer = match (present, level) {
        (None, level) => Some(enroll(tx, access, account, level.unwrap_or(Level::Member))?),
        (Some(member), Some(level)) if level > member.level => {
            let patch = MemberPatch { level: Some(level), expires_at: None };
            members::change(tx, access, &member, patch)?;
            None
        }
        (Some(_), _) => None,
    };
    if level.is_none() {
        giving::put(tx, access, (Assignee::Account(account), &role.key), None)?;
    }
    // behind the role in question, since the first one given is who one is to some callers
    newcomer.map_or(Ok(()), |member| settings::welcome(tx, access.actor(), &member))
}

fn carries(tx: &mut Tx<'_>, member: &Member, role: &RoleKey) -> Result<bool> {
    let (assignee, now) = (Assignee::Account(member.account), tx.now());
    let carried = store::assignments::find(tx, member.organization, assignee, role)?;
    Ok(carried.is_some_and(|carried| carried.expires_at.is_none_or(|end| end > now)))
}

fn enroll(tx: &mut Tx<'_>, access: &Access, account: AccountId, level: Level) -> Result<Member> {
    let member = Member { level, ..joining::new_member(tx, access.actor(), access.organization(), account) };
    let now = tx.now();
    joining::enroll(tx, access.entitlements(now), access.actor(), (&member, "added"))?;
    Ok(member)
}

/// Links the account to the employee, within what the actor may give; nothing happens when it is linked already.
pub(super) fn link(tx: &mut Tx<'_>, access: &Access, account: AccountId, employee: EmployeeId) -> Result<()> {
    let employee = polity_accounts::within::employee(tx, access.organization(), employee)?
        .ok_or_else(|| Error::field("employee", "no such employee"))?;
    match employee.account {
        Some(linked) if linked == account => Ok(()),
        Some(_) => Err(Error::new(Code::Conflict, "another account is linked to this employee")),
        None => {
            may_link(tx, access, employee.id)?;
            polity_accounts::within::employ(tx, access, &employee, account)
        }
    }
}

/// Whoever is linked to an employee gets what the employee's groups and those above carry.
fn may_link(tx: &mut Tx<'_>, access: &Access, employee: EmployeeId) -> Result<()> {
    let member = polity_groups::Member::Employee(employee);
    let groups = polity_groups::within::all_above(tx, access.organization(), member)?;
    may_give_what(tx, access, groups)
}

/// Asks that the actor may give whatever these groups carry.
pub(super) fn may_give_what(tx: &mut Tx<'_>, access: &Access, groups: Vec<GroupId>) -> Result<()> {
    let (organization, now): (OrganizationId, _) = (access.organization(), tx.now());
    let carriers: Vec<Assignee> = groups.into_iter().map(Assignee::Group).collect();
    let carried = store::assignments::of(tx, organization, &carriers, now)?;
    // the groups are many, the roles few
    let roles: BTreeSet<RoleKey> = carried.into_iter().map(|assignment| assignment.role).collect();
    for key in roles {
        let role = roles::existing(tx, organization, &key)?;
        giving::may_give(access, &role)?;
    }
    Ok(())
}
