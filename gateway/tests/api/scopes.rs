//! Keys that are limited to scopes: what each is good for, in this family and in the others.

use polity_identity::{NewApiKey, Owner, ScopeWord};
use polity_kernel::{Actor, Level, Limits, PermissionSet, Subject};
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::Caller;
use crate::ground::common::Service;

const AT: &str = "/api/organizations/acme";

/// The same person by an API key with these words.
fn scoped(service: &Service, caller: &Caller, words: &[&str]) -> Caller {
    let words: Vec<ScopeWord> = words.iter().map(|word| word.parse().unwrap()).collect();
    let new = NewApiKey { permissions: ScopeWord::limit(&words), ..NewApiKey::default() };
    keyed(service, caller, new)
}

fn keyed(service: &Service, caller: &Caller, new: NewApiKey) -> Caller {
    let actor = Actor::new(Subject::Person(caller.id()), Limits::default(), PermissionSet::all());
    let new = NewApiKey { name: "scoped".to_owned(), ..new };
    let (_, secret) = service.polity.identity.create(&Owner::Actor(actor), new).unwrap();
    Caller {
        name: "scoped",
        bearer: Some(secret.reveal().to_owned()),
        account: caller.account,
        session: None,
    }
}

/// What a key with these words is answered.
fn codes(service: &Service, key: &Caller, asked: &[(&str, &str, Value)]) -> String {
    let code = |(method, path, body): &(&str, &str, Value)| {
        let path = if path.starts_with("/api") { (*path).to_owned() } else { format!("{AT}{path}") };
        key.put(service, (method, &path), body).code().to_string()
    };
    asked.iter().map(code).collect::<Vec<_>>().join(" ")
}

both_engines! {
    fn each_scope_is_good_for_its_own_routes(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "member");
        let member = format!("/members/{}", bob.id());
        let paper = json!({"document_type": "DPA", "company_name": "Acme", "company_address": "1 Road", "representative_email": "ada@acme.example"});
        let asked = [
            ("GET", "", json!({})),
            ("GET", "/roles", json!({})),
            ("PATCH", "", json!({"name": "Acme"})),
            ("POST", "/roles", json!({"name": "Keepers"})),
            ("GET", "/members", json!({})),
            ("PATCH", member.as_str(), json!({"level": 8})),
            ("GET", "/legal_documents", json!({})),
            ("POST", "/legal_documents", paper),
            ("GET", "/activity_log", json!({})),
        ];
        for (words, expected) in [
            (&["organization:read"][..], "200 200 403 403 403 403 403 403 403"),
            (&["organization:write"], "200 200 200 201 403 403 403 403 403"),
            (&["organization_member:read"], "403 403 403 403 200 403 403 403 403"),
            (&["organization_member:write"], "403 403 403 403 200 200 403 403 403"),
            (&["legal_document:read"], "403 403 403 403 403 403 200 403 403"),
            (&["legal_document:write"], "403 403 403 403 403 403 200 201 403"),
            (&["activity_log:read"], "403 403 403 403 403 403 403 403 200"),
            (&["organization:read", "activity_log:read"], "200 200 403 403 403 403 403 403 200"),
            (&["*"], "200 200 200 400 200 200 200 400 200"),
            (&[], "200 200 200 400 200 200 200 400 200"),
        ] {
            assert_eq!(codes(&service, &scoped(&service, &ada, words), &asked), expected, "{words:?}");
        }
    }

    fn a_scope_goes_as_far_as_its_owners_level(kit) {
        let service = Service::start(kit);
        let (ada, bob, cyd) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"), Caller::person(&service, "cyd"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "admin");
        ada.admits(&service, "acme", &cyd, "member");
        let (admin, member) = (scoped(&service, &bob, &["organization_member:write"]), scoped(&service, &cyd, &["organization_member:write"]));
        let to = |who: &Caller, level: i16| ("PATCH", format!("{AT}/members/{}", who.id()), json!({ "level": level }));
        let code = |key: &Caller, (method, path, body): (&str, String, Value)| key.put(&service, (method, &path), &body).code();
        assert_eq!(code(&member, to(&bob, 1)), 403, "a member's key");
        assert_eq!(code(&admin, to(&cyd, 15)), 403, "above the owner of the key");
        assert_eq!(code(&admin, to(&ada, 8)), 403, "a higher member");
        assert_eq!((code(&admin, to(&cyd, 8)), code(&admin, to(&cyd, 1))), (200, 200));
        let blunt = bob.narrowed(&service, &["org.members.update", "org.members.list", "org.members.get"]);
        assert_eq!(code(&blunt, to(&cyd, 8)), 403, "permissions alone carry no level");
        let (low, high) = (scoped(&service, &bob, &["organization:write"]), scoped(&service, &ada, &["organization:write"]));
        assert_eq!((low.ask(&service, "DELETE", AT).code(), high.ask(&service, "DELETE", AT).code()), (403, 204), "an owner's alone deletes");
    }

    fn a_scope_narrows_in_the_other_families_too_and_never_adds(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "member");
        let key = scoped(&service, &ada, &["organization:write"]);
        assert_eq!(key.ask(&service, "GET", "/directory/orgs/acme").code(), 200);
        assert_eq!(key.ask(&service, "GET", "/directory/orgs/acme/members").code(), 403);
        let member = scoped(&service, &bob, &["organization:write", "activity_log:read"]);
        assert_eq!(codes(&service, &member, &[("GET", "", json!({})), ("PATCH", "", json!({})), ("GET", "/activity_log", json!({}))]), "200 403 403");
    }

    fn an_organization_may_leave_keys_to_its_administrators(kit) {
        let service = Service::start(kit);
        let (ada, bob, cyd) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"), Caller::person(&service, "cyd"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "admin");
        ada.admits(&service, "acme", &cyd, "member");
        let low = NewApiKey { level: Some(Level::Member), ..NewApiKey::default() };
        let keys = [scoped(&service, &ada, &[]), scoped(&service, &bob, &[]), scoped(&service, &cyd, &[]), keyed(&service, &bob, low)];
        let codes = || keys.each_ref().map(|key| key.ask(&service, "GET", &format!("{AT}/members")).code());
        assert_eq!(codes(), [200; 4]);
        ada.sends(&service, ("PATCH", AT), json!({"members_can_use_personal_api_keys": false}));
        assert_eq!(codes(), [200, 200, 403, 200], "a key below its owner's level is still an administrator's");
        assert_eq!(keys[2].ask(&service, "GET", AT).code(), 403);
        assert_eq!(cyd.ask(&service, "GET", AT).code(), 200, "tokens are no keys");
        ada.sends(&service, ("PATCH", AT), json!({"members_can_use_personal_api_keys": true}));
        assert_eq!(codes(), [200; 4]);
    }
}
