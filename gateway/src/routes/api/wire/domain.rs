//! E-mail domains as this family shows them.

use polity_directory::{DomainName, NameTaken};
use polity_domains::{
    Domain, DomainId, DomainPatch, DomainRefusal, Enforcement, MOST_BREAK_GLASS_OWNERS, SamlPatch,
    SamlProvider,
};
use polity_kernel::{AccountId, Error, FieldKind, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

use super::Moment;
use crate::gate::status;
use crate::routes::api::Fault;
use crate::routes::api::body::{
    Clearable, Flag, Optional, Reader, Required, Switch, id, items, text, text_of, word,
};

/// What the domain is called in a body and in a refusal.
const DOMAIN: &str = "domain";

/// A claim of an e-mail domain.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationDomain {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: DomainId,
    /// The domain.
    #[schema(format = "domain")]
    domain: String,
    /// Whether it is proven to be the organization's own.
    is_verified: bool,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    verified_at: Option<Moment>,
    /// What the TXT record has to say.
    verification_challenge: String,
    /// Whether people under it become members when they sign in by a connection.
    jit_provisioning_enabled: bool,
    /// How people under it have to sign in: `saml`, `oidc`, `google-oauth2`, `github`, `gitlab`; empty: as they like.
    sso_enforcement: &'static str,
    /// Whether it has a connection by SAML.
    has_saml: bool,
    /// The entity id of its identity provider.
    saml_entity_id: Option<String>,
    /// Where its identity provider signs people in.
    saml_acs_url: Option<String>,
    /// What its identity provider signs with.
    saml_x509_cert: Option<String>,
    /// Whether accounts are provisioned by SCIM.
    has_scim: bool,
    /// Whether that is switched on.
    scim_enabled: bool,
    /// Where a provisioning client sends them.
    scim_base_url: Option<String>,
    /// What it proves itself by; shown once.
    scim_bearer_token: Option<String>,
}

body! {
    /// A domain to claim.
    pub(crate) struct DomainBody as "OrganizationDomainBody" {
        /// The domain, in lower case: no public suffix, and none that gives an address to anybody.
        domain: String = Required(text("given-domain")),
        ..saml: DomainProvider,
    }
}

body! {
    /// What is set for a domain; what is absent stays.
    pub(crate) struct DomainChange as "OrganizationDomainChange" {
        /// Whether people under it become members when they sign in by a connection.
        jit_provisioning_enabled: Option<bool> = Switch,
        /// How people under it have to sign in: `saml`, `oidc`, `google-oauth2`, `github`, `gitlab`; empty: as they like.
        sso_enforcement: Option<Option<Enforcement>> = Optional(EnforcementWord),
        /// The owners, at most 10, who may sign in otherwise all the same. Where it is enforced and nobody is named, it is whoever changes this if
        /// they own the organization, else its first owner.
        break_glass_owners: Option<Vec<AccountId>> = Optional(Owners),
        /// Whether accounts are provisioned by SCIM, which this version does not do.
        scim_enabled: Option<Option<bool>> = Flag,
        ..saml: DomainProvider,
    }
}

body! {
    /// The SAML provider of a domain: the connection that serves the domain says the same. With all three empty it has none.
    pub(crate) struct DomainProvider as "OrganizationDomainProvider" {
        /// The entity id of the identity provider.
        saml_entity_id: Option<Option<String>> = Clearable(text_of(512)),
        /// Where the identity provider signs people in: an https address.
        saml_acs_url: Option<Option<String>> = Clearable(text_of(512)),
        /// What the identity provider signs with: a certificate, with or without its lines BEGIN and END.
        saml_x509_cert: Option<Option<String>> = Clearable(text_of(16_000)),
    }
}

body! {
    /// The domain, and what is set for it.
    pub(crate) struct DomainReplacement as "OrganizationDomainReplacement" {
        /// The domain, which stays what it is.
        domain: String = Required(text("given-domain")),
        ..change: DomainChange,
    }
}

/// How a change is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DomainQuery {
    /// Whether an owner enforces a connection that nobody has tested; told in the activity log.
    #[serde(default)]
    pub(crate) force: bool,
}

/// Reads a way of signing in, or none.
struct EnforcementWord;

impl Reader for EnforcementWord {
    type Said = Option<Enforcement>;

    fn read(&self, value: &Value) -> Result<Self::Said, Problem> {
        if value.as_str().is_some_and(|text| text.trim().is_empty()) {
            return Ok(None);
        }
        word(Enforcement::WORDS).read(value).map(Some)
    }

    fn schema(&self) -> Schema {
        let words = std::iter::once("").chain(Enforcement::WORDS.iter().copied());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
    }
}

/// Reads ids of accounts.
struct Owners;

impl Reader for Owners {
    type Said = Vec<AccountId>;

    fn read(&self, value: &Value) -> Result<Self::Said, Problem> {
        items(value, MOST_BREAK_GLASS_OWNERS)?.iter().map(|item| id().read(item)).collect()
    }

    fn schema(&self) -> Schema {
        let item = id::<AccountId>().schema();
        ArrayBuilder::new().items(RefOr::T(item)).max_items(Some(MOST_BREAK_GLASS_OWNERS)).into()
    }
}

impl DomainBody {
    /// The domain, and the provider that is said for it.
    pub(crate) fn parts(self) -> Result<(DomainName, SamlPatch), Fault> {
        Ok((named(&self.domain)?, self.saml.into()))
    }
}

impl From<DomainProvider> for SamlPatch {
    fn from(said: DomainProvider) -> Self {
        Self { entity_id: said.saml_entity_id, sso_url: said.saml_acs_url, certificate: said.saml_x509_cert }
    }
}

impl TryFrom<DomainReplacement> for DomainChange {
    type Error = Fault;

    fn try_from(body: DomainReplacement) -> Result<Self, Fault> {
        named(&body.domain).map(|_| body.change)
    }
}

impl DomainChange {
    /// What is set for the domain, and what is said of its provider.
    pub(crate) fn parts(self, force: bool) -> (DomainPatch, SamlPatch) {
        let patch = DomainPatch {
            jit_provisioning: self.jit_provisioning_enabled,
            sso_enforcement: self.sso_enforcement,
            break_glass_owners: self.break_glass_owners,
            scim: self.scim_enabled.flatten(),
            force,
        };
        (patch, self.saml.into())
    }
}

impl OrganizationDomain {
    /// The domain with its SAML provider, which is one of these or none.
    pub(crate) fn of(domain: Domain, providers: &[(DomainId, SamlProvider)]) -> Self {
        let saml = providers.iter().find(|(id, _)| *id == domain.id).map(|(_, saml)| saml);
        Self {
            id: domain.id,
            is_verified: domain.is_verified(),
            domain: domain.name.to_string(),
            verified_at: domain.verified_at.map(Moment),
            verification_challenge: domain.challenge,
            jit_provisioning_enabled: domain.jit_provisioning,
            sso_enforcement: domain.sso_enforcement.map_or("", Enforcement::as_str),
            has_saml: saml.is_some(),
            saml_entity_id: saml.map(|saml| saml.entity_id.clone()),
            saml_acs_url: saml.map(|saml| saml.sso_url.clone()),
            saml_x509_cert: saml.map(|saml| saml.certificate.clone()),
            has_scim: false,
            scim_enabled: false,
            scim_base_url: None,
            scim_bearer_token: None,
        }
    }
}

/// The domain of this text, which this family takes in lower case alone.
fn named(text: &str) -> Result<DomainName, Fault> {
    if text.chars().any(|c| c.is_ascii_uppercase()) {
        let problem = FieldKind::Malformed.told("Enter a domain in lower case.");
        return Err(Fault::of_field(DOMAIN, problem));
    }
    Ok(text.parse::<DomainName>().map_err(|error| error.at(DOMAIN))?)
}

/// The failure, by this family's words for what is wrong and its names of the fields.
pub(crate) fn domain_fault(error: Error) -> Fault {
    if status::cause::<NameTaken>(&error).is_some() {
        return Fault::unique(error, DOMAIN);
    }
    let refusal = status::cause::<DomainRefusal>(&error).copied();
    let named = error.renamed(|field| {
        match field {
            "name" => DOMAIN,
            "jit_provisioning" => "jit_provisioning_enabled",
            "scim" => "scim_enabled",
            "entity_id" => "saml_entity_id",
            "sso_url" => "saml_acs_url",
            "certificate" => "saml_x509_cert",
            other => other,
        }
        .to_owned()
    });
    let fault = Fault::from(named);
    match refusal {
        Some(DomainRefusal::VerificationRequired) => fault.worded("verification_required"),
        Some(DomainRefusal::FeatureNotAvailable) => fault.worded("feature_not_available"),
        Some(DomainRefusal::AlreadyVerified) => fault.worded("already_verified"),
        Some(DomainRefusal::ConnectionNotTested) => fault.worded("connection_not_tested"),
        Some(DomainRefusal::Taken) => fault.worded("unique"),
        None => fault,
    }
}
