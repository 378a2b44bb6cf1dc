//! The project a person works in.

use std::collections::{HashMap, HashSet};

use polity_directory::ProjectId;
use polity_directory::permissions::{ORG_MEMBERS_LIST, PROJECTS_GET};
use polity_directory::within::{BELONGING, let_in};
use polity_kernel::{Access, AccountId, Actor, Limits, OrganizationId, PermissionSet, Result, Subject};

use crate::acts::rights;
use crate::service::Service;
use crate::store;
use crate::store::{active_projects, project_members};

/// A project, behind the organization whose it is.
type Place = (OrganizationId, ProjectId);

/// How many candidates are looked at; the first will do nearly always.
const FEW: i64 = 20;

impl Service {
    /// Where the actor works; absent for a program.
    pub(crate) fn active(&self, actor: &Actor) -> Result<Option<Place>> {
        let Subject::Person(account) = actor.subject() else { return Ok(None) };
        if !rights::could_leave(actor.limits(), &PROJECTS_GET) {
            return Ok(None);
        }
        if let Some(chosen) = self.ctx.read(|conn| active_projects::find(conn, account))?
            && self.sees_project(actor, chosen.0, chosen.1)?
        {
            return Ok(Some(chosen));
        }
        match self.longest_joined(actor, account)? {
            Some(place) => Ok(Some(place)),
            None => self.first_run(actor, account),
        }
    }

    /// Where each of these members works, if it is in a project of this organization that the actor may know of.
    pub(crate) fn active_here(
        &self,
        access: &Access,
        accounts: &[AccountId],
    ) -> Result<Vec<(AccountId, Option<ProjectId>)>> {
        access.require(&ORG_MEMBERS_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let (members, settled, others) = self.ctx.read(|conn| {
            let members = BELONGING.among(conn, organization, accounts, now)?;
            let members: Vec<AccountId> = members.into_iter().collect();
            let settled: HashMap<AccountId, Place> =
                active_projects::joined(conn, &members, now)?.into_iter().collect();
            let rest: Vec<AccountId> =
                members.iter().filter(|account| !settled.contains_key(*account)).copied().collect();
            Ok((members, settled, active_projects::unsettled(conn, &rest)?))
        })?;
        let mut places: HashMap<AccountId, ProjectId> = HashMap::new();
        for account in members {
            let place = match settled.get(&account) {
                Some(place) => Some(*place),
                // they have chosen nothing, or have no role where they work
                None if others.contains(&account) => {
                    let whole =
                        Actor::new(Subject::Person(account), Limits::default(), PermissionSet::none());
                    self.active(&whole)?
                }
                None => None,
            };
            places.extend(place.filter(|place| place.0 == organization).map(|place| (account, place.1)));
        }
        let told: HashSet<ProjectId> = places.values().copied().collect();
        let told: Vec<ProjectId> = told.into_iter().collect();
        let known = self.ctx.read(|conn| rights::known(conn, access, &told))?;
        let place = |account| places.get(account).copied().filter(|project| known.contains(project));
        Ok(accounts.iter().map(|account| (*account, place(account))).collect())
    }

    fn sees_project(&self, actor: &Actor, organization: OrganizationId, project: ProjectId) -> Result<bool> {
        match let_in(&*self.entry, actor, organization)? {
            Some(access) => self.ctx.read(|conn| rights::sees(conn, &access, project)),
            None => Ok(false),
        }
    }

    /// Of the projects the actor sees, the one in which they have had a role longest.
    fn longest_joined(&self, actor: &Actor, account: AccountId) -> Result<Option<Place>> {
        let (now, only) = (self.ctx.now(), actor.limits().organization);
        for place in self.ctx.read(|conn| project_members::places(conn, account, only, now, FEW))? {
            if self.sees_project(actor, place.0, place.1)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// The first project of the first organization the actor runs that has one.
    fn first_run(&self, actor: &Actor, account: AccountId) -> Result<Option<Place>> {
        let (now, only) = (self.ctx.now(), actor.limits().organization);
        let run: Vec<OrganizationId> =
            self.ctx.read(|conn| active_projects::run_by(conn, account, only, now, FEW))?;
        for organization in run {
            let Some(access) = let_in(&*self.entry, actor, organization)? else { continue };
            if !access.permissions().contains(&PROJECTS_GET) {
                continue;
            }
            if let Some(project) = self.ctx.read(|conn| store::projects::first(conn, organization))? {
                return Ok(Some((organization, project)));
            }
        }
        Ok(None)
    }
}
