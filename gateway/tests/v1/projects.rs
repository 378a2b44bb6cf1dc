//! Projects of an organization: opened, read, changed, closed; who sees them, and their secrets.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::Caller;
use crate::ground::license::{DAY, growth, sign};
use crate::ground::transcript::Transcript;
use crate::stage::{PROJECTS, Stage, id_of};

const OPEN: (&str, &str) = ("POST", PROJECTS);

both_engines! {
    fn from_its_opening_on(kit) { life(kit); }

    fn what_cannot_be_is_refused(kit) { refusals(kit); }

    fn one_sees_those_one_has_a_role_in_and_administrators_all(kit) {
        let stage = Stage::set(kit);
        let Stage { service, ada, bob, cy, eve, main, .. } = &stage;
        ada.sends(service, OPEN, json!({"name": "Second"}));
        let seen = |who: &Caller| {
            let answer = who.asks_in(service, "acme", ("GET", PROJECTS, None));
            match answer.code() {
                200 => answer.json()["accounts"].as_array().unwrap().len().to_string(),
                code => code.to_string(),
            }
        };
        let keys = |who: &Caller| {
            let spec = who.asks_in(service, "acme", ("GET", &stage.at(main), None)).json()["account"]["spec"].clone();
            (spec.get("secretKey").is_some(), spec.get("alternateSecretKeys").is_some())
        };
        assert_eq!([seen(ada), seen(bob), seen(cy), seen(eve)], ["2", "0", "404", "404"]);
        assert_eq!(bob.ask(service, "GET", &stage.at(main)).code(), 404, "as good as none");
        for (role, sees_keys) in [("viewer", false), ("user", false), ("admin", true)] {
            stage.gives(bob, role);
            assert_eq!((seen(bob), keys(bob)), ("1".to_owned(), (sees_keys, sees_keys)), "{role}");
        }
        assert_eq!(keys(ada), (true, true));
        let narrowed = ada.narrowed(service, &["org.directory.get"]);
        assert_eq!(seen(&narrowed), "403");
        let reader = ada.narrowed(service, &["projects.list", "projects.get"]);
        assert_eq!((seen(&reader), keys(&reader)), ("2".to_owned(), (false, false)));
        let twin = ada.does(service, "GET", "/v1/organizations/accounts");
        assert_eq!(twin.text, ada.does(service, "GET", PROJECTS).text);
        let program = Caller::program(service, "acme", &["projects.list"]);
        assert_eq!((seen(&program), program.does(service, "GET", PROJECTS).json()["accounts"][0]["spec"].get("secretKey")), ("2".to_owned(), None));
    }

    fn a_role_is_given_and_taken(kit) { roles(kit); }

    fn people_work_in_one_of_them(kit) {
        let stage = Stage::set(kit);
        let Stage { service, ada, bob, eve, main, .. } = &stage;
        let second = id_of(&ada.sends(service, OPEN, json!({"name": "Second"})).json()["account"]);
        let active = |who: &Caller| {
            let all = who.does(service, "GET", "/v1/organizations/projects/all").json();
            all.get("activeAccountId").map(|id| id.as_str().unwrap().to_owned())
        };
        assert_eq!((active(ada), active(bob)), (Some(main.clone()), None));
        assert_eq!(ada.does(service, "PUT", &format!("{}/active", stage.at(&second))).code(), 204);
        assert_eq!(active(ada), Some(second.clone()));
        let users = ada.does(service, "GET", "/v1/organizations/users").json();
        let of = |who: &Caller| {
            let user = users["users"].as_array().unwrap().iter().find(|user| id_of(user) == who.id().to_string()).unwrap();
            user["spec"]["activeAccount"].clone()
        };
        assert_eq!((of(ada), of(bob)), (json!(second), Value::Null));
        ada.does(service, "DELETE", &stage.at(&second));
        assert_eq!(active(ada), Some(main.clone()), "of a closed one nobody is");
        assert_eq!(bob.ask(service, "PUT", &format!("{}/active", stage.at(main))).code(), 404);
        assert_eq!(eve.ask(service, "PUT", &format!("{}/active", stage.at(main))).code(), 404);
        let program = Caller::program(service, "acme", &["projects.get"]);
        assert_eq!(program.ask(service, "PUT", &format!("{}/active", stage.at(main))).code(), 403);
    }

    fn the_active_one_says_which_organization_is_the_current_one(kit) {
        let stage = Stage::set(kit);
        let Stage { service, ada, eve, foreign, .. } = &stage;
        eve.admits(service, "globex", ada, "admin");
        let current = || ada.does(service, "GET", PROJECTS).json()["accounts"][0]["metadata"]["id"].clone();
        assert_eq!(current(), stage.main.as_str(), "she founded it and works in it");
        let path = format!("{}/active", stage.at(foreign));
        assert_eq!(ada.asks_in(service, "globex", ("PUT", &path, None)).code(), 204);
        assert_eq!(current(), foreign.as_str());
        eve.does(service, "DELETE", &format!("/directory/orgs/globex/members/{}", ada.id()));
        assert_eq!(current(), stage.main.as_str(), "she is let into globex no more");
    }

    fn the_license_limits_their_number(kit) {
        let stage = Stage::set(kit);
        let Stage { service, ada, main, .. } = &stage;
        let three = sign(&growth(&json!({"jti": "3", "limits": {"projects": 2}, "features": []})));
        ada.sends(service, ("PUT", "/v1/organization-license"), json!({"licenseKey": three}));
        assert_eq!(ada.put(service, OPEN, &json!({"name": "Second"})).code(), 201);
        let refused = ada.put(service, OPEN, &json!({"name": "Third"}));
        assert_eq!((refused.code(), refused.json()), (409, json!({"errors": ["the license allows no more projects than 2"]})));
        let role = format!("{}/users/{}", stage.at(main), stage.bob.id());
        let refused = ada.put(service, ("PUT", &role), &json!({"role": "viewer"}));
        assert_eq!((refused.code(), refused.json()), (403, json!({"errors": ["the license does not include rbac"]})));
        kit.pass(std::time::Duration::from_secs(u64::try_from(400 * DAY).unwrap()));
        let late = Caller::of(service, "ada", &crate::ground::account_of(service, "ada@acme.example"));
        assert_eq!(late.does(service, "GET", PROJECTS).json()["accounts"].as_array().unwrap().len(), 2, "what is there stays");
    }
}

fn life(kit: &Kit) {
    let stage = Stage::set(kit);
    let Stage { service, ada, bob, eve, main, .. } = &stage;
    stage.gives(bob, "viewer");
    let mut script = Transcript::new(kit, service);
    script.name(main, "main");
    let reader = Caller { name: "reader", ..ada.narrowed(service, &["projects.list", "projects.get"]) };
    let opened = ada.sends(
        service,
        OPEN,
        json!({"name": " Second Line ", "description": "d", "parameters": [{"name": "a", "value": 1}]}),
    );
    let second = id_of(&opened.json()["account"]);
    script.name(&second, "second");
    script.ask(&reader, "GET", PROJECTS);
    script.ask(bob, "GET", &stage.at(main));
    let changed = ada.sends(
        service,
        ("PATCH", &stage.at(&second)),
        json!({"name": "Renamed", "description": null, "parameters": []}),
    );
    assert_eq!(changed.json()["account"]["metadata"]["version"], 2);
    script.ask(&reader, "GET", &stage.at(&second));
    for who in [bob, eve, &Caller::anonymous(), &reader] {
        script.send(who, ("PATCH", &stage.at(main)), json!({"name": "Mine"}));
        script.ask(who, "DELETE", &stage.at(main));
    }
    script.ask(ada, "DELETE", &stage.at(&second));
    script.ask(ada, "GET", &stage.at(&second));
    script.ask(ada, "DELETE", &stage.at(&second));
    insta::assert_snapshot!(script, @r#"
    reader> GET /v1/organizations/projects
    200 {"accounts":[{"apiVersion":"bindplane.observiq.com/v1","kind":"Account","metadata":{"dateModified":"2026-01-15T12:00:00Z","displayName":"Main","hash":"c7c69ffea7e3e6af99994c9347a2f29c4a558bdf8854ac3b61df817cbadcd1f7","id":"[main]","labels":{},"name":"main","version":1},"spec":{"parameters":[]},"status":{}},{"apiVersion":"bindplane.observiq.com/v1","kind":"Account","metadata":{"dateModified":"2026-01-15T12:00:00.001Z","description":"d","displayName":"Second Line","hash":"f5d4bdc948dd750d2f2dfc8d2d21a4056d3f6980f6426bfce0e0c2c25a7b9bb1","id":"[second]","labels":{},"name":"second-line","version":1},"spec":{"parameters":[{"credential":false,"name":"a","sensitive":false,"value":1}]},"status":{}}]}
    bob> GET /v1/organizations/projects/[main]
    200 {"account":{"apiVersion":"bindplane.observiq.com/v1","kind":"Account","metadata":{"dateModified":"2026-01-15T12:00:00Z","displayName":"Main","hash":"c7c69ffea7e3e6af99994c9347a2f29c4a558bdf8854ac3b61df817cbadcd1f7","id":"[main]","labels":{},"name":"main","version":1},"spec":{"parameters":[]},"status":{}}}
    reader> GET /v1/organizations/projects/[second]
    200 {"account":{"apiVersion":"bindplane.observiq.com/v1","kind":"Account","metadata":{"dateModified":"2026-01-15T12:00:00.003Z","displayName":"Renamed","hash":"c7c69ffea7e3e6af99994c9347a2f29c4a558bdf8854ac3b61df817cbadcd1f7","id":"[second]","labels":{},"name":"second-line","version":2},"spec":{"parameters":[]},"status":{}}}
    bob> PATCH /v1/organizations/projects/[main] {"name":"Mine"}
    403 {"errors":["permission required: projects.update"]}
    bob> DELETE /v1/organizations/projects/[main]
    403 {"errors":["permission required: projects.delete"]}
    eve> PATCH /v1/organizations/projects/[main] {"name":"Mine"}
    404 {"errors":["no such project"]}
    eve> DELETE /v1/organizations/projects/[main]
    404 {"errors":["no such project"]}
    anonymous> PATCH /v1/organizations/projects/[main] {"name":"Mine"}
    401 {"errors":["a credential is required"]}
    anonymous> DELETE /v1/organizations/projects/[main]
    401 {"errors":["a credential is required"]}
    reader> PATCH /v1/organizations/projects/[main] {"name":"Mine"}
    403 {"errors":["permission required: projects.update"]}
    reader> DELETE /v1/organizations/projects/[main]
    403 {"errors":["permission required: projects.delete"]}
    ada> DELETE /v1/organizations/projects/[second]
    204
    ada> GET /v1/organizations/projects/[second]
    404 {"errors":["no such project"]}
    ada> DELETE /v1/organizations/projects/[second]
    404 {"errors":["no such project"]}
    "#);
}

fn refusals(kit: &Kit) {
    let stage = Stage::set(kit);
    let Stage { service, ada, bob, eve, main, foreign, .. } = &stage;
    let mut script = Transcript::new(kit, service);
    script.name(main, "main");
    script.name(foreign, "foreign");
    script.send(ada, OPEN, json!({"name": "MAIN"}));
    script.send(ada, OPEN, json!({"name": " "}));
    script.send(ada, OPEN, json!({}));
    script.send(
        ada,
        OPEN,
        json!({"name": "x", "parameters": [{"name": "a", "value": "(sensitive)", "sensitive": true}]}),
    );
    script.send(bob, OPEN, json!({"name": "Bob's"}));
    script.send(eve, ("PATCH", &stage.at(main)), json!({"name": "Mine"}));
    for path in [stage.at(foreign), stage.at("x"), stage.at("01900000-0000-7000-8000-000000000000")] {
        script.ask(ada, "GET", &path);
        script.ask(ada, "GET", &format!("{path}/users"));
    }
    script.ask(ada, "GET", "/v1/organizations/projects/");
    insta::assert_snapshot!(script, @r#"
    ada> POST /v1/organizations/projects {"name":"MAIN"}
    409 {"errors":["a project of this name is there already"]}
    ada> POST /v1/organizations/projects {"name":" "}
    400 {"errors":["name: must not be blank"]}
    ada> POST /v1/organizations/projects {}
    400 {"errors":["name: is required"]}
    ada> POST /v1/organizations/projects {"name":"x","parameters":[{"name":"a","sensitive":true,"value":"(sensitive)"}]}
    400 {"errors":["parameters.a: there is no value to keep"]}
    bob> POST /v1/organizations/projects {"name":"Bob's"}
    403 {"errors":["permission required: projects.create"]}
    eve> PATCH /v1/organizations/projects/[main] {"name":"Mine"}
    404 {"errors":["no such project"]}
    ada> GET /v1/organizations/projects/[foreign]
    404 {"errors":["no such project"]}
    ada> GET /v1/organizations/projects/[foreign]/users
    404 {"errors":["no such project"]}
    ada> GET /v1/organizations/projects/x
    404 {"errors":["no such project"]}
    ada> GET /v1/organizations/projects/x/users
    404 {"errors":["no such project"]}
    ada> GET /v1/organizations/projects/[id]
    404 {"errors":["no such project"]}
    ada> GET /v1/organizations/projects/[id]/users
    404 {"errors":["no such project"]}
    ada> GET /v1/organizations/projects/
    404 {"errors":["no such route"]}
    "#);
}

fn roles(kit: &Kit) {
    let stage = Stage::set(kit);
    let Stage { service, ada, bob, cy, eve, main, .. } = &stage;
    let mut script = Transcript::new(kit, service);
    for (id, name) in [
        (main.clone(), "main"),
        (ada.id().to_string(), "ada"),
        (bob.id().to_string(), "bob"),
        (cy.id().to_string(), "cy"),
        (eve.id().to_string(), "eve"),
    ] {
        script.name(id, name);
    }
    let users = format!("{}/users", stage.at(main));
    let of = |who: &Caller| format!("{users}/{}", who.id());
    script.send(ada, ("PUT", &of(bob)), json!({"role": "user"}));
    script.send(ada, ("PUT", &of(bob)), json!({"role": "admin"}));
    script.send(bob, ("PUT", &of(cy)), json!({"role": "viewer"}));
    script.send(ada, ("PUT", &of(cy)), json!({"role": "viewer"}));
    // named once, it is their current organization from then on
    cy.does(service, "GET", "/directory/orgs/acme");
    script.ask(cy, "GET", &users);
    script.send(cy, ("PUT", &of(cy)), json!({"role": "admin"}));
    script.send(bob, ("PUT", &of(cy)), json!({"role": "user"}));
    script.send(ada, ("PUT", &of(bob)), json!({"role": "owner"}));
    script.send(ada, ("PUT", &format!("{users}/x")), json!({"role": "user"}));
    script.send(ada, ("PUT", &format!("{users}/{main}")), json!({"role": "user"}));
    script.send(eve, ("PUT", &of(eve)), json!({"role": "admin"}));
    script.ask(bob, "DELETE", &of(cy));
    script.ask(bob, "DELETE", &of(cy));
    script.ask(cy, "GET", &users);
    insta::assert_snapshot!(script, @r#"
    ada> PUT /v1/organizations/projects/[main]/users/[bob] {"role":"user"}
    200 {"givenBy":"[ada]","id":"[bob]","role":"user","since":"2026-01-15T12:00:00.002Z"}
    ada> PUT /v1/organizations/projects/[main]/users/[bob] {"role":"admin"}
    200 {"givenBy":"[ada]","id":"[bob]","role":"admin","since":"2026-01-15T12:00:00.002Z"}
    bob> PUT /v1/organizations/projects/[main]/users/[cy] {"role":"viewer"}
    403 {"errors":["permission required: org.directory.members.create"]}
    ada> PUT /v1/organizations/projects/[main]/users/[cy] {"role":"viewer"}
    200 {"givenBy":"[ada]","id":"[cy]","role":"viewer","since":"2026-01-15T12:00:00.005Z"}
    cy> GET /v1/organizations/projects/[main]/users
    200 {"users":[{"givenBy":"[ada]","id":"[ada]","role":"admin","since":"2026-01-15T12:00:00Z"},{"givenBy":"[ada]","id":"[bob]","role":"admin","since":"2026-01-15T12:00:00.002Z"},{"givenBy":"[ada]","id":"[cy]","role":"viewer","since":"2026-01-15T12:00:00.005Z"}]}
    cy> PUT /v1/organizations/projects/[main]/users/[cy] {"role":"admin"}
    403 {"errors":["permission required: projects.update"]}
    bob> PUT /v1/organizations/projects/[main]/users/[cy] {"role":"user"}
    200 {"givenBy":"[ada]","id":"[cy]","role":"user","since":"2026-01-15T12:00:00.005Z"}
    ada> PUT /v1/organizations/projects/[main]/users/[bob] {"role":"owner"}
    400 {"errors":["role: unknown variant `owner`, expected one of `viewer`, `user`, `admin`"]}
    ada> PUT /v1/organizations/projects/[main]/users/x {"role":"user"}
    404 {"errors":["no such user"]}
    ada> PUT /v1/organizations/projects/[main]/users/[main] {"role":"user"}
    404 {"errors":["no such account"]}
    eve> PUT /v1/organizations/projects/[main]/users/[eve] {"role":"admin"}
    404 {"errors":["no such project"]}
    bob> DELETE /v1/organizations/projects/[main]/users/[cy]
    204
    bob> DELETE /v1/organizations/projects/[main]/users/[cy]
    204
    cy> GET /v1/organizations/projects/[main]/users
    404 {"errors":["no such project"]}
    "#);
}
