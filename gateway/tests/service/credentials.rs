//! Who gets in: missing, bad, good and withdrawn credentials, as every family answers them.

use std::num::NonZeroU32;

use polity::gate::guesses::Patience;
use polity_identity::{NewApiKey, Owner};
use polity_kernel::{Actor, Limits, PermissionSet, Subject};
use polity_testkit::both_engines;
use serde_json::json;

use crate::common::{Answer, Service, send};

/// Asks for something that any known caller may ask for.
fn ask(service: &Service, authorization: &str) -> Answer {
    send(service.request("GET", "/directory/orgs/suggest").header("authorization", authorization))
}

both_engines! {
    fn without_a_credential_the_answer_says_only_how_to_bring_one(kit) {
        let service = Service::start(kit);
        let answer = service.get("/directory/orgs/suggest");
        assert_eq!((answer.code(), answer.header("www-authenticate")), (401, r#"Bearer realm="polity""#));
        assert_eq!(answer.json(), json!({"status": 401, "error": {"reason": "a credential is required"}}));
    }

    fn a_bad_credential_is_told_why(kit) {
        let service = Service::start(kit);
        for bad in ["Bearer x", "Bearer a.b.c", "Bearer pol_short", "Bearer é", "Bearer", "Basic YTpi", "Bearer a b"] {
            let answer = ask(&service, bad);
            assert_eq!(answer.code(), 401, "{bad}");
            let challenge = answer.header("www-authenticate");
            assert!(challenge.starts_with(r#"Bearer realm="polity", error="invalid_token", error_description=""#), "{challenge}");
            assert_eq!(answer.json()["status"], 401, "{bad}");
        }
    }

    fn a_token_works_until_its_account_is_disabled(kit) {
        let service = Service::start(kit);
        let person = service.person("ann@example.com");
        let bearer = format!("Bearer {}", service.token(&person));
        assert_eq!(ask(&service, &bearer).code(), 200);
        let patch = polity_accounts::AccountPatch {
            status: Some(polity_accounts::AccountStatus::Disabled),
            ..Default::default()
        };
        let accounts = service.polity.accounts.as_ref();
        polity_accounts::People::update(accounts, &Actor::system(), person.id, patch).unwrap();
        assert_eq!(ask(&service, &bearer).code(), 401, "on the very next request");
    }

    fn a_narrowed_token_may_only_what_it_is_narrowed_to(kit) {
        let service = Service::start(kit);
        let person = service.person("ann@example.com");
        let narrow = service.narrow_token(&person, None, Some(&["org.directory.create"]));
        let answer = ask(&service, &format!("Bearer {narrow}"));
        assert_eq!(answer.code(), 403);
        assert_eq!(answer.json()["missing_permissions"], json!(["org.directory.list"]));
    }

    fn an_api_key_works_until_it_is_revoked(kit) {
        let service = Service::start(kit);
        let person = service.person("ann@example.com");
        let actor = Actor::new(Subject::Person(person.id), Limits::default(), PermissionSet::all());
        let owner = Owner::Actor(actor);
        let new = NewApiKey { name: "laptop".to_owned(), ..NewApiKey::default() };
        let (key, secret) = service.polity.identity.create(&owner, new).unwrap();
        let bearer = format!("Bearer {}", secret.reveal());
        assert_eq!(ask(&service, &bearer).code(), 200);
        service.polity.identity.revoke_key(&owner, key.id).unwrap();
        assert_eq!(ask(&service, &bearer).code(), 401);
    }

    fn who_fails_too_often_is_told_to_wait_and_a_good_credential_still_passes(kit) {
        let two = NonZeroU32::new(2).unwrap();
        let service = Service::start_with(kit, Patience { burst: two, per_minute: NonZeroU32::MIN });
        let codes: Vec<u16> = (0..3).map(|_| ask(&service, "Bearer a.b.c").code()).collect();
        assert_eq!(codes, [401, 401, 429]);
        let answer = ask(&service, "Bearer a.b.c");
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=61).contains(&wait), "{wait}");
        assert_eq!(answer.json()["status"], 429);
        assert_eq!(service.get("/directory/orgs/suggest").code(), 401, "to bring none is no guess");
        let token = service.token(&service.person("ann@example.com"));
        assert_eq!(ask(&service, &format!("Bearer {token}")).code(), 200);
    }
}
