//! Refusals that no route makes itself: no such path or method, no credential, no such page.

use polity_testkit::both_engines;

use crate::ground::Caller;
use crate::refusals::refused;
use crate::staff::Company;

both_engines! {
    fn every_refusal_speaks_the_familys_language(kit) {
        let company = Company::found(kit);
        let (service, ada) = (&company.service, &company.ada);
        refused(&ada.ask(service, "GET", "/api/v1/nothing"), 404, "no route");
        refused(&Caller::anonymous().ask(service, "GET", "/api/v1/nothing"), 404, "no route");
        refused(&ada.ask(service, "GET", "/api/v1/organization/%00"), 404, "U+0000 in a path");
        refused(&ada.ask(service, "GET", "/api/v1/organization/%ff"), 404, "no UTF-8 in a path");
        let answer = Caller::anonymous().ask(service, "GET", "/api/v1/organization");
        refused(&answer, 401, "no credential");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"polity\"");
        for (path, allow) in [
            ("organization", "GET, POST, PATCH, HEAD"),
            ("organization/keys", "GET, POST, HEAD"),
            ("organization/acme", "GET, PATCH, HEAD"),
            ("organization/acme/apps", "GET, POST, DELETE, HEAD"),
            ("account/org-admins", "GET, HEAD"),
        ] {
            let answer = ada.ask(service, "PUT", &format!("/api/v1/{path}"));
            refused(&answer, 405, path);
            assert_eq!(answer.header("allow"), allow, "{path}");
        }
        for query in ["limit=0", "limit=1001", "limit=x", "cursor=x", "limit=1&limit=2"] {
            let answer = ada.ask(service, "GET", &format!("/api/v1/organization?{query}"));
            let fields = refused(&answer, 400, query);
            assert_eq!(fields, "", "a query is no body: {query}");
        }
    }
}
