//! The operator's pages.

use crate::common::{Service, send};
use polity_kernel::db::revert_all;
use polity_testkit::{Engine, both_engines};
use serde_json::json;

both_engines! {
    fn the_service_lives(kit) {
        let answer = Service::start(kit).get("/healthz");
        assert_eq!((answer.code(), answer.text.as_str()), (200, "ok"));
    }

    fn it_is_ready_with_a_store_of_the_present_shape(kit) {
        let answer = Service::start(kit).get("/readyz");
        assert_eq!(answer.code(), 200);
        assert_eq!(answer.json(), json!({"ready": true, "database": "ok", "migrations": "current"}));
    }

    fn it_is_not_ready_with_a_store_of_another_shape(kit) {
        let service = Service::start(kit);
        let undone = revert_all(kit.db()).unwrap();
        let answer = service.get("/readyz");
        assert_eq!(answer.code(), 503, "{answer:?}");
        assert_eq!(answer.json()["ready"], false);
        assert!(!undone.is_empty());
        assert_eq!(service.get("/healthz").code(), 200, "but it lives");
    }

    fn it_is_not_ready_with_a_store_that_takes_no_writes(kit) {
        let service = Service::start(kit);
        kit.close();
        let answer = service.get("/readyz");
        assert_eq!((answer.code(), &answer.json()["database"]), (503, &json!("the store takes no writes now")));
        if kit.engine() == Engine::Postgres {
            let asked = service.request("POST", "/api/reset").json(&json!({ "email": "ada@other.example" }));
            let refused = send(asked);
            assert_eq!((refused.code(), refused.header("retry-after")), (503, "1"), "{refused:?}");
        }
        assert_eq!(service.get("/healthz").code(), 200, "but it lives");
    }

    fn figures_count_requests_by_route(kit) {
        let service = Service::start(kit);
        service.get("/directory/admin/secret-name/sectors");
        let figures = service.get("/metrics");
        assert_eq!(figures.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
        let line = r#"polity_http_requests_total{method="GET",route="/directory/admin/{organizationId}/sectors",status="200"}"#;
        assert!(figures.text.contains(line), "{}", figures.text);
        assert!(figures.text.contains("polity_http_request_seconds_bucket"), "{}", figures.text);
        assert!(figures.text.contains("polity_jobs_waiting 0"), "{}", figures.text);
        assert!(!figures.text.contains("secret-name"), "a path may name people");
    }

    fn the_documentation_needs_no_network(kit) {
        let service = Service::start(kit);
        let document = service.get("/openapi.json");
        assert_eq!(document.json()["openapi"], "3.1.0");
        assert_eq!(document.header("cache-control"), "public, max-age=300");
        let redirect = service.get("/docs");
        assert_eq!((redirect.code(), redirect.header("location")), (307, "/docs/"));
        let page = service.get("/docs/");
        assert_eq!(page.code(), 200);
        assert!(!page.text.contains("https://") && !page.text.contains("http://"), "{}", page.text);
        let script = service.get("/docs/swagger-initializer.js");
        assert!(script.text.contains("/openapi.json"));
        for answer in [&page, &script, &service.get("/docs/none")] {
            let policy = answer.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
            assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        }
        assert!(!page.text.contains("<script>") && !page.text.contains("onload"), "the policy lets no inline script run");
    }
}
