//! Signature wrapping: the signed element is there and in order, and another is to be read (the eight layouts known as XSW1 to XSW8).

use super::draft::*;
use crate::connection::rejection::Rejection;
use crate::connection::saml::{DSIG, PROTOCOL};

/// An assertion about somebody else, with this id and without a signature.
fn evil(id: &str) -> String {
    Draft { name_id: "mallory".to_owned(), assertion_id: id.to_owned(), ..Draft::default() }.assertion()
}

fn evil_response(id: &str, inside: &str) -> String {
    Draft::default().around(inside).replacen("_r1", id, 1)
}

/// The signature of the honest assertion.
fn its_signature() -> String {
    let signed = Draft::default().signed_assertion();
    let from = signed.find("<ds:Signature ").unwrap();
    let until = signed.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    signed[from..until].to_owned()
}

fn refused_for_its_layout(xml: &str) {
    let rejection = judged(xml).unwrap_err();
    assert!(matches!(rejection, Rejection::SamlLayout | Rejection::SamlReference), "{rejection:?}");
}

#[test]
fn xsw1_the_signed_response_inside_the_signature_of_another() {
    let response = Draft::default().honest();
    let info = info(&response, "#_r1", RSA_SHA256);
    let value = PROVIDER.key.sign(info.as_bytes()).unwrap();
    let wrapping = signature(&info, &value, &format!("<ds:Object>{response}</ds:Object>"));
    refused_for_its_layout(&with(&evil_response("_evil", &evil("_e")), &wrapping));
}

#[test]
fn xsw2_the_signed_response_beside_the_signature() {
    let response = Draft::default().honest();
    let info = info(&response, "#_r1", RSA_SHA256);
    let signature = signature(&info, &PROVIDER.key.sign(info.as_bytes()).unwrap(), "");
    refused_for_its_layout(&with(&evil_response("_evil", &evil("_e")), &format!("{response}{signature}")));
}

#[test]
fn xsw3_another_assertion_before_the_signed_one() {
    let both = format!("{}{}", evil("_e"), Draft::default().signed_assertion());
    refused_for_its_layout(&Draft::default().around(&both));
}

#[test]
fn xsw4_the_signed_assertion_inside_another() {
    let wrapping = evil("_e")
        .replace("</saml:Assertion>", &format!("{}</saml:Assertion>", Draft::default().signed_assertion()));
    refused_for_its_layout(&Draft::default().around(&wrapping));
}

#[test]
fn xsw5_the_signature_in_another_and_the_signed_assertion_behind() {
    let both = format!("{}{}", with(&evil("_e"), &its_signature()), Draft::default().assertion());
    refused_for_its_layout(&Draft::default().around(&both));
}

#[test]
fn xsw6_the_signed_assertion_inside_the_signature_of_another() {
    let inside = its_signature()
        .replace("</ds:Signature>", &format!("{}</ds:Signature>", Draft::default().assertion()));
    refused_for_its_layout(&Draft::default().around(&with(&evil("_e"), &inside)));
}

#[test]
fn xsw7_another_assertion_of_the_same_id_in_extensions() {
    let extensions =
        format!("<samlp:Extensions xmlns:samlp=\"{PROTOCOL}\">{}</samlp:Extensions>", evil("_a1"));
    refused_for_its_layout(
        &Draft::default().around(&format!("{extensions}{}", Draft::default().signed_assertion())),
    );
}

#[test]
fn xsw8_the_signed_assertion_in_an_object_of_anothers_signature() {
    let object = format!("<ds:Object>{}</ds:Object></ds:Signature>", Draft::default().assertion());
    let inside = its_signature().replace("</ds:Signature>", &object);
    refused_for_its_layout(&Draft::default().around(&with(&evil("_a1"), &inside)));
}

#[test]
fn two_signed_assertions_are_one_too_many() {
    let second = Draft { assertion_id: "_a2".to_owned(), ..Draft::default() };
    let both = format!("{}{}", Draft::default().signed_assertion(), second.signed_assertion());
    refused_for_its_layout(&Draft::default().around(&both));
}

#[test]
fn two_signatures_in_one_element_are_one_too_many() {
    let twice = with(&Draft::default().signed_assertion(), &its_signature());
    refused_for_its_layout(&Draft::default().around(&twice));
}

#[test]
fn a_second_response_around_the_first_is_refused() {
    refused_for_its_layout(&evil_response("_evil", &Draft::default().honest()));
}

#[test]
fn an_assertion_of_another_namespace_hides_nothing() {
    let other = format!("<x:Assertion xmlns:x=\"urn:x\">{}</x:Assertion>", evil("_e"));
    refused_for_its_layout(
        &Draft::default().around(&format!("{}{other}", Draft::default().signed_assertion())),
    );
    let advice = Draft::default()
        .assertion()
        .replace("<saml:Conditions", &format!("<saml:Advice>{}</saml:Advice><saml:Conditions", evil("_e")));
    refused_for_its_layout(&Draft::default().around(&signed(&advice, "_a1", &by(&PROVIDER))));
}

#[test]
fn a_signature_over_something_else_is_refused() {
    let assertion = Draft::default().assertion();
    for uri in ["", "#_r1", "#xpointer(/)", "#_other", "https://evil.example/x"] {
        let info = info(&assertion, uri, RSA_SHA256);
        let response = Draft::default().around(&signed_as(&assertion, &info, &by(&PROVIDER)));
        assert_eq!(judged(&response).unwrap_err(), Rejection::SamlReference, "{uri}");
    }
}

#[test]
fn a_signature_over_nothing_is_refused() {
    let assertion = Draft::default().assertion();
    let whole = info(&assertion, "#_a1", RSA_SHA256);
    let (from, until) = (whole.find("<ds:Reference").unwrap(), whole.find("</ds:SignedInfo>").unwrap());
    let empty = format!("{}{}", &whole[..from], &whole[until..]);
    let response = Draft::default().around(&signed_as(&assertion, &empty, &by(&PROVIDER)));
    assert_eq!(judged(&response).unwrap_err(), Rejection::SamlReference);
}

#[test]
fn a_signature_by_reference_is_refused() {
    let more = format!("<ds:Manifest xmlns:ds=\"{DSIG}\"></ds:Manifest>");
    let info = info(&Draft::default().assertion(), "#_a1", RSA_SHA256);
    let signature = signature(&info, &PROVIDER.key.sign(info.as_bytes()).unwrap(), &more);
    refused_for_its_layout(&Draft::default().around(&with(&Draft::default().assertion(), &signature)));
}

#[test]
fn a_signed_response_has_no_room_for_another_assertion_either() {
    let bare = Draft::default().around(&Draft::default().assertion());
    let response = signed(&bare, "_r1", &by(&PROVIDER));
    let before = response.replacen("<saml:Assertion ", &format!("{}<saml:Assertion ", evil("_e")), 1);
    refused_for_its_layout(&before);
    let behind = response.replace("</samlp:Response>", &format!("{}</samlp:Response>", evil("_e")));
    refused_for_its_layout(&behind);
    // the signature taken out of its response and put into another
    let from = response.find("<ds:Signature ").unwrap();
    let until = response.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    let moved = with(&evil_response("_evil", &evil("_e")), &response[from..until]);
    refused_for_its_layout(&moved);
    let same_id = with(&evil_response("_r1", &evil("_e")), &response[from..until]);
    assert_eq!(judged(&same_id).unwrap_err(), Rejection::SamlSignature);
}
