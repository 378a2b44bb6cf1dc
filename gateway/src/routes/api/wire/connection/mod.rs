//! Connections as this family shows them.

mod body;
mod provider;
mod settings;

use polity_domains::{
    Addresses, Attempt, AttemptId, AttemptOutcome, Certificate, ClientAuthentication, Connection,
    ConnectionId, ConnectionKind, ConnectionSettings, DomainId, OAuth2Provider, OAuth2Settings, OidcSettings,
    SamlSettings, Step,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::Moment;

pub(crate) use body::{ConnectionBody, ConnectionChange, connection_fault};
use provider::{Authentication, Binding, Preset};

/// A connection to an identity provider, without its secrets; what another kind of connection has is null.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub(crate) struct OrganizationConnection {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: Option<ConnectionId>,
    /// The protocol: `oidc`, `oauth2`, `saml`.
    kind: &'static str,
    /// What administrators call it.
    name: String,
    /// The domains whose people sign in by it.
    #[schema(value_type = Vec<uuid::Uuid>)]
    domains: Vec<DomainId>,
    /// Whether a secret of the client is kept, which is never shown.
    has_client_secret: bool,
    /// When a try-out last went well.
    #[schema(value_type = Option<String>, format = DateTime)]
    tested_at: Option<Moment>,
    /// The address it was for.
    tested_address: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Option<Moment>,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Option<Moment>,
    /// Who this service is at the provider.
    client_id: Option<String>,
    /// What is asked for there.
    scopes: Option<Vec<String>>,
    /// Where the provider sends people back to: to be entered there.
    redirect_uri: Option<String>,
    /// The issuer.
    issuer: Option<String>,
    /// How this service proves itself to the token endpoint: `client_secret_basic`, `client_secret_post`, `private_key_jwt`.
    token_endpoint_auth_method: Option<&'static str>,
    /// Where the provider finds the key for `private_key_jwt`: to be entered there.
    jwks_uri: Option<String>,
    /// The claim that holds the address; null: `email`.
    email_claim: Option<String>,
    /// The claim that lists the groups.
    groups_claim: Option<String>,
    /// The tenants of the issuer whose people are let in; none: all of them.
    allowed_tenants: Option<Vec<String>>,
    /// A provider whose addresses are known: `github`, `gitlab`, `google`.
    preset: Option<&'static str>,
    /// Where people are sent.
    authorize_url: Option<String>,
    /// Where a code is exchanged.
    token_url: Option<String>,
    /// What tells who somebody is.
    user_url: Option<String>,
    /// What lists their addresses.
    emails_url: Option<String>,
    /// The entity id of the identity provider.
    entity_id: Option<String>,
    /// Where it signs people in.
    sso_url: Option<String>,
    /// How they are sent there: `redirect`, `post`.
    sso_binding: Option<&'static str>,
    /// What it signs with.
    certificates: Option<Vec<ConnectionCertificate>>,
    /// Where its metadata is.
    metadata_url: Option<String>,
    /// The format of name that is asked for.
    name_id_format: Option<String>,
    /// The attribute that holds the address; null: its usual names.
    email_attribute: Option<String>,
    /// The attribute that holds the given name.
    first_name_attribute: Option<String>,
    /// The attribute that holds the family name.
    last_name_attribute: Option<String>,
    /// The attribute that lists the groups.
    groups_attribute: Option<String>,
    /// Whether a response is taken that nobody asked for.
    allow_unsolicited: Option<bool>,
    /// Whether requests are signed.
    sign_requests: Option<bool>,
    /// Our entity id: to be entered at the provider.
    sp_entity_id: Option<String>,
    /// Our assertion consumer service: to be entered at the provider.
    sp_acs_url: Option<String>,
    /// Our metadata, for a provider that reads it.
    sp_metadata_url: Option<String>,
}

/// A certificate that an identity provider signs with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionCertificate {
    /// The certificate, DER in base64.
    certificate: String,
    /// From when it counts.
    #[schema(value_type = String, format = DateTime)]
    begins_at: Moment,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    ends_at: Moment,
    /// The SHA-256 of the DER in hexadecimal.
    fingerprint: String,
}

/// One step of a sign-in by a connection.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionAttempt {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: AttemptId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    time: Moment,
    /// How far the sign-in came: `start`, `answer`, `arrival`.
    #[schema(value_type = String)]
    step: Step,
    /// What became of it: `passed`, `refused`.
    #[schema(value_type = String)]
    outcome: AttemptOutcome,
    /// What was wrong, in words; empty where nothing was.
    detail: String,
}

/// Where a connection is tried out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionTest {
    /// To be opened in a browser within ten minutes; good once.
    url: String,
}

impl ConnectionTest {
    /// The address of a try-out with this secret.
    pub(crate) fn at(addresses: &Addresses, secret: &polity_identity::Secret) -> Self {
        Self { url: format!("{}?test={}", addresses.start_url, secret.reveal()) }
    }
}

impl OrganizationConnection {
    /// The connection, with what its provider must be told.
    pub(crate) fn of(connection: Connection, at: Addresses) -> Self {
        let kind = connection.kind();
        let shown = Self {
            id: Some(connection.id),
            kind: kind.as_str(),
            name: connection.name,
            domains: connection.domains,
            has_client_secret: connection.has_client_secret,
            tested_at: connection.tested.as_ref().map(|tested| Moment(tested.at)),
            tested_address: connection.tested.and_then(|tested| tested.address),
            created_at: Some(Moment(connection.created_at)),
            updated_at: Some(Moment(connection.updated_at)),
            redirect_uri: (kind != ConnectionKind::Saml).then(|| at.redirect_uri.clone()),
            ..Self::default()
        };
        match connection.settings {
            ConnectionSettings::Oidc(oidc) => shown.with_oidc(oidc, at),
            ConnectionSettings::OAuth2(oauth2) => shown.with_oauth2(oauth2),
            ConnectionSettings::Saml(saml) => shown.with_saml(saml, at),
        }
    }

    fn with_oidc(self, oidc: OidcSettings, at: Addresses) -> Self {
        let has_key = oidc.authentication == ClientAuthentication::PrivateKeyJwt;
        Self {
            client_id: Some(oidc.client_id),
            scopes: Some(oidc.scopes),
            issuer: Some(oidc.issuer),
            token_endpoint_auth_method: Some(Authentication::word(oidc.authentication)),
            jwks_uri: has_key.then_some(at.jwks_uri),
            email_claim: oidc.email_claim,
            groups_claim: oidc.groups_claim,
            allowed_tenants: Some(oidc.allowed_tenants),
            ..self
        }
    }

    fn with_oauth2(self, oauth2: OAuth2Settings) -> Self {
        let preset = Preset::word(&oauth2.provider);
        let shown = Self { client_id: Some(oauth2.client_id), scopes: Some(oauth2.scopes), preset, ..self };
        let OAuth2Provider::Other(endpoints) = oauth2.provider else { return shown };
        Self {
            authorize_url: Some(endpoints.authorize_url),
            token_url: Some(endpoints.token_url),
            user_url: Some(endpoints.user_url),
            emails_url: endpoints.emails_url,
            ..shown
        }
    }

    fn with_saml(self, saml: SamlSettings, at: Addresses) -> Self {
        Self {
            entity_id: Some(saml.entity_id),
            sso_url: Some(saml.sso_url),
            sso_binding: Some(Binding::word(saml.sso_binding)),
            certificates: Some(saml.certificates.into_iter().map(ConnectionCertificate::from).collect()),
            metadata_url: saml.metadata_url,
            name_id_format: saml.name_id_format,
            email_attribute: saml.attributes.email,
            first_name_attribute: saml.attributes.first_name,
            last_name_attribute: saml.attributes.last_name,
            groups_attribute: saml.attributes.groups,
            allow_unsolicited: Some(saml.allow_unsolicited),
            sign_requests: Some(saml.sign_requests),
            sp_entity_id: Some(at.service_provider.entity_id),
            sp_acs_url: Some(at.service_provider.acs_url),
            sp_metadata_url: Some(at.metadata_url),
            ..self
        }
    }
}

impl From<Certificate> for ConnectionCertificate {
    fn from(certificate: Certificate) -> Self {
        Self {
            certificate: certificate.der,
            begins_at: Moment(certificate.begins),
            ends_at: Moment(certificate.ends),
            fingerprint: certificate.fingerprint,
        }
    }
}

impl From<Attempt> for ConnectionAttempt {
    fn from(attempt: Attempt) -> Self {
        Self {
            id: attempt.id,
            time: Moment(attempt.at),
            step: attempt.step,
            outcome: attempt.outcome,
            detail: attempt.words,
        }
    }
}
