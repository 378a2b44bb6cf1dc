//! Members with a role: added, and linked to their employees.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use polity_accounts::{Appointing, EmployeeId};
use polity_groups::GroupId;
use polity_kernel::{
    Access, AccountId, Code, Conn, Error, FieldKind, Level, OrganizationId, Result, Timestamp, Tx,
};

use crate::acts::belonging::BELONGING;
use crate::acts::roles::assigned;
use crate::acts::{members, roles};
use crate::events::MEMBER_ADDED;
use crate::member::person::Membership;
use crate::member::{Member, MemberPatch};
use crate::permissions::{ORG_DIRECTORY_MEMBERS_CREATE, ORG_USER_ROLES_UPDATE};
use crate::role::assignment::Assignee;
use crate::role::{Role, RoleKey};
use crate::rules::authority;
use crate::workspaces::Workspaces;
use crate::{role::built_in, store};

/// What these accounts carry themselves in the organization, the level's role first; one that is no member has nothing.
pub(crate) fn memberships(
    conn: &mut Conn,
    organization: OrganizationId,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<Vec<(AccountId, Vec<Membership>)>> {
    let members = store::members::of_accounts(conn, organization, accounts, now)?;
    let ids: Vec<AccountId> = members.iter().map(|member| member.account).collect();
    let employees = polity_accounts::within::employees_of(conn, organization, &ids)?;
    let employees: HashMap<AccountId, _> =
        employees.into_iter().filter_map(|employee| Some((employee.account?, employee.id))).collect();
    let mut carried = carried(conn, organization, &ids, now)?;
    let of = |member: &Member| {
        let given = carried.remove(&Assignee::Account(member.account)).unwrap_or_default();
        let employee = employees.get(&member.account).copied();
        let roles = std::iter::once(authority::of_level(member).role).chain(given);
        let accepted = member.accepted_at.is_some();
        (member.account, roles.map(|role| Membership { organization, role, employee, accepted }).collect())
    };
    Ok(members.iter().map(of).collect())
}

/// The roles given to these accounts, oldest first.
fn carried(
    conn: &mut Conn,
    organization: OrganizationId,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<HashMap<Assignee, Vec<RoleKey>>> {
    let assignees: Vec<Assignee> = accounts.iter().copied().map(Assignee::Account).collect();
    let mut carried: HashMap<Assignee, Vec<RoleKey>> = HashMap::new();
    for given in store::assignments::of(conn, organization, &assignees, now)? {
        carried.entry(given.assignee).or_default().push(given.role);
    }
    Ok(carried)
}

/// An employee's role is given to their account as [`Members::add_member`](crate::Members::add_member) gives it, and nobody links
/// an account to an employee whose groups carry more than they may give. A role that is promised is there, and account types are members'.
/// For [`polity_accounts::Service::new`].
pub fn appointing(workspaces: Arc<dyn Workspaces>) -> Appointing {
    let by_word = move |tx: &mut Tx<'_>, access: &Access, account: AccountId, role: &str| {
        let role = named(tx, access, role)?;
        appoint(tx, &*workspaces, access, account, Some(&role)).map(drop)
    };
    Appointing { appointing: Arc::new(by_word), promising: is_there, linking: may_link, belonging: BELONGING }
}

/// Asks that there is the role: a promise of another would be kept by whichever comes to be called so.
fn is_there(tx: &mut Tx<'_>, access: &Access, role: &str) -> Result<()> {
    named(tx, access, role).map(drop)
}

fn named(tx: &mut Tx<'_>, access: &Access, role: &str) -> Result<Role> {
    let found = roles::role(tx, access.organization(), role)?;
    found.ok_or_else(|| Error::field("role", FieldKind::NotFound.told(format!("no such role: {role}"))))
}

/// Makes the account a member who has this role, if one is given, and never less than before. Refuses before it writes anything.
pub(crate) fn appoint(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    account: AccountId,
    role: Option<&Role>,
) -> Result<Member> {
    if role.is_some() {
        access.require(&ORG_USER_ROLES_UPDATE)?;
    }
    let (organization, now) = (access.organization(), tx.now());
    let present = store::members::find(tx, organization, account, now)?;
    if present.is_none() || role.is_none() {
        access.require(&ORG_DIRECTORY_MEMBERS_CREATE)?;
    }
    if present.is_none() {
        polity_accounts::within::account(tx, account)?.ok_or_else(|| Error::not_found("account"))?;
    }
    let level = role.and_then(|role| built_in::level_of_role(&role.key));
    if let Some(role) = role {
        may_appoint(tx, workspaces, access, present.as_ref(), role)?;
    }
    let (member, newcomer) = match (present, level) {
        (None, level) => (enroll(tx, workspaces, access, account, level.unwrap_or(Level::Member))?, true),
        (Some(member), Some(level)) if level > member.level => {
            let patch = MemberPatch { level: Some(level), expires_at: None };
            (members::change(tx, workspaces, access, &member, patch)?, false)
        }
        (Some(member), _) => (member, false),
    };
    if let (Some(role), None) = (role, level) {
        assigned::put(tx, access, Assignee::Account(account), &role.key, None)?;
    }
    if newcomer {
        // behind the role in question, since the first one given is who one is to some callers
        members::welcome(tx, access.actor(), &member)?;
    }
    Ok(member)
}

/// Asks that the actor may give the role to this member, or to whoever is to be one.
fn may_appoint(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    present: Option<&Member>,
    role: &Role,
) -> Result<()> {
    let level = built_in::level_of_role(&role.key);
    let had = present.map_or(Level::Member, |member| member.level);
    if level.is_none_or(|level| level > had) {
        authority::may_give(access, role)?;
        authority::may_handle(access, level.unwrap_or(Level::Member))?;
    }
    match present {
        Some(member) if level.is_none() && !carries(tx, member, &role.key)? => {
            let now = tx.now();
            assigned::may_add_to(tx, workspaces, access, member, now)
        }
        _ => Ok(()),
    }
}

/// The role each member is shown with: the level's for an admin or owner; of the others the first given to them, or `member`.
pub(crate) fn shown_roles(
    conn: &mut Conn,
    organization: OrganizationId,
    members: &[Member],
    now: Timestamp,
) -> Result<Vec<(AccountId, RoleKey)>> {
    let plain: Vec<AccountId> =
        members.iter().filter(|member| member.level == Level::Member).map(|member| member.account).collect();
    let carried = carried(conn, organization, &plain, now)?;
    let role = |member: &Member| {
        let first = carried.get(&Assignee::Account(member.account)).and_then(|roles| roles.first().cloned());
        (member.account, first.unwrap_or_else(|| authority::of_level(member).role))
    };
    Ok(members.iter().map(role).collect())
}

fn carries(tx: &mut Tx<'_>, member: &Member, role: &RoleKey) -> Result<bool> {
    let (assignee, now) = (Assignee::Account(member.account), tx.now());
    let carried = store::assignments::find(tx, member.organization, assignee, role)?;
    Ok(carried.is_some_and(|carried| carried.expires_at.is_none_or(|end| end > now)))
}

fn enroll(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    account: AccountId,
    level: Level,
) -> Result<Member> {
    let member = Member { level, ..members::new_member(tx, access.actor(), access.organization(), account) };
    members::enroll(tx, workspaces, access, &member, &MEMBER_ADDED)?;
    Ok(member)
}

/// Links the account to the employee, within what the actor may give; nothing happens when it is linked already.
pub(crate) fn link(tx: &mut Tx<'_>, access: &Access, account: AccountId, employee: EmployeeId) -> Result<()> {
    let employee = polity_accounts::within::employee(tx, access.organization(), employee)?
        .ok_or_else(|| Error::field("employee", FieldKind::NotFound.told("no such employee")))?;
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
pub(crate) fn may_give_what(tx: &mut Tx<'_>, access: &Access, groups: Vec<GroupId>) -> Result<()> {
    let (organization, now): (OrganizationId, _) = (access.organization(), tx.now());
    let carriers: Vec<Assignee> = groups.into_iter().map(Assignee::Group).collect();
    let carried = store::assignments::of(tx, organization, &carriers, now)?;
    // the groups are many, the roles few
    let roles: BTreeSet<RoleKey> = carried.into_iter().map(|assignment| assignment.role).collect();
    for key in roles {
        let role = roles::existing(tx, organization, &key)?;
        authority::may_give(access, &role)?;
    }
    Ok(())
}
