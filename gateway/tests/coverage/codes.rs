//! Every error code can be met over HTTP, or it is argued why not.

use std::num::NonZeroU32;
use std::time::Duration;

use polity::gate::guesses::Patience;
use polity::gate::status;
use polity_accounts::{AccountFields, NewAccount, People};
use polity_identity::{Algorithm, Mint, NewClient, Owner, TrustedIssuer};
use polity_kernel::{Actor, Code, RECENT, Subject};
use polity_licensing::EntitlementMode;
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service, send};
use crate::ground::{Caller, named};

/// Codes that no request can provoke here. This list may only become shorter.
const OUT_OF_REACH: [(Code, &str); 2] = [
    (Code::Internal, "a request that could provoke it would be a defect to mend, not to test"),
    (
        Code::SsoEnforced,
        "it takes a license, a domain and a connection: crates/areas/tests/areas/enforced.rs has them",
    ),
];

/// A code, and the request that is answered with it: what the answer says.
type Provocation = (Code, &'static str, fn(&Stage<'_>) -> Answer);

/// What the requests need: an organization of ada's with a member, one that is suspended, and a stranger.
struct Stage<'s> {
    service: &'s Service,
    ada: Caller,
    bob: Caller,
    eve: Caller,
}

const PROVOCATIONS: [Provocation; 25] = [
    (Code::Malformed, "is not JSON", |stage| stage.raw("application/json", "{".to_owned())),
    (Code::Invalid, "subdomain: ", |stage| stage.found(&json!({"id": "x", "subdomain": "-"}))),
    (Code::Unauthenticated, "credential", |stage| {
        Caller::anonymous().ask(stage.service, "GET", "/directory/orgs/acme")
    }),
    (Code::Forbidden, "permission required", |stage| {
        stage.bob.ask(stage.service, "DELETE", "/directory/orgs/acme")
    }),
    (Code::PersonRequired, "only a person", |stage| {
        stage.program().ask(stage.service, "PUT", "/directory/orgs/acme/members")
    }),
    (Code::OrganizationInactive, "organization is inactive", |stage| {
        stage.ada.put(stage.service, ("POST", "/directory/orgs/asleep/roles"), &json!({"id": "x"}))
    }),
    (Code::JoinRefused, "the e-mail address is not verified", |stage| {
        stage.unproven().ask(stage.service, "PUT", "/directory/orgs/acme/members")
    }),
    (Code::ReauthenticationRequired, "sign in again", |stage| {
        stage.ada.browsing(stage.service, RECENT).ask(stage.service, "DELETE", "/directory/orgs/acme")
    }),
    (Code::SecondFactorRequired, "second factor", |stage| {
        stage.ada.founds(stage.service, "strict");
        let path = "/api/organizations/strict";
        stage.ada.sends(stage.service, ("PATCH", path), json!({"enforce_2fa": true}));
        stage.ada.browsing(stage.service, Duration::ZERO).ask(stage.service, "GET", "/directory/orgs/strict")
    }),
    (Code::CrossSite, "own address", |stage| {
        let browsing = stage.ada.browsing(stage.service, Duration::ZERO).elsewhere();
        browsing.ask(stage.service, "DELETE", "/directory/orgs/acme")
    }),
    (Code::NotFound, "no such organization", |stage| {
        stage.eve.ask(stage.service, "GET", "/directory/orgs/acme")
    }),
    (Code::Conflict, "this id is taken", |stage| stage.found(&json!({"id": "acme"}))),
    (Code::AlreadyMember, "already a member", |stage| {
        stage.bob.ask(stage.service, "PUT", "/directory/orgs/acme/members")
    }),
    (Code::NotAMember, "not a member", |stage| {
        stage.invite("eve@acme.example");
        stage.eve.ask(stage.service, "DELETE", "/directory/orgs/acme/members")
    }),
    (Code::InvitationOver, "invitation", |stage| {
        stage.ada.founds(stage.service, "brief");
        stage.ada.admits(stage.service, "brief", &stage.bob, "admin");
        stage.bob.sends(
            stage.service,
            ("PUT", "/directory/invites/orgs/brief"),
            json!({"emails": ["eve@acme.example"]}),
        );
        stage.ada.ask(stage.service, "DELETE", &format!("/directory/orgs/brief/members/{}", stage.bob.id()));
        stage.eve.ask(stage.service, "PUT", "/directory/orgs/brief/members")
    }),
    (Code::LastOwner, "last owner", |stage| {
        stage.ada.ask(stage.service, "DELETE", "/directory/orgs/acme/members")
    }),
    (Code::LimitReached, "the license allows no more members than 2", |stage| {
        stage.ada.ask(stage.service, "PUT", &format!("/directory/orgs/acme/members/{}", stage.eve.id()))
    }),
    (Code::NotEntitled, "does not include rbac", |stage| {
        let body = json!({"name": "Second"});
        let opened = stage.ada.sends_in(stage.service, "acme", ("POST", "/v1/organizations/projects", body));
        let project = opened.json()["account"]["metadata"]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/organizations/projects/{project}/users/{}", stage.bob.id());
        stage.ada.asks_in(stage.service, "acme", ("PUT", &path, Some(&json!({"role": "user"}))))
    }),
    (Code::Cycle, "report", |stage| {
        let (boss, worker) = (stage.employee("boss"), stage.employee("worker"));
        stage.reports(&worker, &boss);
        stage.reports(&boss, &worker)
    }),
    (Code::MethodNotAllowed, "takes only", |stage| {
        stage.ada.ask(stage.service, "PATCH", "/directory/orgs/acme")
    }),
    (Code::NotAcceptable, "Accept", |stage| {
        let request = stage.service.request("GET", "/api/organizations/acme");
        let request = request.bearer_auth(stage.ada.bearer.clone().unwrap());
        send(request.header("accept", "text/html"))
    }),
    (Code::TooLarge, "", |stage| stage.raw("application/json", "x".repeat(10_000_000))),
    (Code::UnsupportedMediaType, "application/json", |stage| stage.raw("text/plain", "{}".to_owned())),
    (Code::Unavailable, "does not tell its keys", |stage| {
        stage.of_a_silent_issuer().ask(stage.service, "GET", "/directory/orgs/suggest")
    }),
    (Code::Throttled, "too many", |stage| {
        let guesser = Caller { bearer: Some("a.b.c".to_owned()), ..Caller::anonymous() };
        for _ in 0..BURST {
            guesser.ask(stage.service, "GET", "/directory/orgs/suggest");
        }
        guesser.ask(stage.service, "GET", "/directory/orgs/suggest")
    }),
];

/// Bad credentials before the service has had enough.
const BURST: u32 = 3;

/// An issuer that is trusted and where nobody listens.
const SILENT: &str = "http://127.0.0.1:9";

impl<'s> Stage<'s> {
    fn set(service: &'s Service) -> Self {
        let person = |name| Caller::person(service, name);
        let stage = Self { service, ada: person("ada"), bob: person("bob"), eve: person("eve") };
        stage.ada.founds(service, "acme");
        stage.ada.admits(service, "acme", &stage.bob, "member");
        stage.ada.founds(service, "asleep");
        stage.ada.sends(service, ("PUT", "/directory/orgs/asleep"), json!({"status": "inactive"}));
        stage
    }

    fn found(&self, body: &Value) -> Answer {
        self.ada.put(self.service, ("POST", "/directory/orgs"), body)
    }

    fn raw(&self, content_type: &str, body: String) -> Answer {
        let request =
            self.service.request("POST", "/directory/orgs").bearer_auth(self.ada.bearer.clone().unwrap());
        send(request.header("content-type", content_type).body(body))
    }

    fn invite(&self, email: &str) {
        let path = "/directory/invites/orgs/acme";
        self.ada.sends(self.service, ("PUT", path), json!({"emails": [email]}));
    }

    /// Somebody who is invited by an address that they have not proven.
    fn unproven(&self) -> Caller {
        self.invite("fay@acme.example");
        let fields = AccountFields { email: "fay@acme.example".to_owned(), ..AccountFields::default() };
        let people = self.service.polity.accounts.as_ref();
        let account = People::create(people, &Actor::system(), NewAccount::try_from(fields).unwrap());
        Caller::of(self.service, "fay", &account.unwrap())
    }

    fn employee(&self, name: &str) -> String {
        let body = json!({"name": name, "email": format!("{name}@acme.example")});
        let made = self.ada.sends_in(self.service, "acme", ("POST", "/api/v1/employee", body)).json();
        made["id"].as_str().unwrap().to_owned()
    }

    fn reports(&self, employee: &str, manager: &str) -> Answer {
        let body = json!({"managerId": manager, "type": "PRIMARY"});
        let path = format!("/api/v1/employee/{employee}/managers");
        self.ada.asks_in(self.service, "acme", ("POST", &path, Some(&body)))
    }

    /// A program of the platform that may list organizations.
    fn program(&self) -> Caller {
        let new = NewClient {
            platform_permissions: named(&["org.directory.list"]),
            ..NewClient::service("program")
        };
        let identity = &self.service.polity.identity;
        let (client, _) = identity.register(&Owner::Actor(Actor::system()), new).unwrap();
        let minted = identity.mint(&Mint::of(Subject::Service(client.id))).unwrap();
        Caller { name: "program", bearer: Some(minted.token.reveal().to_owned()), ..Caller::default() }
    }

    fn of_a_silent_issuer(&self) -> Caller {
        // {"alg":"EdDSA","typ":"at+jwt","kid":"x"} and {"iss":"http://127.0.0.1:9"}
        let token = "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCIsImtpZCI6IngifQ.eyJpc3MiOiJodHRwOi8vMTI3LjAuMC4xOjkifQ.AAAA";
        Caller { bearer: Some(token.to_owned()), ..self.eve.clone() }
    }
}

fn service(kit: &Kit) -> Service {
    let patience = Patience { burst: NonZeroU32::new(BURST).unwrap(), per_minute: NonZeroU32::MIN };
    Service::start_set(kit, patience, |settings| {
        settings.trusted_issuers.push(TrustedIssuer {
            issuer: SILENT.to_owned(),
            audience: "polity".to_owned(),
            algorithms: vec![Algorithm::EdDsa],
            jwks_uri: None,
            introspection: None,
            grants_permissions: false,
        });
        settings.licensing.mode = EntitlementMode::Licensed;
        settings.licensing.free.members = Some(2);
    })
}

both_engines! {
    fn every_code_is_met(kit) {
        let service = service(kit);
        let stage = Stage::set(&service);
        for (code, words, provoke) in PROVOCATIONS {
            let answer = provoke(&stage);
            assert_eq!(answer.status.as_u16(), status::of(code).as_u16(), "{code:?}: {answer:?}");
            let body = answer.json();
            let reasons = [&body["error"]["reason"], &body["message"], &body["errors"][0], &body["detail"]];
            let reason = reasons.into_iter().find_map(Value::as_str).unwrap();
            assert!(reason.contains(words), "{code:?}: {reason}");
        }
    }
}

#[test]
fn every_code_is_met_or_argued_away() {
    for code in Code::ALL {
        let met = PROVOCATIONS.iter().any(|(other, ..)| other == code);
        let argued = OUT_OF_REACH.iter().any(|(other, _)| other == code);
        assert!(met != argued, "{code:?}");
    }
    assert_eq!(PROVOCATIONS.len() + OUT_OF_REACH.len(), Code::ALL.len());
}
