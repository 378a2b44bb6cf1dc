//! Organizations as this family shows them.

use polity_accounts::EmailAddress;
use polity_directory::{OrganizationFields, OrganizationPatch, Status as Standing};
use polity_kernel::text::parsed_at;
use polity_kernel::{AccountId, OrganizationId, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{App, CreationInfo, OrganizationKey, OrganizationProfile, Status, StatusInfo, filled, present};

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Organization {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: OrganizationId,
    /// The name people read.
    name: String,
    /// Whether it works; one that does not can be read but not changed.
    active: bool,
    /// How it stands.
    status: StatusInfo,
    /// Where it comes from.
    created: CreationInfo,
    /// The unique name in addresses.
    alias: String,
    /// The accounts of its owners.
    #[schema(value_type = Vec<Uuid>)]
    owners: Vec<AccountId>,
    /// What it says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<OrganizationProfile>,
    /// Its links to outside systems.
    apps: Vec<App>,
    /// Its API keys, the first 1000, without their secrets; only for callers with `org.keys.list`.
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<Vec<OrganizationKey>>,
}

/// What stands around an organization.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    /// The accounts of its owners.
    pub(crate) owners: Vec<AccountId>,
    /// Its links to outside systems.
    pub(crate) apps: Vec<polity_projects::App>,
    /// Its API keys, where the caller may see them.
    pub(crate) keys: Option<Vec<polity_identity::ApiKey>>,
}

impl Surroundings {
    /// What an organization tells by itself: who owns it.
    pub(crate) fn of(organization: &polity_directory::Organization) -> Self {
        Self { owners: organization.owner.into_iter().collect(), ..Self::default() }
    }
}

/// An organization to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationBody {
    /// The name people read.
    #[schema(format = "given-name")]
    name: String,
    /// The unique name in addresses; made of the name when absent.
    #[schema(format = "alias")]
    alias: Option<String>,
    /// The address of the person who is to own it; an account is made where there is none. The caller when absent.
    #[schema(format = "email")]
    owner_email: Option<String>,
}

/// A change of an organization; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationChange {
    /// The name people read.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, format = "given-name")]
    name: Option<String>,
    /// The unique name in addresses.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, format = "given-alias")]
    alias: Option<String>,
    /// The address of one more person who is to own it; an account is made where there is none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, format = "email")]
    owner_email: Option<String>,
    /// How it stands.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Status, required = false)]
    status: Option<Status>,
}

impl Organization {
    /// The organization with what stands around it.
    pub(crate) fn new(organization: polity_directory::Organization, around: Surroundings) -> Self {
        let status = StatusInfo::new(
            organization.status,
            organization.status_changed_at,
            organization.status_changed_by,
        );
        let keys = around.keys.map(|keys| keys.into_iter().map(OrganizationKey::from).collect());
        Self {
            id: organization.id,
            profile: organization.profile().map(OrganizationProfile::from),
            name: organization.name,
            active: status.is_active(),
            status,
            created: CreationInfo::new(organization.created_at, organization.created_by),
            alias: organization.alias.as_str().to_owned(),
            owners: around.owners,
            apps: around.apps.into_iter().map(App::from).collect(),
            keys,
        }
    }
}

impl OrganizationBody {
    /// What the new organization is to be, and who is to own it.
    pub(crate) fn parsed(self) -> Result<(OrganizationFields, Option<EmailAddress>)> {
        let owner = self.owner_email.map(|email| parsed_at("ownerEmail", &email)).transpose()?;
        let fields = OrganizationFields {
            name: Some(filled("name", self.name)?),
            alias: self.alias.map(|alias| alias.to_lowercase()),
            ..OrganizationFields::default()
        };
        Ok((fields, owner))
    }
}

impl OrganizationChange {
    /// The change.
    pub(crate) fn parsed(self) -> Result<OrganizationPatch> {
        let alias = self.alias.map(|alias| filled("alias", alias)).transpose()?;
        Ok(OrganizationPatch {
            name: self.name.map(|name| filled("name", name)).transpose()?.map(Some),
            alias: alias.map(|alias| alias.to_lowercase()),
            owner_email: self.owner_email.map(|email| filled("ownerEmail", email)).transpose()?,
            status: self.status.map(Standing::from),
            ..OrganizationPatch::default()
        })
    }
}

same_words!(Standing = Status { Active Inactive Pending Deleted });
