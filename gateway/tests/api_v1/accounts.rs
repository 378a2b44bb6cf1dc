//! Accounts as others of their organizations see them.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT, id_of};
use crate::staff::{Company, each};

const ACCOUNTS: (&str, &str) = ("POST", "/api/v1/account");

both_engines! {
    fn made_for_others(kit) { making(kit); }

    fn read_and_changed(kit) { changing(kit); }

    fn others_are_seen_in_shared_organizations_only(kit) {
        let company = Company::found(kit);
        let service = &company.service;
        let (ada, bob, cy, eve) = (&company.ada, &company.bob, &company.cy, &company.eve);
        let root = Caller::platform(service);
        let emails = |who: &Caller| sorted(each(&who.does(service, "GET", "/api/v1/account").json(), "email")).join(" ");
        assert_eq!(emails(ada), "ada@acme.example bob@acme.example");
        assert_eq!(emails(bob), "ada@acme.example bob@acme.example");
        assert_eq!(emails(cy), "cy@acme.example");
        assert_eq!(emails(eve), "eve@acme.example");
        assert_eq!(emails(&root).split(' ').count(), 5);
        let program = Caller::program(service, "acme", &["org.members.get", "org.members.list"]);
        assert_eq!(emails(&program), "ada@acme.example bob@acme.example");
        for (who, whom, code) in [(ada, bob, 200), (bob, ada, 200), (ada, ada, 200), (ada, eve, 404), (eve, ada, 404), (cy, ada, 404), (&root, cy, 200)] {
            for name in [whom.id().to_string(), format!("{}@acme.example", whom.name), format!("{}@ACME.example", whom.name)] {
                let answer = who.ask(service, "GET", &format!("/api/v1/account/{name}"));
                assert_eq!(answer.code(), code, "{} {name}", who.name);
            }
            let path = format!("/api/v1/account/{}", whom.id());
            let answer = who.put(service, ("PATCH", &path), &json!({"name": whom.name}));
            let may = who.name == whom.name || who.name == root.name;
            let expected = if code == 200 && !may { 403 } else { code };
            assert_eq!(answer.code(), expected, "{} {}: {answer:?}", who.name, whom.name);
        }
        assert_eq!(ada.ask(service, "GET", "/api/v1/account/nobody").code(), 404);
        assert_eq!(ada.ask(service, "GET", "/api/v1/account/nobody@acme.example").code(), 404);
    }

    fn grants_tell_of_shared_organizations_only(kit) {
        let company = Company::found(kit);
        let (service, ada, bob, eve) = (&company.service, &company.ada, &company.bob, &company.eve);
        eve.admits(service, "globex", bob, "admin");
        let grants = |who: &Caller| {
            let shown = who.does(service, "GET", &format!("/api/v1/account/{}", bob.id())).json();
            let grants = shown["grants"].as_array().unwrap().clone();
            let told = |grant: &Value| (grant["orgId"].as_str().unwrap().to_owned(), grant["role"].as_str().unwrap().to_owned());
            grants.iter().map(told).collect::<Vec<_>>()
        };
        let (acme, globex) = (id_of(service, "acme").to_string(), id_of(service, "globex").to_string());
        assert_eq!(grants(ada), [(acme.clone(), "EMPLOYEE".to_owned())]);
        assert_eq!(grants(eve), [(globex.clone(), "ORG_ADMIN".to_owned())]);
        let mut all = [(acme, "EMPLOYEE".to_owned()), (globex, "ORG_ADMIN".to_owned())];
        all.sort();
        assert_eq!(grants(bob), all);
    }

    fn the_current_organization_has_administrators_and_accounts(kit) {
        let company = Company::found(kit);
        let (service, ada, bob, cy) = (&company.service, &company.ada, &company.bob, &company.cy);
        kit.pass(MOMENT);
        ada.admits(service, "acme", cy, "admin");
        let emails = |who: &Caller, at: &str| each(&who.does(service, "GET", at).json(), "email").join(" ");
        assert_eq!(emails(bob, "/api/v1/account/org-admins"), "ada@acme.example cy@acme.example");
        assert_eq!(emails(bob, "/api/v1/account/for-org"), "ada@acme.example bob@acme.example cy@acme.example");
        let page = ada.does(service, "GET", "/api/v1/account/for-org?limit=2");
        let next = page.header("link").trim_start_matches('<').split('>').next().unwrap().to_owned();
        assert_eq!(emails(ada, &next), "cy@acme.example");
        let page = ada.does(service, "GET", "/api/v1/account/org-admins?limit=1");
        let next = page.header("link").trim_start_matches('<').split('>').next().unwrap().to_owned();
        assert_eq!(emails(ada, &next), "cy@acme.example");
        let (narrow, root) = (bob.narrowed(service, &["org.directory.get"]), Caller::platform(service));
        for at in ["/api/v1/account/org-admins", "/api/v1/account/for-org"] {
            assert_eq!(narrow.ask(service, "GET", at).code(), 403, "{at}");
            assert_eq!(root.ask(service, "GET", at).code(), 400, "{at}: which one?");
            assert_eq!(root.asks_in(service, "acme", ("GET", at, None)).code(), 200, "{at}");
            assert_eq!(company.eve.asks_in(service, "acme", ("GET", at, None)).code(), 404, "{at}");
        }
    }

    fn an_account_has_employees_in_several_organizations(kit) {
        let company = Company::found(kit);
        let (service, ada, cy, eve) = (&company.service, &company.ada, &company.cy, &company.eve);
        let link = json!({"account": cy.id(), "role": "EMPLOYEE"});
        let here = company.hires(kit, (ada, "Cy Stone"), link.clone());
        let there = company.hires(kit, (eve, "Cyrus Stone"), link);
        let at = format!("/api/v1/account/{}/employees", cy.id());
        let ids = |who: &Caller| sorted(each(&who.does(service, "GET", &at).json(), "id"));
        assert_eq!(ids(ada), sorted(vec![&here]));
        assert_eq!(ids(eve), sorted(vec![&there]));
        assert_eq!(ids(cy), sorted(vec![&here, &there]));
        assert_eq!(Caller::person(service, "stranger").ask(service, "GET", &at).code(), 404);
        assert_eq!(ada.ask(service, "GET", "/api/v1/account/no-id/employees").code(), 404);
        let shown = cy.does(service, "GET", &format!("/api/v1/account/{}", cy.id())).json();
        assert_eq!(sorted(each(&shown["grants"], "employeeId")), sorted(vec![&here, &there]));
    }
}

/// What was made at the same instant has no order.
fn sorted(mut texts: Vec<&str>) -> Vec<String> {
    texts.sort_unstable();
    texts.into_iter().map(str::to_owned).collect()
}

fn making(kit: &Kit) {
    let company = Company::found(kit);
    let service = &company.service;
    let (ada, bob, cy) = (&company.ada, &company.bob, &company.cy);
    let mut script = Transcript::new(kit, service);
    for (id, name) in [(ada.id(), "ada"), (bob.id(), "bob"), (cy.id(), "cy")] {
        script.name(id, name);
    }
    script.name(id_of(service, "acme"), "acme");
    let made = script.send(
        ada,
        ACCOUNTS,
        json!({"email": " Dan@Acme.Example ", "name": " Dan ", "platformAdministrator": true}),
    );
    script.name(made.json()["id"].as_str().unwrap(), "dan");
    script.send(ada, ACCOUNTS, json!({"email": "dan@acme.example"}));
    script.send(ada, ACCOUNTS, json!({"email": "no address"}));
    script.send(ada, ACCOUNTS, json!({"email": ""}));
    script.send(ada, ACCOUNTS, json!({"name": "Dan"}));
    script.send(bob, ACCOUNTS, json!({"email": "new@acme.example"}));
    script.send(cy, ACCOUNTS, json!({"email": "new@acme.example"}));
    script.send(&Caller::platform(service), ACCOUNTS, json!({"email": "new@acme.example"}));
    script.ask(ada, "GET", "/api/v1/account/DAN@acme.example");
    insta::assert_snapshot!(script, @r#"
    ada> POST /api/v1/account {"email":" Dan@Acme.Example ","name":" Dan ","platformAdministrator":true}
    201 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"email":"dan@acme.example","grants":[],"id":"[id]","name":"Dan","status":{"current":"ACTIVE"}}
    ada> POST /api/v1/account {"email":"dan@acme.example"}
    409 {"error":"Conflict","message":"an account with this e-mail address exists","status":409}
    ada> POST /api/v1/account {"email":"no address"}
    400 {"error":"Bad Request","fields":[{"field":"email","message":"must be an address like name@example.com"}],"message":"email: must be an address like name@example.com","status":400}
    ada> POST /api/v1/account {"email":""}
    400 {"error":"Bad Request","fields":[{"field":"email","message":"must be an address like name@example.com"}],"message":"email: must be an address like name@example.com","status":400}
    ada> POST /api/v1/account {"name":"Dan"}
    400 {"error":"Bad Request","fields":[{"field":"email","message":"is required"}],"message":"email: is required","status":400}
    bob> POST /api/v1/account {"email":"new@acme.example"}
    403 {"error":"Forbidden","message":"permission required: org.members.create","status":403}
    cy> POST /api/v1/account {"email":"new@acme.example"}
    400 {"error":"Bad Request","message":"name the organization in the header X-Organization, by id, key or alias","status":400}
    root> POST /api/v1/account {"email":"new@acme.example"}
    201 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.009Z","createdBy":"[id]"},"email":"new@acme.example","grants":[],"id":"[id]","status":{"current":"ACTIVE"}}
    ada> GET /api/v1/account/DAN@acme.example
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"email":"dan@acme.example","grants":[],"id":"[dan]","name":"Dan","status":{"current":"ACTIVE"}}
    "#);
}

fn changing(kit: &Kit) {
    let company = Company::found(kit);
    let service = &company.service;
    let (ada, bob, eve) = (&company.ada, &company.bob, &company.eve);
    let mut script = Transcript::new(kit, service);
    script.name(ada.id(), "ada");
    script.name(bob.id(), "bob");
    script.name(id_of(service, "acme"), "acme");
    let at = format!("/api/v1/account/{}", bob.id());
    script.ask(ada, "GET", &at);
    script.send(ada, ("PATCH", &at), json!({"name": "Bob"}));
    script.send(bob, ("PATCH", &at), json!({}));
    script.send(bob, ("PATCH", &at), json!({"name": null}));
    script.send(bob, ("PATCH", &at), json!({"email": null}));
    script.send(bob, ("PATCH", &at), json!({"email": " "}));
    script.send(bob, ("PATCH", &at), json!({"email": "ada@acme.example"}));
    script.send(
        bob,
        ("PATCH", "/api/v1/account/bob@acme.example"),
        json!({"email": "BOB@other.example", "name": "Bob"}),
    );
    script.ask(bob, "GET", "/api/v1/account/bob@acme.example");
    script.send(bob, ("PATCH", &format!("/api/v1/account/{}", ada.id())), json!({"name": "Mine"}));
    script.send(eve, ("PATCH", &at), json!({"name": "Mine"}));
    insta::assert_snapshot!(script, @r#"
    ada> GET /api/v1/account/[bob]
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00Z"},"email":"bob@acme.example","grants":[{"orgId":"[acme]","role":"EMPLOYEE"}],"id":"[bob]","status":{"current":"ACTIVE"}}
    ada> PATCH /api/v1/account/[bob] {"name":"Bob"}
    403 {"error":"Forbidden","message":"the account is its person's, who alone changes it","status":403}
    bob> PATCH /api/v1/account/[bob] {}
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00Z"},"email":"bob@acme.example","grants":[{"orgId":"[acme]","role":"EMPLOYEE"}],"id":"[bob]","status":{"current":"ACTIVE"}}
    bob> PATCH /api/v1/account/[bob] {"name":null}
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00Z"},"email":"bob@acme.example","grants":[{"orgId":"[acme]","role":"EMPLOYEE"}],"id":"[bob]","status":{"current":"ACTIVE"}}
    bob> PATCH /api/v1/account/[bob] {"email":null}
    400 {"error":"Bad Request","fields":[{"field":"email","message":"invalid type: null, expected a string"}],"message":"email: invalid type: null, expected a string","status":400}
    bob> PATCH /api/v1/account/[bob] {"email":" "}
    400 {"error":"Bad Request","fields":[{"field":"email","message":"must not be blank"}],"message":"email: must not be blank","status":400}
    bob> PATCH /api/v1/account/[bob] {"email":"ada@acme.example"}
    409 {"error":"Conflict","message":"an account with this e-mail address exists","status":409}
    bob> PATCH /api/v1/account/bob@acme.example {"email":"BOB@other.example","name":"Bob"}
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00Z"},"email":"bob@acme.example","grants":[{"orgId":"[acme]","role":"EMPLOYEE"}],"id":"[bob]","name":"Bob","status":{"current":"ACTIVE"}}
    bob> GET /api/v1/account/bob@acme.example
    200 {"active":true,"created":{"createdAt":"2026-01-15T12:00:00Z"},"email":"bob@acme.example","grants":[{"orgId":"[acme]","role":"EMPLOYEE"}],"id":"[bob]","name":"Bob","status":{"current":"ACTIVE"}}
    bob> PATCH /api/v1/account/[ada] {"name":"Mine"}
    403 {"error":"Forbidden","message":"the account is its person's, who alone changes it","status":403}
    eve> PATCH /api/v1/account/[bob] {"name":"Mine"}
    404 {"error":"Not Found","message":"no such account","status":404}
    "#);
}
