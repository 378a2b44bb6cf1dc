//! What an organization tells of itself, as this family shows it.

use polity_directory::{OrganizationFacts, OrganizationFactsPatch};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sent;

/// What an organization tells of itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationProfile {
    /// Where its picture is.
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_url: Option<String>,
    /// Its time zone, best an IANA name.
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    /// Its country, best in two letters (ISO 3166-1).
    #[serde(skip_serializing_if = "Option::is_none")]
    country_code: Option<String>,
    /// How large it is, in any words.
    #[serde(skip_serializing_if = "Option::is_none")]
    company_size: Option<String>,
    /// What it makes or does, in any words.
    #[serde(skip_serializing_if = "Option::is_none")]
    industry: Option<String>,
    /// Its web site.
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<String>,
    /// What it is there for.
    #[serde(skip_serializing_if = "Option::is_none")]
    mission: Option<String>,
}

/// What an organization is to tell of itself from now on: what is absent is cleared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationProfileBody {
    /// Where its picture is.
    #[schema(format = "web-address")]
    logo_url: Option<String>,
    /// Its time zone, best an IANA name.
    #[schema(format = "name", examples("Europe/Paris"))]
    timezone: Option<String>,
    /// Where it is.
    #[schema(format = "name")]
    location: Option<String>,
    /// Its country, best in two letters (ISO 3166-1).
    #[schema(format = "name", examples("FR"))]
    country_code: Option<String>,
    /// How large it is, in any words.
    #[schema(format = "name", examples("51-200"))]
    company_size: Option<String>,
    /// What it makes or does, in any words.
    #[schema(format = "name")]
    industry: Option<String>,
    /// Its web site.
    #[schema(format = "web-address")]
    website: Option<String>,
    /// What it is there for.
    #[schema(format = "description")]
    mission: Option<String>,
}

/// A change of what an organization tells of itself: what is absent stays, null clears.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganizationProfileChange {
    /// Where its picture is.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "web-address")]
    logo_url: Option<Option<String>>,
    /// Its time zone, best an IANA name.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    timezone: Option<Option<String>>,
    /// Where it is.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    location: Option<Option<String>>,
    /// Its country, best in two letters (ISO 3166-1).
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    country_code: Option<Option<String>>,
    /// How large it is, in any words.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    company_size: Option<Option<String>>,
    /// What it makes or does, in any words.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    industry: Option<Option<String>>,
    /// Its web site.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "web-address")]
    website: Option<Option<String>>,
    /// What it is there for.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "description")]
    mission: Option<Option<String>>,
}

impl From<&OrganizationFacts> for OrganizationProfile {
    fn from(facts: &OrganizationFacts) -> Self {
        Self {
            logo_url: facts.logo_url.clone(),
            timezone: facts.timezone.clone(),
            location: facts.location.clone(),
            country_code: facts.country_code.clone(),
            company_size: facts.company_size.clone(),
            industry: facts.industry.clone(),
            website: facts.website.clone(),
            mission: facts.mission.clone(),
        }
    }
}

impl From<OrganizationProfileBody> for OrganizationProfileChange {
    /// What is not sent is cleared.
    fn from(profile: OrganizationProfileBody) -> Self {
        Self {
            logo_url: Some(profile.logo_url),
            timezone: Some(profile.timezone),
            location: Some(profile.location),
            country_code: Some(profile.country_code),
            company_size: Some(profile.company_size),
            industry: Some(profile.industry),
            website: Some(profile.website),
            mission: Some(profile.mission),
        }
    }
}

impl From<OrganizationProfileChange> for OrganizationFactsPatch {
    fn from(change: OrganizationProfileChange) -> Self {
        Self {
            logo_url: change.logo_url,
            timezone: change.timezone,
            location: change.location,
            country_code: change.country_code,
            company_size: change.company_size,
            industry: change.industry,
            website: change.website,
            mission: change.mission,
            ..Self::default()
        }
    }
}
