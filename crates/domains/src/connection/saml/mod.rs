//! SAML 2.0 as a service provider (Web Browser SSO Profile): the request, the judgement of a response, metadata of both sides.
//!
//! A response is believed in three stages. [`shape`] asks how it is laid out before anything is believed of it: one assertion, signatures only
//! where they belong, each over exactly the element it stands in, by algorithms that are allowed. `saml_rs` verifies the signatures against the
//! certificates of the connection, and decrypts. [`statement`] reads the assertion and judges what it says, by our clock.

pub(crate) mod judge;
pub(crate) mod metadata;
pub(crate) mod request;
mod shape;
mod statement;
#[cfg(test)]
mod tests;
mod tree;

use polity_kernel::Timestamp;

/// The namespace of protocol messages (SAML Core §1.2).
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

/// The namespace of assertions.
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// The namespace of metadata.
const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

/// The namespace of XML Signature.
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// The namespace of XML Encryption.
const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";

/// The HTTP POST binding (SAML Bindings §3.5).
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/// The HTTP Redirect binding (SAML Bindings §3.4).
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/// Who this service is to a SAML provider, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceProvider {
    /// Our entity id.
    pub entity_id: String,
    /// The assertion consumer service that requests name.
    pub acs_url: String,
    /// Another address at which responses are taken.
    pub other_acs_url: Option<String>,
}

/// What a response must be about.
pub(crate) struct Expected<'e> {
    /// Who we are.
    pub(crate) sp: &'e ServiceProvider,
    /// The request that it must answer; absent: it must answer none.
    pub(crate) request_id: Option<&'e str>,
    /// The present.
    pub(crate) now: Timestamp,
}

impl ServiceProvider {
    /// Whether responses are taken at this address.
    fn takes_at(&self, url: &str) -> bool {
        self.acs_url == url || self.other_acs_url.as_deref() == Some(url)
    }
}

/// The text as it may stand in an XML document, in quotes too.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}
