//! Accounts as others of their organizations see them, and what they are granted.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT, id_of, newest};
use crate::staff::{Company, each};

const ACCOUNTS: (&str, &str) = ("POST", "/api/v1/account");

both_engines! {
    fn made_read_and_changed(kit) { life(kit); }

    fn a_role_is_granted(kit) { granting(kit); }

    fn what_cannot_be_granted_is_refused(kit) { refusing(kit); }

    fn others_are_seen_in_shared_organizations_only(kit) {
        let company = Company::found(kit);
        let service = &company.service;
        let (ada, bob, cy, eve) = (&company.ada, &company.bob, &company.cy, &company.eve);
        let root = Caller::platform(service);
        let emails = |who: &Caller| each(&who.does(service, "GET", "/api/v1/account").json(), "email").join(" ");
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
            let expected = if who.name == "bob" && whom.name == "ada" { 403 } else { code };
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
        assert_eq!(grants(bob), [(acme, "EMPLOYEE".to_owned()), (globex, "ORG_ADMIN".to_owned())]);
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
        let narrow = bob.narrowed(service, &["org.directory.get"]);
        for at in ["/api/v1/account/org-admins", "/api/v1/account/for-org"] {
            assert_eq!(narrow.ask(service, "GET", at).code(), 403, "{at}");
            let root = Caller::platform(service);
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
        let ids = |who: &Caller| each(&who.does(service, "GET", &at).json(), "id").into_iter().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(ids(ada), [here.as_str()]);
        assert_eq!(ids(eve), [there.as_str()]);
        assert_eq!(ids(cy), [here.as_str(), there.as_str()]);
        assert_eq!(Caller::person(service, "stranger").ask(service, "GET", &at).code(), 404);
        assert_eq!(ada.ask(service, "GET", "/api/v1/account/no-id/employees").code(), 404);
        let shown = cy.does(service, "GET", &format!("/api/v1/account/{}", cy.id())).json();
        assert_eq!(each(&shown["grants"], "employeeId"), [here.as_str(), there.as_str()]);
    }

    fn granting_twice_is_granting_once(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let at = format!("/api/v1/account/{}/grant", company.cy.id());
        let grant = json!({"role": "MANAGER"});
        let first = ada.sends(service, ("POST", &at), grant.clone());
        assert_eq!(first.code(), 200);
        kit.pass(MOMENT);
        let rows = kit.rows();
        let second = ada.sends(service, ("POST", &at), grant);
        assert_eq!((second.json(), kit.rows()), (first.json(), rows));
    }

    fn whoever_grants_need_not_be_able_to_read(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let blind = ada.narrowed(service, &["org.user.roles.update", "org.directory.members.create"]);
        let at = format!("/api/v1/account/{}/grant", company.cy.id());
        let answer = blind.put(service, ("POST", &at), &json!({"role": "EMPLOYEE", "orgId": id_of(service, "acme")}));
        let seen = ada.ask(service, "GET", &format!("/api/v1/account/{}", company.cy.id())).code();
        assert!(matches!((answer.code(), seen), (200, 200) | (403, 404)), "what is refused is not done: {answer:?} {seen}");
    }
}

fn life(kit: &Kit) {
    let company = Company::found(kit);
    let service = &company.service;
    let (ada, bob, cy, eve) = (&company.ada, &company.bob, &company.cy, &company.eve);
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
    insta::assert_snapshot!(script, @"");
}

fn granting(kit: &Kit) {
    let company = Company::found(kit);
    let (service, ada, bob, cy) = (&company.service, &company.ada, &company.bob, &company.cy);
    ada.sends(service, ("POST", "/directory/orgs/acme/roles"), json!({"id": "clerk"}));
    let employee = company.hires(kit, (ada, "Cy Stone"), json!({}));
    let mut script = Transcript::new(kit, service);
    for (id, name) in [(ada.id(), "ada"), (bob.id(), "bob"), (cy.id(), "cy")] {
        script.name(id, name);
    }
    script.name(&employee, "employee");
    script.name(id_of(service, "acme"), "acme");
    let grant = |account: &Caller| format!("/api/v1/account/{}/grant", account.id());
    script.send(ada, ("POST", &grant(cy)), json!({"role": "employee", "employeeId": employee}));
    script.send(ada, ("POST", &grant(cy)), json!({"role": "clerk", "orgId": id_of(service, "acme")}));
    script.send(ada, ("POST", &grant(cy)), json!({"role": "ORG_ADMIN"}));
    script.send(ada, ("POST", &grant(bob)), json!({"role": "Owner"}));
    let roles = ada.does(service, "GET", &format!("/directory/orgs/acme/users/{}/roles", cy.id())).json();
    assert_eq!(each(&roles, "role_id"), ["admin", "clerk"]);
    let linked = ada.does(service, "GET", &format!("/api/v1/employee/{employee}")).json();
    assert_eq!((&linked["account"], &linked["role"]), (&json!(cy.id()), &json!("ORG_ADMIN")));
    insta::assert_snapshot!(script, @"");
}

fn refusing(kit: &Kit) {
    let company = Company::found(kit);
    let service = &company.service;
    let (ada, bob, cy, eve) = (&company.ada, &company.bob, &company.cy, &company.eve);
    let foreign = company.hires(kit, (eve, "Zoe"), json!({}));
    let (acme, globex) = (id_of(service, "acme"), id_of(service, "globex"));
    let before = (kit.rows(), newest(kit, &[acme, globex]));
    let mut script = Transcript::new(kit, service);
    script.name(acme, "acme");
    script.name(globex, "globex");
    script.name(&foreign, "foreign");
    script.name(cy.id(), "cy");
    let at = format!("/api/v1/account/{}/grant", cy.id());
    const UNKNOWN: &str = "0190a0a0-0000-7000-8000-000000000000";
    for body in [
        json!({}),
        json!({"role": null}),
        json!({"role": ""}),
        json!({"role": "NOBODY"}),
        json!({"role": "no role"}),
        json!({"role": 8}),
        json!({"role": "EMPLOYEE", "orgId": "acme"}),
        json!({"role": "EMPLOYEE", "orgId": UNKNOWN}),
        json!({"role": "EMPLOYEE", "orgId": globex}),
        json!({"role": "EMPLOYEE", "employeeId": "x"}),
        json!({"role": "EMPLOYEE", "employeeId": UNKNOWN}),
        json!({"role": "EMPLOYEE", "employeeId": foreign}),
    ] {
        script.send(ada, ("POST", &at), body);
    }
    script.send(ada, ("POST", &format!("/api/v1/account/{UNKNOWN}/grant")), json!({"role": "EMPLOYEE"}));
    script.send(ada, ("POST", "/api/v1/account/cy@acme.example/grant"), json!({"role": "EMPLOYEE"}));
    script.send(bob, ("POST", &at), json!({"role": "EMPLOYEE"}));
    script.send(eve, ("POST", &at), json!({"role": "EMPLOYEE", "orgId": acme}));
    script.send(cy, ("POST", &at), json!({"role": "EMPLOYEE", "orgId": acme}));
    assert_eq!((kit.rows(), newest(kit, &[acme, globex])), before, "nothing was written");
    ada.admits(service, "acme", bob, "admin");
    script.send(bob, ("POST", &at), json!({"role": "OWNER"}));
    insta::assert_snapshot!(script, @"");
}
