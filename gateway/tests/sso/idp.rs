//! A SAML provider that tests make up: it writes responses in canonical form, so that what it signs is what it writes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polity_kernel::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use sha2::{Digest as _, Sha256};

pub(crate) const IDP: &str = "https://idp.example/saml";

/// The certificate that it signs with, in PEM.
pub(crate) const CERTIFICATE: &str = include_str!("../../../crates/domains/tests/data/idp.cert.pem");

const KEY: &str = include_str!("../../../crates/domains/tests/data/idp.key.b64");
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// A response to be.
pub(crate) struct Draft<'d> {
    /// Where it is posted.
    pub(crate) acs: &'d str,
    /// Whom it is for.
    pub(crate) audience: &'d str,
    /// The request that it answers.
    pub(crate) answers: Option<&'d str>,
    pub(crate) email: &'d str,
    pub(crate) now: Timestamp,
    /// The id of its assertion.
    pub(crate) id: &'d str,
}

impl Draft<'_> {
    /// The response, signed, in base64.
    pub(crate) fn response(&self) -> String {
        let Self { acs, now, id, .. } = self;
        let answers = self.answers.map_or_else(String::new, |id| format!(" InResponseTo=\"{id}\""));
        let signed = signed(&self.assertion(&answers), id);
        STANDARD.encode(format!(
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" Destination=\"{acs}\" ID=\"_r1\"{answers} \
             IssueInstant=\"{now}\" Version=\"2.0\"><saml:Issuer xmlns:saml=\"{ASSERTION}\">{IDP}</saml:Issuer><samlp:Status>\
             <samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"></samlp:StatusCode></samlp:Status>\
             {signed}</samlp:Response>"
        ))
    }

    fn assertion(&self, answers: &str) -> String {
        let Self { acs, audience, email, now, id, .. } = self;
        let until = now.after(std::time::Duration::from_secs(300));
        format!(
            "<saml:Assertion xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" IssueInstant=\"{now}\" Version=\"2.0\"><saml:Issuer>{IDP}\
             </saml:Issuer><saml:Subject><saml:NameID>{email}</saml:NameID><saml:SubjectConfirmation \
             Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData{answers} NotOnOrAfter=\"{until}\" \
             Recipient=\"{acs}\"></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject><saml:Conditions \
             NotOnOrAfter=\"{until}\"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>\
             </saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant=\"{now}\"><saml:AuthnContext>\
             <saml:AuthnContextClassRef>urn:x</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>\
             <saml:AttributeStatement><saml:Attribute Name=\"email\"><saml:AttributeValue>{email}</saml:AttributeValue>\
             </saml:Attribute></saml:AttributeStatement></saml:Assertion>"
        )
    }
}

/// The assertion with its signature behind the issuer.
fn signed(assertion: &str, id: &str) -> String {
    let digest = STANDARD.encode(Sha256::digest(assertion));
    let info = |namespace: &str| {
        format!(
            "<ds:SignedInfo{namespace}><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"></ds:CanonicalizationMethod>\
             <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod>\
             <ds:Reference URI=\"#{id}\"><ds:Transforms><ds:Transform \
             Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform><ds:Transform \
             Algorithm=\"{EXCLUSIVE}\"></ds:Transform></ds:Transforms><ds:DigestMethod \
             Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{digest}\
             </ds:DigestValue></ds:Reference></ds:SignedInfo>"
        )
    };
    let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(KEY.trim()).unwrap()).unwrap();
    let mut value = vec![0; pair.public().modulus_len()];
    let bytes = info(&format!(" xmlns:ds=\"{DSIG}\""));
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes.as_bytes(), &mut value).unwrap();
    let value = STANDARD.encode(value);
    let info = info("");
    let signature = format!(
        "<ds:Signature xmlns:ds=\"{DSIG}\">{info}<ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>"
    );
    assertion.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
}
