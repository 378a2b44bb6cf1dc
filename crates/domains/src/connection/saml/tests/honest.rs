//! Responses that honest providers send.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

use super::draft::*;
use crate::connection::arrival::Departure;
use crate::connection::certificate::Certificate;
use crate::connection::rejection::Rejection;
use crate::connection::saml::request::{Request, departure};
use polity_kernel::IdSource;

#[test]
fn a_signed_assertion_is_believed() {
    let judged = judged(&Draft::default().honest()).unwrap();
    let who = judged.identity;
    assert_eq!((who.issuer.as_str(), who.subject.as_str()), (IDP, "alice"));
    assert_eq!(who.email.as_deref(), Some("alice@corp.example"));
    assert_eq!((who.first_name.as_deref(), who.last_name.as_deref()), (Some("Alice"), Some("Example")));
    assert_eq!(who.acr.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:ac:classes:Password"));
    assert_eq!(judged.assertion_id, "_a1");
    assert!(judged.until > NOW);
}

#[test]
fn response_and_assertion_may_both_be_signed() {
    let response = signed(&Draft::default().honest(), "_r1", &by(&PROVIDER));
    assert!(judged(&response).is_ok(), "{:?}", judged(&response));
}

#[test]
fn any_certificate_that_counts_will_do() {
    let mut settings = settings();
    settings.certificates = vec![OTHER.certificate(), ENDED.certificate(), PROVIDER.certificate()];
    judged_by(&Draft::default().honest(), &settings).unwrap();
}

#[test]
fn ecdsa_is_taken() {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
    let prefix = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
    let spki = [prefix.as_slice(), pair.public_key().as_ref()].concat();
    let der = OTHER.key.certificate(&spki, &IdSource::random(), NOW).unwrap();
    let mut settings = settings();
    settings.certificates = vec![Certificate::parse(&base64(&der)).unwrap()];
    let draft = Draft::default();
    let info = info(&draft.assertion(), "#_a1", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256");
    let sign = |bytes: &[u8]| pair.sign(&random, bytes).unwrap().as_ref().to_vec();
    let response = draft.around(&signed_as(&draft.assertion(), &info, &sign));
    judged_by(&response, &settings).unwrap();
}

const GCM: &str = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
const CBC: &str = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
const OAEP: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";

/// The response with its assertion encrypted for us.
fn encrypted(response: &str, by: &str) -> String {
    saml_rs::crypto::enc::encrypt_assertion(response, &OURS.public.certificate, by, OAEP, "saml").unwrap()
}

/// The response, signed whatever it is written like.
fn signed_whole(response: &str) -> String {
    let key = saml_rs::crypto::keys::load_private_key(PROVIDER.key.pem().as_str(), None).unwrap();
    let certificate = &PROVIDER.public.certificate;
    let transforms =
        ["http://www.w3.org/2000/09/xmldsig#enveloped-signature".to_owned(), EXCLUSIVE.to_owned()];
    let config = saml_rs::entity::SignatureConfig {
        prefix: "ds".to_owned(),
        ..saml_rs::entity::SignatureConfig::default()
    };
    let signed = saml_rs::crypto::construct_saml_signature(
        response,
        true,
        &key,
        certificate,
        RSA_SHA256,
        &transforms,
        Some(&config),
    );
    signed.unwrap()
}

#[test]
fn a_signed_response_is_believed_whole() {
    let draft = Draft::default();
    let response = signed(&draft.around(&draft.assertion()), "_r1", &by(&PROVIDER));
    assert_eq!(judged(&response).unwrap().identity.email.as_deref(), Some("alice@corp.example"));
}

#[test]
fn an_encrypted_assertion_is_decrypted_and_judged() {
    let encrypt = |draft: &Draft, inside: &str| encrypted(&draft.around(inside), GCM);
    let draft = Draft::default();
    let judged_one = judged(&encrypt(&draft, &draft.signed_assertion())).unwrap();
    assert_eq!(judged_one.identity.email.as_deref(), Some("alice@corp.example"));
    // encryption hides nothing from the rules
    assert_eq!(judged(&encrypt(&draft, &draft.assertion())).unwrap_err(), Rejection::SamlUnsigned);
    let elsewhere = Draft { audience: Some("https://other.example".to_owned()), ..Draft::default() };
    assert_eq!(
        judged(&encrypt(&elsewhere, &elsewhere.signed_assertion())).unwrap_err(),
        Rejection::SamlAudience
    );
    let commented = Draft { name_id: "alice<!-- -->x".to_owned(), ..Draft::default() };
    assert!(judged(&encrypt(&commented, &commented.signed_assertion())).is_err());
}

#[test]
fn what_does_not_authenticate_is_decrypted_inside_a_signature_alone() {
    let draft = Draft::default();
    let inside = draft.around(&draft.signed_assertion());
    assert_eq!(judged(&encrypted(&inside, CBC)).unwrap_err(), Rejection::SamlUnsignedCbc);
    judged(&signed_whole(&encrypted(&inside, CBC))).unwrap();
    // the signature of the response is enough for what is in it
    let bare = draft.around(&draft.assertion());
    judged(&signed_whole(&encrypted(&bare, CBC))).unwrap();
    judged(&signed_whole(&encrypted(&bare, GCM))).unwrap();
    let changed =
        signed_whole(&encrypted(&bare, CBC)).replacen("<xenc:CipherValue>", "<xenc:CipherValue>AAAA", 1);
    assert_eq!(judged(&changed).unwrap_err(), Rejection::SamlSignature);
}

#[test]
fn weak_encryption_is_refused_by_name() {
    let inside = Draft::default().honest();
    for (from, to) in [
        (GCM, "http://www.w3.org/2001/04/xmlenc#tripledes-cbc"),
        (GCM, "none"),
        (OAEP, "http://www.w3.org/2001/04/xmlenc#rsa-1_5"),
    ] {
        let weak = encrypted(&inside, GCM).replace(from, to);
        assert_eq!(judged(&weak).unwrap_err(), Rejection::SamlEncryptionAlgorithm, "{to}");
    }
}

#[test]
fn an_unsolicited_response_is_taken_where_it_is_allowed() {
    let draft = Draft { answers: None, confirms: None, ..Draft::default() };
    let mut settings = settings();
    assert_eq!(judged_for(&draft.honest(), &settings, None).unwrap_err(), Rejection::SamlUnsolicited);
    settings.allow_unsolicited = true;
    judged_for(&draft.honest(), &settings, None).unwrap();
    // one that answers something is not unsolicited
    let stolen = Draft::default().honest();
    assert_eq!(judged_for(&stolen, &settings, None).unwrap_err(), Rejection::SamlInResponseTo);
}

#[test]
fn values_may_say_that_they_are_strings() {
    let value = "<saml:Attribute Name=\"email\"><saml:AttributeValue xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
                 xsi:type=\"xs:string\">a@corp.example</saml:AttributeValue></saml:Attribute>";
    let draft = Draft { attributes: value.to_owned(), ..Draft::default() };
    assert_eq!(judged(&draft.honest()).unwrap().identity.email.as_deref(), Some("a@corp.example"));
}

#[test]
fn a_request_is_signed_over_what_is_sent() {
    let mut settings = settings();
    settings.sign_requests = true;
    let request = Request { id: REQUEST, now: NOW, login_hint: Some("a&b@corp.example") };
    let Departure::Redirect(url) = departure(&settings, &sp(), &OURS.key, &request).unwrap() else {
        panic!("not a redirect")
    };
    let (signed, signature) = url.split_once('?').unwrap().1.split_once("&Signature=").unwrap();
    let signature: String =
        url::form_urlencoded::parse(format!("s={signature}").as_bytes()).next().unwrap().1.into();
    assert_eq!(signature, base64(&OURS.key.sign(signed.as_bytes()).unwrap()));
    assert!(signed.starts_with("SAMLRequest=") && signed.contains("&SigAlg="));
}

fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
