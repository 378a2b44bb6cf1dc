//! Roles: making them, handing them out, and explaining what follows.

use std::collections::BTreeSet;
use std::sync::Arc;

use polity_kernel::{
    Access, AccountId, Error, Page, Paged, PermissionSet, Result, Subject, Timestamp, WriteKind,
};

use crate::acts::access;
use crate::acts::roles::assigned::carriers;
use crate::acts::roles::assignments::{carried, give, replace, take};
use crate::acts::roles::ending::end_role;
use crate::acts::roles::{called, change, create, defined, existing, own};
use crate::grants::{Granted, Grants};
use crate::permissions::{
    ORG_ROLES_CREATE, ORG_ROLES_DELETE, ORG_ROLES_GET, ORG_ROLES_LIST, ORG_ROLES_UPDATE,
    ORG_USER_PERMISSIONS_LIST, ORG_USER_ROLES_UPDATE,
};
use crate::role::{Assignee, NewRole, Role, RoleAssignment, RoleKey, RolePatch};
use crate::role_names::RoleRef;
use crate::rules::authority::may_give;
use crate::service::Service;
use crate::{Roles, built_in, store};

/// The most roles that somebody is left with at once: all of an organization's own, and the built-in ones.
const GIVEN_AT_ONCE: usize = 600;

impl Roles for Service {
    fn roles(&self, access: &Access) -> Result<Vec<Role>> {
        access.require(&ORG_ROLES_LIST)?;
        let own = self.ctx.read(|conn| store::roles::all(conn, access.organization()))?;
        Ok(built_in::ROLES.iter().cloned().chain(own).collect())
    }

    fn role(&self, access: &Access, role: &RoleRef) -> Result<Role> {
        access.require(&ORG_ROLES_GET)?;
        let found = self.ctx.read(|conn| called(conn, access.organization(), role))?;
        found.ok_or_else(|| Error::not_found("role"))
    }

    fn create_role(&self, access: &Access, new: NewRole) -> Result<Role> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_ROLES_CREATE)?;
            let role = new.made((tx.new_id(), Some(tx.now()), access.actor().id()));
            may_give(access, &role)?;
            create(tx, access, &role)?;
            Ok(role)
        })
    }

    fn update_role(&self, access: &Access, key: &RoleKey, patch: RolePatch) -> Result<Role> {
        let key = key.clone();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_ROLES_UPDATE)?;
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
            access.require(&ORG_ROLES_DELETE)?;
            let before = own(tx, access.organization(), &key)?;
            end_role(tx, access, ending, &before)
        })
    }

    fn assignments(&self, access: &Access, key: &RoleKey, page: Page) -> Result<Paged<RoleAssignment>> {
        access.require(&ORG_ROLES_LIST)?;
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
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ROLES_UPDATE)?;
            if expires_at.is_some_and(|end| end <= tx.now()) {
                return Err(Error::field("expires_at", "is in the past"));
            }
            let role = existing(tx, access.organization(), &key)?;
            give(tx, &*workspaces, access, (assignee, &role), expires_at)
        })
    }

    fn revoke(&self, access: &Access, assignee: Assignee, key: &RoleKey) -> Result<()> {
        let key = key.clone();
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ROLES_UPDATE)?;
            existing(tx, access.organization(), &key)?;
            take(tx, &*workspaces, access, assignee, &key)
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
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ROLES_UPDATE)?;
            replace(tx, &*workspaces, access, account, &keys)
        })
    }

    fn permissions(&self, access: &Access) -> Result<PermissionSet> {
        self.ctx.read(|conn| defined(conn, access.organization()))
    }

    fn explain(&self, access: &Access, account: AccountId) -> Result<Vec<Granted>> {
        require_self_or(access, account)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let holdings = access::holdings(conn, organization, account, now)?
                .ok_or_else(|| Error::not_found("member"))?;
            Ok(Grants::of(&holdings).explained(&defined(conn, organization)?))
        })
    }
}

/// Everybody sees what they are given; others' needs `org.user.permissions.list`.
fn require_self_or(access: &Access, account: AccountId) -> Result<()> {
    if access.actor().subject() == Subject::Person(account) {
        return Ok(());
    }
    access.require(&ORG_USER_PERMISSIONS_LIST)
}
