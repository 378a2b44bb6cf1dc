//! A provider that tests make up: it writes responses in canonical form, so that what it signs is what it writes.

use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polity_kernel::{IdSource, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::connection::PublicKey;
use crate::connection::certificate::Certificate;
use crate::connection::keys::PrivateKey;
use crate::connection::rejection::Rejection;
use crate::connection::saml::Expected;
use crate::connection::saml::judge::{Judged, judge};
use crate::connection::saml::{ASSERTION, DSIG, PROTOCOL, ServiceProvider};
use crate::connection::settings::{RequestBinding, SamlAttributes, SamlSettings};

pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_768_478_400);
pub(super) const IDP: &str = "https://idp.example/saml";
pub(super) const SP: &str = "https://polity.example";
pub(super) const ACS: &str = "https://polity.example/sso/1/acs";
pub(super) const REQUEST: &str = "_request-1";
pub(super) const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
pub(super) const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
pub(super) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// Signs the bytes of a `SignedInfo`.
pub(super) type Sign<'s> = &'s dyn Fn(&[u8]) -> Vec<u8>;

/// A key pair that is made once for all tests.
pub(super) struct Pair {
    pub(super) key: PrivateKey,
    pub(super) public: PublicKey,
}

impl Pair {
    pub(super) fn made(at: Timestamp) -> Self {
        let (key, public) = PrivateKey::generate(&IdSource::random(), at).unwrap();
        Self { key, public }
    }

    pub(super) fn certificate(&self) -> Certificate {
        Certificate::parse(&self.public.certificate).unwrap()
    }
}

pub(super) static PROVIDER: LazyLock<Pair> = LazyLock::new(|| Pair::made(NOW));
pub(super) static OTHER: LazyLock<Pair> = LazyLock::new(|| Pair::made(NOW));
pub(super) static OURS: LazyLock<Pair> = LazyLock::new(|| Pair::made(NOW));
pub(super) static ENDED: LazyLock<Pair> =
    LazyLock::new(|| Pair::made(NOW.before(Duration::from_secs(25 * 365 * 86_400))));

/// A response to be.
#[derive(Clone)]
pub(super) struct Draft {
    pub(super) destination: Option<String>,
    pub(super) answers: Option<String>,
    pub(super) issuer: String,
    pub(super) status: String,
    pub(super) assertion_id: String,
    pub(super) assertion_issuer: String,
    /// What stands in `NameID`, as XML.
    pub(super) name_id: String,
    pub(super) audience: Option<String>,
    pub(super) recipient: String,
    pub(super) confirms: Option<String>,
    pub(super) not_before: Timestamp,
    pub(super) not_on_or_after: Timestamp,
    /// What stands in the attribute statement, as XML.
    pub(super) attributes: String,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            destination: Some(ACS.to_owned()),
            answers: Some(REQUEST.to_owned()),
            issuer: IDP.to_owned(),
            status: "urn:oasis:names:tc:SAML:2.0:status:Success".to_owned(),
            assertion_id: "_a1".to_owned(),
            assertion_issuer: IDP.to_owned(),
            name_id: "alice".to_owned(),
            audience: Some(SP.to_owned()),
            recipient: ACS.to_owned(),
            confirms: Some(REQUEST.to_owned()),
            not_before: NOW.before(Duration::from_secs(10)),
            not_on_or_after: NOW.after(Duration::from_secs(300)),
            attributes: [("email", "alice@corp.example"), ("givenName", "Alice"), ("sn", "Example")]
                .map(|(name, value)| attribute(name, value))
                .concat(),
        }
    }
}

pub(super) fn attribute(name: &str, value: &str) -> String {
    format!(
        "<saml:Attribute Name=\"{name}\"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"
    )
}

impl Draft {
    /// The assertion, unsigned.
    pub(super) fn assertion(&self) -> String {
        let Self { assertion_id, assertion_issuer, name_id, recipient, attributes, .. } = self;
        let (from, until) = (self.not_before, self.not_on_or_after);
        let confirms =
            self.confirms.as_ref().map_or_else(String::new, |id| format!(" InResponseTo=\"{id}\""));
        let audience = self.audience.as_ref().map_or_else(String::new, |audience| {
            format!("<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>")
        });
        format!(
            "<saml:Assertion xmlns:saml=\"{ASSERTION}\" ID=\"{assertion_id}\" IssueInstant=\"{NOW}\" Version=\"2.0\">\
             <saml:Issuer>{assertion_issuer}</saml:Issuer><saml:Subject><saml:NameID>{name_id}</saml:NameID>\
             <saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData\
             {confirms} NotOnOrAfter=\"{until}\" Recipient=\"{recipient}\"></saml:SubjectConfirmationData>\
             </saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=\"{from}\" NotOnOrAfter=\"{until}\">\
             {audience}</saml:Conditions><saml:AuthnStatement AuthnInstant=\"{NOW}\"><saml:AuthnContext>\
             <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>\
             </saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{attributes}</saml:AttributeStatement>\
             </saml:Assertion>"
        )
    }

    /// The response around this assertion, or whatever is there instead.
    pub(super) fn around(&self, inside: &str) -> String {
        let Self { issuer, status, .. } = self;
        let destination =
            self.destination.as_ref().map_or_else(String::new, |url| format!(" Destination=\"{url}\""));
        let answers = self.answers.as_ref().map_or_else(String::new, |id| format!(" InResponseTo=\"{id}\""));
        format!(
            "<samlp:Response xmlns:samlp=\"{PROTOCOL}\"{destination} ID=\"_r1\"{answers} IssueInstant=\"{NOW}\" \
             Version=\"2.0\"><saml:Issuer xmlns:saml=\"{ASSERTION}\">{issuer}</saml:Issuer><samlp:Status>\
             <samlp:StatusCode Value=\"{status}\"></samlp:StatusCode></samlp:Status>{inside}</samlp:Response>"
        )
    }

    /// The assertion, signed by the provider.
    pub(super) fn signed_assertion(&self) -> String {
        signed(&self.assertion(), &self.assertion_id, &by(&PROVIDER))
    }

    /// The response as an honest provider sends it: its assertion is signed.
    pub(super) fn honest(&self) -> String {
        self.around(&self.signed_assertion())
    }

    /// Why the response of an honest provider is refused.
    pub(super) fn refused(&self) -> Rejection {
        judged(&self.honest()).unwrap_err()
    }
}

pub(super) fn by(pair: &Pair) -> impl Fn(&[u8]) -> Vec<u8> + '_ {
    |bytes| pair.key.sign(bytes).unwrap()
}

/// The element with an enveloped signature behind its issuer.
pub(super) fn signed(element: &str, id: &str, sign: Sign<'_>) -> String {
    signed_as(element, &info(element, &format!("#{id}"), RSA_SHA256), sign)
}

/// What is signed of the element.
pub(super) fn info(element: &str, uri: &str, method: &str) -> String {
    let digest = STANDARD.encode(Sha256::digest(element));
    format!(
        "<ds:SignedInfo xmlns:ds=\"{DSIG}\"><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"></ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"{method}\"></ds:SignatureMethod><ds:Reference URI=\"{uri}\"><ds:Transforms>\
         <ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>\
         <ds:Transform Algorithm=\"{EXCLUSIVE}\"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm=\"{SHA256}\">\
         </ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )
}

pub(super) fn signed_as(element: &str, info: &str, sign: Sign<'_>) -> String {
    with(element, &signature(info, &sign(info.as_bytes()), ""))
}

pub(super) fn signature(info: &str, value: &[u8], more: &str) -> String {
    let value = STANDARD.encode(value);
    // the namespace is the signature's; alone, and so when it is signed, the part declares it itself
    let info = info.replacen(&format!(" xmlns:ds=\"{DSIG}\""), "", 1);
    format!(
        "<ds:Signature xmlns:ds=\"{DSIG}\">{info}<ds:SignatureValue>{value}</ds:SignatureValue>{more}</ds:Signature>"
    )
}

/// The element with this behind its issuer.
pub(super) fn with(element: &str, signature: &str) -> String {
    element.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
}

pub(super) fn settings() -> SamlSettings {
    SamlSettings {
        entity_id: IDP.to_owned(),
        sso_url: "https://idp.example/sso".to_owned(),
        sso_binding: RequestBinding::Redirect,
        certificates: vec![PROVIDER.certificate()],
        metadata_url: None,
        name_id_format: None,
        attributes: SamlAttributes::default(),
        allow_unsolicited: false,
        sign_requests: false,
    }
}

pub(super) fn sp() -> ServiceProvider {
    ServiceProvider { entity_id: SP.to_owned(), acs_url: ACS.to_owned(), other_acs_url: None }
}

pub(super) fn judged(xml: &str) -> Result<Judged, Rejection> {
    judged_by(xml, &settings())
}

pub(super) fn judged_by(xml: &str, settings: &SamlSettings) -> Result<Judged, Rejection> {
    judged_for(xml, settings, Some(REQUEST))
}

pub(super) fn judged_for(
    xml: &str,
    settings: &SamlSettings,
    request_id: Option<&str>,
) -> Result<Judged, Rejection> {
    let sp = sp();
    judge(&STANDARD.encode(xml), settings, &OURS.key, &Expected { sp: &sp, request_id, now: NOW })
}
