//! The judgement of a SAML response.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polity_kernel::Timestamp;
use saml_rs::{
    AcsEndpoint, AssertionSignaturePolicy, AudienceValidationPolicy, BrowserInput, ClockSkew, Credentials,
    EntityId, FormField, IdpDescriptor, MetadataTrustPolicy, PendingAuthnRequest, PendingSnapshot,
    PrivateKeyPem, RelayStateParam, ReplayPolicy, ResponseSignaturePolicy, Saml, SamlError,
    SamlValidationContext, SpConfig, SpValidationPolicy, SsoResponse, SsoSession, XmlEncryptionPolicy,
    XmlPolicy, XmlSignatureProfile,
};

use super::shape::{self, Response};
use super::statement::{LEEWAY, Stated, stated};
use super::tree::{Sort, parse};
use super::{ASSERTION, Expected, ServiceProvider, metadata};
use crate::connection::external::ExternalIdentity;
use crate::connection::keys::PrivateKey;
use crate::connection::rejection::Rejection;
use crate::connection::settings::SamlSettings;

/// The largest response, in bytes of XML.
pub(crate) const LARGEST: usize = 256 * 1_024;

/// A response that is believed, if its assertion was not used before.
#[derive(Debug)]
pub(crate) struct Judged {
    /// Who somebody is.
    pub(crate) identity: ExternalIdentity,
    /// The assertion's id, by which it is known again.
    pub(crate) assertion_id: String,
    /// How long it could be used again.
    pub(crate) until: Timestamp,
}

/// Which request a response says it answers. Nothing is believed yet: it is for finding the sign-in that is under way.
///
/// # Errors
/// Those of a response that is no XML which is safe to read.
pub(crate) fn in_response_to(response: &str) -> Result<Option<String>, Rejection> {
    // one that is laid out wrongly is refused as an answer to that request, so that the connection's log says why
    let root = parse(&decoded(response)?, Sort::Message)?;
    Ok(root.attribute("InResponseTo").map(str::to_owned))
}

/// Judges a response in base64. The key decrypts what was encrypted for the connection.
///
/// # Errors
/// Why it is not believed.
pub(crate) fn judge(
    response: &str,
    settings: &SamlSettings,
    key: &PrivateKey,
    expected: &Expected<'_>,
) -> Result<Judged, Rejection> {
    let xml = decoded(response)?;
    let shape = Response::read(&xml)?;
    require_addressed(&shape, settings, expected)?;
    // what it says is judged before it costs arithmetic, and believed after
    let early = shape.assertion().map(|assertion| stated(assertion, settings, expected)).transpose()?;
    let session = verified(&xml, &shape, settings, key, expected)?;
    let told = match early {
        Some(told) => told,
        None => {
            let content = &session.raw_flow().saml_content;
            stated(&shape::decrypted(content, shape.is_signed)?, settings, expected)?
        }
    };
    require_agreement(&session, &told)?;
    Ok(Judged { identity: told.identity, assertion_id: told.id, until: told.until })
}

fn decoded(response: &str) -> Result<String, Rejection> {
    if response.len() > LARGEST.div_ceil(3) * 4 + LARGEST / 16 {
        return Err(Rejection::SamlTooLarge);
    }
    let body: String = response.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(body).map_err(|_| Rejection::SamlMalformed)?;
    if bytes.len() > LARGEST {
        return Err(Rejection::SamlTooLarge);
    }
    String::from_utf8(bytes).map_err(|_| Rejection::SamlMalformed)
}

/// Asks whether the message comes from the provider, to us, in answer to the request.
fn require_addressed(
    shape: &Response,
    settings: &SamlSettings,
    expected: &Expected<'_>,
) -> Result<(), Rejection> {
    let root = shape.root();
    if root.attribute("Version") != Some("2.0") {
        return Err(Rejection::SamlLayout);
    }
    let issuer = root.all(ASSERTION, "Issuer").next().map(super::tree::Element::text);
    if issuer.is_some_and(|issuer| issuer != settings.entity_id) {
        return Err(Rejection::SamlIssuer);
    }
    let destination = root.attribute("Destination");
    let right = destination.map_or(!shape.is_signed, |destination| expected.sp.takes_at(destination));
    if !right {
        return Err(Rejection::SamlDestination);
    }
    match (shape.in_response_to(), expected.request_id) {
        (Some(said), Some(sent)) if said == sent => Ok(()),
        (None, None) if settings.allow_unsolicited => Ok(()),
        (None, None) => Err(Rejection::SamlUnsolicited),
        _ => Err(Rejection::SamlInResponseTo),
    }
}

/// Has the signatures verified, and what is encrypted decrypted.
fn verified(
    xml: &str,
    shape: &Response,
    settings: &SamlSettings,
    key: &PrivateKey,
    expected: &Expected<'_>,
) -> Result<SsoSession, Rejection> {
    let now = expected.now;
    if !settings.certificates.iter().any(|certificate| certificate.counts(now)) {
        return Err(Rejection::SamlCertificate);
    }
    let failed = |_: SamlError| Rejection::SamlSignature;
    let provider = metadata::of_provider(settings, now);
    let provider = IdpDescriptor::from_metadata_xml(&provider, MetadataTrustPolicy::UnsignedForCompatibility)
        .map_err(failed)?;
    let destination = shape.root().attribute("Destination").filter(|url| expected.sp.takes_at(url));
    let acs_url = destination.unwrap_or(&expected.sp.acs_url);
    let config = config(expected.sp, acs_url, key, shape).map_err(failed)?;
    let sp = Saml::sp(config).map_err(failed)?;
    let input = BrowserInput::<SsoResponse>::post(vec![FormField::new("SAMLResponse", STANDARD.encode(xml))]);
    let leeway = i64::try_from(LEEWAY.as_millis()).unwrap_or(0);
    let at = SystemTime::UNIX_EPOCH + Duration::from_micros(now.micros().unsigned_abs());
    // used assertions are kept by the store, which every node asks
    let context = SamlValidationContext::new(at, ReplayPolicy::DisabledForCompatibility)
        .with_clock_skew(ClockSkew::from_millis(-leeway, leeway));
    let outcome = match expected.request_id {
        None => sp.accept_unsolicited_sso(&provider, input, context),
        Some(id) => {
            let snapshot = PendingSnapshot::authn_request(
                id,
                RelayStateParam::absent(),
                &settings.entity_id,
                "post",
                acs_url,
                "post",
            );
            let pending = PendingAuthnRequest::from_snapshot(snapshot).map_err(failed)?;
            sp.finish_sso(&provider, &pending, input, context)
        }
    };
    outcome.map_err(|error| rejection(&error, shape))
}

fn config(
    sp: &ServiceProvider,
    acs_url: &str,
    key: &PrivateKey,
    shape: &Response,
) -> Result<SpConfig, SamlError> {
    let mut policy = SpValidationPolicy::recommended();
    // whatever is signed must verify, and one of the two must be
    if shape.is_signed {
        policy.responses = ResponseSignaturePolicy::RequireSigned;
    }
    policy.assertions = match shape.is_signed && !shape.has_signed_assertion {
        true => AssertionSignaturePolicy::AllowUnsignedForCompatibility,
        false => AssertionSignaturePolicy::RequireSigned,
    };
    policy.audience = AudienceValidationPolicy::Validate;
    // the library knows RSA or everything; ours of ECDSA are told apart by the shape
    policy.xml_signatures = match shape.all_rsa {
        true => XmlSignatureProfile::StrictRsaSha2,
        false => XmlSignatureProfile::AllowProviderSupportedForCompatibility,
    };
    // the private key is touched only where there is something to decrypt (docs/decisions/0041)
    let encryption = match shape.assertion() {
        Some(_) => XmlEncryptionPolicy::default(),
        None => XmlEncryptionPolicy::encrypt_assertions()
            .with_insecure_software_rsa_key_transport_decryption_allowed(),
    };
    let xml = XmlPolicy { encryption, ..XmlPolicy::default() };
    let credentials = Credentials {
        decryption_key: Some(PrivateKeyPem::new(key.pem().as_str())),
        ..Credentials::default()
    };
    SpConfig::builder(EntityId::try_new(&sp.entity_id)?)
        .acs_endpoint(AcsEndpoint::post(acs_url)?)
        .credentials(credentials)
        .validation(policy)
        .xml(xml)
        .build()
}

/// What the library found wrong, where it is more than that the signature is not right.
fn rejection(error: &SamlError, shape: &Response) -> Rejection {
    match error {
        SamlError::IssuerMismatch { .. } => Rejection::SamlIssuer,
        SamlError::DestinationMismatch { .. } => Rejection::SamlDestination,
        SamlError::InResponseToMismatch { .. } => Rejection::SamlInResponseTo,
        SamlError::AudienceMismatch { .. } => Rejection::SamlAudience,
        SamlError::StatusNotSuccess { .. } => Rejection::SamlStatus,
        SamlError::TimeWindowInvalid { .. } => Rejection::SamlTime,
        SamlError::AlgorithmUnsupported => Rejection::SamlAlgorithm,
        SamlError::SignatureMissing | SamlError::AssertionSignatureRequired
            if !shape.has_signed_assertion =>
        {
            Rejection::SamlUnsigned
        }
        SamlError::Crypto(_) if shape.assertion().is_none() => Rejection::SamlEncryption,
        _ => Rejection::SamlSignature,
    }
}

/// Two readers of one document must have read the same: where they differ, somebody means them to.
fn require_agreement(session: &SsoSession, told: &Stated) -> Result<(), Rejection> {
    let same = session.assertion_id().as_str() == told.id && session.name_id().value().trim() == told.name_id;
    if same { Ok(()) } else { Err(Rejection::SamlLayout) }
}
