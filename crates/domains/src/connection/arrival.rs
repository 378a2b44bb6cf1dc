//! A sign-in on its way: to the provider, back, and in at the browser that began.

use polity_identity::Secret;
use polity_kernel::{OrganizationId, words};

use super::ConnectionId;
use super::external::ExternalIdentity;
use super::saml::ServiceProvider;
use super::settings::ConnectionKind;

words! {
    /// What a sign-in is for.
    pub enum SignInPurpose {
        /// Somebody is to be let in.
        Login = "login",
        /// An administrator looks at what the provider tells; nobody is let in.
        Test = "test",
    }
}

/// How a sign-in begins.
#[derive(Clone, Debug)]
pub struct Begin {
    /// What the browser is known by again: the value of its pre-session cookie.
    pub browser: Secret,
    /// Where to go afterwards; whoever calls has checked that it is a place of ours. At most 2000 bytes.
    pub return_to: Option<String>,
    /// Whom the provider is to ask for, an address as a rule.
    pub login_hint: Option<String>,
    /// The secret of a try-out that was offered; absent: somebody is to be let in.
    pub test: Option<Secret>,
}

/// How the browser goes to the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Departure {
    /// To this address.
    Redirect(String),
    /// By a form that it posts to the address.
    Post {
        /// Where to.
        url: String,
        /// Names and values of the form's hidden fields.
        fields: Vec<(&'static str, String)>,
    },
}

/// Where a connection is found from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// Who this service is to a SAML provider.
    pub service_provider: ServiceProvider,
    /// Our SAML metadata.
    pub metadata_url: String,
    /// Where an authorization response is sent (RFC 6749 §3.1.2).
    pub redirect_uri: String,
    /// Our public key, where the connection has one.
    pub jwks_uri: String,
    /// Where a sign-in begins.
    pub start_url: String,
}

/// Where the metadata of a SAML provider is.
#[derive(Clone, Debug)]
pub enum MetadataSource {
    /// Here.
    Xml(String),
    /// At an address, which is fetched on the word of the organization.
    Url(String),
}

/// What a provider sends back.
#[derive(Clone, Debug)]
pub enum Callback {
    /// The parameters of an authorization response (RFC 6749 §4.1.2), by address or by `form_post`.
    Authorization {
        /// Which request it answers.
        state: Option<Secret>,
        /// The code.
        code: Option<Secret>,
        /// Who answers (RFC 9207).
        issuer: Option<String>,
        /// Why there is no code.
        error: Option<String>,
    },
    /// The fields of a SAML response by POST, at the address of this connection.
    Saml {
        /// Whose address it was posted to.
        connection: ConnectionId,
        /// The response in base64.
        response: Secret,
    },
}

/// Somebody who has come back from a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The organization of the connection; the nil one for the operator's.
    pub organization: OrganizationId,
    /// The connection.
    pub connection: ConnectionId,
    /// Its protocol.
    pub kind: ConnectionKind,
    /// Who they are there.
    pub identity: ExternalIdentity,
    /// What it is for.
    pub purpose: SignInPurpose,
    /// Where to go afterwards.
    pub return_to: Option<String>,
    /// Nobody here had asked for it: whoever is at the browser must confirm first.
    pub unsolicited: bool,
}

impl Arrival {
    /// The organization whose connection it is; absent for the operator's.
    pub fn owner(&self) -> Option<OrganizationId> {
        Some(self.organization).filter(|organization| !organization.uuid().is_nil())
    }
}
