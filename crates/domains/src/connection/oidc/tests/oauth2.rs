//! Providers that speak OAuth 2.0 alone.

use serde_json::{Value, json};

use super::bench::{ACCESS, Bench};
use crate::connection::code::{Client, Given};
use crate::connection::external::ExternalIdentity;
use crate::connection::rejection::Rejection;
use crate::connection::settings::{
    ClientAuthentication, ConnectionSettings, OAuth2Endpoints, OAuth2Provider, OAuth2Settings,
};
use polity_identity::Secret;

const TOKEN: &str = "https://github.com/login/oauth/access_token";
const USER: &str = "https://api.github.com/user";
const EMAILS: &str = "https://api.github.com/user/emails";

fn settings(provider: OAuth2Provider) -> OAuth2Settings {
    OAuth2Settings { client_id: "polity client".to_owned(), scopes: Vec::new(), provider }
}

fn finish(bench: &Bench, settings: &OAuth2Settings) -> Result<ExternalIdentity, Rejection> {
    let code = Secret::new("the-code");
    let given = Given { code: &code, verifier: &bench.binding.verifier };
    let client = Client { authentication: ClientAuthentication::ClientSecretPost, ..bench.client() };
    settings.identity(&client, &given, &bench.web(), bench.moment())
}

fn github(emails: &Value) -> Bench {
    let bench = Bench::new();
    bench.net.answer(TOKEN, 200, &json!({ "access_token": ACCESS, "token_type": "bearer" }));
    let user = json!({ "id": 583_231, "login": "octocat", "name": "Alice", "email": "public@evil.example" });
    bench.net.answer(USER, 200, &user);
    bench.net.answer(EMAILS, 200, emails);
    bench
}

#[test]
fn githubs_address_is_the_primary_one_that_is_verified() {
    let good = json!({ "email": "alice@corp.example", "primary": true, "verified": true });
    let other = json!({ "email": "other@corp.example", "primary": false, "verified": true });
    let bench = github(&json!([other, good]));
    let who = finish(&bench, &settings(OAuth2Provider::Github)).unwrap();
    assert_eq!((who.issuer.as_str(), who.subject.as_str()), ("https://github.com", "583231"));
    assert_eq!((who.email.as_deref(), who.email_verified), (Some("alice@corp.example"), true));
    let unverified = json!([{ "email": "admin@corp.example", "primary": true, "verified": false }, other]);
    for emails in [json!([]), unverified] {
        let who = finish(&github(&emails), &settings(OAuth2Provider::Github)).unwrap();
        assert_eq!((who.email, who.email_verified), (None, false));
    }
    let silent = github(&json!({ "message": "no" }));
    assert_eq!(finish(&silent, &settings(OAuth2Provider::Github)).unwrap_err(), Rejection::ProviderAnswer);
}

#[test]
fn githubs_failures_come_with_the_status_of_success() {
    let bench = github(&json!([]));
    bench.net.answer(TOKEN, 200, &json!({ "error": "bad_verification_code" }));
    assert_eq!(finish(&bench, &settings(OAuth2Provider::Github)).unwrap_err(), Rejection::CodeRefused);
}

#[test]
fn a_subject_is_an_id_and_never_a_name() {
    let bench = github(&json!([]));
    for user in
        [json!({ "login": "octocat" }), json!({ "id": null }), json!({ "id": -1 }), json!({ "id": "" })]
    {
        bench.net.answer(USER, 200, &user);
        assert_eq!(finish(&bench, &settings(OAuth2Provider::Github)).unwrap_err(), Rejection::MissingSubject);
    }
}

#[test]
fn gitlabs_address_counts_once_it_is_confirmed() {
    let bench = Bench::new();
    bench.net.answer("https://gitlab.com/oauth/token", 200, &json!({ "access_token": ACCESS }));
    let mut user = json!({ "id": 7, "name": "Alice", "email": "alice@corp.example", "confirmed_at": null });
    bench.net.answer("https://gitlab.com/api/v4/user", 200, &user);
    assert_eq!(finish(&bench, &settings(OAuth2Provider::Gitlab)).unwrap().email, None);
    user["confirmed_at"] = json!("2020-01-01T00:00:00Z");
    bench.net.answer("https://gitlab.com/api/v4/user", 200, &user);
    let who = finish(&bench, &settings(OAuth2Provider::Gitlab)).unwrap();
    assert_eq!((who.subject.as_str(), who.email.as_deref()), ("7", Some("alice@corp.example")));
}

#[test]
fn any_other_is_believed_of_a_list_alone() {
    let bench = Bench::new();
    let at = |path: &str| format!("https://git.example/{path}");
    let mut endpoints = OAuth2Endpoints {
        authorize_url: at("authorize"),
        token_url: at("token"),
        user_url: at("user"),
        emails_url: None,
    };
    bench.net.answer(&at("token"), 200, &json!({ "access_token": ACCESS }));
    let user = json!({ "sub": "u-1", "email": "admin@corp.example", "email_verified": true });
    bench.net.answer(&at("user"), 200, &user);
    bench.net.answer(
        &at("emails"),
        200,
        &json!([{ "email": "a@corp.example", "verified": true, "primary": true }]),
    );
    let without = finish(&bench, &settings(OAuth2Provider::Other(endpoints.clone()))).unwrap();
    assert_eq!((without.subject.as_str(), without.email), ("u-1", None));
    endpoints.emails_url = Some(at("emails"));
    let with = finish(&bench, &settings(OAuth2Provider::Other(endpoints.clone()))).unwrap();
    assert_eq!(with.email.as_deref(), Some("a@corp.example"));
    endpoints.token_url = "http://git.example/token".to_owned();
    let plain = ConnectionSettings::OAuth2(settings(OAuth2Provider::Other(endpoints)));
    assert_eq!(plain.checked().unwrap_err().fields()[0].field, "token_url");
}

#[test]
fn the_request_asks_for_the_address() {
    let bench = Bench::new();
    let client = bench.client();
    let url =
        settings(OAuth2Provider::Github).authorization_url(&client, &bench.binding, Some("octocat")).unwrap();
    assert!(url.starts_with("https://github.com/login/oauth/authorize?"));
    for part in ["scope=read%3Auser+user%3Aemail", "code_challenge_method=S256", "login=octocat"] {
        assert!(url.contains(part), "{url}");
    }
}

#[test]
fn google_is_spoken_to_in_openid_connect() {
    let google = settings(OAuth2Provider::Google).as_openid().unwrap();
    assert_eq!(google.issuer, "https://accounts.google.com");
    assert_eq!(google.scopes, ["openid", "email", "profile"]);
    assert!(settings(OAuth2Provider::Github).as_openid().is_none());
}
