//! What may be given, and by whom: nobody gives away more than they have.

use polity_kernel::{Access, AccountId, Code, Error, Level, PermissionSet, Result, Subject};

use crate::member::Member;
use crate::permissions::ORG_USER_PERMISSIONS_LIST;
use crate::role::Role;
use crate::role::assignment::{Assignee, AssignmentId, RoleAssignment};
use crate::role::built_in;

/// Asks that the actor may give what the role gives. Permissions an organization made up for its own products are its
/// role administrators' to give; polity's own need holding.
pub(crate) fn may_give(access: &Access, role: &Role) -> Result<()> {
    may_hand_on(access, &role.permissions)
}

/// The same of any permissions.
pub(crate) fn may_hand_on(access: &Access, permissions: &PermissionSet) -> Result<()> {
    if permissions.is_all() && !access.permissions().is_all() {
        return Err(Error::new(Code::Forbidden, "only an owner gives ownership"));
    }
    access.require_all(permissions.iter().filter(|permission| built_in::is_own(permission)))?;
    let gives_something = permissions.is_all() || permissions.iter().next().is_some();
    if gives_something { access.require_recent() } else { Ok(()) }
}

/// Asks that the actor stands as high as this level. The lowest is no privilege: programs, which have no level, may handle it.
pub(crate) fn may_handle(access: &Access, level: Level) -> Result<()> {
    if level == Level::Member { Ok(()) } else { access.require_level(level) }
}

/// The role that comes with a member's level, as an assignment.
pub(crate) fn of_level(member: &Member) -> RoleAssignment {
    RoleAssignment {
        id: AssignmentId::new(member.id.uuid()),
        role: built_in::role_of_level(member.level).key.clone(),
        assignee: Assignee::Account(member.account),
        expires_at: member.expires_at,
        given_at: member.joined_at,
    }
}

/// Everybody sees what they are given; others' needs `org.user.permissions.list`.
pub(crate) fn may_see_roles_of(access: &Access, account: AccountId) -> Result<()> {
    if access.actor().subject() == Subject::Person(account) {
        return Ok(());
    }
    access.require(&ORG_USER_PERMISSIONS_LIST)
}
