//! E-mail domains: claimed, proven, changed, given back; what is refused, and in which order.

use polity::gate::guesses::Patience;
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service};
use crate::ground::{Caller, MOMENT};
use crate::zone::Zone;

const AT: &str = "/api/organizations/acme/domains";

/// What an answer refuses: its status, code and field.
fn refused(answer: &Answer) -> String {
    let told = answer.json();
    format!("{} {} {}", answer.code(), told["code"].as_str().unwrap(), told["attr"]).replace('"', "")
}

/// A service that asks this name server.
fn asking(kit: &Kit, zone: &Zone) -> Service {
    let address = zone.address.to_string();
    Service::start_set(kit, Patience::default(), |settings| settings.dns_resolver = address.parse().ok())
}

/// Ada, who owns `acme`, and Bob, who is a member of it.
fn people(service: &Service) -> (Caller, Caller) {
    let (ada, bob) = (Caller::person(service, "ada"), Caller::person(service, "bob"));
    ada.founds(service, "acme");
    ada.admits(service, "acme", &bob, "member");
    (ada, bob)
}

/// A claim, as it is shown.
fn claim(service: &Service, caller: &Caller, at: &str, domain: &str) -> Value {
    caller.sends(service, ("POST", at), json!({ "domain": domain })).json()
}

fn path(at: &str, claimed: &Value) -> String {
    format!("{at}/{}", claimed["id"].as_str().unwrap())
}

/// A claim of acme's that a record has proven, and where it is.
fn proven(service: &Service, zone: &Zone, caller: &Caller, domain: &str) -> (Value, String) {
    let claimed = claim(service, caller, AT, domain);
    zone.say(domain, claimed["verification_challenge"].as_str().unwrap());
    let path = path(AT, &claimed);
    (caller.does(service, "POST", &format!("{path}/verify")).json(), path)
}

both_engines! {
    fn one_is_claimed_listed_read_and_given_back(kit) {
        let service = Service::start(kit);
        let (ada, bob) = people(&service);
        let claimed = ada.put(&service, ("POST", AT), &json!({
            "domain": " b.example ", "jit_provisioning_enabled": true, "sso_enforcement": "saml", "scim_enabled": true,
            "verified_at": "2020-01-01T00:00:00Z", "verification_challenge": "mine", "scim_bearer_token": "x",
        }));
        assert_eq!(claimed.code(), 201, "{claimed:?}");
        let claimed = claimed.json();
        assert_eq!(claimed["verification_challenge"].as_str().unwrap().len(), 43);
        let (id, challenge) = (claimed["id"].clone(), claimed["verification_challenge"].clone());
        assert_eq!(claimed, json!({
            "id": id, "domain": "b.example", "is_verified": false, "verified_at": null, "verification_challenge": challenge,
            "jit_provisioning_enabled": false, "sso_enforcement": "", "has_saml": false, "saml_entity_id": null,
            "saml_acs_url": null, "saml_x509_cert": null, "has_scim": false, "scim_enabled": false, "scim_base_url": null,
            "scim_bearer_token": null,
        }));
        kit.pass(MOMENT);
        let first = claim(&service, &ada, &format!("{AT}/"), "a.example");
        let listed = bob.does(&service, "GET", AT).json();
        assert_eq!((&listed["count"], &listed["results"]), (&json!(2), &json!([first, claimed])));
        let part = bob.does(&service, "GET", &format!("{AT}?limit=1&offset=1")).json();
        assert_eq!((&part["results"], &part["next"]), (&json!([claimed]), &Value::Null));
        assert_eq!(bob.does(&service, "GET", &path(AT, &first)).json(), first);
        let gone = ada.ask(&service, "DELETE", &path(AT, &claimed));
        assert_eq!((gone.code(), gone.text.as_str()), (204, ""));
        assert_eq!(refused(&ada.ask(&service, "GET", &path(AT, &claimed))), "404 not_found null");
        assert_eq!(refused(&ada.ask(&service, "DELETE", &path(AT, &claimed))), "404 not_found null");
    }

    fn what_is_no_domain_is_refused(kit) {
        let service = Service::start(kit);
        let (ada, bob) = people(&service);
        let send = |body: Value| refused(&ada.put(&service, ("POST", AT), &body));
        for bad in ["acme", "ada@acme.example", "https://acme.example", "Acme.example", "co.uk", "gmail.com", "a b.example", "127.0.0.1"] {
            assert_eq!(send(json!({ "domain": bad })), "400 invalid_input domain", "{bad}");
        }
        assert_eq!(send(json!({})), "400 required domain");
        assert_eq!(send(json!({"domain": null})), "400 null domain");
        assert_eq!(send(json!({"domain": " "})), "400 blank domain");
        assert_eq!(send(json!({"domain": ["x"]})), "400 invalid_input domain");
        assert_eq!(send(json!({"domain": format!("{}.example", "x".repeat(130))})), "400 max_length domain");
        assert_eq!(ada.does(&service, "GET", AT).json()["count"], 0);
        claim(&service, &ada, AT, "acme.example");
        assert_eq!(send(json!({"domain": "acme.example"})), "400 unique domain");
        assert_eq!(refused(&bob.put(&service, ("POST", AT), &json!({"domain": "b.example"}))), "403 permission_denied null");
    }

    fn a_record_proves_it_and_silence_does_not(kit) {
        let zone = Zone::start();
        let service = asking(kit, &zone);
        let (ada, bob) = people(&service);
        let claimed = claim(&service, &ada, AT, "acme.example");
        let verify = format!("{}/verify", path(AT, &claimed));
        assert_eq!(ada.does(&service, "POST", &verify).json(), claimed, "no such name");
        zone.say("acme.example", "else");
        assert_eq!(ada.does(&service, "POST", &verify).json(), claimed);
        zone.fail("acme.example");
        assert_eq!(refused(&ada.ask(&service, "POST", &verify)), "503 unavailable null");
        zone.say("acme.example", claimed["verification_challenge"].as_str().unwrap());
        assert_eq!(refused(&bob.ask(&service, "POST", &verify)), "403 permission_denied null");
        let proven = ada.does(&service, "POST", &verify).json();
        assert_eq!((&proven["is_verified"], &proven["verified_at"]), (&json!(true), &json!("2026-01-15T12:00:00Z")));
        assert_eq!(refused(&ada.ask(&service, "POST", &verify)), "400 already_verified null");
        let shown = ada.does(&service, "GET", "/directory/orgs/acme").json();
        assert_eq!((&shown["domain"], &shown["domain_verified"]), (&json!("acme.example"), &json!(true)));
    }

    fn of_two_who_wait_the_first_proof_wins(kit) {
        let zone = Zone::start();
        let service = asking(kit, &zone);
        let (ada, eve) = (people(&service).0, Caller::person(&service, "eve"));
        eve.founds(&service, "other");
        let theirs = claim(&service, &eve, "/api/organizations/other/domains", "acme.example");
        let (own, _) = proven(&service, &zone, &ada, "acme.example");
        assert_eq!(own["is_verified"], true);
        let verify = format!("{}/verify", path("/api/organizations/other/domains", &theirs));
        zone.say("acme.example", theirs["verification_challenge"].as_str().unwrap());
        assert_eq!(refused(&eve.ask(&service, "POST", &verify)), "400 unique domain");
        let third = Caller::person(&service, "tom");
        third.founds(&service, "third");
        let late = third.put(&service, ("POST", "/api/organizations/third/domains"), &json!({"domain": "acme.example"}));
        assert_eq!(refused(&late), "400 unique domain");
    }

    fn another_organization_s_is_unknown_by_every_way(kit) {
        let service = Service::start(kit);
        let (ada, eve) = (people(&service).0, Caller::person(&service, "eve"));
        eve.founds(&service, "other");
        let claimed = claim(&service, &ada, AT, "acme.example");
        let (foreign, own) = (path(AT, &claimed), path("/api/organizations/other/domains", &claimed));
        for (method, tail) in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/verify")] {
            assert_eq!(refused(&eve.put(&service, (method, &format!("{foreign}{tail}")), &json!({}))), "403 permission_denied null");
            assert_eq!(refused(&eve.put(&service, (method, &format!("{own}{tail}")), &json!({}))), "404 not_found null");
        }
        assert_eq!(refused(&ada.ask(&service, "GET", &format!("{AT}/x"))), "404 not_found null");
    }

    fn changes_are_judged_in_their_order(kit) {
        let zone = Zone::start();
        let service = asking(kit, &zone);
        let (ada, bob) = people(&service);
        let waiting = path(AT, &claim(&service, &ada, AT, "waits.example"));
        let (shown, at) = proven(&service, &zone, &ada, "acme.example");
        let send = |at: &str, body: Value| refused(&ada.put(&service, ("PATCH", at), &body));
        assert_eq!(send(&waiting, json!({"sso_enforcement": ""})), "400 verification_required sso_enforcement");
        for body in [json!({"jit_provisioning_enabled": false}), json!({"sso_enforcement": "", "jit_provisioning_enabled": true})] {
            assert_eq!(send(&waiting, body), "400 verification_required jit_provisioning_enabled");
        }
        assert_eq!(send(&waiting, json!({"sso_enforcement": "ldap", "jit_provisioning_enabled": true})), "400 invalid_choice sso_enforcement");
        assert_eq!(send(&at, json!({"jit_provisioning_enabled": "perhaps"})), "400 invalid_input jit_provisioning_enabled");
        assert_eq!(send(&at, json!({"jit_provisioning_enabled": null})), "400 null jit_provisioning_enabled");
        assert_eq!(send(&at, json!({"sso_enforcement": null})), "400 null sso_enforcement");
        assert_eq!(send(&at, json!({"scim_enabled": true})), "400 feature_not_available scim_enabled");
        assert_eq!(send(&at, json!({"sso_enforcement": "github"})), "400 connection_not_tested sso_enforcement");
        assert_eq!(refused(&bob.put(&service, ("PATCH", &at), &json!({}))), "403 permission_denied null");
        assert_eq!(ada.does(&service, "GET", &at).json(), shown, "nothing has changed");

        let change = |body: Value| ada.sends(&service, ("PATCH", &at), body).json();
        assert_eq!(change(json!({"domain": "stolen.example", "scim_enabled": null})), shown);
        let joined = change(json!({"jit_provisioning_enabled": "true", "scim_enabled": false, "sso_enforcement": ""}));
        assert_eq!((&joined["jit_provisioning_enabled"], &joined["verified_at"]), (&json!(true), &shown["verified_at"]));
        let put = |body: Value| ada.put(&service, ("PUT", &at), &body);
        assert_eq!(refused(&put(json!({"jit_provisioning_enabled": false}))), "400 required domain");
        let put = put(json!({"domain": "else.example", "jit_provisioning_enabled": false}));
        assert_eq!((put.code(), &put.json()), (200, &shown), "the domain stays what it is");
    }

    fn an_owner_forces_enforcement_and_the_log_tells(kit) {
        let zone = Zone::start();
        let service = asking(kit, &zone);
        let (ada, bob) = people(&service);
        let (_, at) = proven(&service, &zone, &ada, "acme.example");
        ada.sends(&service, ("PATCH", &format!("/api/organizations/acme/members/{}", bob.id())), json!({"level": 8}));
        let forced = format!("{at}?force=true");
        let saml = json!({"sso_enforcement": "saml"});
        assert_eq!(refused(&bob.put(&service, ("PATCH", &forced), &saml)), "403 permission_denied null");
        assert_eq!(ada.sends(&service, ("PATCH", &forced), saml).json()["sso_enforcement"], "saml");
        let log = ada.does(&service, "GET", "/api/organizations/acme/activity_log?scope=domain").json();
        let told: Vec<&Value> = log["results"].as_array().unwrap().iter().map(|entry| &entry["activity"]).collect();
        assert!(told.contains(&&json!("enforcement_forced")), "{log}");
        let stranger = ada.put(&service, ("PATCH", &at), &json!({"break_glass_owners": [bob.id().to_string()]}));
        assert_eq!(refused(&stranger), "400 invalid_input break_glass_owners__0");
        ada.sends(&service, ("PATCH", &at), json!({"break_glass_owners": [ada.id().to_string()]}));
    }

    fn a_key_needs_the_scope(kit) {
        let service = Service::start(kit);
        let (ada, _) = people(&service);
        let at = path(AT, &claim(&service, &ada, AT, "acme.example"));
        let key = ada.narrowed(&service, &["org.directory.get", "org.domains.list", "org.domains.get"]);
        key.does(&service, "GET", AT);
        key.does(&service, "GET", &at);
        for (method, path) in [("PATCH", at.clone()), ("DELETE", at.clone()), ("POST", format!("{at}/verify")), ("POST", AT.to_owned())] {
            let answer = key.put(&service, (method, &path), &json!({"domain": "b.example"}));
            assert_eq!(refused(&answer), "403 permission_denied null");
            assert!(answer.json()["detail"].as_str().unwrap().contains("organization:write"), "{answer:?}");
        }
    }
}
