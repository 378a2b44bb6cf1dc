//! The directory inside another program, with no HTTP: found an organization, give a team a role, ask who may what and why.
#![expect(clippy::print_stdout, reason = "an example shows what it comes to")]

use std::error::Error;
use std::sync::Arc;

use polity_accounts::{AccountFields, NewAccount, People};
use polity_directory::{
    Assignee, Entry, GROUP_GUARD, Members, NewAssignment, NewOrganization, NewRole, NoDomains, NoWorkspaces,
    OrganizationFields, Organizations, RoleAssignments as _, RoleEnding, RoleFields, Roles, Step, appointing,
};
use polity_groups::{GroupFields, Groups, Member, MembershipFields, Memberships, NewGroup, NewMembership};
use polity_kernel::db::{DatabaseUrl, Options, migrate};
use polity_kernel::{
    AccountId, Actor, Clock, Ctx, Db, IdSource, Limits, MasterKey, Permission, PermissionSet, Subject,
};

fn main() -> Result<(), Box<dyn Error>> {
    // the store: a file here; `postgres://…` parses into the other kind
    let folder = tempfile::tempdir()?;
    let db = Db::open(&DatabaseUrl::Sqlite(folder.path().join("polity.db")), &Options::default())?;
    migrate(&db)?;

    // 32 random bytes for your program to keep: what is secret in the store opens with no others
    let master = MasterKey::new(IdSource::random().key());

    // the services: cheap, and safe to share between threads
    let ctx = Ctx::new(db, Clock::machine(), IdSource::random());
    // this program has neither projects nor e-mail domains; with `polity_projects`, they are its `Hooks`, with `polity_domains`, its `Claims`
    let workspaces = Arc::new(NoWorkspaces);
    let accounts = polity_accounts::Service::new(ctx.clone(), appointing(workspaces.clone()));
    let groups = polity_groups::Service::new(ctx.clone(), GROUP_GUARD);
    let directory = polity_directory::Service::new(
        ctx,
        &master,
        RoleEnding::NOTHING,
        polity_directory::Terms::without_limits(workspaces, Arc::new(NoDomains)),
    );

    // two people; an address counts as theirs only once somebody has checked it
    let account = |email: &str| {
        let fields =
            AccountFields { email: email.to_owned(), email_verified: true, ..AccountFields::default() };
        accounts.create(&Actor::system(), NewAccount::try_from(fields)?).map(|account| account.id)
    };
    let (ada, bob) = (account("ada@acme.example")?, account("bob@acme.example")?);

    // Ada founds an organization, which makes her its owner, and takes Bob in
    let fields = OrganizationFields { key: Some("acme".to_owned()), ..OrganizationFields::default() };
    let acme = directory.found(&signed_in(ada)?, NewOrganization::try_from(fields)?)?;
    let access = directory.enter(&signed_in(ada)?, &acme.id.into())?;
    directory.add_member(&access, bob.into())?;

    // whoever is in Sales may refund orders, and Bob is
    let fields = GroupFields { name: "Sales".to_owned(), ..GroupFields::default() };
    let sales = groups.create(&access, NewGroup::try_from(fields)?)?;
    let place = MembershipFields { member: Member::Account(bob), kind: None, expires_at: None };
    groups.add(&access, sales.id, NewMembership::try_from(place)?)?;
    let permissions = vec!["shop.orders.refund".to_owned()];
    let fields = RoleFields { key: "seller".to_owned(), permissions, ..RoleFields::default() };
    let seller = directory.create_role(&access, NewRole::try_from(fields)?)?;
    directory.grant(&access, NewAssignment::of(seller.key, Assignee::Group(sales.id)))?;

    // what your program asks before it acts: an error says which permission is lacking
    let refund: Permission = "shop.orders.refund".parse()?;
    let access = directory.enter(&signed_in(bob)?, &"acme".parse()?)?;
    access.require(&refund)?;

    // and why that is so
    for granted in directory.explain(&access, bob)?.iter().filter(|granted| granted.permission == refund) {
        let way: Vec<String> = granted.via.iter().map(words).collect();
        println!("Bob may {} by {}", granted.permission, way.join(", "));
    }
    Ok(())
}

/// A person your program has signed in, with what everybody may do outside of organizations.
fn signed_in(account: AccountId) -> polity_kernel::Result<Actor> {
    let everybody: PermissionSet =
        ["org.directory.create".parse()?, "org.directory.list".parse()?].into_iter().collect();
    Ok(Actor::new(Subject::Person(account), Limits::default(), everybody))
}

fn words(step: &Step) -> String {
    match step {
        Step::Level(level) => format!("level {level}"),
        Step::Group(_, name) => format!("group {name}"),
        Step::AccountType(code) => format!("account type {code}"),
        Step::Role(key) => format!("role {key}"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_comes_to_its_end() {
        super::main().unwrap();
    }
}
