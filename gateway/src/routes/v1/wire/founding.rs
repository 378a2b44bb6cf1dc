//! What a new customer brings and is shown.

use polity_directory::{NewOrganization, NewProject, OrganizationFields, ProjectFields};
use polity_kernel::{Error, Evidence, Result};
use polity_licensing::{Establishment, Granting, LicenseType, NewEstablishment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::license::license_type;
use super::{AccountSpec, Envelope, OrganizationSpec};
use crate::ask::fields::filled;

/// An organization to make with its first project.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundingBody {
    /// The display name that no other organization has.
    #[schema(format = "given-name")]
    organization_name: String,
    /// The display name of the first project.
    #[schema(format = "given-name")]
    account_name: String,
    /// Whether the caller accepts the EULA, without which nothing is made. When, from where and which version is recorded.
    #[serde(default)]
    eula_accepted: Option<bool>,
    /// `free` when absent, or `trial`. The other types (`growth`, `enterprise`, `google`, `honeycomb`) need a key.
    license_type: Option<String>,
    /// A signed license key, used instead of the type.
    #[schema(format = "license-key")]
    license_key: Option<String>,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundingAnswer {
    /// The project.
    account: Envelope<AccountSpec>,
    /// The organization.
    organization: Envelope<OrganizationSpec>,
}

impl FoundingBody {
    /// What the caller brings, sent from there. A blank key or type is none.
    pub(crate) fn parsed(self, evidence: Evidence) -> Result<NewEstablishment> {
        let named = |field: &'static str| move |error: Error| about(error, field);
        let fields = OrganizationFields {
            name: Some(filled("organizationName", self.organization_name)?),
            sole_name: true,
            ..OrganizationFields::default()
        };
        let organization = NewOrganization::try_from(fields).map_err(named("organizationName"))?;
        let fields =
            ProjectFields { name: filled("accountName", self.account_name)?, ..ProjectFields::default() };
        let project = NewProject::try_from(fields).map_err(named("accountName"))?;
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let kind = given(self.license_type).map(|kind| license_type("licenseType", &kind)).transpose()?;
        let license = match given(self.license_key) {
            Some(key) => Granting::Key(key),
            None => Granting::Type(kind.unwrap_or(LicenseType::Free)),
        };
        let eula_accepted = self.eula_accepted.unwrap_or_default();
        Ok(NewEstablishment { organization, project, license, eula_accepted, evidence })
    }
}

impl FoundingAnswer {
    /// What was made.
    pub(crate) fn new(made: Establishment) -> Result<Self> {
        Ok(Self {
            account: Envelope::of_project(made.project)?,
            organization: Envelope::of_organization(made.organization, made.license.warning)?,
        })
    }
}

/// The body has two names, and an area knows only of its own.
fn about(error: Error, field: &'static str) -> Error {
    match error.fields() {
        [at] if at.field == "name" => error.at(field),
        _ => error,
    }
}
