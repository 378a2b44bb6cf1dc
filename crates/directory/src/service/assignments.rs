//! Assignments of roles: who carries which role, given and taken.

use std::collections::BTreeSet;
use std::sync::Arc;

use polity_kernel::{Access, AccountId, Error, FieldKind, Page, Paged, Result, WriteKind};

use crate::RoleAssignments;
use crate::acts::roles::{assigned, assignments, carriers, meant};
use crate::member::query::At;
use crate::permissions::{ORG_ROLES_LIST, ORG_USER_ROLES_UPDATE};
use crate::role::RoleKey;
use crate::role::assignment::{Assignees, AssignmentId, AssignmentRef, NewAssignment, RoleAssignment};
use crate::role::carrier::RoleCarrier;
use crate::role::names::RoleRef;
use crate::rules::authority::may_see_roles_of;
use crate::service::Service;

/// The most roles that somebody is left with at once: all of an organization's own, and the built-in ones.
const GIVEN_AT_ONCE: usize = 600;

impl RoleAssignments for Service {
    fn assignments(
        &self,
        access: &Access,
        role: &RoleRef,
        whose: Assignees,
        page: Page,
    ) -> Result<Paged<RoleAssignment>> {
        access.require(&ORG_ROLES_LIST)?;
        let at = At { organization: access.organization(), now: self.ctx.now() };
        let rows = self.ctx.read(|conn| {
            let role = meant(conn, at.organization, role)?;
            assigned::page(conn, at, &role.key, whose, &page)
        })?;
        Ok(Paged::of(rows, &page, |assignment| assignment.id.uuid()))
    }

    fn assignment_count(&self, access: &Access, role: &RoleRef, whose: Assignees) -> Result<u64> {
        access.require(&ORG_ROLES_LIST)?;
        let at = At { organization: access.organization(), now: self.ctx.now() };
        self.ctx.read(|conn| {
            let role = meant(conn, at.organization, role)?;
            assigned::count(conn, at, &role.key, whose)
        })
    }

    fn assignment(&self, access: &Access, role: &RoleRef, id: AssignmentId) -> Result<RoleAssignment> {
        access.require(&ORG_ROLES_LIST)?;
        let at = At { organization: access.organization(), now: self.ctx.now() };
        self.ctx.read(|conn| {
            let role = meant(conn, at.organization, role)?;
            assignments::assignment(conn, at, &role, id)
        })
    }

    fn carriers(&self, access: &Access, assignments: Vec<RoleAssignment>) -> Result<Vec<RoleCarrier>> {
        let at = At { organization: access.organization(), now: self.ctx.now() };
        self.ctx.read(|conn| carriers::carriers(conn, at, assignments.clone()))
    }

    fn roles_of(&self, access: &Access, account: AccountId) -> Result<Vec<RoleAssignment>> {
        may_see_roles_of(access, account)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| assignments::carried(conn, organization, account, now))
    }

    fn grant(&self, access: &Access, new: NewAssignment) -> Result<RoleAssignment> {
        let workspaces = Arc::clone(&self.terms.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ROLES_UPDATE)?;
            assignments::grant(tx, &*workspaces, access, &new)
        })
    }

    fn revoke(&self, access: &Access, role: &RoleRef, assignment: AssignmentRef) -> Result<()> {
        let (role, workspaces) = (role.clone(), Arc::clone(&self.terms.workspaces));
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ROLES_UPDATE)?;
            let at = At { organization: access.organization(), now: tx.now() };
            let role = meant(tx, at.organization, &role)?;
            let assignee = match assignment {
                AssignmentRef::To(assignee) => assignee,
                AssignmentRef::Id(id) => assignments::assignment(tx, at, &role, id)?.assignee,
            };
            assignments::take(tx, &*workspaces, access, assignee, &role.key)
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
            return Err(Error::field(
                "roles",
                FieldKind::TooMany(GIVEN_AT_ONCE).told(format!("names more than {GIVEN_AT_ONCE} roles")),
            ));
        }
        let workspaces = Arc::clone(&self.terms.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ROLES_UPDATE)?;
            assignments::replace(tx, &*workspaces, access, account, &keys)
        })
    }
}
