//! Organizations as this family shows them.

use polity_directory::{
    DomainName, Organization, OrganizationFacts, OrganizationFactsPatch, OrganizationFields,
    OrganizationPatch, Status,
};
use polity_kernel::{AccountId, Error, FieldKind, Result, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Org {
    /// Its key: chosen at creation, or its UUID.
    id: String,
    /// The name people read.
    name: String,
    /// The unique name in addresses.
    subdomain: String,
    /// The primary e-mail domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    /// Whether the domain lets its people join.
    #[serde(skip_serializing_if = "Option::is_none")]
    domain_verified: Option<bool>,
    /// Where its picture is.
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_url: Option<String>,
    /// The owner who has been one longest.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Owner>,
    /// When it was founded.
    #[schema(value_type = String, format = DateTime)]
    creation_date: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    modified_date: Timestamp,
    /// Whether it works.
    status: OrgStatus,
    /// What the sales system calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_sales_force_id: Option<String>,
    /// What it makes or does, in any words.
    #[serde(skip_serializing_if = "Option::is_none")]
    industry: Option<String>,
}

/// Whoever owns an organization.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Owner {
    /// The subject.
    #[schema(pattern = r"^([0-9a-fA-F-]{36}|[0-9a-f]{64})$")]
    id: String,
}

/// Whether an organization works; a suspended one can be read but not changed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OrgStatus {
    /// It works.
    Active,
    /// Suspended.
    Inactive,
}

/// An organization to make, or what one is to be. Whatever else is sent is ignored.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct OrgBody {
    /// The key, 1 to 128 letters, digits, dots, underscores and hyphens; a UUID is made when it is absent.
    #[schema(format = "key")]
    pub(crate) id: Option<String>,
    /// The name people read; the domain or the id when absent.
    #[schema(format = "name")]
    name: Option<String>,
    /// The unique name in addresses; made from domain, name or id when absent.
    #[schema(format = "alias")]
    subdomain: Option<String>,
    /// The primary e-mail domain to claim.
    #[schema(format = "domain")]
    domain: Option<String>,
    /// A platform administrator's word that the domain is the organization's.
    domain_verified: Option<bool>,
    /// Where its picture is.
    #[schema(format = "web-address")]
    logo_url: Option<String>,
    /// Whether it works.
    status: Option<OrgStatus>,
    /// What the sales system calls it.
    #[schema(format = "name")]
    external_sales_force_id: Option<String>,
    /// What it makes or does, in any words.
    #[schema(format = "name")]
    industry: Option<String>,
    /// Who owns it, where a program or a platform administrator makes it for somebody.
    owner: Option<Owner>,
}

/// Names somebody asks about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// An e-mail domain.
    #[param(format = "domain")]
    domain: Option<String>,
    /// A subdomain.
    #[param(format = "alias")]
    subdomain: Option<String>,
}

/// Whether all the names asked about are free.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Available {
    /// Whether they are.
    pub(crate) available: bool,
}

/// A part of all organizations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrgPage {
    /// The organizations.
    pub(crate) docs: Vec<Org>,
    /// How many are in this part.
    pub(crate) count: usize,
    /// How many were asked for at most.
    pub(crate) limit: i64,
    /// How many were skipped.
    pub(crate) skip: i64,
}

impl Org {
    /// The organization, with its owner named as the caller knows them.
    pub(crate) fn new(organization: Organization, owner: Option<String>) -> Self {
        Self {
            id: organization.key.as_str().to_owned(),
            name: organization.name,
            subdomain: organization.alias.as_str().to_owned(),
            domain_verified: organization.domain.as_ref().map(|domain| domain.verified),
            domain: organization.domain.map(|domain| domain.name.to_string()),
            logo_url: organization.facts.logo_url,
            owner: owner.map(|id| Owner { id }),
            creation_date: organization.created_at,
            modified_date: organization.updated_at,
            status: organization.status.into(),
            external_sales_force_id: organization.facts.external_sales_force_id,
            industry: organization.facts.industry,
        }
    }
}

impl OrgBody {
    /// The refusal of an id that is not the path's.
    pub(crate) fn is_another() -> Error {
        Error::field("id", FieldKind::Mismatch.told("is not the one in the path"))
    }

    /// The refusal of an owner whom nobody knows.
    pub(crate) fn is_no_owner() -> Error {
        Error::field("owner.id", FieldKind::Malformed.told("is not a subject"))
    }

    /// The subject that is to own it, where one was sent.
    pub(crate) fn owner(&self) -> Option<&str> {
        self.owner.as_ref().map(|owner| owner.id.as_str())
    }

    /// What a new organization is to be.
    pub(crate) fn fields(self, owner: Option<AccountId>) -> OrganizationFields {
        OrganizationFields {
            key: self.id,
            alias: lowered(self.subdomain),
            name: self.name,
            domain: self.domain,
            domain_verified: self.domain_verified,
            facts: OrganizationFacts {
                logo_url: self.logo_url,
                external_sales_force_id: self.external_sales_force_id,
                industry: self.industry,
                ..OrganizationFacts::default()
            },
            status: self.status.map(Status::from),
            owner,
            ..OrganizationFields::default()
        }
    }

    /// What an organization is to be from now on: PUT replaces, so what is absent is cleared (RFC 9110 §9.3.4).
    pub(crate) fn replacement(self) -> OrganizationPatch {
        OrganizationPatch {
            alias: lowered(self.subdomain),
            name: Some(self.name),
            domain: Some(self.domain),
            domain_verified: self.domain_verified,
            facts: OrganizationFactsPatch {
                logo_url: Some(self.logo_url),
                external_sales_force_id: Some(self.external_sales_force_id),
                industry: Some(self.industry),
                ..OrganizationFactsPatch::default()
            },
            status: self.status.map(Status::from),
            ..OrganizationPatch::default()
        }
    }
}

impl Wanted {
    /// The names, well-formed.
    pub(crate) fn parsed(&self) -> Result<polity_directory::Wanted> {
        let domain = given(self.domain.as_ref()).map(|domain| domain.parse::<DomainName>()).transpose()?;
        let alias = given(self.subdomain.as_ref()).map(|alias| alias.to_lowercase().parse()).transpose()?;
        Ok(polity_directory::Wanted { domain, alias, name: None })
    }
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn lowered(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_lowercase())
}

impl From<Status> for OrgStatus {
    /// This family knows two: what does not work is inactive.
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Inactive | Status::Pending | Status::Deleted => Self::Inactive,
        }
    }
}

impl From<OrgStatus> for Status {
    fn from(status: OrgStatus) -> Self {
        match status {
            OrgStatus::Active => Self::Active,
            OrgStatus::Inactive => Self::Inactive,
        }
    }
}
