//! Appointments: what people are in an organization, in one word each.

use std::collections::HashMap;
use std::sync::Arc;

use polity_kernel::{
    Access, AccountId, Conn, Error, Level, OrganizationId, Page, Paged, Result, Subject, Timestamp, WriteKind,
};

use crate::acts::employment::{carried, memberships};
use crate::acts::{employment, members, roles};
use crate::colleague::{Appointment, Membership};
use crate::member::{Member, Person};
use crate::permissions::{ORG_MEMBERS_GET, ORG_MEMBERS_LIST};
use crate::role::{Assignee, RoleKey};
use crate::rules::authority;
use crate::service::Service;
use crate::{Appointments, store};

impl Appointments for Service {
    fn appoint(&self, access: &Access, appointment: Appointment) -> Result<Vec<Membership>> {
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            let Appointment { account, role, employee } = &appointment;
            let (organization, now) = (access.organization(), tx.now());
            let role = roles::called(tx, organization, role)?
                .ok_or_else(|| Error::field("role", format!("no such role: {role}")))?;
            polity_accounts::within::account(tx, *account)?.ok_or_else(|| Error::not_found("account"))?;
            employment::appoint(tx, &*workspaces, access, *account, &role)?;
            if let Some(employee) = employee {
                employment::link(tx, access, *account, *employee)?;
            }
            let found = memberships(tx, organization, &[*account], now)?;
            let mine = found.into_iter().next().ok_or_else(|| Error::not_found("member"))?;
            Ok(mine.1)
        })
    }

    fn administrators(&self, access: &Access, page: Page) -> Result<Paged<Person>> {
        access.require(&ORG_MEMBERS_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let members = store::members::page_above(conn, organization, now, &page)?;
            let members = Paged::of(members, &page, |member| member.id.uuid());
            let items = members::people(conn, organization, members.items, now)?;
            Ok(Paged { items, next: members.next })
        })
    }

    fn standings(
        &self,
        access: &Access,
        accounts: &[AccountId],
    ) -> Result<Vec<(AccountId, Option<RoleKey>)>> {
        let own = |account: &AccountId| access.actor().subject() == Subject::Person(*account);
        if !accounts.iter().all(own) {
            access.require(&ORG_MEMBERS_GET)?;
        }
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let members = store::members::of_accounts(conn, organization, accounts, now)?;
            let mut shown: HashMap<AccountId, RoleKey> =
                shown(conn, organization, &members, now)?.into_iter().collect();
            Ok(accounts.iter().map(|account| (*account, shown.remove(account))).collect())
        })
    }
}

/// The role each member is shown with: the level's for an admin or owner; of the others the first given to them, or `member`.
fn shown(
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
