//! Profiles of employees: who reads them, who writes them, and what stands in them.

use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::transcript::Transcript;
use crate::staff::Company;

both_engines! {
    fn made_replaced_and_merged(kit) { profile(kit); }

    fn what_cannot_stand_in_a_profile_is_refused(kit) { refusing(kit); }

    fn a_person_writes_their_own_and_nobody_elses(kit) {
        let company = Company::found(kit);
        let (service, ada, bob) = (&company.service, &company.ada, &company.bob);
        let own = company.hires(kit, (ada, "Bob Jones"), json!({"account": bob.id(), "role": "EMPLOYEE"}));
        let other = company.hires(kit, (ada, "Cy Stone"), json!({"account": company.cy.id(), "role": "EMPLOYEE"}));
        let at = |id: &str| format!("/api/v1/employee/{id}/profile");
        let patch = json!({"bio": "Mine."});
        let mine = bob.sends(service, ("PATCH", &at(&own)), patch.clone());
        assert_eq!(mine.json(), patch, "there was none before");
        assert_eq!(company.cy.sends(service, ("PATCH", &at(&other)), patch.clone()).json(), patch);
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
    insta::assert_snapshot!(profile_asked(kit), @"");
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
    insta::assert_snapshot!(refused(kit), @"");
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
        json!({"gender": "x".repeat(201)}),
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
