//! How a provider is spoken with: the settings of each kind of connection, which are kept as one document.

use polity_kernel::text::printable;
use polity_kernel::{Error, FieldKind, Result, words};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::certificate::Certificate;

/// The longest value of a setting, in bytes.
const LONGEST: usize = 2_000;

/// The most entries of a list in the settings.
const MOST: usize = 50;

/// The most signing certificates of a SAML provider.
pub const MOST_CERTIFICATES: usize = 10;

/// The tenants of Entra that stand for everybody's: their tokens have another issuer than their discovery.
const EVERYBODYS_TENANTS: [&str; 3] = ["common", "organizations", "consumers"];

/// Told to the administrator.
const OWN_TENANT: &str = "use the address of your own tenant, https://login.microsoftonline.com/{tenant id}/v2.0: this one lets in people of every tenant";

words! {
    /// The protocol that a connection speaks.
    pub enum ConnectionKind {
        /// OpenID Connect Core 1.0, by the authorization code with PKCE.
        Oidc = "oidc",
        /// OAuth 2.0 (RFC 6749) with an API that tells who somebody is.
        OAuth2 = "oauth2",
        /// SAML 2.0, Web Browser SSO Profile.
        Saml = "saml",
    }
}

/// How the provider is spoken with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "protocol")]
pub enum ConnectionSettings {
    /// OpenID Connect.
    Oidc(OidcSettings),
    /// OAuth 2.0 with an API that tells who somebody is.
    OAuth2(OAuth2Settings),
    /// SAML 2.0.
    Saml(SamlSettings),
}

/// How this service proves itself to a token endpoint (OpenID Connect Core §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClientAuthentication {
    /// The secret in the `Authorization` header.
    ClientSecretBasic,
    /// The secret in the form.
    ClientSecretPost,
    /// An assertion signed with a key that was made here.
    PrivateKeyJwt,
}

/// An OpenID provider, which tells the rest of itself by discovery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OidcSettings {
    /// The issuer, exactly as its tokens and its discovery spell it.
    pub issuer: String,
    /// Who this service is there.
    pub client_id: String,
    /// How it proves that.
    pub authentication: ClientAuthentication,
    /// What it asks for; `openid` is always among it.
    pub scopes: Vec<String>,
    /// The claim that holds the address; absent: `email`.
    pub email_claim: Option<String>,
    /// The claim that lists the groups; absent: none are read.
    pub groups_claim: Option<String>,
    /// Only these tenants (`tid`); empty: the issuer decides alone.
    pub allowed_tenants: Vec<String>,
}

/// A provider that speaks OAuth 2.0 and tells by an API of its own who somebody is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuth2Settings {
    /// Who this service is there.
    pub client_id: String,
    /// What it asks for.
    pub scopes: Vec<String>,
    /// Where it all is.
    pub provider: OAuth2Provider,
}

/// Where a provider that speaks OAuth 2.0 is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OAuth2Provider {
    /// github.com: the address comes from its list of verified ones.
    Github,
    /// gitlab.com.
    Gitlab,
    /// Google.
    Google,
    /// Any other.
    Other(OAuth2Endpoints),
}

/// The addresses of a provider that speaks OAuth 2.0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuth2Endpoints {
    /// Where people are sent.
    pub authorize_url: String,
    /// Where a code is exchanged.
    pub token_url: String,
    /// What tells who somebody is: an object with `id` or `sub`, a number or a text.
    pub user_url: String,
    /// What lists their addresses, each with `email`, `verified` and `primary`; absent: none is believed.
    pub emails_url: Option<String>,
}

/// How a browser is sent to a SAML provider (SAML Bindings 2.0 §3.4, §3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RequestBinding {
    /// By an address that holds the request.
    Redirect,
    /// By a form that the browser posts.
    Post,
}

/// A SAML identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlSettings {
    /// Its entity id.
    pub entity_id: String,
    /// Where people are sent.
    pub sso_url: String,
    /// And how.
    pub sso_binding: RequestBinding,
    /// What it signs with; any that has not ended will do.
    pub certificates: Vec<Certificate>,
    /// Where its metadata is fetched anew each day; absent: what is set stays.
    pub metadata_url: Option<String>,
    /// The format of name that is asked for; absent: the provider chooses.
    pub name_id_format: Option<String>,
    /// The names of the attributes that are read.
    pub attributes: SamlAttributes,
    /// Whether a response is taken that nobody asked for.
    pub allow_unsolicited: bool,
    /// Whether requests are signed, with a key that was made here.
    pub sign_requests: bool,
}

/// The names of the SAML attributes that are read; what is absent is looked for under its usual names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlAttributes {
    /// The address.
    pub email: Option<String>,
    /// The given name.
    pub first_name: Option<String>,
    /// The family name.
    pub last_name: Option<String>,
    /// The groups.
    pub groups: Option<String>,
}

impl ConnectionSettings {
    /// The protocol.
    pub fn kind(&self) -> ConnectionKind {
        match self {
            Self::Oidc(_) => ConnectionKind::Oidc,
            Self::OAuth2(_) => ConnectionKind::OAuth2,
            Self::Saml(_) => ConnectionKind::Saml,
        }
    }

    /// Whether a client secret is needed.
    pub(crate) fn needs_secret(&self) -> bool {
        match self {
            Self::Oidc(oidc) => oidc.authentication != ClientAuthentication::PrivateKeyJwt,
            Self::OAuth2(_) => true,
            Self::Saml(_) => false,
        }
    }

    /// Whether a key pair is made for it.
    pub(crate) fn needs_key(&self) -> bool {
        match self {
            Self::Oidc(oidc) => oidc.authentication == ClientAuthentication::PrivateKeyJwt,
            Self::OAuth2(_) => false,
            Self::Saml(_) => true,
        }
    }

    /// The same, known to be such as can be meant.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    pub(crate) fn checked(self) -> Result<Self> {
        match self {
            Self::Oidc(oidc) => oidc.checked().map(Self::Oidc),
            Self::OAuth2(oauth2) => oauth2.checked().map(Self::OAuth2),
            Self::Saml(saml) => saml.checked().map(Self::Saml),
        }
    }
}

impl OidcSettings {
    fn checked(mut self) -> Result<Self> {
        let issuer = server("issuer", &self.issuer)?;
        let entra = matches!(issuer.host_str(), Some("login.microsoftonline.com" | "login.microsoft.com"));
        let tenant = issuer.path_segments().and_then(|mut segments| segments.next()).unwrap_or_default();
        if entra && EVERYBODYS_TENANTS.iter().any(|word| word.eq_ignore_ascii_case(tenant)) {
            return Err(Error::field("issuer", FieldKind::NotAllowed.told(OWN_TENANT)));
        }
        if issuer.query().is_some() {
            return Err(Error::field("issuer", FieldKind::Malformed.told("an issuer has no query")));
        }
        line("client_id", &self.client_id)?;
        listed("scopes", &self.scopes)?;
        optional("email_claim", self.email_claim.as_deref())?;
        optional("groups_claim", self.groups_claim.as_deref())?;
        listed("allowed_tenants", &self.allowed_tenants)?;
        if self.scopes.is_empty() {
            self.scopes = ["email", "profile"].map(str::to_owned).to_vec();
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            self.scopes.insert(0, "openid".to_owned());
        }
        Ok(self)
    }
}

impl OAuth2Settings {
    fn checked(self) -> Result<Self> {
        line("client_id", &self.client_id)?;
        listed("scopes", &self.scopes)?;
        if let OAuth2Provider::Other(endpoints) = &self.provider {
            server("authorize_url", &endpoints.authorize_url)?;
            server("token_url", &endpoints.token_url)?;
            server("user_url", &endpoints.user_url)?;
            if let Some(emails_url) = &endpoints.emails_url {
                server("emails_url", emails_url)?;
            }
        }
        Ok(self)
    }
}

impl SamlSettings {
    fn checked(self) -> Result<Self> {
        line("entity_id", &self.entity_id)?;
        server("sso_url", &self.sso_url)?;
        if let Some(metadata_url) = &self.metadata_url {
            server("metadata_url", metadata_url)?;
        }
        if self.certificates.is_empty() {
            return Err(Error::field("certificates", FieldKind::Required));
        }
        if self.certificates.len() > MOST_CERTIFICATES {
            return Err(Error::field("certificates", FieldKind::TooMany(MOST_CERTIFICATES)));
        }
        optional("name_id_format", self.name_id_format.as_deref())?;
        let SamlAttributes { email, first_name, last_name, groups } = &self.attributes;
        for (field, name) in
            [("email", email), ("first_name", first_name), ("last_name", last_name), ("groups", groups)]
        {
            optional(&format!("attributes.{field}"), name.as_deref())?;
        }
        if self.sign_requests && self.sso_binding == RequestBinding::Post {
            let why = "signed requests are sent by redirect: give the provider's address for that";
            return Err(Error::field("sign_requests", FieldKind::NotAllowed.told(why)));
        }
        Ok(self)
    }
}

/// The address of a server: https, or http on this machine, without a user or a fragment.
pub(crate) fn server(field: &str, text: &str) -> Result<Url> {
    line(field, text)?;
    let refused = || {
        Error::field(
            field,
            FieldKind::Malformed.told("must be an https address without a user, password or fragment"),
        )
    };
    let url = Url::parse(text).map_err(|_| refused())?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(refused()),
    };
    let safe = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if safe && bare { Ok(url) } else { Err(refused()) }
}

/// Whether a browser or this service may be sent there.
pub(crate) fn is_server(url: &str) -> bool {
    server("url", url).is_ok()
}

fn line(field: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::field(field, FieldKind::Blank));
    }
    if text.len() > LONGEST {
        return Err(Error::field(field, FieldKind::TooManyBytes(LONGEST)));
    }
    printable(text).map_err(|why| Error::refused(field, &why))
}

fn optional(field: &str, text: Option<&str>) -> Result<()> {
    text.map_or(Ok(()), |text| line(field, text))
}

/// A list of words without spaces.
fn listed(field: &str, words: &[String]) -> Result<()> {
    if words.len() > MOST {
        return Err(Error::field(field, FieldKind::TooMany(MOST)));
    }
    for word in words {
        line(field, word)?;
        if word.contains(char::is_whitespace) {
            return Err(Error::field(field, FieldKind::Malformed));
        }
    }
    Ok(())
}
