//! Honest assertions that are for somebody else, for another time or for another request.

use std::time::Duration;

use super::draft::*;
use crate::connection::rejection::Rejection;

const ELSEWHERE: &str = "https://evil.example/acs";

#[test]
fn one_for_another_audience_is_refused() {
    let draft = Draft { audience: Some("https://other.example".to_owned()), ..Draft::default() };
    assert_eq!(draft.refused(), Rejection::SamlAudience);
    let prefix = Draft { audience: Some(format!("{SP}.evil.example")), ..Draft::default() };
    assert_eq!(prefix.refused(), Rejection::SamlAudience);
    // for everybody is not for us
    assert_eq!(Draft { audience: None, ..Draft::default() }.refused(), Rejection::SamlAudience);
}

#[test]
fn one_for_another_recipient_is_refused() {
    let draft = Draft { recipient: ELSEWHERE.to_owned(), ..Draft::default() };
    assert_eq!(draft.refused(), Rejection::SamlRecipient);
}

#[test]
fn one_for_another_destination_is_refused() {
    let draft = Draft { destination: Some(ELSEWHERE.to_owned()), ..Draft::default() };
    assert_eq!(draft.refused(), Rejection::SamlDestination);
    // a signed response says where to
    let silent = Draft { destination: None, ..Draft::default() };
    let response = signed(&silent.honest(), "_r1", &by(&PROVIDER));
    assert_eq!(judged(&response).unwrap_err(), Rejection::SamlDestination);
}

#[test]
fn one_of_another_issuer_is_refused() {
    let response = Draft { issuer: "https://evil.example".to_owned(), ..Draft::default() };
    assert_eq!(response.refused(), Rejection::SamlIssuer);
    let assertion = Draft { assertion_issuer: "https://evil.example".to_owned(), ..Draft::default() };
    assert_eq!(assertion.refused(), Rejection::SamlIssuer);
}

#[test]
fn one_that_is_early_is_refused() {
    let early = |seconds| Draft { not_before: NOW.after(Duration::from_secs(seconds)), ..Draft::default() };
    assert_eq!(early(61).refused(), Rejection::SamlTime);
    judged(&early(60).honest()).unwrap();
}

#[test]
fn one_that_is_late_is_refused() {
    let late = |seconds| Draft {
        not_before: NOW.before(Duration::from_secs(900)),
        not_on_or_after: NOW.before(Duration::from_secs(seconds)),
        ..Draft::default()
    };
    assert_eq!(late(60).refused(), Rejection::SamlTime);
    judged(&late(59).honest()).unwrap();
}

#[test]
fn one_that_answers_another_request_is_refused() {
    let message = Draft { answers: Some("_other".to_owned()), ..Draft::default() };
    assert_eq!(message.refused(), Rejection::SamlInResponseTo);
    let assertion = Draft { confirms: Some("_other".to_owned()), ..Draft::default() };
    assert_eq!(assertion.refused(), Rejection::SamlInResponseTo);
}

#[test]
fn one_that_answers_no_request_is_refused_where_one_was_sent() {
    assert_eq!(Draft { answers: None, ..Draft::default() }.refused(), Rejection::SamlInResponseTo);
    assert_eq!(Draft { confirms: None, ..Draft::default() }.refused(), Rejection::SamlInResponseTo);
}

#[test]
fn one_that_tells_of_a_failure_is_refused() {
    let draft =
        Draft { status: "urn:oasis:names:tc:SAML:2.0:status:Responder".to_owned(), ..Draft::default() };
    assert_eq!(draft.refused(), Rejection::SamlStatus);
}

#[test]
fn one_about_nobody_is_refused() {
    assert_eq!(Draft { name_id: " ".to_owned(), ..Draft::default() }.refused(), Rejection::MissingSubject);
    let long = Draft { name_id: "a".repeat(2_000), ..Draft::default() };
    assert_eq!(long.refused(), Rejection::MissingSubject);
}

#[test]
fn holder_of_key_is_not_bearer() {
    let assertion = Draft::default().assertion().replace("cm:bearer", "cm:holder-of-key");
    let response = Draft::default().around(&signed(&assertion, "_a1", &by(&PROVIDER)));
    assert_eq!(judged(&response).unwrap_err(), Rejection::SamlRecipient);
}

#[test]
fn an_instant_without_utc_is_refused() {
    let assertion = Draft::default().assertion().replace("11:59:50Z", "11:59:50");
    let response = Draft::default().around(&signed(&assertion, "_a1", &by(&PROVIDER)));
    assert_eq!(judged(&response).unwrap_err(), Rejection::SamlTime);
}
