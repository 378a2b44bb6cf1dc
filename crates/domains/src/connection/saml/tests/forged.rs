//! Documents that nobody honest has made: unsigned, signed otherwise, or made to be read otherwise than they were signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

use super::draft::*;
use crate::connection::certificate::Certificate;
use crate::connection::rejection::Rejection;
use crate::connection::saml::judge::in_response_to;

fn refused(xml: &str) -> Rejection {
    judged(xml).unwrap_err()
}

#[test]
fn what_nobody_signed_is_refused() {
    assert_eq!(refused(&Draft::default().around(&Draft::default().assertion())), Rejection::SamlUnsigned);
}

#[test]
fn a_signed_response_is_refused_when_anything_in_it_is_changed_or_another_signed_it() {
    let response = Draft::default().around(&Draft::default().assertion());
    let honest = signed(&response, "_r1", &by(&PROVIDER));
    for (from, to) in [("alice@", "mallory@"), (">alice<", ">mallory<"), ("_a1", "_a2"), ("Password", "X509")]
    {
        assert_eq!(refused(&honest.replace(from, to)), Rejection::SamlSignature, "{from}");
    }
    assert_eq!(refused(&signed(&response, "_r1", &by(&OTHER))), Rejection::SamlSignature);
}

#[test]
fn a_right_signature_does_not_make_up_for_a_wrong_one() {
    let draft = Draft::default();
    let inside = signed(&draft.assertion(), "_a1", &by(&OTHER));
    assert_eq!(refused(&signed(&draft.around(&inside), "_r1", &by(&PROVIDER))), Rejection::SamlSignature);
    assert_eq!(refused(&signed(&draft.honest(), "_r1", &by(&OTHER))), Rejection::SamlSignature);
}

#[test]
fn what_was_changed_after_it_was_signed_is_refused() {
    for (from, to) in [("alice@", "mallory@"), (">alice<", ">mallory<"), ("Password", "X509")] {
        let changed = Draft::default().honest().replace(from, to);
        assert_eq!(refused(&changed), Rejection::SamlSignature, "{from}");
    }
}

#[test]
fn a_changed_response_around_a_signed_assertion_is_refused_where_it_was_signed() {
    let signed = signed(&Draft::default().honest(), "_r1", &by(&PROVIDER));
    let changed =
        signed.replacen(&format!("IssueInstant=\"{NOW}\""), "IssueInstant=\"2026-01-15T11:59:00Z\"", 1);
    assert_eq!(refused(&changed), Rejection::SamlSignature);
}

#[test]
fn another_connections_certificate_does_not_count() {
    let draft = Draft::default();
    let response = draft.around(&signed(&draft.assertion(), "_a1", &by(&OTHER)));
    assert_eq!(refused(&response), Rejection::SamlSignature);
}

#[test]
fn a_certificate_that_comes_along_does_not_count() {
    let draft = Draft::default();
    let info = info(&draft.assertion(), "#_a1", RSA_SHA256);
    let key = format!(
        "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>",
        OTHER.public.certificate
    );
    let signature = signature(&info, &OTHER.key.sign(info.as_bytes()).unwrap(), &key);
    assert_eq!(refused(&draft.around(&with(&draft.assertion(), &signature))), Rejection::SamlSignature);
}

#[test]
fn a_certificate_that_has_ended_does_not_count() {
    let draft = Draft::default();
    let response = draft.around(&signed(&draft.assertion(), "_a1", &by(&ENDED)));
    let mut settings = settings();
    settings.certificates = vec![ENDED.certificate()];
    assert_eq!(judged_by(&response, &settings).unwrap_err(), Rejection::SamlCertificate);
    settings.certificates = vec![PROVIDER.certificate(), ENDED.certificate()];
    assert_eq!(judged_by(&response, &settings).unwrap_err(), Rejection::SamlSignature);
}

#[test]
fn sha1_and_what_else_is_weak_are_refused() {
    let assertion = Draft::default().assertion();
    for method in [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
        "none",
    ] {
        let info = info(&assertion, "#_a1", method);
        let response = Draft::default().around(&signed_as(&assertion, &info, &by(&PROVIDER)));
        assert_eq!(refused(&response), Rejection::SamlAlgorithm, "{method}");
    }
    for (from, to) in [
        (SHA256, "http://www.w3.org/2000/09/xmldsig#sha1"),
        (
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"",
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments\"",
        ),
    ] {
        let info = info(&assertion, "#_a1", RSA_SHA256).replace(from, to);
        let response = Draft::default().around(&signed_as(&assertion, &info, &by(&PROVIDER)));
        assert_eq!(refused(&response), Rejection::SamlAlgorithm, "{to}");
    }
}

#[test]
fn a_public_key_is_no_shared_secret() {
    let assertion = Draft::default().assertion();
    let der = STANDARD.decode(&PROVIDER.public.certificate).unwrap();
    for secret in [der.as_slice(), PROVIDER.public.certificate.as_bytes()] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let sign = |bytes: &[u8]| hmac::sign(&key, bytes).as_ref().to_vec();
        let info = info(&assertion, "#_a1", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256");
        let response = Draft::default().around(&signed_as(&assertion, &info, &sign));
        assert_eq!(refused(&response), Rejection::SamlAlgorithm);
    }
}

#[test]
fn other_transforms_are_refused() {
    let assertion = Draft::default().assertion();
    let whole = info(&assertion, "#_a1", RSA_SHA256);
    for (from, to) in [
        (
            "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
            "http://www.w3.org/TR/1999/REC-xslt-19991116",
        ),
        (
            "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
            "http://www.w3.org/TR/1999/REC-xpath-19991116",
        ),
    ] {
        let response =
            Draft::default().around(&signed_as(&assertion, &whole.replace(from, to), &by(&PROVIDER)));
        assert_eq!(refused(&response), Rejection::SamlReference, "{to}");
    }
}

#[test]
fn a_comment_in_a_name_is_refused() {
    let commented =
        Draft { name_id: "admin@corp.example<!-- -->.evil.example".to_owned(), ..Draft::default() };
    assert_eq!(commented.refused(), Rejection::SamlComment);
    // the signature leaves comments out, so one may be put in afterwards
    let honest = Draft { name_id: "admin@corp.example.evil.example".to_owned(), ..Draft::default() }.honest();
    let split = honest.replacen(".evil", "<!-- -->.evil", 1);
    assert_eq!(refused(&split), Rejection::SamlComment);
    let email = Draft::default().honest().replace("alice@corp", "alice@<!---->corp");
    assert_eq!(refused(&email), Rejection::SamlComment);
    let instruction = Draft::default().honest().replace(">alice<", ">al<?x y?>ice<");
    assert_eq!(refused(&instruction), Rejection::SamlComment);
    let cdata = Draft::default().honest().replace(">alice<", "><![CDATA[alice]]><");
    assert_eq!(refused(&cdata), Rejection::SamlComment);
}

#[test]
fn an_entity_bomb_and_an_external_entity_are_refused() {
    let bomb = "<!DOCTYPE r [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    let outside = "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    for doctype in [bomb, outside, "<!DOCTYPE r SYSTEM \"https://evil.example/r.dtd\">"] {
        assert_eq!(refused(&format!("{doctype}{}", Draft::default().honest())), Rejection::SamlDtd);
    }
    assert_eq!(refused(&Draft::default().honest().replace(">alice<", ">&b;<")), Rejection::SamlDtd);
}

#[test]
fn an_element_is_of_its_own_type() {
    let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
    let honest = Draft::default().honest();
    for (from, to) in [
        ("<saml:Subject>", format!("<saml:Subject {xsi} xsi:type=\"x:Other\">")),
        ("<saml:NameID>", format!("<saml:NameID {xsi} xsi:type=\"xs:string\">")),
        ("<saml:AttributeValue>", format!("<saml:AttributeValue {xsi} xsi:type=\"saml:NameIDType\">")),
    ] {
        assert_eq!(refused(&honest.replacen(from, &to, 1)), Rejection::SamlType, "{to}");
    }
}

#[test]
fn ids_are_told_apart() {
    let same = Draft { assertion_id: "_r1".to_owned(), ..Draft::default() };
    assert_eq!(same.refused(), Rejection::SamlLayout);
    let hidden = Draft::default().honest().replacen("<saml:Subject>", "<saml:Subject xml:id=\"_a1\">", 1);
    assert_eq!(refused(&hidden), Rejection::SamlLayout);
}

#[test]
fn a_huge_document_is_refused_unread() {
    let huge = format!("{}{}", Draft::default().honest(), " ".repeat(256 * 1_024));
    assert_eq!(refused(&huge), Rejection::SamlTooLarge);
    assert_eq!(in_response_to(&"A".repeat(4 * 1_024 * 1_024)).unwrap_err(), Rejection::SamlTooLarge);
}

#[test]
fn a_deep_document_and_one_of_many_parts_are_refused() {
    let deep = format!("{}{}", "<a>".repeat(100_000 / 8), "</a>".repeat(100_000 / 8));
    assert_eq!(refused(&deep), Rejection::SamlTooDeep);
    let wide = Draft { attributes: "<saml:A></saml:A>".repeat(6_000), ..Draft::default() };
    assert_eq!(wide.refused(), Rejection::SamlTooDeep);
    let many: String = (0..100).map(|n| format!(" a{n}=\"\"")).collect();
    assert_eq!(refused(&format!("<a{many}/>")), Rejection::SamlTooDeep);
}

#[test]
fn what_is_no_document_is_refused() {
    for text in ["", "x", "<a>", "<a></b>", "<a/><b/>", "<a b='1' b='2'/>", "<x:a/>", "<a>&#xZ;</a>"] {
        assert!(matches!(refused(text), Rejection::SamlMalformed | Rejection::SamlDtd), "{text}");
    }
    assert_eq!(in_response_to("%%%").unwrap_err(), Rejection::SamlMalformed);
    assert_eq!(in_response_to(&STANDARD.encode(b"\xff\xfe")).unwrap_err(), Rejection::SamlMalformed);
    assert_eq!(refused("<a/>"), Rejection::SamlLayout);
}

#[test]
fn what_is_no_certificate_is_refused() {
    for text in ["", "%", "AAAA", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"] {
        assert!(Certificate::parse(text).is_err(), "{text}");
    }
}
