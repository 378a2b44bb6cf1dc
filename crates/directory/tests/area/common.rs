//! People, programs and organizations for the tests of the directory, made through the services.

use std::sync::Arc;

use polity_accounts::{
    AccountFields, AccountTypeFields, AccountTypes, Employee, EmployeeFields, EmployeeId, EmployeePatch,
    Employees, GrantedRole, NewAccount, NewAccountType, NewEmployee, People, TypeStatus,
};
use polity_directory::{
    Accepted, Assignee, Entry, GROUP_GUARD, Invitation, InvitationListFields, Members, NewAssignment,
    NewInvitation, NewInvitations, NewOrganization, NewRole, Organization, OrganizationFields,
    OrganizationRef, Organizations, RoleAssignments, RoleEnding, RoleFields, RoleKey, Roles, Service,
    Workspaces,
};
use polity_groups::{
    GroupFields, GroupId, Groups, Member, MembershipFields, Memberships, NewGroup, NewMembership,
};
use polity_kernel::{
    Access, AccountId, Actor, Ctx, Error, Level, MasterKey, Page, Paged, Permission, Result, Timestamp,
};
use polity_testkit::Kit;
pub(crate) use polity_testkit::{acting, limited, permissions};

pub(crate) fn permission(name: &str) -> Permission {
    name.parse().unwrap()
}

pub(crate) fn directory(kit: &Kit) -> Service {
    on(kit.ctx.clone())
}

/// A directory on this store, with projects and apps.
pub(crate) fn on(ctx: Ctx) -> Service {
    Service::new(
        ctx,
        &MasterKey::new([7; 32]),
        RoleEnding::NOTHING,
        polity_directory::Terms::without_limits(hooks(), Arc::new(polity_domains::Claims)),
    )
}

/// The projects and apps of its organizations.
pub(crate) fn workspaces(kit: &Kit) -> polity_projects::Service {
    polity_projects::Service::new(kit.ctx.clone(), &MasterKey::new([7; 32]), Arc::new(directory(kit)))
}

/// What becomes of projects and apps in transactions of the directory.
pub(crate) fn hooks() -> Arc<dyn Workspaces> {
    Arc::new(polity_projects::Hooks::new(&MasterKey::new([7; 32])))
}

/// What the accounts area asks.
pub(crate) fn appointing() -> polity_accounts::Appointing {
    polity_directory::appointing(hooks())
}

/// An account with a verified address.
pub(crate) fn account(kit: &Kit, email: &str) -> AccountId {
    make_account(kit, email, true)
}

pub(crate) fn make_account(kit: &Kit, email: &str, email_verified: bool) -> AccountId {
    let fields = AccountFields { email: email.to_owned(), email_verified, ..AccountFields::default() };
    let new = NewAccount::try_from(fields).unwrap();
    People::create(
        &polity_accounts::Service::new(kit.ctx.clone(), polity_accounts::Appointing::nothing()),
        &Actor::system(),
        new,
    )
    .unwrap()
    .id
}

/// A person who has signed in.
pub(crate) fn person(kit: &Kit, email: &str) -> Actor {
    acting(account(kit, email))
}

pub(crate) fn id_of(actor: &Actor) -> AccountId {
    actor.person().unwrap()
}

pub(crate) fn fields(key: &str) -> OrganizationFields {
    OrganizationFields { key: Some(key.to_owned()), ..OrganizationFields::default() }
}

/// An organization of which only the name people read is said.
pub(crate) fn named(text: &str) -> OrganizationFields {
    OrganizationFields { name: Some(text.to_owned()), ..OrganizationFields::default() }
}

pub(crate) fn new(fields: OrganizationFields) -> NewOrganization {
    NewOrganization::try_from(fields).unwrap()
}

/// A moment passes: the clock stands still, and lists are in order of making.
pub(crate) fn tick(kit: &Kit) {
    kit.pass(std::time::Duration::from_millis(1));
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

/// A further member of an organization, who has taken that up.
pub(crate) fn join(kit: &Kit, directory: &Service, owner: &Actor, organization: &str, email: &str) -> Actor {
    let person = person(kit, email);
    tick(kit);
    directory.add_member(&enter(directory, owner, organization), id_of(&person).into()).unwrap();
    enter(directory, &person, organization);
    person
}

pub(crate) fn key(text: &str) -> RoleKey {
    text.parse().unwrap()
}

pub(crate) fn new_role(text: &str, gives: &[&str]) -> NewRole {
    let permissions = gives.iter().map(ToString::to_string).collect();
    NewRole::try_from(RoleFields { key: text.to_owned(), permissions, ..RoleFields::default() }).unwrap()
}

/// One address, invited with a level and roles for a number of days.
pub(crate) fn invitation(email: &str, level: Level, roles: &[&str], days: i64) -> Vec<NewInvitation> {
    let roles = roles.iter().map(ToString::to_string).collect();
    let list = InvitationListFields { emails: vec![email.to_owned()], level, roles, days };
    NewInvitation::each(&NewInvitations::try_from(list).unwrap())
}

/// A group without members.
pub(crate) fn group(kit: &Kit, access: &Access, name: &str) -> GroupId {
    let fields = GroupFields { name: name.to_owned(), ..GroupFields::default() };
    groups(kit).create(access, NewGroup::try_from(fields).unwrap()).unwrap().id
}

/// Puts an account or another group into a group, until `expires_at` if there is one.
pub(crate) fn place(
    kit: &Kit,
    access: &Access,
    group: GroupId,
    member: Member,
    expires_at: Option<Timestamp>,
) {
    let fields = MembershipFields { member, kind: None, expires_at };
    groups(kit).add(access, group, NewMembership::try_from(fields).unwrap()).unwrap();
}

pub(crate) fn groups(kit: &Kit) -> polity_groups::Service {
    polity_groups::Service::new(kit.ctx.clone(), GROUP_GUARD)
}

pub(crate) fn accounts(kit: &Kit) -> polity_accounts::Service {
    polity_accounts::Service::new(kit.ctx.clone(), appointing())
}

/// An employee of this name, linked to the account and with the role if there are any.
pub(crate) fn hire(
    kit: &Kit,
    access: &Access,
    name: &str,
    (account, role): (Option<&Actor>, Option<&str>),
) -> Result<EmployeeId> {
    let fields = EmployeeFields {
        name: name.to_owned(),
        email: format!("{name}@staff.example"),
        account: account.map(id_of),
        role: role.map(str::to_owned),
        ..EmployeeFields::default()
    };
    Ok(Employees::create(&accounts(kit), access, NewEmployee::try_from(fields).unwrap())?.id)
}

/// Links the employee to the account, or to none.
pub(crate) fn relink(
    kit: &Kit,
    access: &Access,
    employee: EmployeeId,
    account: Option<&Actor>,
) -> Result<Employee> {
    let patch = EmployeePatch { account: Some(account.map(id_of)), ..EmployeePatch::default() };
    Employees::update(&accounts(kit), access, employee, patch)
}

/// A published account type that gives permissions itself and others by a role of its own.
pub(crate) fn account_type(kit: &Kit, access: &Access, code: &str, gives: &[&str], by_role: (&str, &[&str])) {
    let names = |names: &[&str]| names.iter().map(|name| permission(name)).collect();
    let role = GrantedRole { key: by_role.0.to_owned(), permissions: names(by_role.1), ..Default::default() };
    let fields = AccountTypeFields {
        code: code.to_owned(),
        status: Some(TypeStatus::Published),
        permissions: names(gives),
        roles: vec![role],
        ..AccountTypeFields::default()
    };
    accounts(kit).create_type(access, NewAccountType::try_from(fields).unwrap()).unwrap();
}

/// Everything a paged list has, two at a time.
pub(crate) fn whole<T>(list: impl Fn(Page) -> Result<Paged<T>>) -> Vec<T> {
    let (mut all, mut page) = (Vec::new(), Page::first(2));
    loop {
        let found = list(page).unwrap();
        assert!(found.items.len() <= 2, "a page holds no more than asked for");
        all.extend(found.items);
        let Some(next) = found.next else { return all };
        page = Page::after(2, next);
    }
}

/// A member of `acme` who carries a role `clerk` that gives these.
pub(crate) fn clerk(kit: &Kit, directory: &Service, owner: &Actor, gives: &[&str]) -> Actor {
    let clerk = join(kit, directory, owner, "acme", "clerk@acme.example");
    let access = enter(directory, owner, "acme");
    directory.create_role(&access, new_role("clerk", gives)).unwrap();
    directory.grant(&access, given(carrier(&clerk), &key("clerk"), None)).unwrap();
    clerk
}

pub(crate) fn carrier(actor: &Actor) -> Assignee {
    Assignee::Account(id_of(actor))
}

/// The roles somebody carries directly, as words.
pub(crate) fn carried(directory: &Service, access: &Access, of: &Actor) -> Vec<String> {
    let roles = directory.roles_of(access, id_of(of)).unwrap();
    roles.iter().map(|given| given.role.to_string()).collect()
}

/// The permissions that somebody was refused for the lack of.
pub(crate) fn missing(error: &Error) -> Vec<&str> {
    error.missing_permissions().iter().map(Permission::as_str).collect()
}

/// To carry a role until then.
pub(crate) fn given(assignee: Assignee, role: &RoleKey, expires_at: Option<Timestamp>) -> NewAssignment {
    NewAssignment { expires_at, ..NewAssignment::of(role.clone(), assignee) }
}

/// The only one that was sent.
pub(crate) fn only(mut sent: Vec<Invitation>) -> Invitation {
    assert_eq!(sent.len(), 1);
    sent.remove(0)
}

/// What whoever accepted is now.
pub(crate) fn joined(taken: Accepted) -> polity_directory::Member {
    taken.member
}

/// Whether the name people read is free.
pub(crate) fn called(name: &str) -> polity_directory::Wanted {
    polity_directory::Wanted { name: Some(name.to_owned()), ..polity_directory::Wanted::default() }
}
