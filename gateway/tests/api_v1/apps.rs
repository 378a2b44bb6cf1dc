//! An organization's links to outside systems, and finding organizations by them.

use polity_testkit::{Kit, both_engines};
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service};
use crate::ground::transcript::Transcript;
use crate::ground::{Caller, MOMENT, id_of, newest};
use crate::staff::{Company, each};

const APPS: (&str, &str) = ("POST", "/api/v1/organization/acme/apps");

both_engines! {
    fn connected_listed_and_disconnected(kit) { life(kit); }

    fn what_cannot_be_an_app_is_refused(kit) { refusing(kit); }

    fn what_is_no_app_and_no_secret_is_refused(kit) { missing(kit); }

    fn organizations_are_found_by_their_apps(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        kit.pass(MOMENT);
        ada.sends(service, ("POST", "/api/v1/organization"), json!({"name": "Initech"}));
        for (organization, app) in [
            ("acme", json!({"type": "Slack", "name": "Chat", "externalId": "T1", "appData": {"team": "ropes", "a/b": "c d"},
                "secretData": {"token": "s3cret"}})),
            ("acme", json!({"type": "jira", "name": "Tickets", "appData": {"site": "acme"}})),
            ("initech", json!({"type": "SLACK", "name": "Chat", "externalId": "T2", "appData": {"team": "ropes"},
                "secretData": {"token": "other"}})),
        ] {
            ada.sends(service, ("POST", &format!("/api/v1/organization/{organization}/apps")), app);
        }
        company.eve.sends(service, ("POST", "/api/v1/organization/globex/apps"),
            json!({"type": "slack", "name": "Chat", "externalId": "T1", "appData": {"team": "ropes"}, "secretData": {"token": "s3cret"}}));
        let root = Caller::platform(service);
        for (path, own, all) in [
            ("by-app/slack", "acme Initech", "acme globex Initech"),
            ("by-app/SLACK", "acme Initech", "acme globex Initech"),
            ("by-app/jira", "acme", "acme"),
            ("by-app/nothing", "", ""),
            ("by-app-id/slack/T1", "acme", "acme globex"),
            ("by-app-id/slack/t1", "", ""),
            ("by-app-id/jira/T1", "", ""),
            ("by-app-data/slack/team/ropes", "acme Initech", "acme globex Initech"),
            ("by-app-data/slack/a%2Fb/c%20d", "acme", "acme"),
            ("by-app-data/jira/team/ropes", "", ""),
            ("by-app-data/slack/team/rope", "", ""),
            ("by-app-data/slack/token/s3cret", "", ""),
        ] {
            assert_eq!((found(service, ada, path), found(service, &root, path)), (own.to_owned(), all.to_owned()), "{path}");
        }
        for (at, secret, own, all) in [
            ("slack/token", "s3cret", "acme", "acme globex"),
            ("slack/token", "other", "Initech", "Initech"),
            ("slack/token", "S3cret", "", ""),
            ("slack/team", "ropes", "", ""),
            ("jira/token", "s3cret", "", ""),
        ] {
            assert_eq!((secretly(service, ada, at, secret), secretly(service, &root, at, secret)),
                (own.to_owned(), all.to_owned()), "{at} {secret}");
        }
        let page = ada.does(service, "GET", "/api/v1/organization/by-app/slack?limit=1");
        assert_eq!(each(&page.json(), "name"), ["acme"]);
        let next = page.header("link").trim_start_matches('<').split('>').next().unwrap().to_owned();
        assert_eq!(each(&ada.does(service, "GET", &next).json(), "name"), ["Initech"]);
        let stranger = Caller::person(service, "stranger");
        assert_eq!(found(service, &stranger, "by-app/slack"), "");
        let key = ada.asks_in(service, "acme", ("POST", "/api/v1/organization/keys", Some(&json!({"name": "k"}))));
        let key = Caller { bearer: key.json()["key"].as_str().map(str::to_owned), ..Caller::anonymous() };
        assert_eq!(found(service, &key, "by-app/slack"), "acme");
    }

    fn an_app_that_is_gone_is_not_found(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let app = json!({"type": "slack", "name": "Chat", "externalId": "T1", "appData": {"a": "b"}, "secretData": {"c": "d"}});
        let made = ada.sends(service, APPS, app).json();
        ada.does(service, "DELETE", &format!("{}/{}", APPS.1, made["id"].as_str().unwrap()));
        for path in ["by-app/slack", "by-app-id/slack/T1", "by-app-data/slack/a/b"] {
            assert_eq!(found(service, ada, path), "", "{path}");
        }
        assert_eq!(secretly(service, ada, "slack/c", "d"), "");
    }

    fn no_answer_event_or_error_tells_a_secret(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        let secret = "correct-horse-battery";
        let app = json!({"type": "slack", "name": "Chat", "secretData": {"token": secret}});
        let mut told = vec![ada.sends(service, APPS, app).text];
        told.push(ada.put(service, APPS, &json!({"type": "", "name": "Chat", "secretData": {"token": secret}})).text);
        let at = ("POST", "/api/v1/organization/by-app-secret/slack/token");
        told.push(ada.sends(service, at, json!({"secret": secret})).text);
        for path in ["/api/v1/organization", "/api/v1/organization/acme", APPS.1] {
            told.push(ada.does(service, "GET", path).text);
        }
        let events = kit.ctx.read(|conn| polity_kernel::event::latest(conn, id_of(service, "acme"), 100)).unwrap();
        told.push(format!("{events:?}"));
        let listed = ada.does(service, "GET", APPS.1).json();
        told.push(ada.does(service, "DELETE", &format!("{}/{}", APPS.1, listed[0]["id"].as_str().unwrap())).text);
        for text in told {
            assert!(!text.contains(secret) && !text.contains("secretData"), "{text}");
        }
    }
}

/// The names of the organizations that a look-up finds, sorted: those made at the same instant have no order.
fn found(service: &Service, who: &Caller, path: &str) -> String {
    let answer = who.does(service, "GET", &format!("/api/v1/organization/{path}"));
    sorted(&answer)
}

fn secretly(service: &Service, who: &Caller, at: &str, secret: &str) -> String {
    let path = format!("/api/v1/organization/by-app-secret/{at}");
    let answer = who.sends(service, ("POST", &path), json!({ "secret": secret }));
    assert_eq!(answer.code(), 200);
    sorted(&answer)
}

fn sorted(answer: &Answer) -> String {
    let found = answer.json();
    let mut names = each(&found, "name");
    names.sort_unstable_by_key(|name| name.to_lowercase());
    names.join(" ")
}

fn life(kit: &Kit) {
    let company = Company::found(kit);
    let (service, ada, bob, eve) = (&company.service, &company.ada, &company.bob, &company.eve);
    let mut script = Transcript::new(kit, service);
    script.name(id_of(service, "acme"), "acme");
    script.name(ada.id(), "ada");
    let all = json!({"type": "Slack", "name": " Chat ", "externalId": "T1", "internal": true,
        "appData": {"team": "ropes"}, "secretData": {"token": "s3cret"}, "other": 1});
    let made = script.send(ada, APPS, all).json();
    let one = format!("{}/{}", APPS.1, made["id"].as_str().unwrap());
    script.send(ada, APPS, json!({"type": "jira", "name": " "}));
    script.send(ada, APPS, json!({"type": "slack", "externalId": "T1"}));
    script.ask(bob, "GET", APPS.1);
    script.ask(eve, "GET", APPS.1);
    script.send(bob, APPS, json!({"type": "jira", "name": "Mine"}));
    script.send(eve, APPS, json!({"type": "jira", "name": "Mine"}));
    script.ask(eve, "DELETE", &one);
    script.ask(eve, "DELETE", &one.replace("acme", "globex"));
    script.ask(bob, "DELETE", &one);
    script.ask(ada, "DELETE", &format!("{}?app={}", APPS.1, made["id"].as_str().unwrap()));
    script.ask(ada, "DELETE", &one);
    script.ask(ada, "GET", &format!("{}?limit=1", APPS.1));
    insta::assert_snapshot!(script, @r#"
    ada> POST /api/v1/organization/acme/apps {"appData":{"team":"ropes"},"externalId":"T1","internal":true,"name":" Chat ","other":1,"secretData":{"token":"s3cret"},"type":"Slack"}
    201 {"active":true,"appData":{"team":"ropes"},"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"externalId":"T1","id":"[id]","internal":true,"name":"Chat","organization":"[acme]","status":{"current":"ACTIVE"},"type":"Slack"}
    ada> POST /api/v1/organization/acme/apps {"name":" ","type":"jira"}
    201 {"active":true,"appData":{},"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"id":"[id]","internal":false,"name":"jira","organization":"[acme]","status":{"current":"ACTIVE"},"type":"jira"}
    ada> POST /api/v1/organization/acme/apps {"externalId":"T1","type":"slack"}
    409 {"error":"Conflict","message":"an app of this kind and external id is connected","status":409}
    bob> GET /api/v1/organization/acme/apps
    200 [
      {"active":true,"appData":{"team":"ropes"},"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"externalId":"T1","id":"[id]","internal":true,"name":"Chat","organization":"[acme]","status":{"current":"ACTIVE"},"type":"Slack"},
      {"active":true,"appData":{},"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"id":"[id]","internal":false,"name":"jira","organization":"[acme]","status":{"current":"ACTIVE"},"type":"jira"}
    ]
    eve> GET /api/v1/organization/acme/apps
    404 {"error":"Not Found","message":"no such organization","status":404}
    bob> POST /api/v1/organization/acme/apps {"name":"Mine","type":"jira"}
    403 {"error":"Forbidden","message":"permission required: org.directory.update","status":403}
    eve> POST /api/v1/organization/acme/apps {"name":"Mine","type":"jira"}
    404 {"error":"Not Found","message":"no such organization","status":404}
    eve> DELETE /api/v1/organization/acme/apps/[id]
    404 {"error":"Not Found","message":"no such organization","status":404}
    eve> DELETE /api/v1/organization/globex/apps/[id]
    404 {"error":"Not Found","message":"no such app","status":404}
    bob> DELETE /api/v1/organization/acme/apps/[id]
    403 {"error":"Forbidden","message":"permission required: org.directory.update","status":403}
    ada> DELETE /api/v1/organization/acme/apps?app=[id]
    200 {"active":true,"appData":{"team":"ropes"},"created":{"createdAt":"2026-01-15T12:00:00.002Z","createdBy":"[ada]"},"externalId":"T1","id":"[id]","internal":true,"name":"Chat","organization":"[acme]","status":{"current":"ACTIVE"},"type":"Slack"}
    ada> DELETE /api/v1/organization/acme/apps/[id]
    404 {"error":"Not Found","message":"no such app","status":404}
    ada> GET /api/v1/organization/acme/apps?limit=1
    200 [
      {"active":true,"appData":{},"created":{"createdAt":"2026-01-15T12:00:00.003Z","createdBy":"[ada]"},"id":"[id]","internal":false,"name":"jira","organization":"[acme]","status":{"current":"ACTIVE"},"type":"jira"}
    ]
    "#);
}

fn refusing(kit: &Kit) {
    let company = Company::found(kit);
    let (service, ada) = (&company.service, &company.ada);
    let acme = id_of(service, "acme");
    let before = (kit.rows(), newest(kit, &[acme]));
    let many: Value =
        (0..51).map(|n| (format!("k{n}"), json!("v"))).collect::<serde_json::Map<_, _>>().into();
    let mut script = Transcript::new(kit, service);
    for body in [
        json!({}),
        json!({"type": " ", "name": "Chat"}),
        json!({"type": "x".repeat(65), "name": "Chat"}),
        json!({"type": "slack", "name": "Chat", "internal": "yes"}),
        json!({"type": "slack", "name": "Chat", "appData": ["a"]}),
        json!({"type": "slack", "name": "Chat", "appData": {"a": 7}}),
        json!({"type": "slack", "name": "Chat", "appData": {"": "v"}}),
        json!({"type": "slack", "name": "Chat", "secretData": {"a": ""}}),
        json!({"type": "slack", "name": "Chat", "secretData": {"x".repeat(65): "v"}}),
    ] {
        script.send(ada, APPS, body);
    }
    for too_much in [json!({"appData": many}), json!({"appData": {"a": "v".repeat(2_001)}})] {
        let mut body = json!({"type": "slack", "name": "Chat"});
        body.as_object_mut().unwrap().extend(too_much.as_object().unwrap().clone());
        let answer = ada.put(service, APPS, &body);
        assert_eq!(answer.code(), 400, "{answer:?}");
        assert!(answer.json()["fields"][0]["field"].as_str().unwrap().starts_with("appData"), "{answer:?}");
    }
    assert_eq!((kit.rows(), newest(kit, &[acme])), before, "nothing was written");
    insta::assert_snapshot!(script, @r#"
    ada> POST /api/v1/organization/acme/apps {}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"is required"}],"message":"type: is required","status":400}
    ada> POST /api/v1/organization/acme/apps {"name":"Chat","type":" "}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"must not be blank"}],"message":"type: must not be blank","status":400}
    ada> POST /api/v1/organization/acme/apps {"name":"Chat","type":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}
    400 {"error":"Bad Request","fields":[{"field":"type","message":"must be 1 to 64 characters"}],"message":"type: must be 1 to 64 characters","status":400}
    ada> POST /api/v1/organization/acme/apps {"internal":"yes","name":"Chat","type":"slack"}
    400 {"error":"Bad Request","fields":[{"field":"internal","message":"invalid type: string \"yes\", expected a boolean"}],"message":"internal: invalid type: string \"yes\", expected a boolean","status":400}
    ada> POST /api/v1/organization/acme/apps {"appData":["a"],"name":"Chat","type":"slack"}
    400 {"error":"Bad Request","fields":[{"field":"appData","message":"invalid type: sequence, expected a map"}],"message":"appData: invalid type: sequence, expected a map","status":400}
    ada> POST /api/v1/organization/acme/apps {"appData":{"a":7},"name":"Chat","type":"slack"}
    400 {"error":"Bad Request","fields":[{"field":"appData.a","message":"invalid type: integer `7`, expected a string"}],"message":"appData.a: invalid type: integer `7`, expected a string","status":400}
    ada> POST /api/v1/organization/acme/apps {"appData":{"":"v"},"name":"Chat","type":"slack"}
    400 {"error":"Bad Request","fields":[{"field":"appData","message":"names must be 1 to 64 characters, none of them hidden"}],"message":"appData: names must be 1 to 64 characters, none of them hidden","status":400}
    ada> POST /api/v1/organization/acme/apps {"name":"Chat","secretData":{"a":""},"type":"slack"}
    400 {"error":"Bad Request","fields":[{"field":"secretData.a","message":"must be 1 to 2000 characters"}],"message":"secretData.a: must be 1 to 2000 characters","status":400}
    ada> POST /api/v1/organization/acme/apps {"name":"Chat","secretData":{"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx":"v"},"type":"slack"}
    400 {"error":"Bad Request","fields":[{"field":"secretData","message":"names must be 1 to 64 characters, none of them hidden"}],"message":"secretData: names must be 1 to 64 characters, none of them hidden","status":400}
    "#);
}

fn missing(kit: &Kit) {
    let company = Company::found(kit);
    let (service, ada) = (&company.service, &company.ada);
    let mut script = Transcript::new(kit, service);
    for method in ["?app=no-id", "", "/no-id", "/0190a0a0-0000-7000-8000-000000000000"] {
        script.ask(ada, "DELETE", &format!("{}{method}", APPS.1));
    }
    let at = ("POST", "/api/v1/organization/by-app-secret/slack/token");
    for body in
        [json!({}), json!({"secret": null}), json!({"secret": ""}), json!({"secret": 7}), json!("s3cret")]
    {
        script.send(ada, at, body);
    }
    insta::assert_snapshot!(script, @r#"
    ada> DELETE /api/v1/organization/acme/apps?app=no-id
    404 {"error":"Not Found","message":"no such app","status":404}
    ada> DELETE /api/v1/organization/acme/apps
    400 {"error":"Bad Request","message":"app: is required","status":400}
    ada> DELETE /api/v1/organization/acme/apps/no-id
    404 {"error":"Not Found","message":"no such app","status":404}
    ada> DELETE /api/v1/organization/acme/apps/[id]
    404 {"error":"Not Found","message":"no such app","status":404}
    ada> POST /api/v1/organization/by-app-secret/slack/token {}
    400 {"error":"Bad Request","fields":[{"field":"secret","message":"is required"}],"message":"secret: is required","status":400}
    ada> POST /api/v1/organization/by-app-secret/slack/token {"secret":null}
    400 {"error":"Bad Request","fields":[{"field":"secret","message":"invalid type, expected a string"}],"message":"secret: invalid type, expected a string","status":400}
    ada> POST /api/v1/organization/by-app-secret/slack/token {"secret":""}
    400 {"error":"Bad Request","fields":[{"field":"secret","message":"must be 1 to 2000 characters"}],"message":"secret: must be 1 to 2000 characters","status":400}
    ada> POST /api/v1/organization/by-app-secret/slack/token {"secret":7}
    400 {"error":"Bad Request","fields":[{"field":"secret","message":"invalid type, expected a string"}],"message":"secret: invalid type, expected a string","status":400}
    ada> POST /api/v1/organization/by-app-secret/slack/token "s3cret"
    400 {"error":"Bad Request","fields":[{"field":"body","message":"invalid type: string \"s3cret\", expected an object"}],"message":"body: invalid type: string \"s3cret\", expected an object","status":400}
    "#);
}
