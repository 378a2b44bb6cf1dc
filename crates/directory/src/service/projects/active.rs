//! The project a person works in.

use std::collections::{HashMap, HashSet};

use polity_kernel::{Access, AccountId, Actor, Limits, PermissionSet, Result, Subject};
use uuid::Uuid;

use super::rights;
use super::seal::Place;
use crate::permissions::{PEOPLE_LIST, PROJECTS_GET};
use crate::project::{ProjectId, ProjectMemberId};
use crate::service::Service;
use crate::store::{self, active_projects, project_members};

/// How many candidates are read at a time; the first will do nearly always.
const BATCH: i64 = 50;

/// How many of the organizations somebody runs are looked into for a project.
const RUN: i64 = 100;

impl Service {
    /// Where the actor works; absent for a program.
    pub(super) fn active(&self, actor: &Actor) -> Result<Option<Place>> {
        let Subject::Person(account) = actor.subject() else { return Ok(None) };
        if let Some(chosen) = self.ctx.read(|conn| active_projects::find(conn, account))?
            && self.sees_project(actor, chosen)?
        {
            return Ok(Some(chosen));
        }
        match self.longest_joined(actor, account)? {
            Some(place) => Ok(Some(place)),
            None => self.first_run(actor, account),
        }
    }

    /// Where each of these members works, if it is in this organization.
    pub(super) fn active_here(
        &self,
        access: &Access,
        accounts: &[AccountId],
    ) -> Result<Vec<(AccountId, Option<ProjectId>)>> {
        access.require(&PEOPLE_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let (members, chosen) = self.ctx.read(|conn| {
            let members = store::members::of_accounts(conn, organization, accounts, now)?;
            let members: HashSet<AccountId> = members.into_iter().map(|member| member.account).collect();
            let chosen = active_projects::joined(conn, organization, accounts)?;
            Ok((members, chosen.into_iter().collect::<HashMap<_, _>>()))
        })?;
        let place = |account: &AccountId| -> Result<Option<ProjectId>> {
            if !members.contains(account) {
                return Ok(None);
            }
            if let Some(project) = chosen.get(account) {
                return Ok(Some(*project));
            }
            // the others are few: they have chosen nothing, work elsewhere, or have no role where they work
            let whole = Actor::new(Subject::Person(*account), Limits::default(), PermissionSet::none());
            Ok(self.active(&whole)?.filter(|place| place.0 == organization).map(|place| place.1))
        };
        accounts.iter().map(|account| Ok((*account, place(account)?))).collect()
    }

    fn sees_project(&self, actor: &Actor, (organization, project): Place) -> Result<bool> {
        match self.let_in(actor, organization)? {
            Some(access) => self.ctx.read(|conn| rights::sees(conn, &access, project)),
            None => Ok(false),
        }
    }

    /// Of the projects the actor sees, the one in which they have had a role longest.
    fn longest_joined(&self, actor: &Actor, account: AccountId) -> Result<Option<Place>> {
        let now = self.ctx.now();
        let mut after = ProjectMemberId::new(Uuid::nil());
        loop {
            let part = (after, BATCH);
            let some = self.ctx.read(|conn| project_members::places(conn, account, now, part))?;
            let Some((last, ..)) = some.last() else { return Ok(None) };
            after = *last;
            for (_, organization, project) in some {
                if self.sees_project(actor, (organization, project))? {
                    return Ok(Some((organization, project)));
                }
            }
        }
    }

    /// The first project of the first organization the actor runs that has one.
    fn first_run(&self, actor: &Actor, account: AccountId) -> Result<Option<Place>> {
        let now = self.ctx.now();
        for organization in self.ctx.read(|conn| active_projects::run_by(conn, account, now, RUN))? {
            let Some(access) = self.let_in(actor, organization)? else { continue };
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
