//! Roles: made, changed, deleted, and explained.

use polity_kernel::{Access, AccountId, Error, PermissionSet, Result, WriteKind};

use crate::acts::access;
use crate::acts::roles::ending::end_role;
use crate::acts::roles::{called, carriers, change, create, defined, made, own};
use crate::permissions::{
    ORG_ROLES_CREATE, ORG_ROLES_DELETE, ORG_ROLES_GET, ORG_ROLES_LIST, ORG_ROLES_UPDATE,
};
use crate::role::carrier::RoleInFull;
use crate::role::grants::{Granted, Grants};
use crate::role::names::RoleRef;
use crate::role::{NewRole, Role, RolePatch};
use crate::rules::authority::{may_give, may_see_roles_of};
use crate::service::Service;
use crate::{Roles, role::built_in, store};

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

    fn roles_in_full(&self, access: &Access, roles: Vec<Role>) -> Result<Vec<RoleInFull>> {
        let now = self.ctx.now();
        self.ctx.read(|conn| carriers::in_full(conn, access, now, roles.clone()))
    }

    fn create_role(&self, access: &Access, new: NewRole) -> Result<Role> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_ROLES_CREATE)?;
            let role = made(tx, access, &new)?;
            may_give(access, &role)?;
            create(tx, access, &role)?;
            Ok(role)
        })
    }

    fn update_role(&self, access: &Access, role: &RoleRef, patch: RolePatch) -> Result<Role> {
        let role = role.clone();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_ROLES_UPDATE)?;
            let before = own(tx, access.organization(), &role)?;
            let after = before.patched(&patch)?;
            may_give(access, &after)?;
            change(tx, access, &before, &after)?;
            Ok(after)
        })
    }

    fn remove_role(&self, access: &Access, role: &RoleRef) -> Result<()> {
        let (role, ending) = (role.clone(), self.ending);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_ROLES_DELETE)?;
            let before = own(tx, access.organization(), &role)?;
            end_role(tx, access, ending, &before)
        })
    }

    fn permissions(&self, access: &Access) -> Result<PermissionSet> {
        self.ctx.read(|conn| defined(conn, access.organization()))
    }

    fn explain(&self, access: &Access, account: AccountId) -> Result<Vec<Granted>> {
        may_see_roles_of(access, account)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let holdings = access::holdings(conn, organization, account, now)?
                .ok_or_else(|| Error::not_found("member"))?;
            Ok(Grants::of(&holdings).explained(&defined(conn, organization)?))
        })
    }
}
