//! An organization with its first project, made in one go.

use polity_identity::{Mint, NewClient, Owner};
use polity_kernel::{Actor, Code, Subject};
use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::send;
use crate::ground::license::{growth, sign, signed_by};
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, account_of, id_of, named, newest};
use crate::stage::{ORGANIZATIONS, licensed};

fn order(changes: &Value) -> Value {
    let mut body = json!({"organizationName": "The Acme Corp", "accountName": "Main", "eulaAccepted": true});
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    body
}

both_engines! {
    fn everything_is_made_at_once(kit) { life(kit); }

    fn what_is_missing_or_taken_is_refused_and_nothing_made(kit) { refusals(kit); }

    fn who_accepted_the_eula_when_and_from_where_is_recorded(kit) {
        let service = licensed(kit);
        let ada = Caller::person(&service, "ada");
        let request = service.request("POST", "/v1/organizations").header("user-agent", "curl/8");
        assert_eq!(send(request.bearer_auth(ada.bearer.clone().unwrap()).json(&order(&json!({})))).code(), 200);
        let eula = "/v1/organizations/the-acme-corp/eula";
        let mut found = ada.does(&service, "GET", eula).json();
        assert!(found["acceptances"][0].as_object_mut().unwrap().remove("id").is_some());
        assert_eq!(found, json!({"acceptances": [{
            "eulaVersion": "2026-01", "subjectKind": "person", "subject": ada.id().to_string(),
            "acceptedAt": Kit::START.rfc3339(), "address": "127.0.0.1", "userAgent": "curl/8",
        }]}));
        let bob = Caller::person(&service, "bob");
        assert_eq!(bob.ask(&service, "GET", eula).code(), 404);
        ada.admits(&service, "the-acme-corp", &bob, "member");
        assert_eq!(bob.ask(&service, "GET", eula).code(), 403);
    }

    fn the_license_is_the_keys_or_of_the_type(kit) {
        let service = licensed(kit);
        let ada = Caller::person(&service, "ada");
        for (number, (changes, kind)) in [
            (json!({}), "free"),
            (json!({"licenseType": "free"}), "free"),
            (json!({"licenseType": "trial"}), "trial"),
            (json!({"licenseKey": sign(&growth(&json!({})))}), "growth"),
            (json!({"licenseKey": sign(&growth(&json!({}))), "licenseType": "enterprise"}), "growth"),
            (json!({"licenseKey": "", "licenseType": " trial "}), "trial"),
        ].into_iter().enumerate() {
            let name = format!("org-{number}");
            let mut order = order(&changes);
            order["organizationName"] = json!(name);
            ada.sends(&service, ORGANIZATIONS, order);
            let license = ada.does(&service, "GET", &format!("/v1/organizations/{name}/license")).json();
            assert_eq!(license["type"], kind, "{changes}");
        }
    }

    fn a_service_account_makes_one_by_http_basic(kit) {
        let service = licensed(kit);
        let new = NewClient { platform_permissions: named(&["org.directory.create"]), ..NewClient::service("p") };
        let (client, secret) = service.polity.identity.register(&Owner::Actor(Actor::system()), new).unwrap();
        let request = |body: &Value| {
            let request = service.request("POST", "/v1/organizations");
            send(request.basic_auth(client.id.to_string(), Some(secret.as_ref().unwrap().reveal())).json(body))
        };
        let made = request(&order(&json!({})));
        assert_eq!(made.code(), 200, "{made:?}");
        assert!(made.json()["account"]["spec"]["secretKey"].is_string(), "it owns the organization");
        assert_eq!(request(&order(&json!({}))).code(), 409);
        let asks = |method: &str, path: &str, body: &Value| {
            let request = service.request(method, path);
            send(request.basic_auth(client.id.to_string(), Some(secret.as_ref().unwrap().reveal())).json(body))
        };
        let listed = asks("GET", "/v1/organizations", &json!({})).json();
        assert_eq!(listed["organizations"], json!([made.json()["organization"]]));
        let at = format!("/v1/organizations/{}", made.json()["organization"]["metadata"]["id"].as_str().unwrap());
        assert_eq!(asks("PATCH", &format!("{at}/metadata"), &json!({"name": "Renamed"})).code(), 200);
        assert_eq!(asks("GET", "/v1/organizations/users", &json!({})).json(), json!({"users": []}), "it is nobody with an address");
        let minted = service.polity.identity.mint(&Mint::of(Subject::Service(client.id))).unwrap();
        let program = Caller { name: "program", bearer: Some(minted.token.reveal().to_owned()), ..Caller::default() };
        let members = program.does(&service, "GET", "/directory/orgs/the-acme-corp/members").json();
        assert_eq!(members, json!([client.id]), "it is a member by its id");
        let shown = program.does(&service, "GET", "/api/v1/organization/the-acme-corp").json();
        assert_eq!(shown["owners"], json!([client.id]));
        assert_eq!(program.does(&service, "GET", "/directory/orgs/the-acme-corp").json()["owner"]["id"], json!(client.id));
        let started = program.put(&service, ("POST", "/api/organizations"), &json!({"name": "Another"}));
        assert_eq!((started.code(), &started.json()["membership_level"]), (201, &json!(15)), "{started:?}");
        let body = json!({"name": "Hers", "ownerEmail": "ada@acme.example"});
        let hers = program.put(&service, ("POST", "/api/v1/organization"), &body);
        let ada = account_of(&service, "ada@acme.example");
        assert_eq!((hers.code(), &hers.json()["owners"]), (201, &json!([ada.id])), "{hers:?}");
        let gone = service.polity.identity.remove(&Owner::Actor(Actor::system()), client.id);
        assert_eq!(gone.unwrap_err().code(), Code::LastOwner);
    }
}

fn life(kit: &Kit) {
    let service = licensed(kit);
    let ada = Caller::person(&service, "ada");
    let mut script = Transcript::new(kit, &service);
    script.name(ada.id(), "ada");
    let sent = json!({"licenseType": "trial", "organizationName": " The Acme Corp ", "unknown": [1]});
    let made = script.send(&ada, ORGANIZATIONS, order(&sent)).json();
    for path in ["organizations/projects", "organizations/users", "organization-license"] {
        script.ask(&ada, "GET", &format!("/v1/{path}"));
    }
    let all = script.ask(&ada, "GET", "/v1/organizations/projects/all").json();
    assert_eq!(all["activeAccountId"], made["account"]["metadata"]["id"], "the founder works in it");
    assert_eq!(all["organizationAccounts"][0]["accounts"][0], made["account"]);
    assert_eq!(all["organizationAccounts"][0]["organization"], made["organization"]);
    insta::assert_snapshot!(hashless(&script.to_string()), @r#"
    ada> POST /v1/organizations {"accountName":"Main","eulaAccepted":true,"licenseType":"trial","organizationName":" The Acme Corp ","unknown":[1]}
    200 {"account":{"apiVersion":"bindplane.observiq.com/v1","kind":"Account","metadata":{"dateModified":"2026-01-15T12:00:00.001Z","displayName":"Main","hash":"[hash]","id":"[id]","labels":{},"name":"main","version":1},"spec":{"alternateSecretKeys":[],"parameters":[],"secretKey":"[id]"},"status":{}},"organization":{"apiVersion":"bindplane.observiq.com/v1","kind":"Organization","metadata":{"dateModified":"2026-01-15T12:00:00.001Z","displayName":"The Acme Corp","hash":"[hash]","id":"[id]","labels":{},"name":"the-acme-corp","version":1},"spec":{"parameters":[]},"status":{}}}
    ada> GET /v1/organizations/projects
    200 {"accounts":[{"apiVersion":"bindplane.observiq.com/v1","kind":"Account","metadata":{"dateModified":"2026-01-15T12:00:00.001Z","displayName":"Main","hash":"[hash]","id":"[id]","labels":{},"name":"main","version":1},"spec":{"alternateSecretKeys":[],"parameters":[],"secretKey":"[id]"},"status":{}}]}
    ada> GET /v1/organizations/users
    200 {"users":[{"apiVersion":"bindplane.observiq.com/v1","kind":"User","metadata":{"dateModified":"2026-01-15T12:00:00Z","hash":"[hash]","id":"[ada]","labels":{},"name":"[ada]","version":1},"spec":{"activeAccount":"[id]","email":"ada@acme.example","requestedMFA":false},"status":{}}]}
    ada> GET /v1/organization-license
    200 {"expiresAt":"2026-02-14T12:00:00.001Z","features":["automatic_provisioning","legal_baa","multiple_organizations","organization_invite_settings","organization_security_settings","rbac","saml","scim","sso_enforcement"],"limits":{"domains":5,"members":50,"projects":10},"standing":"active","type":"trial","usage":{"domains":0,"members":1,"projects":1}}
    ada> GET /v1/organizations/projects/all
    200 {"activeAccountId":"[id]","organizationAccounts":[{"accounts":[{"apiVersion":"bindplane.observiq.com/v1","kind":"Account","metadata":{"dateModified":"2026-01-15T12:00:00.001Z","displayName":"Main","hash":"[hash]","id":"[id]","labels":{},"name":"main","version":1},"spec":{"alternateSecretKeys":[],"parameters":[],"secretKey":"[id]"},"status":{}}],"organization":{"apiVersion":"bindplane.observiq.com/v1","kind":"Organization","metadata":{"dateModified":"2026-01-15T12:00:00.001Z","displayName":"The Acme Corp","hash":"[hash]","id":"[id]","labels":{},"name":"the-acme-corp","version":1},"spec":{"parameters":[]},"status":{}},"ssoEnabled":false}]}
    "#);
}

/// A hash of a spec with a random secret in it is another each time.
fn hashless(text: &str) -> String {
    let mut parts = text.split("\"hash\":\"");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| format!("{text}\"hash\":\"[hash]{}", &part[64..]))
}

/// What makes a good order a bad one.
fn unacceptable() -> [Value; 12] {
    [
        json!({"organizationName": " "}),
        json!({"organizationName": null}),
        json!({"accountName": ""}),
        json!({"organizationName": "x".repeat(201)}),
        json!({"accountName": "a\u{7}b"}),
        json!({"eulaAccepted": false}),
        json!({"eulaAccepted": null}),
        json!({"eulaAccepted": "yes"}),
        json!({"licenseType": "platinum"}),
        json!({"licenseType": "enterprise"}),
        json!({"licenseKey": "x"}),
        json!({"organizationName": "GLOBEX"}),
    ]
}

fn refusals(kit: &Kit) {
    let service = licensed(kit);
    let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
    eve.sends(&service, ("POST", "/directory/orgs"), json!({"id": "globex", "name": "Globex"}));
    let mut script = Transcript::new(kit, &service);
    let narrowed = ada.narrowed(&service, &["org.directory.list"]);
    let state = || (kit.rows(), newest(kit, &[id_of(&service, "globex")]));
    let before = state();
    for changes in unacceptable() {
        script.send(&ada, ORGANIZATIONS, order(&changes));
    }
    script.send(&ada, ORGANIZATIONS, json!({"organizationName": "x", "eulaAccepted": true}));
    script.send(&ada, ORGANIZATIONS, json!({}));
    script.send(&narrowed, ORGANIZATIONS, order(&json!({})));
    script.send(&Caller::anonymous(), ORGANIZATIONS, order(&json!({})));
    for key in [signed_by(2, &growth(&json!({}))), sign(&growth(&json!({"sub": "globex"})))] {
        let answer = ada.put(&service, ORGANIZATIONS, &order(&json!({ "licenseKey": key })));
        assert_eq!(answer.code(), 400, "{answer:?}");
        assert!(answer.json()["errors"][0].as_str().unwrap().starts_with("licenseKey: "), "{answer:?}");
    }
    insta::assert_snapshot!(script, @r#"
    ada> POST /v1/organizations {"accountName":"Main","eulaAccepted":true,"organizationName":" "}
    400 {"errors":["organizationName: must not be blank"]}
    ada> POST /v1/organizations {"accountName":"Main","eulaAccepted":true,"organizationName":null}
    400 {"errors":["organizationName: invalid type: null, expected a string"]}
    ada> POST /v1/organizations {"accountName":"","eulaAccepted":true,"organizationName":"The Acme Corp"}
    400 {"errors":["accountName: must not be blank"]}
    ada> POST /v1/organizations {"accountName":"Main","eulaAccepted":true,"organizationName":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}
    400 {"errors":["organizationName: is longer than 200 characters"]}
    ada> POST /v1/organizations {"accountName":"a\u0007b","eulaAccepted":true,"organizationName":"The Acme Corp"}
    400 {"errors":["accountName: holds a control character"]}
    ada> POST /v1/organizations {"accountName":"Main","eulaAccepted":false,"organizationName":"The Acme Corp"}
    400 {"errors":["eulaAccepted: the EULA must be accepted"]}
    ada> POST /v1/organizations {"accountName":"Main","eulaAccepted":null,"organizationName":"The Acme Corp"}
    400 {"errors":["eulaAccepted: the EULA must be accepted"]}
    ada> POST /v1/organizations {"accountName":"Main","eulaAccepted":"yes","organizationName":"The Acme Corp"}
    400 {"errors":["eulaAccepted: invalid type: string \"yes\", expected a boolean"]}
    ada> POST /v1/organizations {"accountName":"Main","eulaAccepted":true,"licenseType":"platinum","organizationName":"The Acme Corp"}
    400 {"errors":["licenseType: must be one of: free, trial, growth, enterprise, google, honeycomb"]}
    ada> POST /v1/organizations {"accountName":"Main","eulaAccepted":true,"licenseType":"enterprise","organizationName":"The Acme Corp"}
    403 {"errors":["a license of type enterprise needs a license key"]}
    ada> POST /v1/organizations {"accountName":"Main","eulaAccepted":true,"licenseKey":"x","organizationName":"The Acme Corp"}
    400 {"errors":["licenseKey: is not a license key"]}
    ada> POST /v1/organizations {"accountName":"Main","eulaAccepted":true,"organizationName":"GLOBEX"}
    409 {"errors":["this name is taken"]}
    ada> POST /v1/organizations {"eulaAccepted":true,"organizationName":"x"}
    400 {"errors":["accountName: is required"]}
    ada> POST /v1/organizations {}
    400 {"errors":["organizationName: is required"]}
    narrowed> POST /v1/organizations {"accountName":"Main","eulaAccepted":true,"organizationName":"The Acme Corp"}
    403 {"errors":["permission required: org.directory.create"]}
    anonymous> POST /v1/organizations {"accountName":"Main","eulaAccepted":true,"organizationName":"The Acme Corp"}
    401 {"errors":["a credential is required"]}
    "#);
    assert_eq!(state(), before, "nothing was made");
}
