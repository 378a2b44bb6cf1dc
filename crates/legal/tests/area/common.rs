//! People and organizations for the tests, made through the services.

use std::sync::Arc;
use std::time::Duration;

use polity_accounts::{AccountFields, NewAccount, People};
use polity_directory::{Entry, Members, NewOrganization, OrganizationFields, OrganizationRef, Organizations};
use polity_kernel::{Access, AccountId, Actor, Ctx, Entitled, Entitlements, MasterKey, Result};
use polity_testkit::Kit;
pub(crate) use polity_testkit::{acting, narrowed};

/// One gateway: a directory whose organizations are entitled to the same.
pub(crate) struct Node {
    pub(crate) directory: polity_directory::Service,
}

/// Organizations without any feature.
pub(crate) fn node(kit: &Kit) -> Node {
    let features = Entitlements::of_features(std::iter::empty::<String>());
    entitled(&kit.ctx, Entitled::to(features))
}

/// A gateway whose organizations are entitled to this.
pub(crate) fn entitled(ctx: &Ctx, to: Entitled) -> Node {
    let nothing = polity_directory::RoleEnding::NOTHING;
    let directory = polity_directory::Service::new(
        ctx.clone(),
        &MasterKey::new([7; 32]),
        nothing,
        polity_directory::Terms::without_limits(
            Arc::new(polity_directory::NoWorkspaces),
            Arc::new(polity_directory::NoDomains),
        ),
    );
    Node { directory: directory.entitled_by(Arc::new(move |_, _| Ok(to.clone()))) }
}

fn account(kit: &Kit, email: &str) -> AccountId {
    let fields = AccountFields { email: email.to_owned(), email_verified: true, ..AccountFields::default() };
    let people = polity_accounts::Service::new(kit.ctx.clone(), polity_accounts::Appointing::nothing());
    people.create(&Actor::system(), NewAccount::try_from(fields).unwrap()).unwrap().id
}

/// A person who has signed in.
pub(crate) fn person(kit: &Kit, email: &str) -> Actor {
    acting(account(kit, email))
}

impl Node {
    /// An organization of this key, which the founder owns.
    pub(crate) fn found(&self, founder: &Actor, key: &str) -> Access {
        let fields = OrganizationFields { key: Some(key.to_owned()), ..OrganizationFields::default() };
        self.directory.found(founder, NewOrganization::try_from(fields).unwrap()).unwrap();
        self.enter(founder, key)
    }

    pub(crate) fn enter(&self, actor: &Actor, organization: &str) -> Access {
        self.directory.enter(actor, &organization.parse::<OrganizationRef>().unwrap()).unwrap()
    }

    /// A new member.
    pub(crate) fn hire(&self, kit: &Kit, access: &Access, name: &str) -> Result<AccountId> {
        let account = account(kit, &format!("{name}@people.example"));
        self.directory.add_member(access, account.into()).map(|member| member.account)
    }
}

pub(crate) fn days(days: u64) -> Duration {
    Duration::from_secs(days * 86_400)
}
