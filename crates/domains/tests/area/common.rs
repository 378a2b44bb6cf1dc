//! Organizations, people and a zone of names for the tests of domains.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use polity_accounts::{AccountFields, NewAccount, People};
use polity_directory::{
    Assignee, Entry, Members, NewAssignment, NewOrganization, Organization, OrganizationFields,
    Organizations, RoleAssignments, RoleEnding, Terms,
};
use polity_domains::{Claims, Domain, DomainRefusal, Domains, Resolve, Service, Settings};
use polity_kernel::{
    Access, AccountId, Actor, Code, Conn, Entitled, Entitlements, Error, MasterKey, OrganizationId, Result,
    event, job,
};
use polity_testkit::{Kit, acting};

/// Names and what they say; nobody answers for those that are silent.
#[derive(Default)]
pub(crate) struct Zone {
    records: Mutex<HashMap<String, Option<Vec<String>>>>,
    asked: Mutex<Vec<String>>,
}

impl Zone {
    /// Has the record of a claim say this.
    pub(crate) fn say(&self, domain: &Domain, texts: &[&str]) {
        let texts = texts.iter().map(ToString::to_string).collect();
        self.put(domain, Some(texts));
    }

    /// Has the record of a claim say what it must.
    pub(crate) fn prove(&self, domain: &Domain) {
        self.say(domain, &["v=spf1 -all", &domain.challenge]);
    }

    pub(crate) fn silence(&self, domain: &Domain) {
        self.put(domain, None);
    }

    pub(crate) fn clear(&self, domain: &Domain) {
        self.say(domain, &[]);
    }

    /// How often names were looked up.
    pub(crate) fn asked(&self) -> usize {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn put(&self, domain: &Domain, said: Option<Vec<String>>) {
        let name = format!("_polity-challenge.{}", domain.name);
        self.records.lock().unwrap_or_else(PoisonError::into_inner).insert(name, said);
    }
}

impl Resolve for Zone {
    fn texts(&self, name: &str) -> Result<Vec<String>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(name.to_owned());
        match self.records.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            Some(None) => Err(Error::unavailable("dns", "nobody answers")),
            Some(Some(texts)) => Ok(texts.clone()),
            None => Ok(Vec::new()),
        }
    }
}

/// The area on a store, with the directory that it stands right of.
pub(crate) struct Ground<'k> {
    pub(crate) kit: &'k Kit,
    pub(crate) domains: Service,
    pub(crate) directory: polity_directory::Service,
    pub(crate) zone: Arc<Zone>,
}

pub(crate) fn ground(kit: &Kit) -> Ground<'_> {
    entitled(kit, Entitlements::all())
}

/// The same where organizations are entitled to this.
pub(crate) fn entitled(kit: &Kit, to: Entitlements) -> Ground<'_> {
    let zone = Arc::<Zone>::default();
    let port = Arc::clone(&zone) as Arc<dyn Resolve>;
    let terms = Terms {
        entitling: Arc::new(move |_: &mut Conn, _: OrganizationId| Ok(Entitled::to(to.clone()))),
        ..Terms::without_limits(Arc::new(polity_directory::NoWorkspaces), Arc::new(Claims))
    };
    let master = MasterKey::new([7; 32]);
    Ground {
        kit,
        domains: Service::new(kit.ctx.clone(), &Settings::default(), port).unwrap(),
        directory: polity_directory::Service::new(kit.ctx.clone(), &master, RoleEnding::NOTHING, terms),
        zone,
    }
}

impl Ground<'_> {
    pub(crate) fn account(&self, email: &str) -> AccountId {
        let fields =
            AccountFields { email: email.to_owned(), email_verified: true, ..AccountFields::default() };
        let people =
            polity_accounts::Service::new(self.kit.ctx.clone(), polity_accounts::Appointing::nothing());
        people.create(&Actor::system(), NewAccount::try_from(fields).unwrap()).unwrap().id
    }

    /// An organization of this key, as its founder enters it.
    pub(crate) fn found(&self, key: &str) -> Access {
        self.found_with(OrganizationFields { key: Some(key.to_owned()), ..OrganizationFields::default() })
    }

    pub(crate) fn found_with(&self, fields: OrganizationFields) -> Access {
        let key = fields.key.clone().unwrap();
        let founder = acting(self.account(&format!("{key}@people.example")));
        self.directory.found(&founder, NewOrganization::try_from(fields).unwrap()).unwrap();
        self.enter(&founder, &key)
    }

    pub(crate) fn enter(&self, actor: &Actor, key: &str) -> Access {
        self.directory.enter(actor, &key.parse().unwrap()).unwrap()
    }

    /// A further member with this role.
    pub(crate) fn member(&self, owner: &Access, key: &str, role: &str) -> Access {
        let account = self.account(&format!("{role}@{key}.people.example"));
        self.directory.add_member(owner, account.into()).unwrap();
        if role != "member" {
            let new = NewAssignment {
                role: role.parse::<polity_directory::RoleKey>().unwrap().into(),
                assignee: Assignee::Account(account),
                expires_at: None,
                only_new: false,
            };
            self.directory.grant(owner, new).unwrap();
        }
        self.enter(&acting(account), key)
    }

    pub(crate) fn claim(&self, access: &Access, name: &str) -> Domain {
        self.domains.claim(access, name.parse().unwrap()).unwrap()
    }

    /// A claim that a record has proven.
    pub(crate) fn proven(&self, access: &Access, name: &str) -> Domain {
        let claim = self.claim(access, name);
        self.zone.prove(&claim);
        self.domains.verify(access, claim.id).unwrap()
    }

    /// The claim as it is now.
    pub(crate) fn now(&self, access: &Access, claim: &Domain) -> Domain {
        self.domains.domain(access, claim.id).unwrap()
    }

    pub(crate) fn shown(&self, access: &Access) -> Organization {
        self.directory.organization(access).unwrap()
    }

    /// What the organization shows as its domain, and whether it is proven.
    pub(crate) fn domain_shown(&self, access: &Access) -> Option<(String, bool)> {
        self.shown(access).domain.map(|domain| (domain.name.to_string(), domain.verified))
    }

    /// Does every job about domains that is due, and returns who is to be written to of what.
    pub(crate) fn work(&self) -> Vec<(AccountId, String)> {
        use polity_domains::jobs::{Recheck, TellDomain};
        use polity_kernel::Work as _;
        let (worker, mut told) = (self.kit.ctx.ids().secret(), Vec::new());
        while let Some(leased) = job::lease(&self.kit.ctx, worker).unwrap() {
            let outcome = match leased.kind.as_str() {
                Recheck::KIND => {
                    let Recheck { organization, due } = leased.work().unwrap();
                    self.domains.recheck(organization, due)
                }
                TellDomain::KIND => {
                    let TellDomain { organization, domain, to, news } = leased.work().unwrap();
                    if self.domains.domain_mail(organization, domain, to, news).unwrap().is_some() {
                        told.push((to, news.to_string()));
                    }
                    Ok(job::Outcome::Done)
                }
                _ => Ok(job::Outcome::Done),
            };
            job::settle(&self.kit.ctx, worker, &leased, outcome).unwrap();
        }
        told
    }

    /// The events of domains there, by name: what happens in one instant has no order.
    pub(crate) fn events(&self, access: &Access) -> Vec<String> {
        let latest = self.kit.ctx.read(|conn| event::latest(conn, access.organization(), 100)).unwrap();
        let told = latest.iter().map(event::Recorded::name);
        let mut told: Vec<String> = told.filter(|name| name.starts_with("domain.")).collect();
        told.sort_unstable();
        told
    }
}

/// Why it was refused.
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T>) -> (DomainRefusal, String) {
    let error = result.unwrap_err();
    assert_eq!(error.code(), Code::Invalid, "{error:?}");
    let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<DomainRefusal>());
    let field = error.fields().first().map(|first| first.field.clone()).unwrap_or_default();
    (*cause.unwrap_or_else(|| panic!("{error:?}")), field)
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T>) -> Code {
    result.unwrap_err().code()
}
