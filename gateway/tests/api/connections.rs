//! Connections: made, changed, read and removed; what is refused, and how a domain shows its SAML provider.

use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::Caller;
use crate::ground::common::{Answer, Service};

const AT: &str = "/api/organizations/acme/connections";
const DOMAINS: &str = "/api/organizations/acme/domains";
const CERTIFICATE: &str = include_str!("../../../crates/domains/tests/data/idp.cert.pem");

fn refused(answer: &Answer) -> String {
    let told = answer.json();
    format!("{} {} {}", answer.code(), told["code"].as_str().unwrap(), told["attr"]).replace('"', "")
}

/// Ada, who owns `acme`, and Bob, who is a member of it.
fn people(service: &Service) -> (Caller, Caller) {
    let (ada, bob) = (Caller::person(service, "ada"), Caller::person(service, "bob"));
    ada.founds(service, "acme");
    ada.admits(service, "acme", &bob, "member");
    (ada, bob)
}

fn openid() -> Value {
    json!({
        "name": " Corp ", "kind": "oidc", "issuer": "https://idp.example", "client_id": "polity",
        "client_secret": "very-secret-secret",
    })
}

fn saml() -> Value {
    json!({
        "name": "Corp", "kind": "saml", "entity_id": "https://idp.example/saml", "sso_url": "https://idp.example/sso",
        "certificates": [CERTIFICATE],
    })
}

fn path(made: &Value) -> String {
    format!("{AT}/{}", made["id"].as_str().unwrap())
}

/// A certificate without its first and last line.
fn bare() -> String {
    CERTIFICATE.lines().filter(|line| !line.starts_with("-----")).collect()
}

/// The metadata of a provider.
fn metadata() -> String {
    format!(
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://told.example\">\
         <md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><md:KeyDescriptor \
         use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>{}\
         </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"https://told.example/sso\"/>\
         </md:IDPSSODescriptor></md:EntityDescriptor>",
        bare()
    )
}

both_engines! {
    fn one_is_made_listed_changed_and_removed(kit) {
        let service = Service::start(kit);
        let (ada, _) = people(&service);
        let made = ada.sends(&service, ("POST", AT), openid());
        assert_eq!(made.code(), 201);
        assert!(!made.text.contains("very-secret"));
        let made = made.json();
        assert_eq!((&made["name"], &made["kind"], &made["has_client_secret"]), (&json!("Corp"), &json!("oidc"), &json!(true)));
        assert_eq!(made["scopes"], json!(["openid", "email", "profile"]));
        assert_eq!(made["token_endpoint_auth_method"], "client_secret_basic");
        assert_eq!(made["redirect_uri"], format!("http://{}/sso/callback", service.address));
        assert_eq!((&made["domains"], &made["tested_at"], &made["jwks_uri"], &made["entity_id"]), (&json!([]), &Value::Null, &Value::Null, &Value::Null));
        let listed = ada.does(&service, "GET", AT).json();
        assert_eq!((&listed["count"], &listed["results"]), (&json!(1), &json!([made])));
        assert_eq!(ada.does(&service, "GET", &path(&made)).json(), made);

        let change = |body: Value| ada.sends(&service, ("PATCH", &path(&made)), body).json();
        let changed = change(json!({"name": "Other", "groups_claim": "groups", "kind": "saml", "entity_id": "x"}));
        assert_eq!((&changed["name"], &changed["groups_claim"], &changed["kind"]), (&json!("Other"), &json!("groups"), &json!("oidc")));
        assert_eq!((&changed["issuer"], &changed["entity_id"]), (&made["issuer"], &Value::Null));
        assert_eq!(change(json!({"groups_claim": null}))["groups_claim"], Value::Null);
        let keyed = change(json!({"token_endpoint_auth_method": "private_key_jwt"}));
        assert_eq!(keyed["jwks_uri"], format!("http://{}/sso/{}/jwks.json", service.address, made["id"].as_str().unwrap()));
        assert_eq!(service.get(keyed["jwks_uri"].as_str().unwrap().split_once(&service.address.to_string()).unwrap().1).json()["keys"][0]["kty"], "RSA");

        assert_eq!(ada.does(&service, "GET", &format!("{}/log", path(&made))).json()["count"], 0);
        let offer = ada.does(&service, "POST", &format!("{}/test", path(&made))).json();
        assert!(offer["url"].as_str().unwrap().contains("/start?test="), "{offer}");
        let gone = ada.ask(&service, "DELETE", &path(&made));
        assert_eq!((gone.code(), gone.text.as_str()), (204, ""));
        for (method, tail) in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/log")] {
            assert_eq!(refused(&ada.put(&service, (method, &format!("{}{tail}", path(&made))), &json!({}))), "404 not_found null");
        }
        let log = ada.does(&service, "GET", "/api/organizations/acme/activity_log").text;
        assert!(!log.contains("very-secret"));
    }

    fn what_will_not_do_is_told_by_its_field(kit) {
        let service = Service::start(kit);
        let (ada, _) = people(&service);
        let send = |changes: Value| {
            let mut body = if changes["kind"] == "saml" { saml() } else { openid() };
            for (name, value) in changes.as_object().unwrap() {
                body[name] = value.clone();
            }
            refused(&ada.put(&service, ("POST", AT), &body))
        };
        for (changes, told) in [
            (json!({"name": " "}), "400 blank name"),
            (json!({"name": "x".repeat(201)}), "400 max_length name"),
            (json!({"kind": "ldap"}), "400 invalid_choice kind"),
            (json!({"issuer": "http://idp.example"}), "400 invalid_input issuer"),
            (json!({"issuer": "https://login.microsoftonline.com/common/v2.0"}), "400 invalid_input issuer"),
            (json!({"issuer": null}), "400 null issuer"),
            (json!({"client_secret": ""}), "400 blank client_secret"),
            (json!({"token_endpoint_auth_method": "none"}), "400 invalid_choice token_endpoint_auth_method"),
            (json!({"scopes": "openid"}), "400 invalid_input scopes"),
            (json!({"domains": ["x"]}), "400 invalid_input domains"),
            (json!({"domains": ["01890000-0000-7000-8000-000000000000"]}), "400 invalid_input domains"),
            (json!({"kind": "oauth2"}), "400 required authorize_url"),
            (json!({"kind": "oauth2", "preset": "myspace"}), "400 invalid_choice preset"),
            (json!({"kind": "saml", "certificates": ["x"]}), "400 invalid_input certificates__0"),
            (json!({"kind": "saml", "certificates": []}), "400 required certificates"),
            (json!({"kind": "saml", "metadata": "<x/>"}), "400 invalid_input metadata"),
            (json!({"kind": "saml", "metadata_url": "http://idp.example"}), "400 invalid_input metadata_url"),
            (json!({"kind": "saml", "email_attribute": "a\u{1}"}), "400 invalid_input email_attribute"),
        ] {
            assert_eq!(send(changes.clone()), told, "{changes}");
        }
        let bare = json!({"name": "x", "kind": "oidc", "issuer": "https://idp.example", "client_id": "x"});
        assert_eq!(refused(&ada.put(&service, ("POST", AT), &bare)), "400 required client_secret");
        assert_eq!(refused(&ada.put(&service, ("POST", AT), &json!({"name": "x", "kind": "oidc"}))), "400 required issuer");
        assert_eq!(ada.does(&service, "GET", AT).json()["count"], 0);
    }

    fn administrators_alone_see_them(kit) {
        let service = Service::start(kit);
        let ((ada, bob), eve) = (people(&service), Caller::person(&service, "eve"));
        eve.founds(&service, "other");
        let made = ada.sends(&service, ("POST", AT), openid()).json();
        let at = path(&made);
        for (method, path) in [("GET", AT.to_owned()), ("POST", AT.to_owned()), ("GET", at.clone()), ("PATCH", at.clone()), ("DELETE", at.clone()), ("POST", format!("{at}/test")), ("GET", format!("{at}/log"))] {
            for other in [&bob, &eve] {
                assert_eq!(refused(&other.put(&service, (method, &path), &openid())), "403 permission_denied null", "{method} {path}");
            }
        }
        let own = at.replace("acme", "other");
        for (method, tail) in [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/log")] {
            assert_eq!(refused(&eve.put(&service, (method, &format!("{own}{tail}")), &json!({}))), "404 not_found null");
        }
        let domain = eve.sends(&service, ("POST", "/api/organizations/other/domains"), json!({"domain": "eve.example"})).json();
        assert_eq!(refused(&ada.put(&service, ("PATCH", &at), &json!({"domains": [domain["id"]]}))), "400 invalid_input domains");
        assert_eq!(ada.does(&service, "GET", &at).json(), made);
    }

    fn metadata_says_what_is_not_said(kit) {
        let service = Service::start(kit);
        let (ada, _) = people(&service);
        let made = ada.sends(&service, ("POST", AT), json!({"name": "Corp", "kind": "saml", "metadata": metadata()})).json();
        assert_eq!((&made["entity_id"], &made["sso_url"], &made["sso_binding"]), (&json!("https://told.example"), &json!("https://told.example/sso"), &json!("post")));
        assert_eq!(made["certificates"][0]["certificate"], bare());
        assert!(made["certificates"][0]["ends_at"].as_str().unwrap().starts_with("20"));
        let id = made["id"].as_str().unwrap();
        let site = format!("http://{}", service.address);
        assert_eq!((&made["sp_entity_id"], &made["sp_acs_url"], &made["sp_metadata_url"]), (&json!(site), &json!(format!("{site}/sso/{id}/acs")), &json!(format!("{site}/sso/{id}/metadata"))));
        let changed = ada.sends(&service, ("PATCH", &path(&made)), json!({"sso_url": "https://else.example", "sso_binding": "redirect"})).json();
        assert_eq!((&changed["sso_url"], &changed["entity_id"]), (&json!("https://else.example"), &made["entity_id"]));
        let again = ada.sends(&service, ("PATCH", &path(&made)), json!({"metadata": metadata()})).json();
        assert_eq!(again["sso_url"], "https://told.example/sso");
        let away = ada.put(&service, ("PATCH", &path(&made)), &json!({"metadata_url": "https://127.0.0.1:1/metadata"}));
        assert_eq!(refused(&away), "503 unavailable null");
        assert_eq!(refused(&ada.put(&service, ("PATCH", &path(&made)), &json!({"metadata": metadata(), "entity_id": "other"}))), "400 invalid_input metadata");
    }

    fn a_domain_shows_its_saml_provider_and_sets_it(kit) {
        let service = Service::start(kit);
        let (ada, bob) = people(&service);
        let provider = json!({"domain": "a.example", "saml_entity_id": "idp", "saml_acs_url": "https://idp.example/sso", "saml_x509_cert": CERTIFICATE});
        let claimed = ada.sends(&service, ("POST", DOMAINS), provider).json();
        assert_eq!((&claimed["has_saml"], &claimed["saml_entity_id"], &claimed["saml_acs_url"], &claimed["saml_x509_cert"]), (&json!(true), &json!("idp"), &json!("https://idp.example/sso"), &json!(bare())));
        let at = format!("{DOMAINS}/{}", claimed["id"].as_str().unwrap());
        assert_eq!(bob.does(&service, "GET", &at).json(), claimed);
        let connection = ada.does(&service, "GET", AT).json()["results"][0].clone();
        assert_eq!((&connection["name"], &connection["entity_id"], &connection["domains"]), (&json!("a.example"), &json!("idp"), &json!([claimed["id"]])));

        let change = |body: Value| ada.sends(&service, ("PATCH", &at), body).json();
        assert_eq!(change(json!({"saml_entity_id": "other"}))["saml_entity_id"], "other");
        ada.sends(&service, ("PATCH", &path(&connection)), json!({"sso_url": "https://else.example/"}));
        assert_eq!(ada.does(&service, "GET", &at).json()["saml_acs_url"], "https://else.example/");
        for (body, told) in [
            (json!({"saml_acs_url": "http://idp.example"}), "400 invalid_input saml_acs_url"),
            (json!({"saml_x509_cert": "x"}), "400 invalid_input saml_x509_cert"),
            (json!({"saml_entity_id": null}), "400 required saml_entity_id"),
            (json!({"saml_entity_id": "x".repeat(513)}), "400 max_length saml_entity_id"),
        ] {
            assert_eq!(refused(&ada.put(&service, ("PATCH", &at), &body)), told, "{body}");
        }
        assert_eq!(refused(&bob.put(&service, ("PATCH", &at), &json!({"saml_entity_id": "x"}))), "403 permission_denied null");
        let none = change(json!({"saml_entity_id": null, "saml_acs_url": "", "saml_x509_cert": null}));
        assert_eq!((&none["has_saml"], &none["saml_entity_id"]), (&json!(false), &Value::Null));
        assert_eq!(ada.does(&service, "GET", AT).json()["count"], 0);
        let partial = json!({"domain": "b.example", "saml_entity_id": "idp"});
        assert_eq!(refused(&ada.put(&service, ("POST", DOMAINS), &partial)), "400 required saml_acs_url");
        assert_eq!(ada.does(&service, "GET", DOMAINS).json()["count"], 1, "nothing is left behind");
    }

    fn a_connection_of_several_domains_is_taken_from_one(kit) {
        let service = Service::start(kit);
        let (ada, _) = people(&service);
        let domain = |name: &str| ada.sends(&service, ("POST", DOMAINS), json!({"domain": name})).json()["id"].clone();
        let (one, two) = (domain("one.example"), domain("two.example"));
        let mut body = saml();
        body["domains"] = json!([one, two]);
        let made = ada.sends(&service, ("POST", AT), body.clone()).json();
        assert_eq!(refused(&ada.put(&service, ("POST", AT), &body)), "400 unique domains");
        let at = |id: &Value| format!("{DOMAINS}/{}", id.as_str().unwrap());
        let none = json!({"saml_entity_id": "", "saml_acs_url": "", "saml_x509_cert": ""});
        assert_eq!(ada.sends(&service, ("PATCH", &at(&one)), none).json()["has_saml"], false);
        assert_eq!(ada.does(&service, "GET", &path(&made)).json()["domains"], json!([two]));
        assert_eq!(ada.does(&service, "GET", &at(&two)).json()["has_saml"], true);
        let mut other = openid();
        other["domains"] = json!([one]);
        ada.sends(&service, ("POST", AT), other);
        let taken = json!({"saml_entity_id": "x", "saml_acs_url": "https://idp.example", "saml_x509_cert": CERTIFICATE});
        assert_eq!(refused(&ada.put(&service, ("PATCH", &at(&one)), &taken)), "400 invalid_input saml_entity_id");
    }
}
