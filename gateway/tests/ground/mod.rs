//! What tests of a family stand on: people and programs with credentials, an organization, transcripts.

pub(crate) mod browser;
#[path = "../service/common.rs"]
pub(crate) mod common;
pub(crate) mod license;
pub(crate) mod sending;
pub(crate) mod transcript;

use std::num::NonZeroU32;
use std::time::Duration;

use polity::areas::Polity;
use polity::gate::guesses::Patience;
use polity_accounts::{Account, People};
use polity_directory::OrganizationRef;
use polity_groups::{
    GroupFields, GroupId, Groups, Member, MembershipFields, Memberships, NewGroup, NewMembership,
};
use polity_identity::{Mint, NewApiKey, NewClient, Owner};
use polity_kernel::{
    Access, AccountId, Actor, Limits, Method, OrganizationId, Permission, PermissionSet, Subject, event,
};
use polity_signin::{Browser, Proven};
use polity_testkit::Kit;
use serde_json::{Value, json};
use uuid::Uuid;

use common::{Answer, Service, send};

/// Between two things whose order counts: the clock of a test stands still by itself.
pub(crate) const MOMENT: Duration = Duration::from_millis(1);

/// Whoever sends a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    /// What a transcript calls them.
    pub(crate) name: &'static str,
    /// The credential; nobody in particular has none.
    pub(crate) bearer: Option<String>,
    /// The account, where the caller is a person.
    pub(crate) account: Option<AccountId>,
    /// The session, where the caller is at a browser.
    pub(crate) session: Option<Browsing>,
}

/// A session, and where the browser says that its requests come from.
#[derive(Clone, Debug)]
pub(crate) struct Browsing {
    pub(crate) secret: String,
    pub(crate) site: &'static str,
}

impl Caller {
    /// Nobody in particular.
    pub(crate) fn anonymous() -> Self {
        Self { name: "anonymous", ..Self::default() }
    }

    /// A person with a verified address at `acme.example` and a token that narrows nothing.
    pub(crate) fn person(service: &Service, name: &'static str) -> Self {
        Self::of(service, name, &service.person(&format!("{name}@acme.example")))
    }

    /// A platform administrator.
    pub(crate) fn platform(service: &Service) -> Self {
        Self::of(service, "root", &service.administrator("root@platform.example"))
    }

    /// This account, by a token that narrows nothing.
    pub(crate) fn of(service: &Service, name: &'static str, account: &Account) -> Self {
        Self { name, bearer: Some(service.token(account)), account: Some(account.id), session: None }
    }

    /// A program of this organization with these permissions there.
    pub(crate) fn program(service: &Service, organization: &str, permissions: &[&str]) -> Self {
        let new = NewClient { permissions: named(permissions), ..NewClient::service("program") };
        let owner = Owner::from(&entered(&service.polity, organization));
        let (client, _) = service.polity.identity.register(&owner, new).unwrap();
        let minted = service.polity.identity.mint(&Mint::of(Subject::Service(client.id))).unwrap();
        Self { name: "program", bearer: Some(minted.token.reveal().to_owned()), ..Self::default() }
    }

    /// The same person by an API key that is good for these permissions only.
    pub(crate) fn narrowed(&self, service: &Service, permissions: &[&str]) -> Self {
        let actor = Actor::new(Subject::Person(self.id()), Limits::default(), PermissionSet::all());
        let new = NewApiKey {
            name: "narrow".to_owned(),
            permissions: Some(named(permissions)),
            ..NewApiKey::default()
        };
        let (_, secret) = service.polity.identity.create(&Owner::Actor(actor), new).unwrap();
        Self {
            name: "narrowed",
            bearer: Some(secret.reveal().to_owned()),
            account: self.account,
            session: None,
        }
    }

    /// The same person at a browser that is on a page of the service's own, where they have proven themselves so long ago.
    pub(crate) fn browsing(&self, service: &Service, ago: Duration) -> Self {
        let at = service.polity.ctx.now().before(ago);
        let proven = Proven::by(self.id(), Method::Password, at);
        let begun = service.polity.signin.begin_session(&proven, &Browser::default()).unwrap();
        let session = Some(Browsing { secret: begun.1.reveal().to_owned(), site: "same-origin" });
        Self { name: "browsing", bearer: None, account: self.account, session }
    }

    /// The same whose browser is on a page of somebody else's.
    pub(crate) fn elsewhere(mut self) -> Self {
        self.session.iter_mut().for_each(|session| session.site = "cross-site");
        self
    }

    /// The account.
    pub(crate) fn id(&self) -> AccountId {
        self.account.unwrap()
    }

    /// Asks without a body.
    pub(crate) fn ask(&self, service: &Service, method: &str, path: &str) -> Answer {
        self.request(service, method, path, None)
    }

    /// Asks with a body of JSON.
    pub(crate) fn put(&self, service: &Service, (method, path): (&str, &str), body: &Value) -> Answer {
        self.request(service, method, path, Some(body))
    }

    /// Asks about an organization that the path does not name, with a body where there is one.
    pub(crate) fn asks_in(
        &self,
        service: &Service,
        organization: &str,
        (method, path, body): (&str, &str, Option<&Value>),
    ) -> Answer {
        let request = service.request(method, path).header("x-organization", organization);
        self.sent(request, body)
    }

    /// Sends something about an organization that the path does not name, which must succeed.
    pub(crate) fn sends_in(
        &self,
        service: &Service,
        organization: &str,
        (method, path, body): (&str, &str, Value),
    ) -> Answer {
        succeeded(self.asks_in(service, organization, (method, path, Some(&body))), path)
    }

    fn request(&self, service: &Service, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.sent(service.request(method, path), body)
    }

    fn sent(&self, request: reqwest::blocking::RequestBuilder, body: Option<&Value>) -> Answer {
        let request = match &self.bearer {
            Some(bearer) => request.bearer_auth(bearer),
            None => request,
        };
        let request = match &self.session {
            Some(Browsing { secret, site }) => {
                request.header("cookie", format!("polity={secret}")).header("sec-fetch-site", *site)
            }
            None => request,
        };
        send(match body {
            Some(body) => request.json(body),
            None => request,
        })
    }

    /// Asks for something that must succeed.
    pub(crate) fn does(&self, service: &Service, method: &str, path: &str) -> Answer {
        succeeded(self.ask(service, method, path), path)
    }

    /// Sends something that must succeed.
    #[expect(clippy::needless_pass_by_value, reason = "a call that holds its body in place reads best")]
    pub(crate) fn sends(&self, service: &Service, (method, path): (&str, &str), body: Value) -> Answer {
        succeeded(self.put(service, (method, path), &body), path)
    }

    /// Founds an organization of this key.
    pub(crate) fn founds(&self, service: &Service, key: &str) -> Answer {
        self.sends(service, ("POST", "/directory/orgs"), json!({ "id": key }))
    }

    /// Makes another person a member, at this level, who takes that up.
    pub(crate) fn admits(&self, service: &Service, organization: &str, other: &Self, level: &str) {
        let at = format!("/directory/orgs/{organization}");
        self.does(service, "PUT", &format!("{at}/members/{}", other.id()));
        other.does(service, "GET", &at);
        if level != "member" {
            self.does(service, "POST", &format!("{at}/users/{}/roles/{level}", other.id()));
        }
    }
}

fn succeeded(answer: Answer, path: &str) -> Answer {
    assert!(answer.status.is_success(), "{path}: {answer:?}");
    answer
}

/// A service that nobody tires with bad credentials.
pub(crate) fn patient(kit: &Kit) -> Service {
    let many = NonZeroU32::new(1_000_000).unwrap();
    Service::start_with(kit, Patience { burst: many, per_minute: many })
}

/// The platform's own access to an organization, for what has no route yet.
pub(crate) fn entered(polity: &Polity, organization: &str) -> Access {
    polity.enter(&Actor::system(), &organization.parse::<OrganizationRef>().unwrap()).unwrap()
}

/// A group of an organization, nested in another where one is given.
pub(crate) fn group(service: &Service, organization: &str, name: &str, inside: Option<GroupId>) -> GroupId {
    let access = entered(&service.polity, organization);
    let groups = service.polity.groups.as_ref();
    let fields = GroupFields { name: name.to_owned(), ..GroupFields::default() };
    let made = Groups::create(groups, &access, NewGroup::try_from(fields).unwrap()).unwrap();
    if let Some(outer) = inside {
        place(service, organization, outer, Member::Group(made.id));
    }
    made.id
}

/// Puts somebody into a group.
pub(crate) fn place(service: &Service, organization: &str, group: GroupId, member: Member) {
    let access = entered(&service.polity, organization);
    let new = NewMembership::try_from(MembershipFields { member, kind: None, expires_at: None }).unwrap();
    Memberships::add(service.polity.groups.as_ref(), &access, group, new).unwrap();
}

/// Well-formed names of permissions.
pub(crate) fn named(permissions: &[&str]) -> Vec<Permission> {
    permissions.iter().map(|name| name.parse().unwrap()).collect()
}

/// The newest events of these organizations and of the platform: whatever changes something adds one.
pub(crate) fn newest(kit: &Kit, organizations: &[OrganizationId]) -> Vec<Option<Uuid>> {
    let scopes = organizations.iter().copied().chain([OrganizationId::new(Uuid::nil())]);
    scopes
        .map(|scope| {
            let latest = kit.ctx.read(|conn| event::latest(conn, scope, 1)).unwrap();
            latest.first().map(event::Recorded::id)
        })
        .collect()
}

/// The id of an organization.
pub(crate) fn id_of(service: &Service, organization: &str) -> OrganizationId {
    entered(&service.polity, organization).organization()
}

/// An account by its address.
pub(crate) fn account_of(service: &Service, email: &str) -> Account {
    let people: &dyn People = service.polity.accounts.as_ref();
    people.by_email(&Actor::system(), &email.parse().unwrap()).unwrap()
}
