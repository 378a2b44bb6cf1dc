//! The area's promises, through its trait and what it offers to areas further right, on both engines.
#![cfg(test)]

mod entities;
mod groups;
mod importing;
mod members;
mod model;
mod nesting;
mod places;
mod profiles;
mod rows;
mod transitive;

use std::time::Duration;

use polity_accounts::{AccountFields, EmployeeFields, EmployeeId, Employees, NewAccount, NewEmployee};
use polity_groups::{
    Group, GroupFields, GroupId, Groups, Member, MemberFilter, Membership, MembershipFields, Memberships,
    NewGroup, NewMembership, Service, within,
};
use polity_kernel::event::Recorded;
use polity_kernel::{
    Access, AccountId, Actor, Code, Level, Limits, OrganizationId, Page, PermissionSet, Result, Standing,
    Subject, epoch, event,
};
use polity_testkit::Kit;

fn service(kit: &Kit) -> Service {
    Service::new(kit.ctx.clone(), polity_groups::Guard::NOTHING)
}

fn organization(kit: &Kit) -> OrganizationId {
    kit.ctx
        .write_platform(|tx| {
            let id: OrganizationId = tx.new_id();
            epoch::begin(tx, id.uuid())?;
            Ok(id)
        })
        .unwrap()
}

/// One who may do exactly this in the organization.
fn allowed(organization: OrganizationId, names: &[&str]) -> Access {
    let permissions = names.iter().map(|name| name.parse().unwrap()).collect();
    let standing = Standing { level: Some(Level::Member), permissions, active: true };
    Access::granted(organization, Actor::system(), standing)
}

/// One who may do everything in the organization.
fn owner(organization: OrganizationId) -> Access {
    let standing = Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active: true };
    Access::granted(organization, Actor::system(), standing)
}

fn account(kit: &Kit, name: &str) -> AccountId {
    let fields = AccountFields { email: format!("{name}@example.com"), ..AccountFields::default() };
    let new = NewAccount::try_from(fields).unwrap();
    let find_or_create = polity_accounts::within::find_or_create;
    kit.ctx.write_platform(move |tx| find_or_create(tx, &Actor::system(), None, &new)).unwrap().0.id
}

fn employee(kit: &Kit, access: &Access, name: &str) -> EmployeeId {
    let fields = EmployeeFields {
        name: name.to_owned(),
        email: format!("{name}@work.example"),
        ..EmployeeFields::default()
    };
    let staff = polity_accounts::Service::new(kit.ctx.clone(), polity_accounts::Appointing::nothing());
    staff.create(access, NewEmployee::try_from(fields).unwrap()).unwrap().id
}

/// The same rights, as this person.
fn acting(access: &Access, person: AccountId) -> Access {
    let actor = Actor::new(Subject::Person(person), Limits::default(), PermissionSet::none());
    let standing =
        Standing { level: access.level(), permissions: access.permissions().clone(), active: true };
    Access::granted(access.organization(), actor, standing)
}

fn new(name: &str) -> NewGroup {
    NewGroup::try_from(GroupFields { name: name.to_owned(), ..GroupFields::default() }).unwrap()
}

fn group(kit: &Kit, access: &Access, name: &str) -> Group {
    service(kit).create(access, new(name)).unwrap()
}

fn as_member(member: Member) -> NewMembership {
    NewMembership::try_from(MembershipFields { member, kind: None, expires_at: None }).unwrap()
}

fn put(kit: &Kit, access: &Access, group: GroupId, member: Member) -> Result<Membership> {
    service(kit).add(access, group, as_member(member))
}

/// Whoever is in the group directly or through nested ones, ordered by id.
fn everyone(kit: &Kit, access: &Access, group: GroupId) -> Vec<Member> {
    let page = Page::first(99);
    let found = service(kit).transitive_members(access, group, MemberFilter::default(), page).unwrap();
    found.items.iter().map(|membership| membership.member).collect()
}

/// The groups the account is in, each as the names on the way up to it.
fn chains(kit: &Kit, access: &Access, account: AccountId) -> Vec<String> {
    let (organization, now) = (access.organization(), kit.ctx.now());
    let chains =
        kit.ctx.read(|conn| within::chains(conn, organization, &[Member::Account(account)], now)).unwrap();
    let way = |chain: &polity_groups::Chain| {
        chain.path.iter().map(|link| &*link.name).collect::<Vec<_>>().join(" > ")
    };
    let mut ways: Vec<String> = chains.iter().map(way).collect();
    ways.sort();
    ways
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    result.unwrap_err().code()
}

/// The types of the events, sorted: while the clock stands, transactions have no order.
fn log(kit: &Kit, organization: OrganizationId) -> Vec<String> {
    let events = kit.ctx.read(|conn| event::latest(conn, organization, 99)).unwrap();
    let mut log: Vec<String> = events.iter().map(Recorded::name).collect();
    log.sort();
    log
}

/// Lets time pass, so that what comes next has a later id.
fn tick(kit: &Kit) {
    kit.pass(Duration::from_millis(1));
}
