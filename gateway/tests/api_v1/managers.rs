//! Who reports to whom: managers, reports at any depth, and the way to the top.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::transcript::Transcript;
use crate::staff::{Company, each};

both_engines! {
    fn set_and_listed(kit) { setting(kit); }

    fn removed(kit) { removing(kit); }

    fn no_circle_of_one_type(kit) {
        let company = Company::found(kit);
        let staff = hired(&company, kit, &["a", "b", "c", "d"]);
        let [a, b, c, d] = [&staff[0], &staff[1], &staff[2], &staff[3]];
        company.reports(b, a, "PRIMARY");
        company.reports(c, b, "PRIMARY");
        company.reports(d, c, "PRIMARY");
        let rows = kit.rows();
        for (employee, manager) in [(a, b), (a, c), (a, d), (b, d)] {
            for kind in ["PRIMARY", "primary", " Primary "] {
                let answer = set(&company, employee, &json!({"managerId": manager, "type": kind}));
                assert_eq!((answer.code(), &answer.json()["error"]), (409, &json!("Conflict")), "{kind}: {answer:?}");
            }
        }
        assert_eq!(kit.rows(), rows, "nothing was written");
        company.reports(a, d, "DOTTED_LINE");
        let answer = set(&company, d, &json!({"managerId": a, "type": "dotted_line"}));
        assert_eq!(answer.code(), 409, "a circle of the other type: {answer:?}");
    }

    fn reports_come_nearest_first(kit) {
        let company = Company::found(kit);
        let staff = hired(&company, kit, &["boss", "left", "right", "under-left", "under-right", "deep", "dotted"]);
        let [boss, left, right, under_left, under_right, deep, dotted] = staff.each_ref().map(String::as_str);
        for (employee, manager) in
            [(right, boss), (left, boss), (under_right, right), (under_left, left), (deep, under_left)]
        {
            company.reports(employee, manager, "PRIMARY");
        }
        company.reports(dotted, boss, "DOTTED_LINE");
        company.reports(deep, boss, "DOTTED_LINE");
        let ask = |rest: &str| {
            let answer = company.bob.does(&company.service, "GET", &format!("/api/v1/employee/by-manager/{boss}{rest}"));
            each(&answer.json(), "id").into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        for (rest, found) in [
            ("", vec![left, right, deep, dotted]),
            ("?type=PRIMARY", vec![left, right]),
            ("?type=primary&depth=1", vec![left, right]),
            ("?type=PRIMARY&depth=2", vec![left, right, under_left, under_right]),
            ("?type=PRIMARY&depth=3", vec![left, right, under_left, under_right, deep]),
            ("?type=PRIMARY&depth=all", vec![left, right, under_left, under_right, deep]),
            ("?type=PRIMARY&depth=1000", vec![left, right, under_left, under_right, deep]),
            ("?type=dotted_line&depth=all", vec![deep, dotted]),
            ("?type=nothing", vec![]),
        ] {
            assert_eq!(ask(rest), found, "{rest}");
        }
        let all = ask("?depth=all");
        assert_eq!(all.len(), 6, "each once: {all:?}");

        let path = format!("/api/v1/employee/by-manager/{boss}?depth=all&type=PRIMARY&limit=2");
        assert_eq!(company.parts(&company.bob, &path, "id"), [left, right, under_left, under_right, deep]);
        for bad in ["0", "-1", "x", "1.5", "", "99999999999999999999"] {
            let path = format!("/api/v1/employee/by-manager/{boss}?depth={bad}");
            let answer = company.bob.ask(&company.service, "GET", &path);
            assert_eq!(answer.code(), 400, "{bad}: {answer:?}");
            assert!(answer.json()["message"].as_str().unwrap().starts_with("depth:"), "{answer:?}");
        }
    }

    fn the_way_to_the_top(kit) {
        let company = Company::found(kit);
        let staff = hired(&company, kit, &["top", "middle", "worker", "mentor"]);
        let [top, middle, worker, mentor] = staff.each_ref().map(String::as_str);
        company.reports(middle, top, "PRIMARY");
        company.reports(worker, middle, "PRIMARY");
        company.reports(worker, mentor, "DOTTED_LINE");
        let ask = |id: &str, rest: &str| {
            let answer = company.bob.does(&company.service, "GET", &format!("/api/v1/employee/{id}/chain{rest}"));
            each(&answer.json(), "id").into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(ask(worker, "?type=PRIMARY"), [middle, top]);
        assert_eq!(ask(worker, "?type=dotted_line"), [mentor]);
        assert_eq!(ask(middle, ""), [top]);
        assert_eq!(ask(top, ""), Vec::<String>::new());
        let answer = company.bob.ask(&company.service, "GET", "/api/v1/employee/x/chain");
        assert_eq!(answer.code(), 404);
    }
}

/// Puts people of these names on the list; their ids.
fn hired<const N: usize>(company: &Company, kit: &Kit, names: &[&str; N]) -> [String; N] {
    names.map(|name| company.hires(kit, (&company.ada, name), json!({})))
}

fn set(company: &Company, employee: &str, body: &Value) -> crate::ground::common::Answer {
    company.ada.put(&company.service, ("POST", &format!("/api/v1/employee/{employee}/managers")), body)
}

fn setting(kit: &Kit) {
    insta::assert_snapshot!(setting_asked(kit), @r#"
    bob> GET /api/v1/employee/[worker]/managers
    200 []
    ada> POST /api/v1/employee/[worker]/managers {"managerId":"[boss]","type":"PRIMARY"}
    200 [
      {"manager":{"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"email":"boss@acme.example","id":"[boss]","managers":[],"name":"boss","organization":"[acme]","profile":null,"role":null,"status":{"current":"ACTIVE"},"type":"EMPLOYEE"},"managerId":"[boss]","type":"PRIMARY"}
    ]
    ada> POST /api/v1/employee/[worker]/managers {"managerId":"[boss]","type":"primary"}
    200 [
      {"manager":{"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"email":"boss@acme.example","id":"[boss]","managers":[],"name":"boss","organization":"[acme]","profile":null,"role":null,"status":{"current":"ACTIVE"},"type":"EMPLOYEE"},"managerId":"[boss]","type":"PRIMARY"}
    ]
    ada> POST /api/v1/employee/[worker]/managers {"managerId":"[mentor]","type":"Mentor"}
    200 [
      {"manager":{"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"email":"boss@acme.example","id":"[boss]","managers":[],"name":"boss","organization":"[acme]","profile":null,"role":null,"status":{"current":"ACTIVE"},"type":"EMPLOYEE"},"managerId":"[boss]","type":"PRIMARY"},
      {"manager":{"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.004Z","createdBy":"[ada]"},"email":"mentor@acme.example","id":"[mentor]","managers":[],"name":"mentor","organization":"[acme]","profile":null,"role":null,"status":{"current":"ACTIVE"},"type":"EMPLOYEE"},"managerId":"[mentor]","type":"Mentor"}
    ]
    ada> POST /api/v1/employee/[worker]/managers {"managerId":"[boss]","type":"DOTTED_LINE"}
    200 [
      {"manager":{"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"email":"boss@acme.example","id":"[boss]","managers":[],"name":"boss","organization":"[acme]","profile":null,"role":null,"status":{"current":"ACTIVE"},"type":"EMPLOYEE"},"managerId":"[boss]","type":"PRIMARY"},
      {"manager":{"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.004Z","createdBy":"[ada]"},"email":"mentor@acme.example","id":"[mentor]","managers":[],"name":"mentor","organization":"[acme]","profile":null,"role":null,"status":{"current":"ACTIVE"},"type":"EMPLOYEE"},"managerId":"[mentor]","type":"Mentor"},
      {"manager":{"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"email":"boss@acme.example","id":"[boss]","managers":[],"name":"boss","organization":"[acme]","profile":null,"role":null,"status":{"current":"ACTIVE"},"type":"EMPLOYEE"},"managerId":"[boss]","type":"DOTTED_LINE"}
    ]
    bob> GET /api/v1/employee/[worker]
    200 {"account":null,"active":true,"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"email":"worker@acme.example","id":"[worker]","managers":[{"managerId":"[boss]","type":"PRIMARY"},{"managerId":"[mentor]","type":"Mentor"},{"managerId":"[boss]","type":"DOTTED_LINE"}],"name":"worker","organization":"[acme]","profile":null,"role":null,"status":{"current":"ACTIVE"},"type":"EMPLOYEE"}
    ada> POST /api/v1/employee/[worker]/managers {"managerId":"[worker]","type":"PRIMARY"}
    400 {"error":"Bad Request","fields":[{"field":"managerId","message":"nobody reports to themselves"}],"message":"managerId: nobody reports to themselves","status":400}
    ada> POST /api/v1/employee/[worker]/managers {"managerId":"[stranger]","type":"PRIMARY"}
    404 {"error":"Not Found","message":"no such manager","status":404}
    ada> POST /api/v1/employee/[worker]/managers {"managerId":"x","type":"PRIMARY"}
    400 {"error":"Bad Request","fields":[{"field":"managerId","message":"is not an id"}],"message":"managerId: is not an id","status":400}
    ada> POST /api/v1/employee/[worker]/managers {"managerId":null,"type":"PRIMARY"}
    400 {"error":"Bad Request","fields":[{"field":"managerId","message":"invalid type: null, expected a string"}],"message":"managerId: invalid type: null, expected a string","status":400}
    ada> POST /api/v1/employee/[worker]/managers {"managerId":"[boss]"}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"is required"}],"message":"type: is required","status":400}
    ada> POST /api/v1/employee/[worker]/managers {"managerId":"[boss]","type":" "}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"must not be blank"}],"message":"type: must not be blank","status":400}
    ada> POST /api/v1/employee/[worker]/managers {"managerId":"[boss]","type":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"is longer than 64 characters"}],"message":"type: is longer than 64 characters","status":400}
    ada> POST /api/v1/employee/[worker]/managers {"type":"PRIMARY"}
    400 {"error":"Bad Request","fields":[{"field":"managerId","message":"is required"}],"message":"managerId: is required","status":400}
    ada> POST /api/v1/employee/[worker]/managers []
    400 {"error":"Bad Request","fields":[{"field":"body","message":"invalid type: sequence, expected an object"}],"message":"body: invalid type: sequence, expected an object","status":400}
    bob> POST /api/v1/employee/[worker]/managers {"managerId":"[mentor]","type":"PRIMARY"}
    403 {"error":"Forbidden","message":"permission required: org.employees.update","status":403}
    "#);
}

/// Managers given to one employee.
fn setting_asked(kit: &Kit) -> String {
    let company = Company::found(kit);
    let (service, ada, bob) = (&company.service, &company.ada, &company.bob);
    let [worker, boss, mentor] = hired(&company, kit, &["worker", "boss", "mentor"]);
    let stranger = company.hires(kit, (&company.eve, "Stranger"), json!({}));
    let mut script = Transcript::new(kit, service);
    script.name(crate::ground::id_of(service, "acme"), "acme");
    script.name(ada.id(), "ada");
    for (id, name) in [(&worker, "worker"), (&boss, "boss"), (&mentor, "mentor"), (&stranger, "stranger")] {
        script.name(id, name);
    }
    let at = format!("/api/v1/employee/{worker}/managers");
    script.ask(bob, "GET", &at);
    script.send(ada, ("POST", &at), json!({"managerId": boss, "type": "PRIMARY"}));
    script.send(ada, ("POST", &at), json!({"managerId": boss, "type": "primary"}));
    script.send(ada, ("POST", &at), json!({"managerId": mentor, "type": "Mentor"}));
    script.send(ada, ("POST", &at), json!({"managerId": boss, "type": "DOTTED_LINE"}));
    script.ask(bob, "GET", &format!("/api/v1/employee/{worker}"));
    for body in [
        json!({"managerId": worker, "type": "PRIMARY"}),
        json!({"managerId": stranger, "type": "PRIMARY"}),
        json!({"managerId": "x", "type": "PRIMARY"}),
        json!({"managerId": null, "type": "PRIMARY"}),
        json!({"managerId": boss}),
        json!({"managerId": boss, "type": " "}),
        json!({"managerId": boss, "type": "x".repeat(65)}),
        json!({"type": "PRIMARY"}),
        json!([]),
    ] {
        script.send(ada, ("POST", &at), body);
    }
    script.send(bob, ("POST", &at), json!({"managerId": mentor, "type": "PRIMARY"}));
    script.to_string()
}

fn removing(kit: &Kit) {
    insta::assert_snapshot!(removing_asked(kit), @r#"
    bob> DELETE /api/v1/employee/[worker]/managers/[boss]
    403 {"error":"Forbidden","message":"permission required: org.employees.update","status":403}
    ada> DELETE /api/v1/employee/[worker]/managers/[boss]?type=nothing
    404 {"error":"Not Found","message":"no such manager of this employee","status":404}
    ada> DELETE /api/v1/employee/[worker]/managers/[boss]?type=dotted_line
    200
    ada> DELETE /api/v1/employee/[worker]/managers/[mentor]
    200
    ada> DELETE /api/v1/employee/[worker]/managers/[mentor]
    404 {"error":"Not Found","message":"no such manager of this employee","status":404}
    ada> DELETE /api/v1/employee/[worker]/managers/x
    404 {"error":"Not Found","message":"no such manager","status":404}
    ada> DELETE /api/v1/employee/[worker]/managers/[stranger]
    404 {"error":"Not Found","message":"no such manager of this employee","status":404}
    ada> DELETE /api/v1/employee/[worker]/managers/[boss]
    200
    ada> GET /api/v1/employee/[worker]/managers
    200 []
    eve> GET /api/v1/employee/[worker]/managers
    404 {"error":"Not Found","message":"no such employee","status":404}
    eve> DELETE /api/v1/employee/[worker]/managers/[boss]
    404 {"error":"Not Found","message":"no such manager of this employee","status":404}
    eve> GET /api/v1/employee/by-manager/[boss]
    404 {"error":"Not Found","message":"no such employee","status":404}
    "#);
}

/// Managers taken from one employee.
fn removing_asked(kit: &Kit) -> String {
    let company = Company::found(kit);
    let (service, ada) = (&company.service, &company.ada);
    let [worker, boss, mentor] = hired(&company, kit, &["worker", "boss", "mentor"]);
    let stranger = company.hires(kit, (&company.eve, "Stranger"), json!({}));
    for (manager, kind) in
        [(&boss, "PRIMARY"), (&mentor, "Mentor"), (&boss, "DOTTED_LINE"), (&boss, "Mentor")]
    {
        company.reports(&worker, manager, kind);
    }
    let mut script = Transcript::new(kit, service);
    for (id, name) in [(&worker, "worker"), (&boss, "boss"), (&mentor, "mentor"), (&stranger, "stranger")] {
        script.name(id, name);
    }
    let at = format!("/api/v1/employee/{worker}/managers");
    script.ask(&company.bob, "DELETE", &format!("{at}/{boss}"));
    script.ask(ada, "DELETE", &format!("{at}/{boss}?type=nothing"));
    script.ask(ada, "DELETE", &format!("{at}/{boss}?type=dotted_line"));
    script.ask(ada, "DELETE", &format!("{at}/{mentor}"));
    script.ask(ada, "DELETE", &format!("{at}/{mentor}"));
    script.ask(ada, "DELETE", &format!("{at}/x"));
    script.ask(ada, "DELETE", &format!("{at}/{stranger}"));
    let left = ada.does(service, "GET", &at).json();
    assert_eq!(
        (each(&left, "managerId"), each(&left, "type")),
        (vec![boss.as_str(); 2], vec!["Mentor", "PRIMARY"])
    );
    script.ask(ada, "DELETE", &format!("{at}/{boss}"));
    script.ask(ada, "GET", &at);
    for (method, path) in [
        ("GET", at.clone()),
        ("DELETE", format!("{at}/{boss}")),
        ("GET", format!("/api/v1/employee/by-manager/{boss}")),
    ] {
        script.ask(&company.eve, method, &path);
    }
    script.to_string()
}
