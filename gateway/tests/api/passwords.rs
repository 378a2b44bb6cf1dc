//! Logging in with a password, and the pages that mailed links open.

use std::num::NonZeroU32;
use std::time::Duration;

use polity::gate::guesses::Patience;
use polity_directory::{InvitationFields, InvitationId, NewInvitation};
use polity_kernel::Level;
use polity_signin::{NewSignUp, RequestId, SignUpFields};
use polity_testkit::{Engine, Kit, at_once, both_engines};
use serde_json::{Value, json};

use crate::ground::common::{Answer, Service, send};
use crate::ground::{Caller, entered, patient};

const ADA: &str = "ada@other.example";

const PASSWORD: &str = "correct horse <battery>";

/// Invites Ada to an organization that Grace founds.
fn invited(service: &Service) -> InvitationId {
    let grace = Caller::person(service, "grace");
    grace.founds(service, "acme");
    let fields = InvitationFields {
        email: ADA.to_owned(),
        first_name: None,
        message: None,
        level: Level::Member,
        projects: Vec::new(),
        mail: false,
        combine: false,
    };
    let access = entered(&service.polity, "acme");
    service
        .polity
        .directory
        .invite(&access, vec![NewInvitation::try_from(fields).unwrap()])
        .map(|mut sent| sent.remove(0))
        .unwrap()
        .id
}

/// Signs Ada up, and returns the page that the letter leads her to.
fn signed_up(kit: &Kit, service: &Service) -> String {
    let fields = SignUpFields {
        first_name: Some("Ada <b>".to_owned()),
        password: Some(PASSWORD.to_owned()),
        role_at_organization: Some("engineer".to_owned()),
    };
    let new = NewSignUp::try_from(fields).unwrap();
    let ada = service.polity.signin.sign_up(invited(service), new).unwrap().account;
    let request = RequestId::new(uuid::Uuid::from_slice(&request(kit)).unwrap());
    let mail = service.polity.signin.confirmation_mail(ada.id, request).unwrap().unwrap();
    format!("/confirm/{}", mail.secret.reveal())
}

/// The request that the link to confirm was made for.
fn request(kit: &Kit) -> Vec<u8> {
    let column = match kit.engine() {
        Engine::Sqlite => "request_id",
        Engine::Postgres => "uuid_send(request_id)",
    };
    kit.bytes(&format!("SELECT {column} AS bytes FROM mailed_proofs WHERE purpose = $1"), "confirmation")
}

/// The page that a letter with a link to set a password leads to.
fn reset_page(service: &Service) -> String {
    let request = RequestId::new(uuid::Uuid::from_u128(1));
    let mail = service.polity.signin.reset_mail(&ADA.parse().unwrap(), request).unwrap().unwrap();
    format!("/reset/{}", mail.secret.reveal())
}

fn post(service: &Service, page: &str, form: &str) -> Answer {
    let request = service.request("POST", page).header("content-type", "application/x-www-form-urlencoded");
    send(request.body(form.to_owned()))
}

fn log_in(service: &Service, password: &str) -> Answer {
    let body = json!({ "email": ADA, "password": password });
    Caller::anonymous().put(service, ("POST", "/api/login"), &body)
}

fn refused(answer: &Answer) -> (u16, Value) {
    (answer.code(), answer.json()["code"].clone())
}

/// The form with this password.
fn with(password: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair("password", password).finish()
}

both_engines! {
    fn who_signs_up_confirms_and_logs_in(kit) {
        let service = Service::start(kit);
        let page = signed_up(kit, &service);
        let waiting = log_in(&service, PASSWORD);
        assert_eq!(refused(&waiting), (401, json!("not_verified")));
        assert_eq!(waiting.json()["type"], "authentication_error");
        for _ in 0..2 {
            let shown = service.get(&page);
            assert_eq!((shown.code(), shown.header("content-type")), (200, "text/html; charset=utf-8"));
            assert!(shown.header("content-security-policy").starts_with("default-src 'none'"));
            assert_eq!((shown.header("referrer-policy"), shown.header("cache-control")), ("no-referrer", "no-store"));
            assert!(shown.text.contains("Ada &#60;b&#62;") && shown.text.contains(ADA), "{}", shown.text);
        }
        let wrong = post(&service, &page, &with("wrong horse"));
        assert_eq!(wrong.code(), 400);
        assert!(wrong.text.contains("role=\"alert\"") && !wrong.text.contains("wrong horse"));
        assert_eq!(post(&service, &page, "").code(), 400);
        assert_eq!(refused(&log_in(&service, PASSWORD)), (401, json!("not_verified")));
        let confirmed = post(&service, &page, &with(PASSWORD));
        assert!(confirmed.code() == 200 && confirmed.text.contains("Your address is confirmed"));
        assert_eq!((service.get(&page).code(), post(&service, &page, &with(PASSWORD)).code()), (404, 404));
        let found = log_in(&service, PASSWORD);
        assert_eq!((found.code(), found.header("cache-control")), (200, "no-store"));
        let found = found.json();
        assert_eq!((&found["token_type"], &found["expires_in"]), (&json!("Bearer"), &json!(3_600)));
        let user = &found["user"];
        assert_eq!((&user["email"], &user["role_at_organization"]), (&json!(ADA), &json!("engineer")));
        assert_eq!(user["is_email_verified"], true);
        let ada = Caller { name: "ada", bearer: found["access_token"].as_str().map(str::to_owned), account: None, session: None };
        let members = ada.does(&service, "GET", "/api/organizations/acme/members").json();
        let [hers, graces] = [0, 1].map(|place| members["results"][place].clone());
        assert_eq!((&hers["user"]["email"], &graces["last_login"]), (&json!(ADA), &Value::Null));
        assert_eq!(hers["last_login"].as_str(), Some(kit.ctx.now().rfc3339().as_str()));
        ada.does(&service, "GET", "/v1/organizations");
    }

    fn a_new_password_ends_the_old_one_and_its_tokens(kit) {
        let service = Service::start(kit);
        post(&service, &signed_up(kit, &service), &with(PASSWORD));
        let token = log_in(&service, PASSWORD).json()["access_token"].as_str().map(str::to_owned);
        let ada = Caller { name: "ada", bearer: token, account: None, session: None };
        ada.does(&service, "GET", "/api/organizations/acme/members");
        let page = reset_page(&service);
        assert!(service.get(&page).text.contains("autocomplete=\"new-password\""));
        let short = post(&service, &page, &with("short"));
        assert!(short.code() == 400 && short.text.contains("The password is shorter than 8 characters."), "{short:?}");
        assert_eq!(post(&service, &page, &with(&"x".repeat(129))).code(), 400);
        let set = at_once(3, |_| post(&service, &page, &with("another password")).code());
        assert_eq!((set.iter().filter(|code| **code == 200).count(), set.iter().filter(|code| **code == 404).count()), (1, 2));
        assert_eq!(ada.ask(&service, "GET", "/api/organizations/acme/members").code(), 401);
        assert_eq!(refused(&log_in(&service, PASSWORD)), (401, json!("authentication_failed")));
        assert_eq!(log_in(&service, "another password").code(), 200);
    }

    fn nobody_learns_who_has_an_account(kit) {
        let service = patient(kit);
        post(&service, &signed_up(kit, &service), &with(PASSWORD));
        let told = |email: &str, password: &str| {
            let body = json!({ "email": email, "password": password });
            let answer = Caller::anonymous().put(&service, ("POST", "/api/login"), &body);
            assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer:?}");
            (answer.code(), answer.text)
        };
        let wrong = told(ADA, "wrong horse");
        assert_eq!(wrong.0, 401);
        for email in ["nobody@other.example", "grace@acme.example", "no address"] {
            assert_eq!(told(email, PASSWORD), wrong);
        }
        for email in [ADA, "nobody@other.example", "no address"] {
            let body = json!({ "email": email });
            let answer = Caller::anonymous().put(&service, ("POST", "/api/reset"), &body);
            assert_eq!((answer.code(), answer.text.as_str()), (204, ""));
        }
        let page = post(&service, "/reset", "email=nobody%40other.example");
        assert!(page.code() == 200 && page.text.contains("Look into your mailbox"));
        assert!(service.get("/reset").text.contains("type=\"email\""));
    }

    fn what_a_body_lacks_is_named(kit) {
        let service = Service::start(kit);
        let nobody = Caller::anonymous();
        let fault = |path: &str, body: Value| {
            let answer = nobody.put(&service, ("POST", path), &body);
            let told = answer.json();
            (answer.code(), told["code"].clone(), told["attr"].clone())
        };
        assert_eq!(fault("/api/login", json!({})), (400, json!("required"), json!("email")));
        assert_eq!(fault("/api/login", json!({ "email": ADA })), (400, json!("required"), json!("password")));
        assert_eq!(fault("/api/login", json!({ "email": ADA, "password": 12_345_678 })), (400, json!("invalid_input"), json!("password")));
        assert_eq!(fault("/api/login", json!({ "email": "x".repeat(255), "password": "x" })), (400, json!("max_length"), json!("email")));
        assert_eq!(fault("/api/login", json!({ "email": ADA, "password": null })), (400, json!("null"), json!("password")));
        assert_eq!(fault("/api/reset", json!({ "email": " " })), (400, json!("blank"), json!("email")));
        assert_eq!(nobody.ask(&service, "GET", "/api/login").code(), 405);
        assert_eq!(service.get("/confirm/nothing").code(), 404);
        assert_eq!(service.get("/reset/nothing").code(), 404);
        assert_eq!(post(&service, "/reset/nothing", &with(PASSWORD)).code(), 404);
    }

    fn guesses_are_counted_by_account_and_by_address(kit) {
        let few = NonZeroU32::new(12).unwrap();
        let service = Service::start_with(kit, Patience { burst: few, per_minute: NonZeroU32::MIN });
        post(&service, &signed_up(kit, &service), &with(PASSWORD));
        let first = log_in(&service, PASSWORD);
        let cookie = first.header("set-cookie").to_owned();
        assert!(cookie.starts_with("polity_device=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        for _ in 0..10 {
            assert_eq!(log_in(&service, "wrong horse").code(), 401);
        }
        let answer = log_in(&service, PASSWORD);
        assert_eq!(refused(&answer), (429, json!("throttled")));
        assert_eq!(answer.header("retry-after"), "900");
        let others = |n: u32| {
            let body = json!({ "email": format!("a{n}@other.example"), "password": "wrong horse" });
            Caller::anonymous().put(&service, ("POST", "/api/login"), &body).code()
        };
        assert_eq!((1..=3).map(others).collect::<Vec<_>>(), [401, 401, 429]);
        kit.pass(Duration::from_secs(900));
        let rows = kit.rows();
        assert_eq!(log_in(&service, PASSWORD).code(), 429, "the network is refused before anything is looked at");
        assert_eq!(kit.rows(), rows);
        let device = cookie.split(';').next().unwrap();
        let again = service.request("POST", "/api/login").header("cookie", device);
        let again = send(again.json(&json!({ "email": ADA, "password": PASSWORD })));
        assert_eq!(again.code(), 200, "a device that has logged in before has a budget of its own");
        let other = service.request("POST", "/api/login").header("cookie", device);
        let other = send(other.json(&json!({ "email": "grace@acme.example", "password": PASSWORD })));
        assert_eq!(other.code(), 429, "and for its own address alone");
        let asks = |_| Caller::anonymous().put(&service, ("POST", "/api/reset"), &json!({ "email": ADA })).code();
        assert_eq!((0..6).map(asks).collect::<Vec<_>>(), [204, 204, 204, 204, 204, 429]);
    }
}
