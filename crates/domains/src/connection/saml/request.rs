//! The request that sends somebody to a SAML provider (SAML Core §3.4.1, Bindings §3.4 and §3.5).

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use polity_kernel::{Error, Result, Timestamp};
use url::form_urlencoded::byte_serialize;

use super::{ASSERTION, POST, PROTOCOL, ServiceProvider, escaped};
use crate::connection::arrival::Departure;
use crate::connection::keys::PrivateKey;
use crate::connection::settings::{RequestBinding, SamlSettings};

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// A request to send.
pub(crate) struct Request<'r> {
    /// Its id, which the answer names.
    pub(crate) id: &'r str,
    /// The present.
    pub(crate) now: Timestamp,
    /// Whom the provider is to ask for.
    pub(crate) login_hint: Option<&'r str>,
}

/// How the browser takes the request to the provider.
pub(crate) fn departure(
    settings: &SamlSettings,
    sp: &ServiceProvider,
    key: &PrivateKey,
    request: &Request<'_>,
) -> Result<Departure> {
    let xml = document(settings, sp, request);
    match settings.sso_binding {
        RequestBinding::Post => {
            let fields = vec![("SAMLRequest", STANDARD.encode(xml))];
            Ok(Departure::Post { url: settings.sso_url.clone(), fields })
        }
        RequestBinding::Redirect => {
            let mut deflated = DeflateEncoder::new(Vec::new(), Compression::default());
            deflated.write_all(xml.as_bytes()).map_err(Error::internal)?;
            let deflated = deflated.finish().map_err(Error::internal)?;
            let mut query = format!("SAMLRequest={}", encoded(&STANDARD.encode(deflated)));
            if settings.sign_requests {
                query.push_str(&format!("&SigAlg={}", encoded(RSA_SHA256)));
                let signature = key.sign(query.as_bytes())?;
                query.push_str(&format!("&Signature={}", encoded(&STANDARD.encode(signature))));
            }
            let joint = if settings.sso_url.contains('?') { '&' } else { '?' };
            Ok(Departure::Redirect(format!("{}{joint}{query}", settings.sso_url)))
        }
    }
}

fn document(settings: &SamlSettings, sp: &ServiceProvider, request: &Request<'_>) -> String {
    let policy = settings.name_id_format.as_deref().map_or_else(String::new, |format| {
        format!("<samlp:NameIDPolicy Format=\"{}\" AllowCreate=\"true\"/>", escaped(format))
    });
    let subject = request.login_hint.map_or_else(String::new, |hint| {
        format!("<saml:Subject><saml:NameID>{}</saml:NameID></saml:Subject>", escaped(hint))
    });
    format!(
        "<samlp:AuthnRequest xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" Version=\"2.0\" \
         IssueInstant=\"{at}\" Destination=\"{destination}\" ProtocolBinding=\"{POST}\" \
         AssertionConsumerServiceURL=\"{acs}\"><saml:Issuer>{issuer}</saml:Issuer>{subject}{policy}</samlp:AuthnRequest>",
        id = escaped(request.id),
        at = Timestamp::from_seconds(request.now.seconds()),
        destination = escaped(&settings.sso_url),
        acs = escaped(&sp.acs_url),
        issuer = escaped(&sp.entity_id),
    )
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}
