//! The second factor: asked for before there is a session, and seen to at one's own account.

use std::time::Duration;

use polity_kernel::RECENT;
use polity_testkit::both_engines;

use crate::app::{App, codes, enrolled};
use crate::ground::browser::{Jar, PASSWORD, hidden, signed_in, token, with_ada};
use crate::ground::common::{Answer, Service};

const ADA: (&str, &str) = ("ada@acme.example", PASSWORD);

const MINUTE: Duration = Duration::from_secs(60);

/// A browser in which the password was right, and the page that asks for the second factor.
fn asked(service: &Service, return_to: &str) -> (Jar, Answer) {
    let mut jar = Jar::default();
    let page = jar.signs_in(service, ADA, return_to);
    assert_eq!(page.code(), 200, "{page:?}");
    assert!(page.text.contains("Your second factor"), "{page:?}");
    assert_eq!(jar.value("polity"), "", "there is no session yet");
    assert_eq!(jar.get(service, "/account").code(), 303);
    (jar, page)
}

/// Shows this code on the page.
fn shows(jar: &mut Jar, service: &Service, page: &Answer, code: &str) -> Answer {
    let [asked, token, back] = ["asked", "form_token", "return_to"].map(|name| hidden(page, name));
    let fields = [("asked", asked.as_str()), ("code", code), ("form_token", &token), ("return_to", &back)];
    jar.post(service, "/login/second-factor", &fields)
}

both_engines! {
    fn it_is_asked_for_before_there_is_a_session(kit) {
        let (service, ada) = with_ada(kit);
        ada.founds(&service, "acme");
        ada.sends(&service, ("PATCH", "/api/organizations/acme"), serde_json::json!({"enforce_2fa": true}));
        let mut first = signed_in(&service);
        assert_eq!(first.get(&service, "/directory/orgs/acme").code(), 403, "one factor is not enough there");
        let (app, recovery) = enrolled(kit, &service, &mut first);
        assert_eq!(recovery.len(), 10);
        kit.pass(MINUTE);
        let (mut jar, page) = asked(&service, "/account?x=1");
        let wrong = shows(&mut jar, &service, &page, &app.wrong(kit));
        assert!(wrong.code() == 400 && wrong.text.contains("id=\"code-wrong\""), "{wrong:?}");
        assert_eq!((hidden(&wrong, "asked"), jar.value("polity")), (hidden(&page, "asked"), String::new()));
        let right = app.code(kit, 0);
        let mut eve = Jar::default();
        let theirs = token(&eve.get(&service, "/login"));
        let fields = [("asked", hidden(&page, "asked")), ("code", right.clone()), ("form_token", theirs)];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(eve.post(&service, "/login/second-factor", &fields).code(), 401, "another browser");
        assert_eq!(jar.post(&service, "/login/second-factor", &fields).code(), 403, "a form that was not shown here");
        assert_eq!((eve.value("polity"), jar.value("polity")), (String::new(), String::new()));
        let done = shows(&mut jar, &service, &page, &right);
        assert_eq!((done.code(), done.header("location")), (303, "/account?x=1"), "{done:?}");
        let told = jar.get(&service, "/account/export").json();
        assert_eq!(told["sessions"][0]["methods"], serde_json::json!(["pwd", "otp", "mfa"]));
        assert_eq!(jar.get(&service, "/directory/orgs/acme").code(), 200, "two are");
        let again = shows(&mut jar, &service, &page, &recovery[0]);
        assert_eq!(again.code(), 401, "it is used up: {again:?}");
        let (mut jar, page) = asked(&service, "");
        assert_eq!(shows(&mut jar, &service, &page, &right).code(), 400, "a code is good once");
        let done = shows(&mut jar, &service, &page, &recovery[0]);
        assert_eq!((done.code(), done.header("location")), (303, "/account"));
        let (mut jar, page) = asked(&service, "");
        kit.pass(10 * MINUTE);
        assert_eq!(shows(&mut jar, &service, &page, &app.code(kit, 0)).code(), 401, "too late");
        assert_eq!(jar.value("polity"), "");
        assert_eq!(service.get("/login/second-factor").header("location"), "/login");
    }

    fn guesses_come_to_an_end(kit) {
        let (service, _) = with_ada(kit);
        let (app, _) = enrolled(kit, &service, &mut signed_in(&service));
        kit.pass(MINUTE);
        let (mut jar, page) = asked(&service, "");
        let wrong = app.wrong(kit);
        let seen: Vec<u16> = (0..6).map(|_| shows(&mut jar, &service, &page, &wrong).code()).collect();
        assert_eq!(seen, [400, 400, 400, 400, 400, 429]);
        assert_eq!(shows(&mut jar, &service, &page, &app.code(kit, 0)).code(), 429);
        kit.pass(5 * MINUTE);
        assert_eq!(shows(&mut jar, &service, &page, &app.code(kit, 0)).code(), 303);
    }

    fn one_sees_to_it_at_ones_own_account(kit) {
        let (service, _) = with_ada(kit);
        let (mut jar, mut other) = (signed_in(&service), signed_in(&service));
        let token = token(&jar.get(&service, "/account"));
        let none = [("form_token", token.as_str())];
        assert_eq!(jar.post(&service, "/account/app", &[("form_token", "x")]).code(), 403);
        let page = jar.post(&service, "/account/app", &none);
        assert!(page.text.contains("href=\"otpauth://totp/"), "{page:?}");
        let app = App::told_by(&page);
        let wrong = app.wrong(kit);
        let refused = jar.post(&service, "/account/app/confirm", &[("code", &wrong), ("form_token", &token)]);
        assert!(refused.code() == 400 && refused.text.contains("code-wrong"), "{refused:?}");
        assert_eq!(other.get(&service, "/account").code(), 200);
        let right = app.code(kit, 0);
        let first = jar.post(&service, "/account/app/confirm", &[("code", &right), ("form_token", &token)]);
        assert_eq!((first.code(), codes(&first).len(), first.header("cache-control")), (200, 10, "no-store"));
        assert_eq!((other.get(&service, "/account").code(), jar.get(&service, "/account").code()), (303, 200));
        assert_eq!(jar.post(&service, "/account/app", &none).code(), 400, "there is one");
        let anew = jar.post(&service, "/account/recovery-codes", &none);
        assert!(anew.code() == 200 && codes(&anew) != codes(&first));
        let page = jar.get(&service, "/account");
        assert!(page.text.contains("10 recovery codes") && !page.text.contains(&codes(&anew)[0]));
        let removed = jar.post(&service, "/account/app/remove", &none);
        assert_eq!((removed.code(), removed.header("location")), (303, "/account#second-factor"));
        assert_eq!(jar.post(&service, "/account/recovery-codes", &none).code(), 400);
        signed_in(&service);
        kit.pass(RECENT);
        let led = jar.post(&service, "/account/app", &none);
        assert_eq!((led.code(), led.header("location")), (303, "/login?return_to=%2Faccount"));
    }

    fn a_link_to_confirm_comes_too_late_after_ten_minutes(kit) {
        let (service, _) = with_ada(kit);
        let mut jar = signed_in(&service);
        let token = token(&jar.get(&service, "/account"));
        let app = App::told_by(&jar.post(&service, "/account/app", &[("form_token", &token)]));
        kit.pass(10 * MINUTE);
        let code = app.code(kit, 0);
        let late = jar.post(&service, "/account/app/confirm", &[("code", &code), ("form_token", &token)]);
        assert!(late.code() == 400 && late.text.contains("That took too long"), "{late:?}");
    }
}
