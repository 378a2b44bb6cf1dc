//! Links that sign in: asked for, looked at, used in the browser that asked.

use polity_identity::Secret;
use polity_signin::RequestId;
use polity_testkit::both_engines;

use crate::app::enrolled;
use crate::ground::browser::{Jar, signed_in, token, with_ada};
use crate::ground::common::Service;

/// What Ada's mail has led to which this browser has asked for.
fn mailed(service: &Service, token: &str) -> String {
    let signin = &service.polity.signin;
    let (here, request) = (signin.browser(&Secret::new(token)), RequestId::new(uuid::Uuid::from_u128(7)));
    let mail = signin.sign_in_mail(&"ada@acme.example".parse().unwrap(), request, here).unwrap().unwrap();
    format!("/login/link/{}", mail.secret.reveal())
}

both_engines! {
    fn a_link_signs_in_by_a_button_once_in_its_browser(kit) {
        let (service, _) = with_ada(kit);
        let mut jar = Jar::default();
        let token = token(&jar.get(&service, "/login"));
        let link = mailed(&service, &token);
        let mut elsewhere = Jar::default();
        assert_eq!(elsewhere.get(&service, &link).code(), 404, "a browser without anything");
        elsewhere.get(&service, "/login");
        assert_eq!(elsewhere.get(&service, &link).code(), 404, "another browser");
        assert_eq!(jar.get(&service, "/login/link/x").code(), 404);
        for _ in 0..2 {
            let page = jar.get(&service, &link);
            assert!(page.code() == 200 && page.text.contains("ada@acme.example"), "looking uses nothing up: {page:?}");
        }
        assert_eq!(jar.post(&service, &link, &[("form_token", "x")]).code(), 403);
        let done = jar.post(&service, &link, &[("form_token", &token)]);
        assert_eq!((done.code(), done.header("location")), (303, "/account"));
        assert_eq!(jar.get(&service, "/account/export").json()["sessions"][0]["methods"], serde_json::json!(["email"]));
        assert_eq!(jar.post(&service, &link, &[("form_token", &token)]).code(), 404, "once");
    }

    fn a_link_does_not_replace_the_second_factor(kit) {
        let (service, _) = with_ada(kit);
        enrolled(kit, &service, &mut signed_in(&service));
        let mut jar = Jar::default();
        let token = token(&jar.get(&service, "/login"));
        let link = mailed(&service, &token);
        let page = jar.post(&service, &link, &[("form_token", &token)]);
        assert!(page.code() == 200 && page.text.contains("Your second factor"), "{page:?}");
        assert_eq!(jar.value("polity"), "");
    }
}
