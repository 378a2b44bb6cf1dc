//! What is said of a connection: new, or changed.

use polity_domains::{
    ConnectionFields, ConnectionKind, ConnectionPatch, ConnectionSettings, DomainId, ImportedProvider,
    MOST_CERTIFICATES, MOST_DOMAINS, MetadataSource, NewConnection,
};
use polity_identity::Secret;
use polity_kernel::{Error, FieldKind, Problem, Result};
use serde_json::Value;
use utoipa::openapi::schema::ArrayBuilder;
use utoipa::openapi::{RefOr, Schema};

use super::provider::{Authentication, Binding, Preset};
use crate::routes::api::Fault;
use crate::routes::api::body::{
    Clearable, Optional, PASSWORD, Reader, Required, Switch, Text, id, items, text, text_judged, text_of,
    word,
};

/// The longest of most texts, in characters.
const LONGEST: usize = 2_000;

/// The longest certificate, in characters of PEM.
const LONGEST_CERTIFICATE: usize = 16_000;

/// The most words of a list.
const MOST: usize = 50;

/// The longest metadata, in bytes, which the area counts.
const LARGEST: usize = 1024 * 1024;

body! {
    /// A connection to make.
    pub(crate) struct ConnectionBody as "ConnectionBody" {
        /// What administrators are to call it.
        name: String = Required(text("given-name")),
        /// The protocol, which stays.
        kind: ConnectionKind = Required(word(ConnectionKind::WORDS)),
        ..said: ConnectionDetails,
    }
}

body! {
    /// What changes of a connection; what is absent stays.
    pub(crate) struct ConnectionChange as "ConnectionChange" {
        /// What administrators are to call it.
        name: Option<String> = Optional(text("given-name")),
        ..said: ConnectionDetails,
    }
}

body! {
    /// What is said of a connection; what belongs to another kind than its own is not looked at.
    pub(crate) struct ConnectionDetails as "ConnectionDetails" {
        /// Exactly the domains that it is to serve: of the organization, and served by no other connection.
        domains: Option<Vec<DomainId>> = Optional(List { of: id(), most: MOST_DOMAINS }),
        /// The secret that the provider gave for the client.
        client_secret: Option<String> = Optional(PASSWORD),
        /// `oidc`, `oauth2`: who this service is at the provider.
        client_id: Option<String> = Optional(text_of(LONGEST)),
        /// `oidc`, `oauth2`: what is asked for there.
        scopes: Option<Vec<String>> = Optional(WORDS),
        /// `oidc`: the issuer, exactly as its tokens spell it.
        issuer: Option<String> = Optional(text_of(LONGEST)),
        /// `oidc`: how this service proves itself to the token endpoint; by `client_secret_basic` when nothing is said.
        token_endpoint_auth_method: Option<Authentication> = Optional(word(Authentication::WORDS)),
        /// `oidc`: the claim that holds the address; `email` when nothing is said.
        email_claim: Option<Option<String>> = Clearable(text_of(LONGEST)),
        /// `oidc`: the claim that lists the groups.
        groups_claim: Option<Option<String>> = Clearable(text_of(LONGEST)),
        /// `oidc`: the tenants of the issuer (`tid`) whose people are let in; none: all of them.
        allowed_tenants: Option<Vec<String>> = Optional(WORDS),
        /// `oauth2`: a provider whose addresses are known.
        preset: Option<Option<Preset>> = Clearable(word(Preset::WORDS)),
        /// `oauth2` without a preset: where people are sent.
        authorize_url: Option<String> = Optional(text_of(LONGEST)),
        /// `oauth2` without a preset: where a code is exchanged.
        token_url: Option<String> = Optional(text_of(LONGEST)),
        /// `oauth2` without a preset: what tells who somebody is.
        user_url: Option<String> = Optional(text_of(LONGEST)),
        /// `oauth2` without a preset: what lists their addresses, and which of them are verified.
        emails_url: Option<Option<String>> = Clearable(text_of(LONGEST)),
        ..saml: SamlDetails,
    }
}

body! {
    /// What is said of a connection by SAML.
    pub(crate) struct SamlDetails as "SamlDetails" {
        /// `saml`: the provider's metadata, which says its entity id, address and certificates as far as they are not said here.
        metadata: Option<String> = Optional(text_judged(LARGEST)),
        /// `saml`: where the metadata is, which is fetched and read at once.
        metadata_url: Option<Option<String>> = Clearable(text_of(LONGEST)),
        /// `saml`: the entity id of the provider; of several in its metadata, this one.
        entity_id: Option<String> = Optional(text_of(LONGEST)),
        /// `saml`: where it signs people in.
        sso_url: Option<String> = Optional(text_of(LONGEST)),
        /// `saml`: how they are sent there.
        sso_binding: Option<Binding> = Optional(word(Binding::WORDS)),
        /// `saml`: what it signs with, each in PEM or base64.
        certificates: Option<Vec<String>> = Optional(List { of: text_of(LONGEST_CERTIFICATE), most: MOST_CERTIFICATES }),
        /// `saml`: the format of name that is asked for.
        name_id_format: Option<Option<String>> = Clearable(text_of(LONGEST)),
        /// `saml`: the attribute that holds the address.
        email_attribute: Option<Option<String>> = Clearable(text_of(LONGEST)),
        /// `saml`: the attribute that holds the given name.
        first_name_attribute: Option<Option<String>> = Clearable(text_of(LONGEST)),
        /// `saml`: the attribute that holds the family name.
        last_name_attribute: Option<Option<String>> = Clearable(text_of(LONGEST)),
        /// `saml`: the attribute that lists the groups.
        groups_attribute: Option<Option<String>> = Clearable(text_of(LONGEST)),
        /// `saml`: whether a response is taken that nobody asked for.
        allow_unsolicited: Option<bool> = Switch,
        /// `saml`: whether requests are signed.
        sign_requests: Option<bool> = Switch,
    }
}

/// Reads a list.
struct List<R> {
    of: R,
    most: usize,
}

/// Words of an outside system.
const WORDS: List<Text> = List { of: text_of(LONGEST), most: MOST };

impl<R: Reader> Reader for List<R> {
    type Said = Vec<R::Said>;

    fn read(&self, value: &Value) -> std::result::Result<Self::Said, Problem> {
        items(value, self.most)?.iter().map(|item| self.of.read(item)).collect()
    }

    fn schema(&self) -> Schema {
        ArrayBuilder::new().items(RefOr::T(self.of.schema())).max_items(Some(self.most)).into()
    }
}

impl ConnectionBody {
    /// Where the provider's metadata is, if it is to be read.
    pub(crate) fn metadata(&self) -> Option<MetadataSource> {
        self.said.saml.source().filter(|_| self.kind == ConnectionKind::Saml)
    }

    /// The entity id that is said.
    pub(crate) fn entity_id(&self) -> Option<&str> {
        self.said.saml.entity_id.as_deref()
    }

    /// The connection to make, with what was read of its provider.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    pub(crate) fn made(self, read: Option<&ImportedProvider>) -> Result<NewConnection> {
        let secret = self.said.client_secret.as_deref().map(Secret::new);
        let domains = self.said.domains.clone().unwrap_or_default();
        let settings = match self.kind {
            ConnectionKind::Oidc => ConnectionSettings::Oidc(self.said.oidc(None)?),
            ConnectionKind::OAuth2 => ConnectionSettings::OAuth2(self.said.oauth2(None)?),
            ConnectionKind::Saml => ConnectionSettings::Saml(self.said.saml.settings(None, read)?),
        };
        NewConnection::try_from(ConnectionFields {
            name: self.name,
            settings,
            client_secret: secret,
            domains,
        })
    }
}

impl ConnectionChange {
    /// Where the provider's metadata is, if it is to be read.
    pub(crate) fn metadata(&self) -> Option<MetadataSource> {
        self.said.saml.source()
    }

    /// The entity id that is said.
    pub(crate) fn entity_id(&self) -> Option<&str> {
        self.said.saml.entity_id.as_deref()
    }

    /// The change of a connection with these settings at this version, with what was read of its provider.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    pub(crate) fn of(
        self,
        settings: ConnectionSettings,
        version: i64,
        read: Option<&ImportedProvider>,
    ) -> Result<ConnectionPatch> {
        let client_secret = self.said.client_secret.as_deref().map(Secret::new);
        let domains = self.said.domains.clone();
        let settings = match settings {
            ConnectionSettings::Oidc(kept) => ConnectionSettings::Oidc(self.said.oidc(Some(kept))?),
            ConnectionSettings::OAuth2(kept) => ConnectionSettings::OAuth2(self.said.oauth2(Some(kept))?),
            ConnectionSettings::Saml(kept) => {
                ConnectionSettings::Saml(self.said.saml.settings(Some(&kept), read)?)
            }
        };
        Ok(ConnectionPatch {
            name: self.name,
            settings: Some(settings),
            client_secret,
            domains,
            since: Some(version),
        })
    }
}

/// The failure, by this family's names of the fields.
pub(crate) fn connection_fault(error: Error) -> Fault {
    let taken = error.fields().first().is_some_and(|first| first.kind == FieldKind::Taken);
    let named = error.renamed(|field| match field.split_once('.') {
        Some(("attributes", name)) => format!("{name}_attribute"),
        _ => field.to_owned(),
    });
    let fault = Fault::from(named);
    if taken { fault.worded("unique") } else { fault }
}
