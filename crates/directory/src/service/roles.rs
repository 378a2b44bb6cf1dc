//! Roles: making them, handing them out, and explaining what follows.

use std::collections::BTreeSet;

use polity_kernel::{
    Access, AccountId, Conn, Error, Event, OrganizationId, Page, Paged, PermissionSet, Result, Subject,
    Timestamp, Tx, WriteKind,
};

use super::ending::{end_role, retract};
use super::giving::{carried, carriers, give, may_give, replace, take};
use super::{Service, entry};
use crate::grants::{Granted, Grants};
use crate::permissions::{
    ROLES_CREATE, ROLES_DELETE, ROLES_GET, ROLES_LIST, ROLES_UPDATE, USER_PERMISSIONS_LIST, USER_ROLES_UPDATE,
};
use crate::role::{Assignee, NewRole, Role, RoleAssignment, RoleId, RoleKey, RolePatch};
use crate::role_names::{RoleConflict, RoleRef, same_name};
use crate::{Roles, built_in, store};

/// The most roles an organization makes itself: they are read as a whole.
const MOST: usize = 500;

/// The most roles that somebody is left with at once: all of an organization's own, and the built-in ones.
const GIVEN_AT_ONCE: usize = 600;

impl Roles for Service {
    fn roles(&self, access: &Access) -> Result<Vec<Role>> {
        access.require(&ROLES_LIST)?;
        let own = self.ctx.read(|conn| store::roles::all(conn, access.organization()))?;
        Ok(built_in::ROLES.iter().cloned().chain(own).collect())
    }

    fn role(&self, access: &Access, role: &RoleRef) -> Result<Role> {
        access.require(&ROLES_GET)?;
        let found = self.ctx.read(|conn| called(conn, access.organization(), role))?;
        found.ok_or_else(|| Error::not_found("role"))
    }

    fn create_role(&self, access: &Access, new: NewRole) -> Result<Role> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ROLES_CREATE)?;
            let role = new.made((tx.new_id(), Some(tx.now()), access.actor().id()));
            may_give(access, &role)?;
            create(tx, access, &role)?;
            Ok(role)
        })
    }

    fn update_role(&self, access: &Access, key: &RoleKey, patch: RolePatch) -> Result<Role> {
        let key = key.clone();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ROLES_UPDATE)?;
            let before = own(tx, access.organization(), &key)?;
            let after = before.patched(&patch)?;
            may_give(access, &after)?;
            change(tx, access, &before, &after)?;
            Ok(after)
        })
    }

    fn remove_role(&self, access: &Access, key: &RoleKey) -> Result<()> {
        let (key, ending) = (key.clone(), self.ending);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ROLES_DELETE)?;
            let before = own(tx, access.organization(), &key)?;
            end_role(tx, access, ending, &before)
        })
    }

    fn assignments(&self, access: &Access, key: &RoleKey, page: Page) -> Result<Paged<RoleAssignment>> {
        access.require(&ROLES_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let rows = self.ctx.read(|conn| {
            existing(conn, organization, key)?;
            carriers(conn, organization, key, now, &page)
        })?;
        Ok(Paged::of(rows, &page, |assignment| assignment.id.uuid()))
    }

    fn roles_of(&self, access: &Access, account: AccountId) -> Result<Vec<RoleAssignment>> {
        require_self_or(access, account)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| carried(conn, organization, account, now))
    }

    fn grant(
        &self,
        access: &Access,
        assignee: Assignee,
        key: &RoleKey,
        expires_at: Option<Timestamp>,
    ) -> Result<RoleAssignment> {
        let key = key.clone();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&USER_ROLES_UPDATE)?;
            if expires_at.is_some_and(|end| end <= tx.now()) {
                return Err(Error::field("expires_at", "is in the past"));
            }
            let role = existing(tx, access.organization(), &key)?;
            give(tx, access, (assignee, &role), expires_at)
        })
    }

    fn revoke(&self, access: &Access, assignee: Assignee, key: &RoleKey) -> Result<()> {
        let key = key.clone();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&USER_ROLES_UPDATE)?;
            existing(tx, access.organization(), &key)?;
            take(tx, access, assignee, &key)
        })
    }

    fn set_roles(
        &self,
        access: &Access,
        account: AccountId,
        keys: &[RoleKey],
    ) -> Result<Vec<RoleAssignment>> {
        // each once: what follows asks the store of each
        let keys: Vec<RoleKey> = keys.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        if keys.len() > GIVEN_AT_ONCE {
            return Err(Error::field("roles", format!("names more than {GIVEN_AT_ONCE} roles")));
        }
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&USER_ROLES_UPDATE)?;
            replace(tx, access, account, &keys)
        })
    }

    fn permissions(&self, access: &Access) -> Result<PermissionSet> {
        self.ctx.read(|conn| defined(conn, access.organization()))
    }

    fn explain(&self, access: &Access, account: AccountId) -> Result<Vec<Granted>> {
        require_self_or(access, account)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let holdings = entry::holdings(conn, organization, account, now)?
                .ok_or_else(|| Error::not_found("member"))?;
            Ok(Grants::of(&holdings).explained(&defined(conn, organization)?))
        })
    }
}

/// Makes a role that whoever calls may give.
pub(super) fn create(tx: &mut Tx<'_>, access: &Access, role: &Role) -> Result<()> {
    let (organization, now) = (access.organization(), tx.now());
    let others = store::roles::all(tx, organization)?;
    if everywhere_and(&others).any(|other| other.key == role.key) {
        return Err(RoleConflict::KeyTaken.into());
    }
    require_sole_name(&others, role)?;
    if others.len() >= MOST {
        return Err(RoleConflict::TooMany.into());
    }
    // nobody was promised it before it was
    retract(tx, access, &role.key)?;
    store::roles::insert(tx, organization, now, role)?;
    tx.record(Event::new(access, "created", "role", &role.key).after(role))
}

/// Changes a role to one that whoever calls may give; returns whether there was anything to change.
pub(super) fn change(tx: &mut Tx<'_>, access: &Access, before: &Role, after: &Role) -> Result<bool> {
    if after == before {
        return Ok(false);
    }
    // a name from before names were one role's alone stays until it is changed
    if !same_name(&after.name, &before.name) {
        require_sole_name(&store::roles::all(tx, access.organization())?, after)?;
    }
    let now = tx.now();
    store::roles::update(tx, access.organization(), now, after)?;
    tx.record(Event::new(access, "updated", "role", &after.key).before(before).after(after))?;
    Ok(true)
}

/// A role of the organization, built in or own.
pub(super) fn existing(conn: &mut Conn, organization: OrganizationId, key: &RoleKey) -> Result<Role> {
    by_key(conn, organization, key)?.ok_or_else(|| Error::not_found("role"))
}

/// The role with this key, built in or own.
pub(crate) fn by_key(conn: &mut Conn, organization: OrganizationId, key: &RoleKey) -> Result<Option<Role>> {
    match built_in::role_of(key) {
        Some(role) => Ok(Some(role.clone())),
        None => store::roles::find(conn, organization, key),
    }
}

/// The role with this id, built in or own.
pub(super) fn by_id(conn: &mut Conn, organization: OrganizationId, id: RoleId) -> Result<Option<Role>> {
    match built_in::ROLES.iter().find(|role| role.id == id) {
        Some(role) => Ok(Some(role.clone())),
        None => store::roles::by_id(conn, organization, id),
    }
}

/// Everything the roles of an organization give.
fn defined(conn: &mut Conn, organization: OrganizationId) -> Result<PermissionSet> {
    let mut union = built_in::KNOWN.clone();
    for role in store::roles::all(conn, organization)? {
        union.extend(&role.gives());
    }
    Ok(union)
}

/// The role that is meant, built in or own, if there is one.
pub(crate) fn called(conn: &mut Conn, organization: OrganizationId, role: &RoleRef) -> Result<Option<Role>> {
    if let RoleRef::Key(key) = role {
        return by_key(conn, organization, key);
    }
    let all: Vec<Role> = everywhere_and(&store::roles::all(conn, organization)?).cloned().collect();
    Ok(role.among(&all).cloned())
}

fn own(conn: &mut Conn, organization: OrganizationId, key: &RoleKey) -> Result<Role> {
    require_own(existing(conn, organization, key)?)
}

/// The role, if it is one that an organization can change.
pub(super) fn require_own(role: Role) -> Result<Role> {
    if role.built_in { Err(RoleConflict::BuiltIn.into()) } else { Ok(role) }
}

/// Asks that no other role has the name. The organization is held alone, so none comes by it meanwhile.
fn require_sole_name(own: &[Role], role: &Role) -> Result<()> {
    let taken = everywhere_and(own).any(|other| other.id != role.id && same_name(&other.name, &role.name));
    if taken { Err(RoleConflict::NameTaken.into()) } else { Ok(()) }
}

/// The roles every organization has, then its own.
fn everywhere_and(own: &[Role]) -> impl Iterator<Item = &Role> {
    built_in::ROLES.iter().chain(own)
}

/// Everybody sees what they are given; others' needs `org.user.permissions.list`.
fn require_self_or(access: &Access, account: AccountId) -> Result<()> {
    if access.actor().subject() == Subject::Person(account) {
        return Ok(());
    }
    access.require(&USER_PERMISSIONS_LIST)
}
