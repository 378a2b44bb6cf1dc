//! People, organizations and licenses for the tests, made through the services.

use std::sync::Arc;
use std::time::Duration;

use polity_accounts::{AccountFields, NewAccount, People};
use polity_directory::{
    Entry, Members, NewOrganization, OrganizationFields, OrganizationPatch, OrganizationRef, Organizations,
};
use polity_kernel::{Access, AccountId, Actor, Ctx, MasterKey, Result};
use polity_licensing::{EntitlementMode, Service, Settings, entitling};
use polity_testkit::Kit;
pub(crate) use polity_testkit::{acting, narrowed};

use crate::issuer::{successor, vendor};

/// One gateway: the directory and licensing with the same settings.
pub(crate) struct Node {
    pub(crate) directory: Arc<polity_directory::Service>,
    pub(crate) projects: polity_projects::Service,
    pub(crate) licensing: Service,
}

/// Licenses count, and the vendor's two keys are trusted.
pub(crate) fn settings() -> Settings {
    Settings {
        mode: EntitlementMode::Licensed,
        keys: vec![vendor().verification(), successor().verification()],
        eula_version: "2026-01".to_owned(),
        ..Settings::default()
    }
}

pub(crate) fn node(kit: &Kit) -> Node {
    started(&kit.ctx, &settings())
}

/// A gateway as it starts with these settings.
pub(crate) fn started(ctx: &Ctx, settings: &Settings) -> Node {
    let master = MasterKey::new([7; 32]);
    let directory = polity_directory::Service::new(
        ctx.clone(),
        &master,
        polity_directory::RoleEnding::NOTHING,
        polity_directory::Terms::without_limits(
            Arc::new(polity_projects::Hooks::new(&master)),
            Arc::new(polity_domains::Claims),
        ),
    );
    let directory = Arc::new(directory.entitled_by(entitling(settings)));
    let entry = Arc::clone(&directory) as Arc<dyn Entry>;
    Node {
        projects: polity_projects::Service::new(ctx.clone(), &master, entry),
        directory,
        licensing: Service::new(ctx.clone(), &master, settings, Arc::new(polity_domains::Claims)).unwrap(),
    }
}

pub(crate) fn account(kit: &Kit, email: &str) -> AccountId {
    let fields = AccountFields { email: email.to_owned(), email_verified: true, ..AccountFields::default() };
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

    /// Adds members until there are this many, the owner among them.
    pub(crate) fn populate(&self, kit: &Kit, access: &Access, members: usize) {
        for n in 1..members {
            self.hire(kit, access, &format!("p{n}")).unwrap();
        }
    }

    /// A new member.
    pub(crate) fn hire(&self, kit: &Kit, access: &Access, name: &str) -> Result<AccountId> {
        let account = account(kit, &format!("{name}@people.example"));
        self.directory.add_member(access, account.into()).map(|member| member.account)
    }

    /// Sets the primary domain, or takes it away.
    pub(crate) fn set_domain(&self, access: &Access, domain: Option<&str>) -> Result<()> {
        let patch =
            OrganizationPatch { domain: Some(domain.map(str::to_owned)), ..OrganizationPatch::default() };
        self.directory.update(access, patch).map(drop)
    }
}

pub(crate) fn days(days: u64) -> Duration {
    Duration::from_secs(days * 86_400)
}
