//! Lists by limit and offset: the envelope and its edges.

use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::common::Service;
use crate::ground::{Caller, MOMENT};

both_engines! {
    fn links_lead_from_page_to_page(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        for name in ["bob", "cyd", "dan", "eve"] {
            kit.pass(MOMENT);
            ada.admits(&service, "acme", &Caller::person(&service, name), "member");
        }
        let site = service.polity.identity.metadata().issuer;
        let at = "/api/organizations/acme/members";
        let page = |query: &str| ada.does(&service, "GET", &format!("{at}{query}")).json();
        let names = |page: &Value| -> Vec<String> {
            let results = page["results"].as_array().unwrap();
            results.iter().map(|one| one["user"]["email"].as_str().unwrap().split('@').next().unwrap().to_owned()).collect()
        };
        let first = page("?limit=2&order=joined_at");
        assert_eq!((&first["count"], names(&first)), (&json!(5), vec!["ada".to_owned(), "bob".to_owned()]));
        assert_eq!(first["next"], format!("{site}{at}?limit=2&offset=2&order=joined_at"));
        assert_eq!(first["previous"], Value::Null);
        let second = page("?limit=2&offset=2&order=joined_at");
        assert_eq!(names(&second), ["cyd", "dan"]);
        assert_eq!(second["previous"], format!("{site}{at}?limit=2&order=joined_at"), "the first needs no offset");
        let last = page("?limit=2&offset=4&order=joined_at");
        assert_eq!((names(&last), &last["next"]), (vec!["eve".to_owned()], &Value::Null));
        let past = page("?limit=2&offset=40");
        assert_eq!((names(&past).len(), &past["next"]), (0, &Value::Null));
        assert_eq!(past["previous"], format!("{site}{at}?limit=2&offset=38"));
        for usual in ["?limit=0", "?limit=abc", "?limit=-3&offset=-7", "?limit=100000"] {
            assert_eq!(names(&page(usual)), ["eve", "dan", "cyd", "bob", "ada"], "{usual}");
        }
    }

    fn a_list_of_any_length_is_whole(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let access = crate::ground::entered(&service.polity, "acme");
        for number in 0..1_100 {
            kit.pass(MOMENT);
            let person = service.person(&format!("p{number}@acme.example"));
            service.polity.directory.add_member(&access, person.id.into()).unwrap();
        }
        let page = ada.does(&service, "GET", "/api/organizations/acme/members?limit=5000").json();
        let results = page["results"].as_array().unwrap();
        assert_eq!((page["count"].as_u64(), results.len()), (Some(1_101), 1_101));
        assert_eq!(results[0]["user"]["email"], "p1099@acme.example", "who joined last comes first");
        assert_eq!(results[1_100]["user"]["email"], "ada@acme.example");
        let part = ada.does(&service, "GET", "/api/organizations/acme/members?limit=1050&offset=51").json();
        assert_eq!(part["results"].as_array().unwrap().len(), 1_050);
    }
}
