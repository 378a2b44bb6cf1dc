//! Licenses as this family shows them and takes them.

use polity_directory::entitlements::{DOMAINS, MEMBERS};
use polity_kernel::text::parsed_at;
use polity_kernel::{Error, FieldKind, Result, Timestamp};
use polity_licensing::{Granting, LicenseStanding, LicenseType};
use polity_projects::entitlements::PROJECTS;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A license as it stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenseAnswer {
    /// What kind it is: `free`, `trial`, `growth`, `enterprise`, `google` or `honeycomb`; also once it has ended.
    #[serde(rename = "type")]
    kind: &'static str,
    /// How it stands.
    standing: Standing,
    /// How many there may be; what is not named may be as many as one likes.
    limits: Limits,
    /// How many there are.
    usage: Counts,
    /// The features it includes; absent: all there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    features: Option<Vec<String>>,
    /// The id of the license key.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_id: Option<String>,
    /// When the license key was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    issued_at: Option<Timestamp>,
    /// When it expires; absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// Until when everything works although it has expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    grace_until: Option<Timestamp>,
    /// What administrators should see to.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

/// How a license stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Standing {
    /// It holds.
    Active,
    /// It has expired, and everything works on for a while.
    Grace,
    /// It has ended: the organization has what `free` gives.
    Ended,
}

/// How many there may be.
#[derive(Debug, Serialize, ToSchema)]
struct Limits {
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    projects: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domains: Option<u32>,
}

/// How many there are.
#[derive(Debug, Serialize, ToSchema)]
struct Counts {
    members: u64,
    projects: u64,
    domains: u64,
}

/// A license key to apply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenseKeyBody {
    /// The signed key.
    #[schema(format = "given-license-key")]
    pub(crate) license_key: String,
}

/// A license to take: exactly one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenseBody {
    /// The signed key.
    #[schema(format = "given-license-key")]
    license_key: Option<String>,
    /// `free`, or `trial` once. The other types (`growth`, `enterprise`, `google`, `honeycomb`) need a key.
    create_license_type: Option<String>,
}

impl From<polity_licensing::License> for LicenseAnswer {
    fn from(license: polity_licensing::License) -> Self {
        let entitlements = &license.entitlements;
        let limit = |resource| entitlements.limit(resource);
        Self {
            kind: license.kind.as_str(),
            standing: license.standing.into(),
            limits: Limits { members: limit(MEMBERS), projects: limit(PROJECTS), domains: limit(DOMAINS) },
            usage: Counts {
                members: license.usage.members,
                projects: license.usage.projects,
                domains: license.usage.domains,
            },
            features: entitlements.features().map(|names| names.map(str::to_owned).collect()),
            key_id: license.jti,
            issued_at: license.issued_at,
            expires_at: license.expires_at,
            grace_until: license.grace_until,
            warning: license.warning,
        }
    }
}

impl From<LicenseStanding> for Standing {
    fn from(standing: LicenseStanding) -> Self {
        match standing {
            LicenseStanding::Active => Self::Active,
            LicenseStanding::Grace => Self::Grace,
            LicenseStanding::Ended => Self::Ended,
        }
    }
}

impl LicenseBody {
    /// The one that is asked for. A blank key is one too, and not taken.
    pub(crate) fn parsed(self) -> Result<Granting> {
        match (self.license_key, self.create_license_type) {
            (Some(key), None) => Ok(Granting::Key(key)),
            (None, Some(kind)) => Ok(Granting::Type(license_type("createLicenseType", &kind)?)),
            (Some(_), Some(_)) => Err(Error::field(
                "createLicenseType",
                FieldKind::NotAllowed.told("cannot stand beside a licenseKey"),
            )),
            (None, None) => Err(Error::field(
                "licenseKey",
                FieldKind::Required.told("is required, unless createLicenseType is given"),
            )),
        }
    }
}

/// A type of license, which stands in this field.
pub(crate) fn license_type(field: &str, word: &str) -> Result<LicenseType> {
    parsed_at(field, word.trim())
}
