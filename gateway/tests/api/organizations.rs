//! Organizations: started, listed, read, renamed, deleted.

use polity::gate::guesses::Patience;
use polity_licensing::EntitlementMode;
use polity_testkit::both_engines;
use serde_json::{Value, json};

use crate::ground::common::Service;
use crate::ground::{Caller, MOMENT, account_of, id_of};

const ALL: &str = "/api/organizations";

/// What an organization sets beside its name.
const SETTINGS: [&str; 9] = [
    "allow_publicly_shared_resources",
    "default_anonymize_ips",
    "default_experiment_stats_method",
    "default_role_id",
    "enforce_2fa",
    "is_ai_data_processing_approved",
    "logo_media_id",
    "members_can_invite",
    "members_can_use_personal_api_keys",
];

both_engines! {
    fn one_is_started_with_a_first_project(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        let answer = ada.put(&service, ("POST", ALL), &json!({"name": "  Acme Corp  "}));
        assert_eq!(answer.code(), 201, "{answer:?}");
        let made = answer.json();
        assert_eq!((&made["name"], &made["slug"]), (&json!("Acme Corp"), &json!("acme-corp")));
        assert_eq!((&made["membership_level"], &made["member_count"]), (&json!(15), &json!(1)));
        assert_eq!(made["projects"][0]["name"], "Default project");
        assert_eq!(ada.does(&service, "GET", &format!("{ALL}/@current")).json(), made, "it is where she works now");
        kit.pass(MOMENT);
        let second = ada.sends(&service, ("POST", ALL), json!({"name": "Initech"})).json();
        assert_eq!(ada.does(&service, "GET", &format!("{ALL}/@current/")).json()["id"], second["id"], "the newest is");
        let spec = ada.does(&service, "GET", &format!("/v1/organizations/{}", made["id"].as_str().unwrap())).json();
        assert_eq!(spec["organization"]["metadata"]["displayName"], "Acme Corp");
    }

    fn a_longer_name_from_elsewhere_is_taken_back_as_it_is(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        let long = "x".repeat(65);
        ada.sends(&service, ("POST", "/directory/orgs"), json!({"id": "acme", "name": long}));
        let at = format!("{ALL}/acme");
        for method in ["PATCH", "PUT"] {
            assert_eq!(ada.sends(&service, (method, &at), json!({"name": long})).json()["name"], json!(long));
            for other in ["y".repeat(65), "y".repeat(300)] {
                let refused = ada.put(&service, (method, &at), &json!({"name": other}));
                let told = refused.json();
                assert_eq!((refused.code(), &told["code"], &told["attr"]), (400, &json!("max_length"), &json!("name")));
                assert_eq!(told["detail"], "Ensure this field has no more than 64 characters.");
            }
        }
        assert_eq!(ada.sends(&service, ("PATCH", &at), json!({"name": "y".repeat(64)})).code(), 200);
    }

    fn everybody_lists_their_own(kit) {
        let service = Service::start(kit);
        let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
        for (caller, name) in [(&ada, "one"), (&eve, "two"), (&ada, "three")] {
            kit.pass(MOMENT);
            caller.founds(&service, name);
        }
        let names = |caller: &Caller, query: &str| {
            let page = caller.does(&service, "GET", &format!("{ALL}/{query}")).json();
            let names: Vec<String> = page["results"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap().to_owned()).collect();
            (page["count"].as_i64().unwrap(), names.join(" "))
        };
        assert_eq!(names(&ada, ""), (2, "one three".to_owned()));
        assert_eq!(names(&ada, "?limit=1&offset=1"), (2, "three".to_owned()));
        assert_eq!(names(&eve, ""), (1, "two".to_owned()));
    }

    fn a_list_of_many_pieces_is_whole(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        for number in 0..45 {
            kit.pass(MOMENT);
            ada.founds(&service, &format!("o{number}"));
        }
        let slugs = |query: &str| -> Vec<String> {
            let page = ada.does(&service, "GET", &format!("{ALL}{query}")).json();
            assert_eq!((&page["count"], page["next"].is_null()), (&json!(45), !query.contains("limit=41")));
            page["results"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap().to_owned()).collect()
        };
        let named = |numbers: std::ops::Range<u8>| numbers.map(|number| format!("o{number}")).collect::<Vec<_>>();
        assert_eq!(slugs(""), named(0..45));
        assert_eq!(slugs("?limit=41"), named(0..41));
        assert_eq!(slugs("?limit=40&offset=5"), named(5..45));
        assert_eq!(slugs("?limit=1000&offset=30"), named(30..45));
    }

    fn it_is_renamed_by_administrators_alone(kit) {
        let service = Service::start(kit);
        let (ada, bob, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"), Caller::person(&service, "eve"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "member");
        let at = format!("{ALL}/{}", id_of(&service, "acme"));
        let code = |caller: &Caller, method: &str, body: Value| caller.put(&service, (method, &at), &body).code();
        assert_eq!(code(&bob, "PATCH", json!({"name": "Bob's"})), 403);
        assert_eq!(code(&eve, "PATCH", json!({"name": "Eve's"})), 404, "none of hers");
        assert_eq!(code(&ada, "PATCH", json!({})), 200);
        assert_eq!(code(&ada, "PATCH", json!({"members_can_invite": "perhaps"})), 400);
        assert_eq!(code(&ada, "PATCH", json!({"members_can_invite": "false"})), 200);
        assert_eq!(bob.does(&service, "GET", &at).json()["members_can_invite"], false);
        assert_eq!(code(&ada, "PUT", json!({})), 400);
        assert_eq!(code(&ada, "PUT", json!({"name": "The Acme"})), 200);
        assert_eq!(bob.does(&service, "GET", &at).json()["name"], "The Acme");
        assert_eq!(bob.does(&service, "GET", &at).json()["membership_level"], 1);
    }

    fn it_is_deleted_by_its_owners_alone(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "admin");
        let at = format!("{ALL}/{}/", id_of(&service, "acme"));
        assert_eq!(bob.ask(&service, "DELETE", &at).code(), 403);
        assert_eq!(ada.ask(&service, "DELETE", &at).code(), 204);
        for caller in [&ada, &bob] {
            assert_eq!(caller.ask(&service, "GET", &at).code(), 404);
            assert_eq!(caller.ask(&service, "GET", &format!("{at}members")).code(), 403);
        }
        assert_eq!(ada.ask(&service, "GET", &format!("{ALL}/@current")).code(), 404, "none is left");
    }

    fn a_platform_administrator_lists_their_own_and_reads_any(kit) {
        let service = Service::start(kit);
        let (ada, root) = (Caller::person(&service, "ada"), Caller::platform(&service));
        ada.founds(&service, "acme");
        assert_eq!(root.does(&service, "GET", ALL).json()["count"], 0);
        assert_eq!(root.does(&service, "GET", &format!("{ALL}/acme")).json()["membership_level"], Value::Null);
        root.founds(&service, "umbrella");
        let page = root.does(&service, "GET", ALL).json();
        assert_eq!((&page["count"], &page["results"][0]["slug"]), (&json!(1), &json!("umbrella")));
    }

    fn what_it_sets_is_kept_and_cleared(kit) {
        let service = Service::start(kit);
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "acme");
        let at = format!("{ALL}/acme");
        let shown = |organization: &Value| -> Value {
            SETTINGS.iter().map(|name| ((*name).to_owned(), organization[name].clone())).collect::<serde_json::Map<_, _>>().into()
        };
        let first = shown(&ada.does(&service, "GET", &at).json());
        insta::assert_json_snapshot!(first, @r#"
        {
          "allow_publicly_shared_resources": true,
          "default_anonymize_ips": false,
          "default_experiment_stats_method": null,
          "default_role_id": null,
          "enforce_2fa": null,
          "is_ai_data_processing_approved": null,
          "logo_media_id": null,
          "members_can_invite": null,
          "members_can_use_personal_api_keys": true
        }
        "#);
        let role = ada.sends(&service, ("POST", &format!("{at}/roles")), json!({"name": "Newcomers"})).json()["id"].clone();
        let all = json!({
            "allow_publicly_shared_resources": false, "default_anonymize_ips": true, "default_experiment_stats_method": "frequentist",
            "default_role_id": role, "enforce_2fa": true, "is_ai_data_processing_approved": false,
            "logo_media_id": "0195d0f4-0000-7000-8000-000000000001", "members_can_invite": true, "members_can_use_personal_api_keys": false,
        });
        assert_eq!(shown(&ada.sends(&service, ("PATCH", &at), all.clone()).json()), all);
        assert_eq!(shown(&ada.does(&service, "GET", &at).json()), all);
        assert_eq!(shown(&ada.sends(&service, ("PATCH", &at), json!({"default_experiment_stats_method": ""})).json())["default_experiment_stats_method"], "");
        assert_eq!(shown(&ada.sends(&service, ("PUT", &at), [("name", json!("Acme"))].into_iter().collect::<Value>()).json())["default_role_id"], role);
        assert_eq!(shown(&ada.sends(&service, ("PATCH", &at), first.clone()).json()), first);
        let made = ada.sends(&service, ("POST", ALL), json!({"name": "Second", "enforce_2fa": true, "default_anonymize_ips": "on"})).json();
        assert_eq!((&made["enforce_2fa"], &made["default_anonymize_ips"]), (&json!(true), &json!(true)));
    }

    fn what_cannot_be_set_is_named(kit) {
        let service = Service::start(kit);
        let (ada, eve) = (Caller::person(&service, "ada"), Caller::person(&service, "eve"));
        ada.founds(&service, "acme");
        eve.founds(&service, "initech");
        let theirs = eve.sends(&service, ("POST", "/api/organizations/initech/roles"), json!({"name": "Theirs"})).json()["id"].clone();
        let before = ada.does(&service, "GET", &format!("{ALL}/acme")).json();
        let refused = |body: Value| {
            let answer = ada.put(&service, ("PATCH", &format!("{ALL}/acme")), &body);
            let told = answer.json();
            format!("{} {} {}", answer.code(), told["code"].as_str().unwrap(), told["attr"].as_str().unwrap())
        };
        assert_eq!(refused(json!({"logo_media_id": "x"})), "400 invalid_input logo_media_id");
        assert_eq!(refused(json!({"default_role_id": "x"})), "400 invalid_input default_role_id");
        assert_eq!(refused(json!({"default_role_id": theirs})), "400 invalid_input default_role_id");
        assert_eq!(refused(json!({"default_experiment_stats_method": "guess"})), "400 invalid_choice default_experiment_stats_method");
        assert_eq!(refused(json!({"members_can_use_personal_api_keys": null})), "400 null members_can_use_personal_api_keys");
        assert_eq!(refused(json!({"default_anonymize_ips": "perhaps"})), "400 invalid_input default_anonymize_ips");
        assert_eq!(refused(json!({"enforce_2fa": []})), "400 invalid_input enforce_2fa");
        assert_eq!(ada.does(&service, "GET", &format!("{ALL}/acme")).json(), before, "nothing was changed");
    }

    fn whoever_joins_through_another_family_has_the_default_role(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        let at = format!("{ALL}/acme");
        let role = ada.sends(&service, ("POST", &format!("{at}/roles")), json!({"name": "Newcomers"})).json()["id"].clone();
        ada.sends(&service, ("PATCH", &at), json!({"default_role_id": role}));
        ada.admits(&service, "acme", &bob, "member");
        let of_role = format!("{at}/roles/{}", role.as_str().unwrap());
        let shown = bob.does(&service, "GET", &of_role).json();
        assert_eq!((&shown["is_default"], &shown["members"][0]["user"]["uuid"]), (&json!(true), &json!(bob.id())));
        let roles = ada.does(&service, "GET", &format!("/directory/orgs/acme/users/{}/roles", bob.id()));
        assert!(roles.text.contains("newcomers"), "{roles:?}");
        ada.does(&service, "DELETE", &of_role);
        assert_eq!(bob.does(&service, "GET", &at).json()["default_role_id"], Value::Null);
    }

    fn a_key_does_what_its_owner_may_as_far_as_it_goes(kit) {
        let service = Service::start(kit);
        let (ada, bob) = (Caller::person(&service, "ada"), Caller::person(&service, "bob"));
        ada.founds(&service, "acme");
        ada.admits(&service, "acme", &bob, "admin");
        let at = format!("{ALL}/acme");
        let all = ["org.directory.get", "org.directory.update", "org.directory.delete"];
        let (narrow, wide, admins) = (ada.narrowed(&service, &all[..1]), ada.narrowed(&service, &all), bob.narrowed(&service, &all));
        let refusal = narrow.put(&service, ("PATCH", &at), &json!({"name": "x"}));
        assert_eq!(refusal.code(), 403);
        assert!(refusal.text.contains("organization:write"), "{refusal:?}");
        assert_eq!(ada.narrowed(&service, &["org.roles.get"]).ask(&service, "GET", ALL).code(), 403, "no organization:read");
        assert_eq!(narrow.does(&service, "GET", ALL).json()["count"], 1);
        assert_eq!(admins.sends(&service, ("PATCH", &at), json!({"name": "Acme"})).json()["name"], "Acme");
        assert_eq!(admins.ask(&service, "DELETE", &at).code(), 403, "no owner's");
        assert_eq!(wide.ask(&service, "DELETE", &at).code(), 204, "an owner's");
    }

    fn what_a_license_includes_is_shown_and_a_second_one_needs_it(kit) {
        let free = Service::start(kit);
        let ada = Caller::person(&free, "ada");
        ada.founds(&free, "acme");
        let features = |service: &Service, caller: &Caller| {
            let features = caller.does(service, "GET", &format!("{ALL}/acme")).json()["available_product_features"].clone();
            features.as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let shown = ada.does(&free, "GET", &format!("{ALL}/acme")).json();
        assert_eq!(shown["available_product_features"][0], json!({"key": "automatic_provisioning", "name": "Automatic provisioning"}));
        assert!(features(&free, &ada).iter().any(|key| key == "multiple_organizations"));
        assert_eq!(ada.put(&free, ("POST", ALL), &json!({"name": "Second"})).code(), 201);
        let counted = Service::start_set(kit, Patience::default(), |settings| settings.licensing.mode = EntitlementMode::Licensed);
        let ada = Caller::of(&counted, "ada", &account_of(&counted, "ada@acme.example"));
        assert_eq!(features(&counted, &ada), Vec::<String>::new());
        let refusal = ada.put(&counted, ("POST", ALL), &json!({"name": "Third"}));
        assert_eq!((refusal.code(), &refusal.json()["code"]), (403, &json!("permission_denied")), "{refusal:?}");
        let bob = Caller::person(&counted, "bob");
        assert_eq!(bob.put(&counted, ("POST", ALL), &json!({"name": "Bobs"})).code(), 201, "his first");
    }
}
