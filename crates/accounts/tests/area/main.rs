//! The area's promises, through its traits and what it offers to areas further right, on both engines.
#![cfg(test)]

mod assignments;
mod employees;
mod linking;
mod numbers;
mod people;
mod profiles;
mod reporting;
mod reports;
mod staffing;
mod types;

use std::collections::BTreeSet;
use std::time::Duration;

use polity_accounts::{
    Account, AccountFields, AccountType, AccountTypeFields, AccountTypes, Employee, EmployeeFields,
    Employees, NewAccount, NewAccountType, NewEmployee, People, Service, TypeStatus,
};
use polity_kernel::event::Recorded;
use polity_kernel::{
    Access, Actor, Level, Limits, OrganizationId, Permission, PermissionSet, Standing, Subject, epoch, event,
    job,
};
use polity_testkit::Kit;

fn service(kit: &Kit) -> Service {
    Service::new(kit.ctx.clone(), polity_accounts::Appointing::nothing())
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
    let permissions = set(names).into_iter().collect();
    let standing = Standing { level: Some(Level::Member), permissions, active: true };
    Access::granted(organization, Actor::system(), standing)
}

/// One who may do everything in the organization.
fn owner(organization: OrganizationId) -> Access {
    let standing = Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active: true };
    Access::granted(organization, Actor::system(), standing)
}

fn set(names: &[&str]) -> BTreeSet<Permission> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn person(account: &Account) -> Actor {
    Actor::new(Subject::Person(account.id), Limits::default(), PermissionSet::none())
}

fn new_account(email: &str) -> NewAccount {
    NewAccount::try_from(AccountFields { email: email.to_owned(), ..AccountFields::default() }).unwrap()
}

fn account(kit: &Kit, email: &str) -> Account {
    People::create(&service(kit), &Actor::system(), new_account(email)).unwrap()
}

/// A published type that gives these permissions.
fn account_type(kit: &Kit, organization: OrganizationId, code: &str, gives: &[&str]) -> AccountType {
    let fields = AccountTypeFields {
        code: code.to_owned(),
        status: Some(TypeStatus::Published),
        permissions: set(gives),
        ..AccountTypeFields::default()
    };
    let new = NewAccountType::try_from(fields).unwrap();
    AccountTypes::create_type(&service(kit), &owner(organization), new).unwrap()
}

/// The types of the events, sorted: while the clock stands, transactions have no order.
fn log(kit: &Kit, organization: OrganizationId) -> Vec<String> {
    let events = kit.ctx.read(|conn| event::latest(conn, organization, 99)).unwrap();
    let mut log: Vec<String> = events.iter().map(Recorded::name).collect();
    log.sort();
    log
}

/// The kinds of job that were promised since the last time, sorted.
fn promised(kit: &Kit) -> Vec<String> {
    let worker = kit.ctx.ids().secret();
    let mut kinds = Vec::new();
    while let Some(leased) = job::lease(&kit.ctx, worker).unwrap() {
        job::settle(&kit.ctx, worker, &leased, Ok(job::Outcome::Done)).unwrap();
        kinds.push(leased.kind);
    }
    kinds.sort();
    kinds
}

/// Lets time pass, so that what comes next has a later id.
fn tick(kit: &Kit) {
    kit.pass(Duration::from_millis(1));
}

/// Where events of no organization are filed.
fn platform() -> OrganizationId {
    OrganizationId::new(uuid::Uuid::nil())
}

fn epoch_of(kit: &Kit, scope: uuid::Uuid) -> i64 {
    let epochs = kit.ctx.read(|conn| epoch::read(conn, &[scope])).unwrap();
    epochs[0].1
}

fn new_employee(name: &str) -> NewEmployee {
    let email = format!("{}@work.example", name.to_lowercase().replace(' ', "."));
    NewEmployee::try_from(EmployeeFields { name: name.to_owned(), email, ..EmployeeFields::default() })
        .unwrap()
}

/// An employee of this name, active and without an account.
fn employee(kit: &Kit, access: &Access, name: &str) -> Employee {
    Employees::create(&service(kit), access, new_employee(name)).unwrap()
}
