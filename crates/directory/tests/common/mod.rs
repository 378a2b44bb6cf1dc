//! People, programs and organizations for the tests of the directory, made through the services.
#![expect(dead_code, reason = "each test program uses its own part")]

use polity_accounts::{AccountFields, NewAccount, People};
use polity_directory::{
    Entry, Members, NewOrganization, NewRole, Organization, OrganizationFields, OrganizationRef,
    Organizations, RoleKey, Service,
};
use polity_kernel::{Access, AccountId, Actor, Limits, Permission, PermissionSet, Subject};
use polity_testkit::Kit;

/// What every signed-in person may do with no organization.
fn signed_in() -> PermissionSet {
    ["org.directory.create", "org.directory.list"].map(permission).into_iter().collect()
}

pub(crate) fn permission(name: &str) -> Permission {
    name.parse().unwrap()
}

pub(crate) fn permissions(names: &[&str]) -> PermissionSet {
    names.iter().map(|name| permission(name)).collect()
}

pub(crate) fn directory(kit: &Kit) -> Service {
    Service::new(kit.ctx.clone())
}

/// An account with a verified address.
pub(crate) fn account(kit: &Kit, email: &str) -> AccountId {
    make_account(kit, email, true)
}

pub(crate) fn make_account(kit: &Kit, email: &str, email_verified: bool) -> AccountId {
    let fields = AccountFields { email: email.to_owned(), email_verified, ..AccountFields::default() };
    let new = NewAccount::try_from(fields).unwrap();
    polity_accounts::Service::new(kit.ctx.clone()).create(&Actor::system(), new).unwrap().id
}

/// A person who has signed in.
pub(crate) fn person(kit: &Kit, email: &str) -> Actor {
    acting(account(kit, email))
}

pub(crate) fn acting(account: AccountId) -> Actor {
    Actor::new(Subject::Person(account), Limits::default(), signed_in())
}

/// The same person by a credential that takes something away.
pub(crate) fn narrowed(actor: &Actor, limits: Limits) -> Actor {
    Actor::new(actor.subject(), limits, signed_in())
}

pub(crate) fn id_of(actor: &Actor) -> AccountId {
    actor.person().unwrap()
}

pub(crate) fn fields(key: &str) -> OrganizationFields {
    OrganizationFields { key: Some(key.to_owned()), ..OrganizationFields::default() }
}

pub(crate) fn new(fields: OrganizationFields) -> NewOrganization {
    NewOrganization::try_from(fields).unwrap()
}

pub(crate) fn found(directory: &Service, founder: &Actor, key: &str) -> Organization {
    directory.found(founder, new(fields(key))).unwrap()
}

/// An organization with a domain that a platform administrator vouches for.
pub(crate) fn with_domain(directory: &Service, founder: &Actor, key: &str, domain: &str) -> Organization {
    let fields = OrganizationFields {
        domain: Some(domain.to_owned()),
        domain_verified: Some(true),
        owner: Some(id_of(founder)),
        ..fields(key)
    };
    directory.found(&Actor::system(), new(fields)).unwrap()
}

pub(crate) fn name(text: &str) -> OrganizationRef {
    text.parse().unwrap()
}

pub(crate) fn enter(directory: &Service, actor: &Actor, organization: &str) -> Access {
    directory.enter(actor, &name(organization)).unwrap()
}

/// A further member of an organization.
pub(crate) fn join(kit: &Kit, directory: &Service, owner: &Actor, organization: &str, email: &str) -> Actor {
    let person = person(kit, email);
    // the clock stands still, and lists are in order of joining
    kit.pass(std::time::Duration::from_millis(1));
    directory.add(&enter(directory, owner, organization), id_of(&person)).unwrap();
    person
}

pub(crate) fn key(text: &str) -> RoleKey {
    text.parse().unwrap()
}

pub(crate) fn new_role(text: &str, gives: &[&str]) -> NewRole {
    NewRole {
        key: key(text),
        name: None,
        namespace: None,
        description: None,
        stage: None,
        permissions: gives.iter().map(|name| permission(name)).collect(),
    }
}
