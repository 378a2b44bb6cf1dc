//! Appointments: what people are in an organization, in one word each.

use std::collections::HashMap;

use polity_kernel::{
    Access, AccountId, Conn, Error, Level, OrganizationId, Page, Paged, Result, Subject, Timestamp, WriteKind,
};

use super::{Service, appointing, giving, members, roles};
use crate::colleague::{Appointment, Membership};
use crate::member::{Member, Person};
use crate::permissions::{PEOPLE_GET, PEOPLE_LIST};
use crate::role::{Assignee, RoleKey};
use crate::{Appointments, store};

impl Appointments for Service {
    fn appoint(&self, access: &Access, appointment: Appointment) -> Result<Vec<Membership>> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            let Appointment { account, role, employee } = &appointment;
            let (organization, now) = (access.organization(), tx.now());
            let role = roles::called(tx, organization, role)?
                .ok_or_else(|| Error::field("role", format!("no such role: {role}")))?;
            polity_accounts::within::account(tx, *account)?.ok_or_else(|| Error::not_found("account"))?;
            appointing::appoint(tx, access, *account, &role)?;
            if let Some(employee) = employee {
                appointing::link(tx, access, *account, *employee)?;
            }
            let found = memberships(tx, organization, &[*account], now)?;
            let mine = found.into_iter().next().ok_or_else(|| Error::not_found("member"))?;
            Ok(mine.1)
        })
    }

    fn administrators(&self, access: &Access, page: Page) -> Result<Paged<Person>> {
        access.require(&PEOPLE_LIST)?;
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
            access.require(&PEOPLE_GET)?;
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

/// What these accounts carry themselves in the organization, the level's role first; one that is no member has nothing.
pub(super) fn memberships(
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
        let roles = std::iter::once(giving::of_level(member).role).chain(given);
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
        (member.account, first.unwrap_or_else(|| giving::of_level(member).role))
    };
    Ok(members.iter().map(role).collect())
}
