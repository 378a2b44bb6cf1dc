//! Clients over HTTP: registered, proved, given tokens, asked about, withdrawn, removed.

use polity_directory::{NewOrganization, OrganizationFields, Organizations};
use polity_kernel::{Actor, Limits, PermissionSet, Subject};
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::common::{Answer, Service, send};

/// An organization of this key, owned by a new person, and that person's token.
fn organization(service: &Service, key: &str) -> String {
    let owner = service.person(&format!("owner@{key}.example"));
    let actor = Actor::new(Subject::Person(owner.id), Limits::default(), PermissionSet::all());
    let fields = OrganizationFields { key: Some(key.to_owned()), ..Default::default() };
    let new = NewOrganization::try_from(fields).unwrap();
    Organizations::found(service.polity.directory.as_ref(), &actor, new).unwrap();
    service.token(&owner)
}

fn register(service: &Service, token: &str, organization: &str, metadata: &Value) -> Answer {
    let request = service.request("POST", "/oauth2/register").bearer_auth(token);
    send(request.header("x-organization", organization).json(metadata))
}

fn post(service: &Service, path: &str, client: (&str, &str), form: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = service.request("POST", path).basic_auth(client.0, Some(client.1));
    send(request.header("content-type", "application/x-www-form-urlencoded").body(body))
}

/// What identifies a registered client: id and secret.
fn credentials(registered: &Answer) -> (String, String) {
    assert_eq!(registered.code(), 201, "{registered:?}");
    let client = registered.json();
    let text = |name: &str| client[name].as_str().unwrap().to_owned();
    (text("client_id"), text("client_secret"))
}

const GRANT: [(&str, &str); 1] = [("grant_type", "client_credentials")];

both_engines! {
    fn a_client_gets_a_token_that_works_until_it_is_withdrawn(kit) {
        let service = Service::start(kit);
        let owner = organization(&service, "acme");
        let metadata = json!({"client_name": "Sync", "scope": "org.directory.get org.directory.list"});
        let (id, secret) = credentials(&register(&service, &owner, "acme", &metadata));
        let client = (id.as_str(), secret.as_str());

        let granted = post(&service, "/oauth2/token", client, &GRANT);
        assert_eq!(granted.code(), 200, "{granted:?}");
        assert_eq!((granted.header("cache-control"), granted.header("pragma")), ("no-store", "no-cache"));
        assert_eq!((&granted.json()["token_type"], &granted.json()["expires_in"]), (&json!("Bearer"), &json!(3600)));
        let token = granted.json()["access_token"].as_str().unwrap().to_owned();
        let ask = || send(service.request("GET", "/directory/orgs/acme").bearer_auth(&token)).code();
        assert_eq!(ask(), 200);

        let question = [("token", token.as_str())];
        let known = post(&service, "/oauth2/introspect", client, &question).json();
        assert_eq!((&known["active"], &known["client_id"]), (&json!(true), &json!(id)));
        assert_eq!(post(&service, "/oauth2/revoke", client, &question).code(), 200);
        assert_eq!(ask(), 401);
        assert_eq!(post(&service, "/oauth2/introspect", client, &question).json(), json!({"active": false}));
    }

    fn a_client_that_does_not_prove_itself_gets_nothing(kit) {
        let service = Service::start(kit);
        let owner = organization(&service, "acme");
        let (id, _) = credentials(&register(&service, &owner, "acme", &json!({"client_name": "Sync"})));
        for client in [(id.as_str(), "wrong"), ("nobody", "x")] {
            let answer = post(&service, "/oauth2/token", client, &GRANT);
            assert_eq!((answer.code(), &answer.json()["error"]), (401, &json!("invalid_client")));
            assert_eq!(answer.header("www-authenticate"), r#"Basic realm="polity""#);
        }
        let nameless = service.request("POST", "/oauth2/token").header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(send(nameless.body("grant_type=client_credentials")).code(), 401);
        let json = service.request("POST", "/oauth2/token").json(&json!({"grant_type": "client_credentials"}));
        assert_eq!(send(json).code(), 415);
    }

    fn failed_proofs_of_clients_are_throttled_too(kit) {
        let one = std::num::NonZeroU32::MIN;
        let service = Service::start_with(kit, polity::gate::guesses::Patience { burst: one, per_minute: one });
        let guess = || post(&service, "/oauth2/token", ("nobody", "x"), &GRANT);
        assert_eq!(guess().code(), 401);
        let answer = guess();
        assert_eq!((answer.code(), &answer.json()["error"]), (429, &json!("slow_down")));
        assert!(!answer.header("retry-after").is_empty());
    }

    fn a_request_that_breaks_the_protocol_is_named_so(kit) {
        let service = Service::start(kit);
        let owner = organization(&service, "acme");
        let (id, secret) = credentials(&register(&service, &owner, "acme", &json!({"client_name": "Sync"})));
        let client = (id.as_str(), secret.as_str());
        for (form, error) in [
            (vec![], "invalid_request"),
            (vec![("grant_type", "password")], "unsupported_grant_type"),
            (vec![("grant_type", "client_credentials"), ("grant_type", "client_credentials")], "invalid_request"),
        ] {
            let answer = post(&service, "/oauth2/token", client, &form);
            assert_eq!((answer.code(), &answer.json()["error"]), (400, &json!(error)), "{form:?}");
        }
    }

    fn a_client_is_read_replaced_and_removed_by_those_who_may(kit) {
        let service = Service::start(kit);
        let owner = organization(&service, "acme");
        let metadata = json!({"client_name": "Portal", "redirect_uris": ["https://portal.example/back"],
            "grant_types": ["authorization_code"]});
        let registered = register(&service, &owner, "acme", &metadata);
        let (id, _) = credentials(&registered);
        let path = format!("/oauth2/register/{id}");
        assert_eq!(registered.json()["registration_client_uri"], format!("http://{}{path}", service.address));

        let ask = |method: &str, token: &str| {
            service.request(method, &path).bearer_auth(token).header("x-organization", "acme")
        };
        let read = send(ask("GET", &owner)).json();
        assert_eq!((&read["client_name"], read.get("client_secret")), (&json!("Portal"), None));
        let stranger = organization(&service, "other");
        assert_eq!(send(ask("GET", &stranger)).code(), 404, "not even the organization is there for a stranger");
        let elsewhere = service.request("GET", &path).bearer_auth(&stranger).header("x-organization", "other");
        assert_eq!(send(elsewhere).code(), 404);

        let replaced = send(ask("PUT", &owner).json(&json!({"client_name": "New",
            "redirect_uris": ["https://new.example/back"]})));
        assert_eq!(replaced.code(), 200, "{replaced:?}");
        assert_eq!(replaced.json()["grant_types"], json!(["client_credentials"]));
        assert_eq!(service.get("/directory/admin/acme/sectors").json(), json!(["https://new.example/back"]));

        assert_eq!(send(ask("DELETE", &owner)).code(), 204);
        assert_eq!(send(ask("GET", &owner)).code(), 404);
    }

    fn metadata_that_cannot_be_is_refused_by_name(kit) {
        let service = Service::start(kit);
        let owner = organization(&service, "acme");
        for (metadata, error, field) in [
            (json!({"client_name": "x", "redirect_uris": ["javascript:1"]}), "invalid_redirect_uri", "redirect_uris"),
            (json!({"client_name": "x", "grant_types": ["implicit"]}), "invalid_client_metadata", "grant_types"),
            (json!({"client_name": "x", "token_endpoint_auth_method": "none"}), "invalid_client_metadata", "token_endpoint_auth_method"),
            (json!({"client_name": "x", "scope": "Not A Scope"}), "invalid_client_metadata", "scope"),
            (json!({"client_name": "x", "token_endpoint_auth_method": "private_key_jwt"}), "invalid_client_metadata", "jwks"),
        ] {
            let answer = register(&service, &owner, "acme", &metadata);
            assert_eq!((answer.code(), &answer.json()["error"]), (400, &json!(error)), "{metadata}");
            assert!(answer.json()["error_description"].as_str().unwrap().contains(field), "{answer:?}");
        }
    }

    fn a_client_of_the_platform_needs_a_platform_administrator(kit) {
        let service = Service::start(kit);
        let ask = |token: &str| {
            let request = service.request("POST", "/oauth2/register").bearer_auth(token);
            send(request.json(&json!({"client_name": "Ops", "scope": "org.directory.create"})))
        };
        let refused = ask(&service.token(&service.person("ann@example.com")));
        assert_eq!((refused.code(), &refused.json()["error"]), (403, &json!("access_denied")));
        assert_eq!(ask(&service.token(&service.administrator("root@example.com"))).code(), 201);
    }

    fn relying_parties_find_keys_and_endpoints(kit) {
        let service = Service::start(kit);
        let token = service.token(&service.person("ann@example.com"));
        let keys = service.get("/oauth2/jwks.json");
        assert_eq!(keys.header("cache-control"), "public, max-age=300");
        assert_eq!(keys.json()["keys"].as_array().unwrap().len(), 1);
        assert!(keys.json()["keys"][0].get("d").is_none(), "never the private half");
        assert!(!token.is_empty());
        for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
            let metadata = service.get(path).json();
            let issuer = format!("http://{}", service.address);
            assert_eq!(metadata["issuer"], issuer);
            for endpoint in ["jwks_uri", "token_endpoint", "introspection_endpoint", "revocation_endpoint", "registration_endpoint"] {
                let path = metadata[endpoint].as_str().unwrap().strip_prefix(&issuer).unwrap();
                assert_ne!(service.get(path).code(), 404, "{endpoint}: {path}");
            }
        }
    }
}
