//! Employees: putting them on the list, changing them, and the roles they are shown with.

use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::Caller;
use crate::ground::transcript::Transcript;
use crate::staff::{Company, each};

const EMPLOYEES: &str = "/api/v1/employee";

both_engines! {
    fn from_hiring_to_leaving(kit) { hiring(kit); }

    fn what_cannot_be_an_employee_is_refused(kit) { refusing(kit); }

    fn the_role_is_the_one_the_account_has(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let bob = company.hires(kit, (ada, "Bob Jones"), json!({"account": company.bob.id()}));
        let cy = company.hires(kit, (ada, "Cy Stone"), json!({"role": "manager"}));
        let role = |id: &str| ada.does(service, "GET", &format!("{EMPLOYEES}/{id}")).json()["role"].clone();
        assert_eq!((role(&bob), role(&cy)), (json!("EMPLOYEE"), json!("MANAGER")));

        let roles = format!("/directory/orgs/acme/users/{}/roles", company.bob.id());
        ada.sends(service, ("POST", "/directory/orgs/acme/roles"), json!({"id": "clerk"}));
        ada.sends(service, ("POST", &roles), json!(["clerk"]));
        assert_eq!(role(&bob), "clerk");
        ada.sends(service, ("POST", &roles), json!(["admin"]));
        assert_eq!(role(&bob), "ORG_ADMIN");
        ada.does(service, "DELETE", &format!("/directory/orgs/acme/members/{}", company.bob.id()));
        assert_eq!(role(&bob), json!(null), "no member any more");

        let of_cy = format!("/directory/orgs/acme/members/{}", company.cy.id());
        assert_eq!(ada.ask(service, "GET", &format!("{EMPLOYEES}/by-account/{}", company.cy.id())).code(), 404);
        let linked = ada.sends(service, ("PATCH", &format!("{EMPLOYEES}/{cy}")), json!({"account": company.cy.id()}));
        assert_eq!(linked.json()["role"], "MANAGER");
        let members = ada.does(service, "GET", "/directory/orgs/acme/members").text;
        assert!(members.contains(&company.cy.id().to_string()), "the role made the account a member");
        ada.does(service, "DELETE", &of_cy);
    }

    fn an_account_alone_makes_no_member(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let cy = company.hires(kit, (ada, "Cy Stone"), json!({"account": company.cy.id()}));
        let read = ada.does(service, "GET", &format!("{EMPLOYEES}/{cy}")).json();
        assert_eq!((&read["account"], &read["role"]), (&json!(company.cy.id()), &json!(null)));
        assert_eq!(company.cy.ask(service, "GET", "/directory/orgs/acme").code(), 404);
        let two = json!({"name": "Cy Again", "email": "cy2@acme.example", "account": company.cy.id()});
        assert_eq!(ada.put(service, ("POST", EMPLOYEES), &two).code(), 409, "one employee for an account");
    }

    fn nobody_gives_a_role_above_their_own(kit) {
        let company = Company::found(kit);
        let service = &company.service;
        let roles = format!("/directory/orgs/acme/users/{}/roles", company.bob.id());
        company.ada.sends(service, ("POST", &roles), json!(["manager"]));
        let owner = json!({"name": "Cy", "email": "cy@acme.example", "account": company.cy.id(), "role": "OWNER"});
        let refused = company.bob.put(service, ("POST", EMPLOYEES), &owner);
        assert_eq!(refused.code(), 403, "{refused:?}");
        assert_eq!(company.bob.does(service, "GET", EMPLOYEES).text, "[]", "nothing was written");
        let plain = json!({"name": "Cy", "email": "cy@acme.example"});
        company.bob.sends(service, ("POST", EMPLOYEES), plain);
    }

    fn two_organizations_may_have_the_same_people(kit) {
        let company = Company::found(kit);
        let service = &company.service;
        let of_acme = company.hires(kit, (&company.ada, "Bob Jones"), json!({"account": company.bob.id()}));
        let of_globex = company.hires(kit, (&company.eve, "Bob Jones"), json!({"account": company.bob.id()}));
        for (who, id) in [(&company.ada, &of_acme), (&company.eve, &of_globex)] {
            for path in [EMPLOYEES.to_owned(), format!("{EMPLOYEES}/by-name/bob%20jones")] {
                assert_eq!(each(&who.does(service, "GET", &path).json(), "id"), [id.as_str()]);
            }
            let path = format!("{EMPLOYEES}/by-account/{}", company.bob.id());
            assert_eq!(who.does(service, "GET", &path).json()["id"], **id);
        }
    }
}

fn hiring(kit: &Kit) {
    insta::assert_snapshot!(hiring_asked(kit), @r#"
    ada> POST /api/v1/employee {"email":"Bob@Acme.example","name":"Bob Jones"}
    201 {"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"email":"bob@acme.example","id":"[id]","managers":[],"name":"Bob Jones","organization":"[acme]","profile":null,"role":null,"status":{"current":"ACTIVE"},"type":"EMPLOYEE"}
    ada> POST /api/v1/employee {"account":"[cy]","email":"cy@acme.example","name":"Cy Stone","role":"manager","status":"PENDING","type":"CONTRACTOR"}
    201 {"account":"[cy]","active":false,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"email":"cy@acme.example","id":"[id]","managers":[],"name":"Cy Stone","organization":"[acme]","profile":null,"role":"MANAGER","status":{"current":"PENDING"},"type":"CONTRACTOR"}
    ada> POST /api/v1/employee {"email":"bob@acme.example","name":"Other"}
    409 {"error":"Conflict","message":"an employee with this e-mail address exists","status":409}
    bob> POST /api/v1/employee {"email":"bob@acme.example","name":"Other"}
    403 {"error":"Forbidden","message":"permission required: org.employees.create","status":403}
    bob> GET /api/v1/employee/[jones]
    200 {"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"email":"bob@acme.example","id":"[jones]","managers":[],"name":"Bob Jones","organization":"[acme]","profile":null,"role":null,"status":{"current":"ACTIVE"},"type":"EMPLOYEE"}
    eve> GET /api/v1/employee/[jones]
    404 {"error":"Not Found","message":"no such employee","status":404}
    ada> PATCH /api/v1/employee/[jones] {}
    200 {"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"email":"bob@acme.example","id":"[jones]","managers":[],"name":"Bob Jones","organization":"[acme]","profile":null,"role":null,"status":{"current":"ACTIVE"},"type":"EMPLOYEE"}
    ada> PATCH /api/v1/employee/[jones] {"account":"[bob]","name":"Robert Jones","type":"INTERN"}
    200 {"account":"[bob]","active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"email":"bob@acme.example","id":"[jones]","managers":[],"name":"Robert Jones","organization":"[acme]","profile":null,"role":"EMPLOYEE","status":{"current":"ACTIVE"},"type":"INTERN"}
    bob> PATCH /api/v1/employee/[jones] {"name":"Boss"}
    403 {"error":"Forbidden","message":"permission required: org.employees.update","status":403}
    eve> PATCH /api/v1/employee/[jones] {"name":"Mine"}
    404 {"error":"Not Found","message":"no such employee","status":404}
    ada> PATCH /api/v1/employee/[stone] {"role":"EMPLOYEE","status":"ACTIVE"}
    200 {"account":"[cy]","active":true,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"email":"cy@acme.example","id":"[stone]","managers":[],"name":"Cy Stone","organization":"[acme]","profile":null,"role":"MANAGER","status":{"changedAt":"2026-01-15T12:00:00.012Z","changedBy":"[ada]","current":"ACTIVE"},"type":"CONTRACTOR"}
    ada> PATCH /api/v1/employee/[stone] {"account":null,"role":null}
    200 {"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"email":"cy@acme.example","id":"[stone]","managers":[],"name":"Cy Stone","organization":"[acme]","profile":null,"role":null,"status":{"changedAt":"2026-01-15T12:00:00.012Z","changedBy":"[ada]","current":"ACTIVE"},"type":"CONTRACTOR"}
    ada> PATCH /api/v1/employee/[stone] {"status":"DELETED"}
    200 {"account":null,"active":false,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"email":"cy@acme.example","id":"[stone]","managers":[],"name":"Cy Stone","organization":"[acme]","profile":null,"role":null,"status":{"changedAt":"2026-01-15T12:00:00.014Z","changedBy":"[ada]","current":"DELETED"},"type":"CONTRACTOR"}
    bob> GET /api/v1/employee
    200 [
      {"account":"[bob]","active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"email":"bob@acme.example","id":"[jones]","managers":[],"name":"Robert Jones","organization":"[acme]","profile":null,"role":"EMPLOYEE","status":{"current":"ACTIVE"},"type":"INTERN"}
    ]
    eve> GET /api/v1/employee
    200 []
    anonymous> GET /api/v1/employee
    401 {"error":"Unauthorized","message":"a credential is required","status":401}
    "#);
}

/// An employee from the first day to the last.
fn hiring_asked(kit: &Kit) -> String {
    let company = Company::found(kit);
    let Company { service, ada, bob, cy, eve } = &company;
    let mut script = Transcript::new(kit, service);
    script.name(crate::ground::id_of(service, "acme"), "acme");
    for who in [ada, bob, cy, eve] {
        script.name(who.id(), who.name);
    }
    let made =
        script.send(ada, ("POST", EMPLOYEES), json!({"name": "Bob Jones", "email": "Bob@Acme.example"}));
    let jones = made.json()["id"].as_str().unwrap().to_owned();
    script.name(&jones, "jones");
    let full = json!({"name": "Cy Stone", "email": "cy@acme.example", "account": cy.id(), "role": "manager",
        "type": "CONTRACTOR", "status": "PENDING"});
    let made = script.send(ada, ("POST", EMPLOYEES), full);
    let stone = made.json()["id"].as_str().unwrap().to_owned();
    script.name(&stone, "stone");
    let again = json!({"name": "Other", "email": "bob@acme.example"});
    script.send(ada, ("POST", EMPLOYEES), again.clone());
    script.send(bob, ("POST", EMPLOYEES), again);
    let (jones, stone) = (format!("{EMPLOYEES}/{jones}"), format!("{EMPLOYEES}/{stone}"));
    script.ask(bob, "GET", &jones);
    script.ask(eve, "GET", &jones);
    script.send(ada, ("PATCH", &jones), json!({}));
    script.send(
        ada,
        ("PATCH", &jones),
        json!({"name": "Robert Jones", "account": bob.id(), "type": "INTERN"}),
    );
    script.send(bob, ("PATCH", &jones), json!({"name": "Boss"}));
    script.send(eve, ("PATCH", &jones), json!({"name": "Mine"}));
    script.send(ada, ("PATCH", &stone), json!({"status": "ACTIVE", "role": "EMPLOYEE"}));
    script.send(ada, ("PATCH", &stone), json!({"account": null, "role": null}));
    script.send(ada, ("PATCH", &stone), json!({"status": "DELETED"}));
    script.ask(bob, "GET", EMPLOYEES);
    script.ask(eve, "GET", EMPLOYEES);
    script.ask(&Caller::anonymous(), "GET", EMPLOYEES);
    script.to_string()
}

fn refusing(kit: &Kit) {
    insta::assert_snapshot!(refused(kit), @r#"
    ada> POST /api/v1/employee {"email":"cy@acme.example","name":null}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"invalid type: null, expected a string"}],"message":"name: invalid type: null, expected a string","status":400}
    ada> POST /api/v1/employee {"email":"cy@acme.example","name":"  "}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"must not be blank"}],"message":"name: must not be blank","status":400}
    ada> POST /api/v1/employee {"email":"cy@acme.example","name":"a\u0007b"}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"holds a control character"}],"message":"name: holds a control character","status":400}
    ada> POST /api/v1/employee {"email":null,"name":"Cy"}
    400 {"error":"Bad Request","fields":[{"field":"email","message":"invalid type: null, expected a string"}],"message":"email: invalid type: null, expected a string","status":400}
    ada> POST /api/v1/employee {"email":"nobody","name":"Cy"}
    400 {"error":"Bad Request","fields":[{"field":"email","message":"must be an address like name@example.com"}],"message":"email: must be an address like name@example.com","status":400}
    ada> POST /api/v1/employee {"account":"[id]","email":"cy@acme.example","name":"Cy"}
    400 {"error":"Bad Request","fields":[{"field":"account","message":"no such account"}],"message":"account: no such account","status":400}
    ada> POST /api/v1/employee {"account":"x","email":"cy@acme.example","name":"Cy"}
    400 {"error":"Bad Request","fields":[{"field":"account","message":"is not an id"}],"message":"account: is not an id","status":400}
    ada> POST /api/v1/employee {"account":"[bob]","email":"cy@acme.example","name":"Cy"}
    409 {"error":"Conflict","message":"an employee with this account exists","status":409}
    ada> POST /api/v1/employee {"email":"cy@acme.example","name":"Cy","role":"nothing"}
    400 {"error":"Bad Request","fields":[{"field":"role","message":"is not a role of the organization"}],"message":"role: is not a role of the organization","status":400}
    ada> POST /api/v1/employee {"email":"cy@acme.example","name":"Cy","role":"not a key"}
    400 {"error":"Bad Request","fields":[{"field":"role","message":"is not a role of the organization"}],"message":"role: is not a role of the organization","status":400}
    ada> POST /api/v1/employee {"account":"[id]","email":"cy@acme.example","name":"Cy","role":"nothing"}
    400 {"error":"Bad Request","fields":[{"field":"role","message":"is not a role of the organization"}],"message":"role: is not a role of the organization","status":400}
    ada> POST /api/v1/employee {"email":"cy@acme.example","name":"Cy","status":"GONE"}
    400 {"error":"Bad Request","fields":[{"field":"status","message":"unknown variant `GONE`, expected one of `ACTIVE`, `INACTIVE`, `PENDING`, `DELETED`"}],"message":"status: unknown variant `GONE`, expected one of `ACTIVE`, `INACTIVE`, `PENDING`, `DELETED`","status":400}
    ada> POST /api/v1/employee {"email":"cy@acme.example","name":"Cy","type":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"is longer than 64 characters"}],"message":"type: is longer than 64 characters","status":400}
    ada> POST /api/v1/employee {}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"is required"}],"message":"name: is required","status":400}
    ada> PATCH /api/v1/employee/[jones] {"name":null}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"invalid type: null, expected a string"}],"message":"name: invalid type: null, expected a string","status":400}
    ada> PATCH /api/v1/employee/[jones] {"name":""}
    400 {"error":"Bad Request","fields":[{"field":"name","message":"must not be blank"}],"message":"name: must not be blank","status":400}
    ada> PATCH /api/v1/employee/[jones] {"email":null}
    400 {"error":"Bad Request","fields":[{"field":"email","message":"invalid type: null, expected a string"}],"message":"email: invalid type: null, expected a string","status":400}
    ada> PATCH /api/v1/employee/[jones] {"email":""}
    400 {"error":"Bad Request","fields":[{"field":"email","message":"must not be blank"}],"message":"email: must not be blank","status":400}
    ada> PATCH /api/v1/employee/[jones] {"account":"[id]"}
    400 {"error":"Bad Request","fields":[{"field":"account","message":"no such account"}],"message":"account: no such account","status":400}
    ada> PATCH /api/v1/employee/[jones] {"account":""}
    400 {"error":"Bad Request","fields":[{"field":"account","message":"is not an id"}],"message":"account: is not an id","status":400}
    ada> PATCH /api/v1/employee/[jones] {"role":"nothing"}
    400 {"error":"Bad Request","fields":[{"field":"role","message":"is not a role of the organization"}],"message":"role: is not a role of the organization","status":400}
    ada> PATCH /api/v1/employee/[jones] {"status":null}
    400 {"error":"Bad Request","fields":[{"field":"status","message":"invalid type: null, expected a string"}],"message":"status: invalid type: null, expected a string","status":400}
    ada> PATCH /api/v1/employee/[jones] {"status":"active"}
    400 {"error":"Bad Request","fields":[{"field":"status","message":"unknown variant `active`, expected one of `ACTIVE`, `INACTIVE`, `PENDING`, `DELETED`"}],"message":"status: unknown variant `active`, expected one of `ACTIVE`, `INACTIVE`, `PENDING`, `DELETED`","status":400}
    ada> PATCH /api/v1/employee/[jones] {"type":null}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"invalid type: null, expected a string"}],"message":"type: invalid type: null, expected a string","status":400}
    ada> GET /api/v1/employee/[id]
    404 {"error":"Not Found","message":"no such employee","status":404}
    ada> GET /api/v1/employee/x
    404 {"error":"Not Found","message":"no such employee","status":404}
    ada> GET /api/v1/employee/by-name
    404 {"error":"Not Found","message":"no such employee","status":404}
    ada> GET /api/v1/employee/%00
    404 {"error":"Not Found","message":"no such thing","status":404}
    "#);
}

/// Bodies that will not do.
fn refused(kit: &Kit) -> String {
    let company = Company::found(kit);
    let Company { service, ada, bob, cy, .. } = &company;
    let jones = company.hires(kit, (ada, "Bob Jones"), json!({"account": bob.id()}));
    let nobody = "01999999-9999-7999-8999-999999999999";
    let (rows, latest) = (kit.rows(), crate::ground::newest(kit, &[crate::ground::id_of(service, "acme")]));
    let mut script = Transcript::new(kit, service);
    script.name(bob.id(), "bob");
    script.name(&jones, "jones");
    let good = json!({"name": "Cy", "email": "cy@acme.example"});
    for more in [
        json!({"name": null}),
        json!({"name": "  "}),
        json!({"name": "a\u{7}b"}),
        json!({"email": null}),
        json!({"email": "nobody"}),
        json!({"account": nobody}),
        json!({"account": "x"}),
        json!({"account": bob.id()}),
        json!({"role": "nothing"}),
        json!({"role": "not a key"}),
        json!({"account": cy.id(), "role": "nothing"}),
        json!({"status": "GONE"}),
        json!({"type": "x".repeat(65)}),
    ] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        script.send(ada, ("POST", EMPLOYEES), body);
    }
    script.send(ada, ("POST", EMPLOYEES), json!({}));
    let at = format!("{EMPLOYEES}/{jones}");
    for body in [
        json!({"name": null}),
        json!({"name": ""}),
        json!({"email": null}),
        json!({"email": ""}),
        json!({"account": nobody}),
        json!({"account": ""}),
        json!({"role": "nothing"}),
        json!({"status": null}),
        json!({"status": "active"}),
        json!({"type": null}),
    ] {
        script.send(ada, ("PATCH", &at), body);
    }
    for id in [nobody, "x", "by-name", "%00"] {
        script.ask(ada, "GET", &format!("{EMPLOYEES}/{id}"));
    }
    let after = (kit.rows(), crate::ground::newest(kit, &[crate::ground::id_of(service, "acme")]));
    assert_eq!(after, (rows, latest), "nothing was written");
    script.to_string()
}
