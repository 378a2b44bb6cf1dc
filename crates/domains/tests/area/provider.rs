//! Providers that the tests make up: one signs ID tokens, one signs assertions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use polity_domains::{Callback, Certificate, Connection, ConnectionSettings, RequestBinding, SamlSettings};
use polity_identity::Secret;
use polity_kernel::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::bench::{CLIENT, ISSUER, Net, RSA, SITE};

pub(crate) const IDP: &str = "https://idp.example/saml";

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

fn key() -> EncodingKey {
    let prefix = STANDARD.decode("MC4CAQAwBQYDK2VwBCIEIA==").unwrap();
    EncodingKey::from_ed_der(&[prefix.as_slice(), &[1; 32]].concat())
}

/// The provider tells of itself.
pub(crate) fn publish(net: &Net) {
    let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&key(), Algorithm::EdDSA).unwrap()).unwrap();
    jwk["kid"] = json!("k1");
    net.answer(
        &format!("{ISSUER}/.well-known/openid-configuration"),
        200,
        json!({
            "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
            "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/jwks"),
        }),
    );
    net.answer(&format!("{ISSUER}/jwks"), 200, json!({ "keys": [jwk] }));
}

/// The provider gives an ID token for the next code.
pub(crate) fn give(net: &Net, nonce: &str, now: Timestamp) {
    let claims = json!({
        "iss": ISSUER, "sub": "alice", "aud": CLIENT, "iat": now.seconds(), "exp": now.seconds() + 300,
        "nonce": nonce, "email": "alice@corp.example", "email_verified": "true",
    });
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some("k1".to_owned());
    let token = jsonwebtoken::encode(&header, &claims, &key()).unwrap();
    let body: Value = json!({ "access_token": "access", "token_type": "Bearer", "id_token": token });
    net.answer(&format!("{ISSUER}/token"), 200, body);
}

pub(crate) fn certificate() -> Certificate {
    Certificate::parse(include_str!("../data/idp.cert.pem")).unwrap()
}

pub(crate) fn saml() -> ConnectionSettings {
    ConnectionSettings::Saml(SamlSettings {
        entity_id: IDP.to_owned(),
        sso_url: "https://idp.example/sso".to_owned(),
        sso_binding: RequestBinding::Redirect,
        certificates: vec![certificate()],
        metadata_url: None,
        name_id_format: None,
        attributes: Default::default(),
        allow_unsolicited: false,
        sign_requests: false,
    })
}

/// A response by POST to the address of this connection, in answer to this request or to none.
pub(crate) fn posted(connection: &Connection, answers: Option<&str>, now: Timestamp) -> Callback {
    let response = Secret::new(STANDARD.encode(response(connection, answers, now)));
    Callback::Saml { connection: connection.id, response }
}

fn response(connection: &Connection, answers: Option<&str>, now: Timestamp) -> String {
    let acs = format!("{SITE}/sso/{}/acs", connection.id);
    let until = now.after(std::time::Duration::from_secs(300));
    let answers = answers.map_or_else(String::new, |id| format!(" InResponseTo=\"{id}\""));
    let assertion = format!(
        "<saml:Assertion xmlns:saml=\"{ASSERTION}\" ID=\"_a1\" IssueInstant=\"{now}\" Version=\"2.0\"><saml:Issuer>{IDP}\
         </saml:Issuer><saml:Subject><saml:NameID>alice</saml:NameID><saml:SubjectConfirmation \
         Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData{answers} NotOnOrAfter=\"{until}\" \
         Recipient=\"{acs}\"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject><saml:Conditions \
         NotOnOrAfter=\"{until}\"><saml:AudienceRestriction><saml:Audience>{SITE}</saml:Audience>\
         </saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant=\"{now}\"><saml:AuthnContext>\
         <saml:AuthnContextClassRef>urn:x</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>\
         </saml:Assertion>"
    );
    format!(
        "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" Destination=\"{acs}\" ID=\"_r1\"{answers} \
         IssueInstant=\"{now}\" Version=\"2.0\"><saml:Issuer xmlns:saml=\"{ASSERTION}\">{IDP}</saml:Issuer><samlp:Status>\
         <samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"></samlp:StatusCode></samlp:Status>{}\
         </samlp:Response>",
        signed(&assertion)
    )
}

/// The assertion with its signature behind the issuer; all of it is written in canonical form.
fn signed(assertion: &str) -> String {
    let digest = STANDARD.encode(Sha256::digest(assertion));
    let info = |namespace: &str| {
        format!(
            "<ds:SignedInfo{namespace}><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"></ds:CanonicalizationMethod>\
             <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod>\
             <ds:Reference URI=\"#_a1\"><ds:Transforms><ds:Transform \
             Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform><ds:Transform \
             Algorithm=\"{EXCLUSIVE}\"></ds:Transform></ds:Transforms><ds:DigestMethod \
             Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{digest}\
             </ds:DigestValue></ds:Reference></ds:SignedInfo>"
        )
    };
    let pair = RsaKeyPair::from_pkcs8(&RSA).unwrap();
    let mut value = vec![0; pair.public().modulus_len()];
    let bytes = info(&format!(" xmlns:ds=\"{DSIG}\""));
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes.as_bytes(), &mut value).unwrap();
    let signature = format!(
        "<ds:Signature xmlns:ds=\"{DSIG}\">{}<ds:SignatureValue>{}</ds:SignatureValue></ds:Signature>",
        info(""),
        STANDARD.encode(value)
    );
    assertion.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
}
