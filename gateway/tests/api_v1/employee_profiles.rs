//! Profiles of employees: who reads them, who writes them, and what stands in them.

use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::transcript::Transcript;
use crate::staff::Company;

both_engines! {
    fn made_replaced_and_merged(kit) { profile(kit); }

    fn what_cannot_stand_in_a_profile_is_refused(kit) { refusing(kit); }

    fn a_day_is_of_a_year_that_was(kit) {
        let company = Company::found(kit);
        let id = company.hires(kit, (&company.ada, "Ann Ash"), json!({}));
        let at = format!("/api/v1/employee/{id}/profile");
        for (day, code) in
            [("0001-01-01", 200), ("9999-12-31", 200), ("0000-12-31", 400), ("-0001-01-01", 400), ("+10000-01-01", 400)]
        {
            for field in ["birthDate", "joinDate"] {
                let answer = company.ada.put(&company.service, ("PATCH", &at), &json!({ field: day }));
                assert_eq!(answer.code(), code, "{field} {day}: {answer:?}");
                assert_eq!(code == 400, answer.json()["fields"][0]["field"] == field, "{answer:?}");
            }
        }
    }

    fn a_person_writes_their_own_and_nobody_elses(kit) {
        let company = Company::found(kit);
        let (service, ada, bob) = (&company.service, &company.ada, &company.bob);
        let own = company.hires(kit, (ada, "Bob Jones"), json!({"account": bob.id(), "role": "EMPLOYEE"}));
        let other = company.hires(kit, (ada, "Cy Stone"), json!({"account": company.cy.id(), "role": "EMPLOYEE"}));
        let at = |id: &str| format!("/api/v1/employee/{id}/profile");
        let patch = json!({"bio": "Mine."});
        let mine = bob.sends(service, ("PATCH", &at(&own)), patch.clone());
        assert_eq!(mine.json(), patch, "there was none before");
        let named = ("PATCH", at(&other), patch.clone());
        let theirs = company.cy.sends_in(service, "acme", (named.0, &named.1, named.2));
        assert_eq!(theirs.json(), patch, "who was made a member names the organization once");
        let refused = bob.put(service, ("PATCH", &at(&other)), &json!({"bio": "Theirs."}));
        assert_eq!(refused.code(), 403, "{refused:?}");
        let refused = bob.put(service, ("POST", &at(&other)), &json!({"bio": "Theirs."}));
        assert_eq!(refused.code(), 403, "{refused:?}");
        let name = bob.put(service, ("PATCH", &format!("/api/v1/employee/{own}")), &json!({"name": "Boss"}));
        assert_eq!(name.code(), 403, "only the profile is one's own: {name:?}");
        assert_eq!(ada.does(service, "GET", &at(&other)).json(), patch);

        ada.sends(service, ("PATCH", &format!("/api/v1/employee/{own}")), json!({"account": null}));
        assert_eq!(bob.put(service, ("PATCH", &at(&own)), &patch).code(), 403, "not theirs any more");
        ada.does(service, "DELETE", &format!("/directory/orgs/acme/members/{}", company.cy.id()));
        assert_eq!(company.cy.put(service, ("PATCH", &at(&other)), &patch).code(), 400, "in no organization now");
        let named = company.cy.asks_in(service, "acme", ("PATCH", &at(&other), Some(&patch)));
        assert_eq!(named.code(), 404, "no member any more: {named:?}");
    }
}

fn profile(kit: &Kit) {
    insta::assert_snapshot!(profile_asked(kit), @r#"
    bob> GET /api/v1/employee/[jones]/profile
    404 {"error":"Not Found","message":"no such profile","status":404}
    ada> POST /api/v1/employee/[jones]/profile {"bio":"Line one.\nLine two.","birthDate":"1990-02-28","companyRole":"Clerk","employeeNumber":"17","firstName":"Bob","gender":"any","joinDate":"2020-02-29","lastName":"Jones","location":"Vienna","profileImage":"https://img.example/bob.png","timezone":"Europe/Vienna"}
    201 {"bio":"Line one.\nLine two.","birthDate":"1990-02-28","companyRole":"Clerk","employeeNumber":"17","firstName":"Bob","gender":"any","joinDate":"2020-02-29","lastName":"Jones","location":"Vienna","profileImage":"https://img.example/bob.png","timezone":"Europe/Vienna"}
    ada> PATCH /api/v1/employee/[jones]/profile {"bio":null,"joinDate":null,"location":" Graz ","other":1}
    200 {"birthDate":"1990-02-28","companyRole":"Clerk","employeeNumber":"17","firstName":"Bob","gender":"any","lastName":"Jones","location":"Graz","profileImage":"https://img.example/bob.png","timezone":"Europe/Vienna"}
    ada> PATCH /api/v1/employee/[jones]/profile {}
    200 {"birthDate":"1990-02-28","companyRole":"Clerk","employeeNumber":"17","firstName":"Bob","gender":"any","lastName":"Jones","location":"Graz","profileImage":"https://img.example/bob.png","timezone":"Europe/Vienna"}
    bob> GET /api/v1/employee/[jones]/profile
    200 {"birthDate":"1990-02-28","companyRole":"Clerk","employeeNumber":"17","firstName":"Bob","gender":"any","lastName":"Jones","location":"Graz","profileImage":"https://img.example/bob.png","timezone":"Europe/Vienna"}
    ada> PATCH /api/v1/employee/[jones]/profile {"birthDate":" ","gender":""}
    200 {"companyRole":"Clerk","employeeNumber":"17","firstName":"Bob","lastName":"Jones","location":"Graz","profileImage":"https://img.example/bob.png","timezone":"Europe/Vienna"}
    ada> POST /api/v1/employee/[jones]/profile {"bio":null,"firstName":"Robert"}
    201 {"firstName":"Robert"}
    bob> GET /api/v1/employee/[jones]
    200 {"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"email":"bob@acme.example","id":"[jones]","managers":[],"name":"Bob Jones","organization":"[acme]","profile":{"firstName":"Robert"},"role":null,"status":{"current":"ACTIVE"},"type":"EMPLOYEE"}
    ada> POST /api/v1/employee/[jones]/profile {}
    201 {}
    bob> GET /api/v1/employee/[jones]/profile
    200 {}
    bob> PATCH /api/v1/employee/[jones]/profile {"bio":"Not mine."}
    403 {"error":"Forbidden","message":"permission required: org.employees.update","status":403}
    eve> GET /api/v1/employee/[jones]/profile
    404 {"error":"Not Found","message":"no such employee","status":404}
    eve> POST /api/v1/employee/[jones]/profile {}
    404 {"error":"Not Found","message":"no such employee","status":404}
    "#);
}

/// A profile from none to full and back.
fn profile_asked(kit: &Kit) -> String {
    let company = Company::found(kit);
    let (service, ada, bob) = (&company.service, &company.ada, &company.bob);
    let jones = company.hires(kit, (ada, "Bob Jones"), json!({}));
    let mut script = Transcript::new(kit, service);
    script.name(&jones, "jones");
    script.name(crate::ground::id_of(service, "acme"), "acme");
    script.name(ada.id(), "ada");
    let at = format!("/api/v1/employee/{jones}/profile");
    script.ask(bob, "GET", &at);
    let full = json!({"employeeNumber": "17", "firstName": "Bob", "lastName": "Jones", "bio": "Line one.\nLine two.",
        "profileImage": "https://img.example/bob.png", "birthDate": "1990-02-28", "gender": "any",
        "timezone": "Europe/Vienna", "location": "Vienna", "joinDate": "2020-02-29", "companyRole": "Clerk"});
    script.send(ada, ("POST", &at), full);
    script.send(
        ada,
        ("PATCH", &at),
        json!({"bio": null, "location": " Graz ", "joinDate": null, "other": 1}),
    );
    script.send(ada, ("PATCH", &at), json!({}));
    script.ask(bob, "GET", &at);
    script.send(ada, ("PATCH", &at), json!({"birthDate": " ", "gender": ""}));
    script.send(ada, ("POST", &at), json!({"firstName": "Robert", "bio": null}));
    script.ask(bob, "GET", &format!("/api/v1/employee/{jones}"));
    script.send(ada, ("POST", &at), json!({}));
    script.ask(bob, "GET", &at);
    script.send(bob, ("PATCH", &at), json!({"bio": "Not mine."}));
    script.ask(&company.eve, "GET", &at);
    script.send(&company.eve, ("POST", &at), json!({}));
    script.to_string()
}

fn refusing(kit: &Kit) {
    insta::assert_snapshot!(refused(kit), @r#"
    ada> POST /api/v1/employee/[jones]/profile {"birthDate":"1990-02-30"}
    400 {"error":"Bad Request","fields":[{"field":"birthDate","message":"must be a day as YYYY-MM-DD"}],"message":"birthDate: must be a day as YYYY-MM-DD","status":400}
    ada> PATCH /api/v1/employee/[jones]/profile {"birthDate":"1990-02-30"}
    400 {"error":"Bad Request","fields":[{"field":"birthDate","message":"must be a day as YYYY-MM-DD"}],"message":"birthDate: must be a day as YYYY-MM-DD","status":400}
    ada> POST /api/v1/employee/[jones]/profile {"birthDate":"1990-2-3"}
    400 {"error":"Bad Request","fields":[{"field":"birthDate","message":"must be a day as YYYY-MM-DD"}],"message":"birthDate: must be a day as YYYY-MM-DD","status":400}
    ada> PATCH /api/v1/employee/[jones]/profile {"birthDate":"1990-2-3"}
    400 {"error":"Bad Request","fields":[{"field":"birthDate","message":"must be a day as YYYY-MM-DD"}],"message":"birthDate: must be a day as YYYY-MM-DD","status":400}
    ada> POST /api/v1/employee/[jones]/profile {"joinDate":"2020-01-01T00:00:00Z"}
    400 {"error":"Bad Request","fields":[{"field":"joinDate","message":"must be a day as YYYY-MM-DD"}],"message":"joinDate: must be a day as YYYY-MM-DD","status":400}
    ada> PATCH /api/v1/employee/[jones]/profile {"joinDate":"2020-01-01T00:00:00Z"}
    400 {"error":"Bad Request","fields":[{"field":"joinDate","message":"must be a day as YYYY-MM-DD"}],"message":"joinDate: must be a day as YYYY-MM-DD","status":400}
    ada> POST /api/v1/employee/[jones]/profile {"joinDate":"tomorrow"}
    400 {"error":"Bad Request","fields":[{"field":"joinDate","message":"must be a day as YYYY-MM-DD"}],"message":"joinDate: must be a day as YYYY-MM-DD","status":400}
    ada> PATCH /api/v1/employee/[jones]/profile {"joinDate":"tomorrow"}
    400 {"error":"Bad Request","fields":[{"field":"joinDate","message":"must be a day as YYYY-MM-DD"}],"message":"joinDate: must be a day as YYYY-MM-DD","status":400}
    ada> POST /api/v1/employee/[jones]/profile {"joinDate":20200101}
    400 {"error":"Bad Request","fields":[{"field":"joinDate","message":"invalid type: integer `20200101`, expected a string"}],"message":"joinDate: invalid type: integer `20200101`, expected a string","status":400}
    ada> PATCH /api/v1/employee/[jones]/profile {"joinDate":20200101}
    400 {"error":"Bad Request","fields":[{"field":"joinDate","message":"invalid type: integer `20200101`, expected a string"}],"message":"joinDate: invalid type: integer `20200101`, expected a string","status":400}
    ada> POST /api/v1/employee/[jones]/profile {"firstName":"a\u001b[31m"}
    400 {"error":"Bad Request","fields":[{"field":"firstName","message":"holds a control character"}],"message":"firstName: holds a control character","status":400}
    ada> PATCH /api/v1/employee/[jones]/profile {"firstName":"a\u001b[31m"}
    400 {"error":"Bad Request","fields":[{"field":"firstName","message":"holds a control character"}],"message":"firstName: holds a control character","status":400}
    ada> POST /api/v1/employee/[jones]/profile {"bio":["a"]}
    400 {"error":"Bad Request","fields":[{"field":"bio","message":"invalid type: sequence, expected a string"}],"message":"bio: invalid type: sequence, expected a string","status":400}
    ada> PATCH /api/v1/employee/[jones]/profile {"bio":["a"]}
    400 {"error":"Bad Request","fields":[{"field":"bio","message":"invalid type: sequence, expected a string"}],"message":"bio: invalid type: sequence, expected a string","status":400}
    ada> POST /api/v1/employee/[jones]/profile []
    400 {"error":"Bad Request","fields":[{"field":"body","message":"invalid type: sequence, expected an object"}],"message":"body: invalid type: sequence, expected an object","status":400}
    ada> PATCH /api/v1/employee/[jones]/profile
    400 {"error":"Bad Request","message":"the request needs a body of JSON","status":400}
    ada> PATCH /api/v1/employee/x/profile {"bio":"x"}
    404 {"error":"Not Found","message":"no such employee","status":404}
    ada> PATCH /api/v1/employee/[id]/profile {"bio":"x"}
    404 {"error":"Not Found","message":"no such employee","status":404}
    "#);
}

/// Profiles that will not do.
fn refused(kit: &Kit) -> String {
    let company = Company::found(kit);
    let (service, ada) = (&company.service, &company.ada);
    let jones = company.hires(kit, (ada, "Bob Jones"), json!({}));
    let rows = kit.rows();
    let mut script = Transcript::new(kit, service);
    script.name(&jones, "jones");
    let at = format!("/api/v1/employee/{jones}/profile");
    for body in [
        json!({"birthDate": "1990-02-30"}),
        json!({"birthDate": "1990-2-3"}),
        json!({"joinDate": "2020-01-01T00:00:00Z"}),
        json!({"joinDate": "tomorrow"}),
        json!({"joinDate": 20_200_101}),
        json!({"firstName": "a\u{1b}[31m"}),
        json!({"bio": ["a"]}),
    ] {
        for method in ["POST", "PATCH"] {
            script.send(ada, (method, &at), body.clone());
        }
    }
    script.send(ada, ("POST", &at), json!([]));
    script.ask(ada, "PATCH", &at);
    for id in ["x", "01999999-9999-7999-8999-999999999999"] {
        script.send(ada, ("PATCH", &format!("/api/v1/employee/{id}/profile")), json!({"bio": "x"}));
    }
    assert_eq!(kit.rows(), rows, "nothing was written");
    script.to_string()
}
