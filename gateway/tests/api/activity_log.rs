//! What was changed: listed by page, filtered, and shown to administrators alone.

use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service};
use crate::ground::{Caller, MOMENT};

const AT: &str = "/api/organizations/acme/activity_log";

fn done(page: &Value) -> String {
    let results = page["results"].as_array().unwrap();
    let said =
        |one: &Value| format!("{} {}", one["activity"].as_str().unwrap(), one["scope"].as_str().unwrap());
    results.iter().map(said).collect::<Vec<_>>().join(", ")
}

fn refusal(answer: &Answer) -> (u16, Value, Value, Value) {
    let told = answer.json();
    (answer.code(), told["code"].clone(), told["attr"].clone(), told["detail"].clone())
}

both_engines! {
    fn changes_are_told_newest_first(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "admin");
        kit.pass(MOMENT);
        let role = bob.sends(&service, ("POST", "/api/organizations/acme/roles"), json!({"name": "Keepers"})).json();
        kit.pass(MOMENT);
        bob.sends(&service, ("PATCH", &format!("/api/organizations/acme/roles/{}", role["id"].as_str().unwrap())), json!({"name": "Guards"}));
        let page = ada.does(&service, "GET", AT).json();
        let newest = &page["results"][0];
        assert!(done(&page).starts_with("updated role, created role, "), "{}", done(&page));
        assert_eq!(page["count"].as_u64().unwrap(), u64::try_from(page["results"].as_array().unwrap().len()).unwrap());
        assert_eq!(newest["user"]["uuid"], json!(bob.id()));
        assert_eq!((&newest["detail"]["before"]["name"], &newest["detail"]["after"]["name"]), (&json!("Keepers"), &json!("Guards")));
        assert_eq!(page["results"][1]["detail"]["before"], Value::Null);
        let names: Vec<&String> = newest.as_object().unwrap().keys().collect();
        assert_eq!(names, ["activity", "created_at", "detail", "id", "item_id", "scope", "user"]);
    }

    fn they_are_filtered(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "admin");
        for name in ["One", "Two"] {
            kit.pass(MOMENT);
            bob.sends(&service, ("POST", "/api/organizations/acme/roles"), json!({ "name": name }));
        }
        let list = |query: &str| ada.does(&service, "GET", &format!("{AT}?{query}")).json();
        let roles = list("scope=role");
        assert_eq!((done(&roles), &roles["count"]), ("created role, created role".to_owned(), &json!(2)));
        let (second, first) = (&roles["results"][0], &roles["results"][1]);
        let only = list(&format!("item_id={}", first["item_id"].as_str().unwrap()));
        assert_eq!((&only["count"], &only["results"][0]["id"]), (&json!(1), &first["id"]));
        assert_eq!(list(&format!("user={}", bob.id()))["count"], 3, "and that he took his membership up");
        let ids = |query: String| list(&query)["results"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
        let at = |one: &Value| one["created_at"].as_str().unwrap().to_owned();
        assert_eq!(ids(format!("after={}", at(second))), [second["id"].clone()]);
        assert_eq!(ids(format!("scope=role&before={}", at(first))), [first["id"].clone()]);
        assert_eq!(list("scope=nothing")["results"], json!([]));
        let bad = |query: &str| refusal(&ada.ask(&service, "GET", &format!("{AT}?{query}")));
        assert_eq!(bad("user=bob"), (400, json!("invalid_input"), json!("user"), json!("Must be a valid UUID.")));
        assert_eq!(bad("after=soon"), (400, json!("invalid_input"), json!("after"), json!("Enter a valid date/time.")));
        assert_eq!(bad("before=-").2, "before");
        assert_eq!(bad("scope=a%00b").0, 400);
    }

    fn pages_have_numbers(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        for number in 0..21 {
            kit.pass(MOMENT);
            ada.sends(&service, ("POST", "/api/organizations/acme/roles"), json!({ "name": format!("Role {number}") }));
        }
        let list = |query: &str| ada.does(&service, "GET", &format!("{AT}?{query}")).json();
        let size = |page: &Value| page["results"].as_array().unwrap().len();
        let site = service.polity.identity.metadata().issuer;
        let first = list("scope=role");
        assert_eq!((size(&first), &first["count"], &first["previous"]), (20, &json!(21), &Value::Null));
        assert_eq!(first["next"], format!("{site}{AT}?page=2&scope=role"));
        let second = list("scope=role&page=2");
        assert_eq!((size(&second), &second["next"]), (1, &Value::Null));
        assert_eq!(second["previous"], format!("{site}{AT}?scope=role"));
        assert_eq!(list("scope=role&page=last")["results"], second["results"]);
        let third = list("scope=role&page_size=5&page=3");
        assert_eq!((size(&third), &third["previous"]), (5, &json!(format!("{site}{AT}?page=2&scope=role&page_size=5"))));
        for usual in ["page_size=0", "page_size=x", "page_size=-1"] {
            assert_eq!(size(&list(&format!("scope=role&{usual}"))), 20, "{usual}");
        }
        assert_eq!(size(&list("scope=role&page_size=1000")), 21);
        for page in ["0", "-1", "3", "two", "", "1.5"] {
            let answer = ada.ask(&service, "GET", &format!("{AT}?scope=role&page={page}"));
            assert_eq!(refusal(&answer), (404, json!("not_found"), Value::Null, json!("Invalid page.")), "{page}");
        }
    }

    fn only_administrators_of_the_organization_see_them(kit) {
        let service = Service::start(kit);
        let (ada, bob, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"), Caller::person(&service, "eve"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "member");
        eve.founds(&service, "other");
        let code = |caller: &Caller| caller.ask(&service, "GET", &format!("{AT}/")).code();
        assert_eq!((code(&ada), code(&bob), code(&eve), code(&Caller::anonymous())), (200, 403, 403, 401));
        let others = eve.does(&service, "GET", "/api/organizations/other/activity_log").text;
        assert!(!others.contains(&bob.id().to_string()), "nothing of another organization: {others}");
    }
}
