//! Organizations: listed, read, asked about by name, renamed, changed, deleted.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::ground::common::Service;
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT, id_of};

const VERIFY: (&str, &str) = ("PUT", "/v1/organizations/verify");

fn names(caller: &Caller, service: &Service, query: &str) -> String {
    let answer = caller.does(service, "GET", &format!("/v1/organizations{query}")).json();
    assert_eq!(answer.as_object().unwrap().len(), 1);
    let list = answer["organizations"].as_array().unwrap().clone();
    list.iter().map(|one| one["metadata"]["name"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

both_engines! {
    fn it_is_read_by_whoever_belongs_to_it(kit) { reading(kit); }

    fn its_display_name_is_its_alone(kit) { renaming(kit); }

    fn its_parameters_are_set_and_the_secret_ones_never_shown(kit) { parameters(kit); }

    fn it_is_gone_at_once_for_everybody(kit) { removal(kit); }

    fn everybody_lists_their_own_and_a_platform_administrator_all(kit) {
        let service = Service::start(kit);
        let (ada, eve, root) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"), Caller::platform(&service));
        assert_eq!(names(&eve, &service, ""), "", "none is no failure");
        for (caller, name) in [(&ada, "one"), (&eve, "two"), (&ada, "three")] {
            kit.pass(MOMENT);
            caller.founds(&service, name);
        }
        eve.admits(&service, "two", &ada, "member");
        assert_eq!(names(&ada, &service, ""), "one two three");
        assert_eq!(names(&eve, &service, ""), "two");
        assert_eq!(names(&root, &service, ""), "", "she belongs to none");
        assert_eq!(names(&root, &service, "?all=true"), "one two three");
        assert_eq!(names(&eve, &service, "?all=true"), names(&eve, &service, ""), "others have their own all the same");
        assert_eq!(names(&ada.narrowed(&service, &["org.directory.list"]), &service, ""), "", "it may see none");
        let answer = ada.does(&service, "GET", "/v1/organizations?limit=2");
        let next = answer.header("link").strip_prefix("</v1/organizations").unwrap().strip_suffix(">; rel=\"next\"").unwrap();
        assert_eq!(names(&ada, &service, next), "three");
    }

    fn the_hash_is_of_the_spec_that_is_shown(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let change = json!({"parameters": [{"name": "b", "value": {"z": 1, "a": [true, null]}}, {"name": "a", "value": "x", "sensitive": true}]});
        ada.sends(&service, ("PATCH", "/v1/organizations/acme"), change);
        let answer = ada.does(&service, "GET", "/v1/organizations/acme");
        // the spec stands between its own name and the empty status
        let spec = answer.text.split_once("\"spec\":").unwrap().1.split_once(",\"status\":{}").unwrap().0;
        let hash: String = Sha256::digest(spec).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(answer.json()["organization"]["metadata"]["hash"], hash);
    }

    fn it_answers_to_its_name_its_id_and_its_key(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.sends(&service, ("POST", "/directory/orgs"), json!({"id": "Acme.Corp", "subdomain": "acme", "name": "The Acme"}));
        let id = id_of(&service, "acme").to_string();
        for name in ["acme", "ACME", &id, &id.to_uppercase(), "Acme.Corp"] {
            let answer = ada.does(&service, "GET", &format!("/v1/organizations/{name}")).json();
            let metadata = &answer["organization"]["metadata"];
            assert_eq!((&metadata["id"], &metadata["name"]), (&json!(id), &json!("acme")), "{name}");
        }
        for name in ["The%20Acme", "nothing", "01900000-0000-7000-8000-000000000000", "a%00b"] {
            assert_eq!(ada.ask(&service, "GET", &format!("/v1/organizations/{name}")).code(), 404, "{name}");
        }
    }

    fn a_name_can_be_taken_when_nobody_has_it(kit) {
        let service = Service::start(kit);
        let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
        ada.sends(&service, ("POST", "/directory/orgs"), json!({"id": "acme", "name": "The Acme Corp"}));
        let valid = |body: Value| eve.sends(&service, VERIFY, body).json();
        for taken in ["The Acme Corp", "the acme corp", "  THE ACME CORP  "] {
            assert_eq!(valid(json!({"name": taken})), json!({"valid": false}), "{taken}");
        }
        for free in ["acme", "The Acme Corp 2", "Ünïcödé"] {
            assert_eq!(valid(json!({"name": free})), json!({"valid": true}), "{free}");
        }
        for no_name in [json!({"name": ""}), json!({"name": "  "}), json!({}), json!({"name": null}), json!({"name": "x".repeat(201)}),
            json!({"name": "a\u{7}b"})] {
            assert_eq!(valid(no_name.clone()), json!({"valid": false}), "{no_name}");
        }
        let refused = eve.narrowed(&service, &["org.directory.get"]).put(&service, VERIFY, &json!({"name": "x"}));
        assert_eq!((refused.code(), refused.json()), (403, json!({"errors": ["permission required: org.directory.list"]})));
    }
}

fn reading(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, bob, eve) =
        (Caller::person(&service, "ada"), Caller::person(&service, "bob"), Caller::person(&service, "eve"));
    let mut script = Transcript::new(kit, &service);
    ada.sends(
        &service,
        ("POST", "/directory/orgs"),
        json!({"id": "acme", "name": "The Acme Corp", "logo_url": "https://acme.example/l.png"}),
    );
    ada.admits(&service, "acme", &bob, "member");
    for caller in [&ada, &bob, &eve, &Caller::anonymous(), &ada.narrowed(&service, &["org.directory.list"])] {
        script.ask(caller, "GET", "/v1/organizations/acme");
    }
    script.ask(&ada, "GET", "/v1/organizations");
    script.ask(&eve, "GET", "/v1/organizations");
    script.ask(&ada, "POST", "/v1/organizations/acme");
    script.ask(&ada, "GET", "/v1/nothing");
    insta::assert_snapshot!(script, @r#"
    ada> GET /v1/organizations/acme
    200 {"organization":{"apiVersion":"bindplane.observiq.com/v1","kind":"Organization","metadata":{"dateModified":"2026-01-15T12:00:00Z","displayName":"The Acme Corp","hash":"c7c69ffea7e3e6af99994c9347a2f29c4a558bdf8854ac3b61df817cbadcd1f7","icon":"https://acme.example/l.png","id":"[id]","labels":{},"name":"the-acme-corp","version":1},"spec":{"parameters":[]},"status":{}}}
    bob> GET /v1/organizations/acme
    200 {"organization":{"apiVersion":"bindplane.observiq.com/v1","kind":"Organization","metadata":{"dateModified":"2026-01-15T12:00:00Z","displayName":"The Acme Corp","hash":"c7c69ffea7e3e6af99994c9347a2f29c4a558bdf8854ac3b61df817cbadcd1f7","icon":"https://acme.example/l.png","id":"[id]","labels":{},"name":"the-acme-corp","version":1},"spec":{"parameters":[]},"status":{}}}
    eve> GET /v1/organizations/acme
    404 {"errors":["no such organization"]}
    anonymous> GET /v1/organizations/acme
    401 {"errors":["a credential is required"]}
    narrowed> GET /v1/organizations/acme
    403 {"errors":["permission required: org.directory.get"]}
    ada> GET /v1/organizations
    200 {"organizations":[{"apiVersion":"bindplane.observiq.com/v1","kind":"Organization","metadata":{"dateModified":"2026-01-15T12:00:00Z","displayName":"The Acme Corp","hash":"c7c69ffea7e3e6af99994c9347a2f29c4a558bdf8854ac3b61df817cbadcd1f7","icon":"https://acme.example/l.png","id":"[id]","labels":{},"name":"the-acme-corp","version":1},"spec":{"parameters":[]},"status":{}}]}
    eve> GET /v1/organizations
    200 {"organizations":[]}
    ada> POST /v1/organizations/acme
    405 {"errors":["the path takes only: GET, PATCH, DELETE, HEAD"]}
    ada> GET /v1/nothing
    404 {"errors":["no such route"]}
    "#);
}

fn renaming(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, bob, eve) =
        (Caller::person(&service, "ada"), Caller::person(&service, "bob"), Caller::person(&service, "eve"));
    ada.founds(&service, "acme");
    eve.sends(&service, ("POST", "/directory/orgs"), json!({"id": "globex", "name": "Globex"}));
    ada.admits(&service, "acme", &bob, "member");
    let mut script = Transcript::new(kit, &service);
    const METADATA: (&str, &str) = ("PATCH", "/v1/organizations/acme/metadata");
    script.send(&ada, METADATA, json!({"name": " The Acme Corp "}));
    script.ask(&ada, "GET", "/v1/organizations/acme");
    for (caller, name) in
        [(&ada, "GLOBEX"), (&ada, " "), (&bob, "Mine"), (&eve, "Mine"), (&ada, "the acme corp")]
    {
        script.send(caller, METADATA, json!({ "name": name }));
    }
    script.send(&ada, METADATA, json!({}));
    script.send(&ada, METADATA, json!({"name": null}));
    script.send(&ada, ("PATCH", "/v1/organizations/acme"), json!({"name": "globex"}));
    script.send(&ada, ("PATCH", "/v1/organizations/acme"), json!({}));
    insta::assert_snapshot!(script, @r#"
    ada> PATCH /v1/organizations/acme/metadata {"name":" The Acme Corp "}
    200
    ada> GET /v1/organizations/acme
    200 {"organization":{"apiVersion":"bindplane.observiq.com/v1","kind":"Organization","metadata":{"dateModified":"2026-01-15T12:00:00.001Z","displayName":"The Acme Corp","hash":"c7c69ffea7e3e6af99994c9347a2f29c4a558bdf8854ac3b61df817cbadcd1f7","id":"[id]","labels":{},"name":"acme","version":2},"spec":{"parameters":[]},"status":{}}}
    ada> PATCH /v1/organizations/acme/metadata {"name":"GLOBEX"}
    409 {"errors":["this name is taken"]}
    ada> PATCH /v1/organizations/acme/metadata {"name":" "}
    400 {"errors":["name: must not be blank"]}
    bob> PATCH /v1/organizations/acme/metadata {"name":"Mine"}
    403 {"errors":["permission required: org.directory.update"]}
    eve> PATCH /v1/organizations/acme/metadata {"name":"Mine"}
    404 {"errors":["no such organization"]}
    ada> PATCH /v1/organizations/acme/metadata {"name":"the acme corp"}
    200
    ada> PATCH /v1/organizations/acme/metadata {}
    400 {"errors":["name: is required"]}
    ada> PATCH /v1/organizations/acme/metadata {"name":null}
    400 {"errors":["name: invalid type: null, expected a string"]}
    ada> PATCH /v1/organizations/acme {"name":"globex"}
    409 {"errors":["this name is taken"]}
    ada> PATCH /v1/organizations/acme {}
    200 {"organization":{"apiVersion":"bindplane.observiq.com/v1","kind":"Organization","metadata":{"dateModified":"2026-01-15T12:00:00.011Z","displayName":"the acme corp","hash":"c7c69ffea7e3e6af99994c9347a2f29c4a558bdf8854ac3b61df817cbadcd1f7","id":"[id]","labels":{},"name":"acme","version":4},"spec":{"parameters":[]},"status":{}}}
    "#);
    assert_eq!(names(&ada, &service, ""), "acme");
}

fn parameters(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
    ada.founds(&service, "acme");
    ada.admits(&service, "acme", &bob, "member");
    let mut script = Transcript::new(kit, &service);
    const ACME: (&str, &str) = ("PATCH", "/v1/organizations/acme");
    let region = json!({"name": "region", "value": ["eu", 1]});
    let token = json!({"name": "token", "value": "hush", "sensitive": true});
    script.send(&ada, ACME, json!({"parameters": [region, token]}));
    let kept = json!({"name": "token", "value": "(sensitive)", "sensitive": true});
    script.send(&ada, ACME, json!({"parameters": [kept]}));
    script.ask(&bob, "GET", "/v1/organizations/acme");
    script.send(&bob, ACME, json!({"parameters": []}));
    script.send(
        &ada,
        ACME,
        json!({"parameters": [{"name": "other", "value": "(sensitive)", "credential": true}]}),
    );
    script.send(&ada, ACME, json!({"parameters": [{"name": "a"}, {"name": "a", "value": 1}]}));
    script.send(&ada, ACME, json!({"parameters": [{"value": 1}]}));
    script.send(&ada, ACME, json!({"parameters": null}));
    insta::assert_snapshot!(script, @r#"
    ada> PATCH /v1/organizations/acme {"parameters":[{"name":"region","value":["eu",1]},{"name":"token","sensitive":true,"value":"hush"}]}
    200 {"organization":{"apiVersion":"bindplane.observiq.com/v1","kind":"Organization","metadata":{"dateModified":"2026-01-15T12:00:00.001Z","displayName":"acme","hash":"75b9366362f7b463402aaa45168ebd28f53c04343a380cb8598040c31bcc4e7d","id":"[id]","labels":{},"name":"acme","version":2},"spec":{"parameters":[{"credential":false,"name":"region","sensitive":false,"value":["eu",1]},{"credential":false,"name":"token","sensitive":true,"value":"(sensitive)"}]},"status":{}}}
    ada> PATCH /v1/organizations/acme {"parameters":[{"name":"token","sensitive":true,"value":"(sensitive)"}]}
    200 {"organization":{"apiVersion":"bindplane.observiq.com/v1","kind":"Organization","metadata":{"dateModified":"2026-01-15T12:00:00.002Z","displayName":"acme","hash":"b051c52326ee2260ccd47fa4faa409d887438bb2374185d8699d0ebfb2e757df","id":"[id]","labels":{},"name":"acme","version":3},"spec":{"parameters":[{"credential":false,"name":"token","sensitive":true,"value":"(sensitive)"}]},"status":{}}}
    bob> GET /v1/organizations/acme
    200 {"organization":{"apiVersion":"bindplane.observiq.com/v1","kind":"Organization","metadata":{"dateModified":"2026-01-15T12:00:00.002Z","displayName":"acme","hash":"b051c52326ee2260ccd47fa4faa409d887438bb2374185d8699d0ebfb2e757df","id":"[id]","labels":{},"name":"acme","version":3},"spec":{"parameters":[{"credential":false,"name":"token","sensitive":true,"value":"(sensitive)"}]},"status":{}}}
    bob> PATCH /v1/organizations/acme {"parameters":[]}
    403 {"errors":["permission required: org.directory.update"]}
    ada> PATCH /v1/organizations/acme {"parameters":[{"credential":true,"name":"other","value":"(sensitive)"}]}
    400 {"errors":["parameters.other: there is no value to keep"]}
    ada> PATCH /v1/organizations/acme {"parameters":[{"name":"a"},{"name":"a","value":1}]}
    400 {"errors":["parameters.a: is given twice"]}
    ada> PATCH /v1/organizations/acme {"parameters":[{"value":1}]}
    400 {"errors":["parameters[0].name: is required"]}
    ada> PATCH /v1/organizations/acme {"parameters":null}
    400 {"errors":["parameters: invalid type: null, expected a sequence"]}
    "#);
}

fn removal(kit: &Kit) {
    let service = Service::start(kit);
    let (ada, bob, eve) =
        (Caller::person(&service, "ada"), Caller::person(&service, "bob"), Caller::person(&service, "eve"));
    ada.founds(&service, "acme");
    ada.admits(&service, "acme", &bob, "admin");
    let mut script = Transcript::new(kit, &service);
    for caller in [&eve, &ada.narrowed(&service, &["org.directory.get"]), &ada] {
        script.ask(caller, "DELETE", "/v1/organizations/acme");
    }
    script.ask(&ada, "DELETE", "/v1/organizations/acme");
    script.ask(&bob, "GET", "/v1/organizations/acme");
    script.ask(&bob, "GET", "/v1/organizations");
    insta::assert_snapshot!(script, @r#"
    eve> DELETE /v1/organizations/acme
    404 {"errors":["no such organization"]}
    narrowed> DELETE /v1/organizations/acme
    403 {"errors":["permission required: org.directory.delete"]}
    ada> DELETE /v1/organizations/acme
    204
    ada> DELETE /v1/organizations/acme
    404 {"errors":["no such organization"]}
    bob> GET /v1/organizations/acme
    404 {"errors":["no such organization"]}
    bob> GET /v1/organizations
    200 {"organizations":[]}
    "#);
}
