//! Organizations as this family shows them.

use polity_directory::OrganizationPatch;
use polity_kernel::Result;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Envelope, Kind, Metadata, Parameter};
use crate::ask::fields::{filled, present};

/// What an organization consists of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationSpec {
    /// Never sent: the organization of an outside sign-in service, of which there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    auth0: Option<OutsideOrganization>,
    /// What programs have set for it.
    parameters: Vec<Parameter>,
}

/// An organization of an outside sign-in service.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OutsideOrganization {
    id: String,
    name: String,
    display_name: String,
}

/// One organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationAnswer {
    /// The organization.
    pub(crate) organization: Envelope<OrganizationSpec>,
}

/// Which organizations are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrganizationQuery {
    /// Every organization there is, for a platform administrator; others have their own all the same.
    #[serde(default)]
    pub(crate) all: bool,
}

/// Organizations.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only read by the documentation: the list is streamed")]
pub(crate) struct OrganizationList {
    /// The organizations, the oldest first.
    organizations: Vec<Envelope<OrganizationSpec>>,
}

impl OrganizationList {
    /// What the items stand under.
    pub(crate) const ITEMS: &str = "organizations";
}

/// A name to ask about.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct VerifyBody {
    /// The display name of an organization to be.
    #[serde(default)]
    pub(crate) name: Option<String>,
}

/// Whether a name can be had.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VerifyAnswer {
    /// Whether it can be taken: no organization has it, in upper or lower case, and one could.
    pub(crate) valid: bool,
}

/// Another name.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RenameBody {
    /// The display name that no other organization has; `metadata.name` stays.
    #[schema(format = "given-name")]
    name: String,
}

/// A change of an organization; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct OrganizationSpecChange {
    /// The display name that no other organization has; `metadata.name` stays.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, format = "given-name")]
    name: Option<String>,
    /// Parameters in place of all that were; at most 50.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<Parameter>, required = false)]
    parameters: Option<Vec<Parameter>>,
}

impl Envelope<OrganizationSpec> {
    /// The organization, with what somebody should see to.
    pub(crate) fn of_organization(
        organization: polity_directory::Organization,
        warning: Option<String>,
    ) -> Result<Self> {
        let metadata = Metadata {
            id: organization.id.to_string(),
            name: organization.alias.as_str().to_owned(),
            display_name: Some(organization.name),
            description: organization.facts.description,
            icon: organization.facts.logo_url,
            version: organization.version,
            date_modified: Some(organization.updated_at),
            warning,
            ..Metadata::default()
        };
        let parameters = organization.parameters.iter().map(Parameter::from).collect();
        Self::new(Kind::Organization, metadata, OrganizationSpec { auth0: None, parameters })
    }
}

impl RenameBody {
    /// The change.
    pub(crate) fn parsed(self) -> Result<OrganizationPatch> {
        let name = filled("name", self.name)?;
        Ok(OrganizationPatch { name: Some(Some(name)), sole_name: true, ..OrganizationPatch::default() })
    }
}

impl OrganizationSpecChange {
    /// The change.
    pub(crate) fn parsed(self) -> Result<OrganizationPatch> {
        let name = self.name.map(|name| filled("name", name)).transpose()?;
        Ok(OrganizationPatch {
            sole_name: name.is_some(),
            name: name.map(Some),
            parameters: self.parameters.map(|list| list.into_iter().map(Into::into).collect()),
            ..OrganizationPatch::default()
        })
    }
}
