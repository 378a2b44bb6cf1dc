//! SAML metadata: what a provider's says, what ours says (SAML Metadata §2.3, §2.4).

use polity_kernel::{Error, FieldKind, Result, Timestamp};

use super::tree::{Element, Sort, parse};
use super::{DSIG, METADATA, POST, PROTOCOL, REDIRECT, ServiceProvider, escaped};
use crate::connection::PublicKey;
use crate::connection::certificate::Certificate;
use crate::connection::settings::{MOST_CERTIFICATES, RequestBinding, SamlSettings};

/// The largest metadata that is read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// What the metadata of a provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedProvider {
    /// Its entity id.
    pub entity_id: String,
    /// Where people are sent.
    pub sso_url: String,
    /// And how: by redirect where it takes that.
    pub sso_binding: RequestBinding,
    /// What it signs with; those that have ended are left out.
    pub certificates: Vec<Certificate>,
    /// Until when the metadata counts, where it says.
    pub valid_until: Option<Timestamp>,
}

/// Reads metadata; of several providers in it, the one of this entity id.
///
/// # Errors
/// `Invalid` at `metadata`.
pub(crate) fn import(xml: &str, entity_id: Option<&str>, now: Timestamp) -> Result<ImportedProvider> {
    let refused = |words: &'static str| Error::field("metadata", FieldKind::Malformed.told(words));
    if xml.len() > LARGEST {
        return Err(Error::field("metadata", FieldKind::TooManyBytes(LARGEST)));
    }
    let root = parse(xml, Sort::Metadata).map_err(|_| refused("is no SAML metadata that is safe to read"))?;
    let mut valid_until = until(&root);
    let providers: Vec<&Element> = match root.is(METADATA, "EntityDescriptor") {
        true => vec![&root],
        false => root.all(METADATA, "EntityDescriptor").collect(),
    };
    let is_provider = |entity: &&&Element| entity.all(METADATA, "IDPSSODescriptor").next().is_some();
    let wanted = |entity: &&&Element| entity_id.is_none_or(|id| entity.attribute("entityID") == Some(id));
    let found: Vec<&&Element> = providers.iter().filter(is_provider).filter(wanted).collect();
    let entity = match found.as_slice() {
        [only] => **only,
        [] => return Err(refused("describes no identity provider of that entity id")),
        _ => return Err(refused("describes several identity providers: say which by its entity id")),
    };
    let descriptor = entity
        .all(METADATA, "IDPSSODescriptor")
        .find(|descriptor| {
            descriptor.attribute("protocolSupportEnumeration").is_none_or(|p| p.contains(PROTOCOL))
        })
        .ok_or_else(|| refused("describes no identity provider of SAML 2.0"))?;
    for narrower in [until(entity), until(descriptor)].into_iter().flatten() {
        valid_until = Some(valid_until.map_or(narrower, |wider| wider.min(narrower)));
    }
    if valid_until.is_some_and(|until| until <= now) {
        return Err(Error::field("metadata", FieldKind::Past.told("has expired (validUntil)")));
    }
    let (sso_url, sso_binding) =
        endpoint(descriptor).ok_or_else(|| refused("names no sign-on address by redirect or POST"))?;
    let certificates = certificates(descriptor, now);
    if certificates.is_empty() {
        return Err(refused("names no signing certificate that counts at present"));
    }
    let entity_id = entity.attribute("entityID").unwrap_or_default().to_owned();
    Ok(ImportedProvider { entity_id, sso_url, sso_binding, certificates, valid_until })
}

fn until(element: &Element) -> Option<Timestamp> {
    Timestamp::parse(element.attribute("validUntil")?)
}

fn endpoint(descriptor: &Element) -> Option<(String, RequestBinding)> {
    let at = |binding: &str| {
        let services = descriptor.all(METADATA, "SingleSignOnService");
        let mut those = services.filter(|service| service.attribute("Binding") == Some(binding));
        those.find_map(|service| service.attribute("Location")).map(str::to_owned)
    };
    let redirect = at(REDIRECT).map(|url| (url, RequestBinding::Redirect));
    redirect.or_else(|| at(POST).map(|url| (url, RequestBinding::Post)))
}

fn certificates(descriptor: &Element, now: Timestamp) -> Vec<Certificate> {
    let keys = descriptor.all(METADATA, "KeyDescriptor");
    let signing = keys.filter(|key| key.attribute("use").is_none_or(|purpose| purpose == "signing"));
    let mut found: Vec<Certificate> = Vec::new();
    for key in signing {
        key.each(&mut |element| {
            if element.is(DSIG, "X509Certificate")
                && let Ok(certificate) = Certificate::parse(element.text())
                && now < certificate.ends
                && found.len() < MOST_CERTIFICATES
                && !found.contains(&certificate)
            {
                found.push(certificate);
            }
        });
    }
    found
}

/// The provider as its settings have it, with the certificates that count.
pub(super) fn of_provider(settings: &SamlSettings, now: Timestamp) -> String {
    let keys: String = settings
        .certificates
        .iter()
        .filter(|certificate| certificate.counts(now))
        .map(|certificate| key("signing", &certificate.der))
        .collect();
    format!(
        "<md:EntityDescriptor xmlns:md=\"{METADATA}\" entityID=\"{id}\"><md:IDPSSODescriptor \
         protocolSupportEnumeration=\"{PROTOCOL}\">{keys}<md:SingleSignOnService Binding=\"{REDIRECT}\" \
         Location=\"{url}\"/></md:IDPSSODescriptor></md:EntityDescriptor>",
        id = escaped(&settings.entity_id),
        url = escaped(&settings.sso_url),
    )
}

/// Our metadata, for a provider to read.
pub(crate) fn of_service(sp: &ServiceProvider, public: &PublicKey, signs_requests: bool) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<md:EntityDescriptor xmlns:md=\"{METADATA}\" entityID=\"{id}\">\
         <md:SPSSODescriptor AuthnRequestsSigned=\"{signs_requests}\" WantAssertionsSigned=\"true\" \
         protocolSupportEnumeration=\"{PROTOCOL}\">{signing}{encryption}\
         <md:AssertionConsumerService Binding=\"{POST}\" Location=\"{acs}\" index=\"0\" isDefault=\"true\"/>\
         </md:SPSSODescriptor></md:EntityDescriptor>\n",
        id = escaped(&sp.entity_id),
        signing = key("signing", &public.certificate),
        encryption = key("encryption", &public.certificate),
        acs = escaped(&sp.acs_url),
    )
}

/// Our metadata for a provider that is told one address for all connections: without keys, which are each connection's.
pub(crate) fn metadata_for_all(sp: &ServiceProvider) -> String {
    let acs = sp.other_acs_url.as_deref().unwrap_or(&sp.acs_url);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<md:EntityDescriptor xmlns:md=\"{METADATA}\" entityID=\"{id}\">\
         <md:SPSSODescriptor AuthnRequestsSigned=\"false\" WantAssertionsSigned=\"true\" \
         protocolSupportEnumeration=\"{PROTOCOL}\">\
         <md:AssertionConsumerService Binding=\"{POST}\" Location=\"{acs}\" index=\"0\" isDefault=\"true\"/>\
         </md:SPSSODescriptor></md:EntityDescriptor>\n",
        id = escaped(&sp.entity_id),
        acs = escaped(acs),
    )
}

fn key(purpose: &str, certificate: &str) -> String {
    format!(
        "<md:KeyDescriptor use=\"{purpose}\"><ds:KeyInfo xmlns:ds=\"{DSIG}\"><ds:X509Data><ds:X509Certificate>\
         {}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
        escaped(certificate)
    )
}
