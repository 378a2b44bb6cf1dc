//! How often API keys may ask: the keys of an organization together, and nobody else.

use polity::gate::guesses::Patience;
use polity::gate::pace::Pace;
use polity_testkit::{Kit, both_engines};
use serde_json::json;

use crate::ground::Caller;
use crate::ground::common::Service;

const AT: &str = "/api/organizations/acme";

fn hurried(kit: &Kit, per_minute: u32, per_hour: u32) -> Service {
    Service::start_set(kit, Patience::default(), |settings| settings.key_pace = Pace { per_minute, per_hour })
}

fn answered(service: &Service, caller: &Caller, path: &str, times: usize) -> usize {
    (0..times).filter(|_| caller.ask(service, "GET", path).code() != 429).count()
}

both_engines! {
    fn the_keys_of_an_organization_share_what_is_allowed(kit) {
        let service = hurried(kit, 6, 1_000);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.founds(&service, "other");
        ada.admits(&service, "acme", &bob, "member");
        let (one, two) = (ada.narrowed(&service, &["org.directory.get"]), bob.narrowed(&service, &["org.directory.get"]));
        assert_eq!(answered(&service, &one, AT, 4), 4);
        let id = service.polity.directory.locate(&"acme".parse().unwrap()).unwrap().unwrap();
        assert_eq!(answered(&service, &two, &format!("/api/organizations/{id}/"), 4), 2, "by whatever name");
        let answer = one.put(&service, ("PATCH", AT), &json!({}));
        let told = answer.json();
        assert_eq!((answer.code(), &told["type"], &told["code"]), (429, &json!("throttled_error"), &json!("throttled")));
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(told["detail"], format!("Request was throttled. Expected available in {wait} seconds."));
        assert_eq!(answered(&service, &one, "/api/organizations/other", 6), 6, "another organization");
        assert_eq!(answered(&service, &ada, AT, 10), 10, "tokens are no keys");
        assert_eq!(answered(&service, &one, "/directory/orgs/acme", 10), 10, "nor are other families meant");
    }

    fn the_hour_counts_too_and_nought_is_no_limit(kit) {
        let service = hurried(kit, 0, 3);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let key = ada.narrowed(&service, &["org.directory.get"]);
        assert_eq!(answered(&service, &key, AT, 5), 3);
        let service = hurried(kit, 0, 0);
        let key = ada.narrowed(&service, &["org.directory.get"]);
        assert_eq!(answered(&service, &key, AT, 20), 20);
    }

    fn nobody_uses_up_what_is_another_organizations(kit) {
        let service = hurried(kit, 5, 1_000);
        let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
        ada.founds(&service, "acme");
        let foreign = eve.narrowed(&service, &["org.directory.get"]);
        assert_eq!(answered(&service, &foreign, AT, 9), 5, "it is her own that she uses up");
        let key = ada.narrowed(&service, &["org.directory.get"]);
        assert_eq!(answered(&service, &key, AT, 5), 5);
        let again = eve.narrowed(&service, &["org.directory.get"]);
        assert_eq!(answered(&service, &again, "/api/organizations", 3), 0, "with all her keys");
    }
}
