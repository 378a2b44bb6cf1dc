//! What one person may make has bounds, by whatever family, and whoever comes to one is told when there is room again.

use polity::gate::guesses::Patience;
use polity_kernel::Bounds;
use polity_testkit::both_engines;
use serde_json::json;

use crate::ground::Caller;
use crate::ground::common::Service;

both_engines! {
    fn a_person_founds_so_many_organizations_by_whatever_family(kit) {
        let service = Service::start_set(kit, Patience::default(), |settings| {
            settings.bounds = Bounds { organizations_per_founder: 2, ..Bounds::NONE };
        });
        let ada = Caller::person(&service, "ada");
        ada.founds(&service, "one");
        ada.founds(&service, "two");
        let before = kit.rows();
        for (path, body) in [
            ("/directory/orgs", json!({"id": "three"})),
            ("/api/v1/organization", json!({"name": "Three", "ownerEmail": "eve@other.example"})),
            ("/v1/organizations", json!({"organizationName": "Three", "accountName": "Main", "eulaAccepted": true})),
            ("/api/organizations", json!({"name": "Three"})),
        ] {
            let refused = ada.put(&service, ("POST", path), &body);
            assert_eq!(refused.code(), 409, "{path}: {refused:?}");
            assert!(refused.text.contains("a person founds at most 2 organizations"), "{path}: {refused:?}");
        }
        assert_eq!(kit.rows(), before, "nothing was written");
    }

    fn an_address_is_sent_so_many_letters_of_whatever_kind(kit) {
        let service = Service::start_set(kit, Patience::default(), |settings| {
            settings.bounds = Bounds { stranger_letters_per_hour: 2, ..Bounds::NONE };
        });
        let ada = Caller::person(&service, "ada");
        for key in ["one", "two", "three"] {
            ada.founds(&service, key);
        }
        let invite = |key: &str| {
            let body = json!({"target_email": "vic@other.example"});
            ada.put(&service, ("POST", &format!("/api/organizations/{key}/invites")), &body)
        };
        let submit = |key: &str| {
            let body = json!({
                "document_type": "DPA",
                "company_name": "Acme",
                "company_address": "1 Harbor Lane",
                "representative_email": "vic@other.example",
            });
            ada.put(&service, ("POST", &format!("/api/organizations/{key}/legal_documents")), &body)
        };
        assert_eq!((invite("one").code(), submit("two").code()), (201, 201));
        for refused in [invite("three"), submit("three")] {
            assert_eq!((refused.code(), refused.header("retry-after")), (429, "3600"), "{refused:?}");
        }
    }
}
