//! What one cell of the access matrix stands on: an organization of its own, so that no cell disturbs another.

use polity_accounts::{
    AccountFields, AccountTypeFields, AccountTypes, Assignments, NewAccount, NewAccountType, TypeStatus,
};
use polity_directory::{
    ImportedOrganization, ImportedPerson, InvitationListFields, Invitations, NewInvitation, NewInvitations,
    NewOrganization, NewRole, OrganizationFields, OrganizationPatch, Organizations, RoleFields, Status,
    Upkeep,
};
use polity_kernel::{Actor, Level, Limits, OrganizationId, PermissionSet, Subject};
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service};
use crate::ground::{Caller, account_of, entered};
use crate::premises::Premises;
use crate::records::Records;
use crate::staff::Staff;

/// The actors of the matrix, in the order of its columns.
pub(crate) const ACTORS: [&str; 11] = [
    "anonymous",
    "outsider",
    "invited",
    "member",
    "admin",
    "owner",
    "narrowed",
    "program",
    "s-member",
    "s-owner",
    "platform",
];

/// What the program may do in its organization.
const GRANTS: [&str; 3] = ["org.directory.get", "org.directory.list", "org.roles.list"];

/// People whom every organization of the matrix has to do with.
pub(crate) struct Cast {
    people: Vec<Caller>,
    narrowed: Caller,
    platform: Caller,
}

/// One organization.
pub(crate) struct Cell {
    key: String,
    invite: String,
    tom: String,
    nel: String,
    staff: Staff,
    premises: Premises,
    records: Records,
}

impl Cast {
    pub(crate) fn new(service: &Service) -> Self {
        let names = ["outsider", "invited", "member", "admin", "owner", "tom", "nel"];
        let people: Vec<Caller> = names.into_iter().map(|name| Caller::person(service, name)).collect();
        let narrowed = people[4].narrowed(service, &["org.directory.get"]);
        Self { people, narrowed, platform: Caller::platform(service) }
    }

    /// The owner of every organization of the matrix, by a credential that narrows nothing.
    pub(crate) fn owner(&self) -> &Caller {
        self.person("owner")
    }

    fn person(&self, name: &str) -> &Caller {
        self.people.iter().find(|person| person.name == name).unwrap()
    }
}

impl Cell {
    /// Founds the organization, suspended where the actor's name says so.
    pub(crate) fn found(service: &Service, cast: &Cast, key: String, actor: &str) -> Self {
        let directory = service.polity.directory.as_ref();
        Upkeep::import(directory, &Actor::system(), imported(&key)).unwrap();
        let access = entered(&service.polity, &key);
        for name in ["owner", "admin", "member", "tom"] {
            // they have taken up what others made
            let person =
                Actor::new(Subject::Person(cast.person(name).id()), Limits::default(), PermissionSet::none());
            service.polity.enter(&person, &access.organization().into()).unwrap();
        }
        let accounts = service.polity.accounts.as_ref();
        for code in ["worker", "visitor"] {
            let fields = AccountTypeFields {
                code: code.to_owned(),
                status: Some(TypeStatus::Published),
                ..Default::default()
            };
            AccountTypes::create_type(accounts, &access, NewAccountType::try_from(fields).unwrap()).unwrap();
        }
        let tom = cast.person("tom").id();
        Assignments::assign(accounts, &access, tom, "worker").unwrap();
        let fields = InvitationListFields {
            emails: vec!["invited@acme.example".to_owned()],
            level: Level::Member,
            roles: Vec::new(),
            days: 7,
        };
        let sent = Invitations::invite(
            directory,
            &access,
            NewInvitation::each(&NewInvitations::try_from(fields).unwrap()),
        )
        .unwrap();
        let staff = Staff::hire(service, &cast.platform, &key, &tom.to_string());
        let premises = Premises::open(service, &cast.platform, &key, &tom.to_string());
        let invite = sent[0].id.to_string();
        let people = (tom.to_string(), cast.person("member").id().to_string());
        let records = Records::keep(service, &cast.platform, (&key, &people.0, &people.1), &invite);
        if actor.starts_with("s-") {
            let patch = OrganizationPatch { status: Some(Status::Inactive), ..OrganizationPatch::default() };
            Organizations::update(directory, &access, patch).unwrap();
        }
        let nel = account_of(service, "nel@acme.example").id.to_string();
        Self { key, invite, tom: tom.to_string(), nel, staff, premises, records }
    }

    /// Whoever the actor's name stands for.
    pub(crate) fn caller(&self, service: &Service, cast: &Cast, actor: &str) -> Caller {
        match actor {
            "anonymous" => Caller::anonymous(),
            "narrowed" => cast.narrowed.clone(),
            "program" => Caller::program(service, &self.key, &GRANTS),
            "s-member" => cast.person("member").clone(),
            "s-owner" => cast.person("owner").clone(),
            "platform" => cast.platform.clone(),
            name => cast.person(name).clone(),
        }
    }

    /// The organization's id, while it is there.
    pub(crate) fn id(&self, service: &Service) -> OrganizationId {
        entered(&service.polity, &self.key).organization()
    }

    /// A program of the organization with these permissions there.
    pub(crate) fn program(&self, service: &Service, permissions: &[&str]) -> Caller {
        Caller::program(service, &self.key, permissions)
    }

    /// Sends a request of the route that would succeed for whoever may.
    pub(crate) fn ask(&self, service: &Service, caller: &Caller, (method, route): (&str, &str)) -> Answer {
        if route.starts_with("/api/v1") {
            let (path, body) = (self.staff.path(route), self.staff.body(method, route));
            return caller.asks_in(service, &self.key, (method, &path, body.as_ref()));
        }
        if route.starts_with("/v1") {
            let (path, body) = (self.premises.path(route), self.premises.body(method, route));
            return caller.asks_in(service, &self.key, (method, &path, body.as_ref()));
        }
        if route.starts_with("/api/") {
            let path = self.records.path(service, route);
            return match self.records.body(method, route) {
                Some(body) => caller.put(service, (method, &path), &body),
                None => caller.ask(service, method, &path),
            };
        }
        let code = if method == "POST" { "visitor" } else { "worker" };
        let subject = if route.contains("/members/") && method == "PUT" { &self.nel } else { &self.tom };
        let mut path = route.to_owned();
        for (name, value) in [
            ("organizationId", self.key.as_str()),
            ("subjectId", subject),
            ("userId", &self.tom),
            ("roleId", "clerk"),
            ("inviteId", &self.invite),
            ("code", if route.contains("/types/") { "worker" } else { code }),
        ] {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        if route.ends_with("/assignments") && method == "DELETE" {
            path = format!("{path}?assigned_to={}&assignee_type=user", self.tom);
        }
        match self.body(method, route) {
            Some(body) => caller.put(service, (method, &path), &body),
            None => caller.ask(service, method, &path),
        }
    }

    fn body(&self, method: &str, route: &str) -> Option<Value> {
        let route = route.strip_prefix("/directory").unwrap();
        Some(match (method, route) {
            ("POST", "/orgs") => json!({"id": format!("new-{}", self.key)}),
            ("PUT", "/orgs/{organizationId}") => json!({"name": "Renamed"}),
            ("POST", "/invites") => json!({"scope": "organization", "entity": {"id": self.key}}),
            ("PUT", "/invites/orgs/{organizationId}") => json!({"emails": ["else@acme.example"]}),
            ("POST", "/orgs/{organizationId}/roles") => {
                json!({"id": "new", "permissions": [{"scope": "shop.sell"}]})
            }
            ("PUT", "/orgs/{organizationId}/roles/{roleId}") => json!({"name": "Renamed"}),
            ("POST", "/orgs/{organizationId}/roles/{roleId}/assignments") => {
                json!({"assigned_to": self.tom, "assignee_type": "user"})
            }
            ("POST", "/orgs/{organizationId}/users/{userId}/roles") => json!(["clerk"]),
            ("POST", "/orgs/{organizationId}/accounts/types") => json!({"code": "new"}),
            ("PUT", "/orgs/{organizationId}/accounts/types/{code}") => json!({"status": "published"}),
            ("PUT", "/orgs/{organizationId}/accounts/users/{subjectId}/{code}") => {
                json!({"status": "pending"})
            }
            _ => return None,
        })
    }
}

/// Owner, admin and two members, with a role of their own.
fn imported(key: &str) -> ImportedOrganization {
    let person = |(name, level): (&str, Level)| {
        let email = format!("{name}@acme.example");
        let fields = AccountFields { email, email_verified: true, ..AccountFields::default() };
        ImportedPerson { place: name.to_owned(), account: NewAccount::try_from(fields).unwrap(), level }
    };
    let people =
        [("owner", Level::Owner), ("admin", Level::Admin), ("member", Level::Member), ("tom", Level::Member)];
    let fields = OrganizationFields { key: Some(key.to_owned()), ..OrganizationFields::default() };
    let clerk = RoleFields {
        key: "clerk".to_owned(),
        name: None,
        namespace: None,
        description: None,
        stage: None,
        permissions: vec!["shop.sell".to_owned()],
    };
    ImportedOrganization {
        organization: NewOrganization::try_from(fields).unwrap(),
        roles: vec![NewRole::try_from(clerk).unwrap()],
        apps: Vec::new(),
        people: people.into_iter().map(person).collect(),
        groups: Vec::new(),
    }
}
