//! What an organization tells of itself.

use polity_kernel::Result;
use polity_kernel::text::{multiline, printable, trimmed, web_address};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

/// What an organization tells of itself; all of it is its own word. Judged when it is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Validate)]
pub struct OrganizationProfile {
    /// Where its picture is: an http or https URL of at most 2000 characters. The same as [`Organization::logo_url`](crate::Organization::logo_url).
    #[validate(
        length(max = polity_kernel::text::WEB_ADDRESS),
        custom(function = "web_address")
    )]
    pub logo_url: Option<String>,
    /// Its time zone, best an IANA name; at most 200 characters.
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub timezone: Option<String>,
    /// Where it is; at most 200 characters.
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub location: Option<String>,
    /// Its country, best in two letters (ISO 3166-1); at most 200 characters.
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub country_code: Option<String>,
    /// How large it is, in any words; at most 200 characters.
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub company_size: Option<String>,
    /// Its web site: an http or https URL, or one without its scheme; at most 2000 characters.
    #[validate(length(max = polity_kernel::text::WEB_ADDRESS), custom(function = "site"))]
    pub website: Option<String>,
    /// What it is there for; at most 2000 characters.
    #[validate(
        length(max = polity_kernel::text::DESCRIPTION),
        custom(function = "multiline")
    )]
    pub mission: Option<String>,
}

/// A change of a profile. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct OrganizationProfilePatch {
    /// Where its picture is.
    pub logo_url: Option<Option<String>>,
    /// Its time zone.
    pub timezone: Option<Option<String>>,
    /// Where it is.
    pub location: Option<Option<String>>,
    /// Its country.
    pub country_code: Option<Option<String>>,
    /// How large it is.
    pub company_size: Option<Option<String>>,
    /// Its web site.
    pub website: Option<Option<String>>,
    /// What it is there for.
    pub mission: Option<Option<String>>,
}

/// A profile as the store has it: all but the picture, which is the organization's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ProfileFacts {
    timezone: Option<String>,
    location: Option<String>,
    country_code: Option<String>,
    company_size: Option<String>,
    website: Option<String>,
    mission: Option<String>,
}

impl ProfileFacts {
    /// The same, with what shows the organization.
    pub(crate) fn with_picture(self, logo_url: Option<String>) -> OrganizationProfile {
        OrganizationProfile {
            logo_url,
            timezone: self.timezone,
            location: self.location,
            country_code: self.country_code,
            company_size: self.company_size,
            website: self.website,
            mission: self.mission,
        }
    }
}

impl OrganizationProfile {
    /// The same profile, trimmed, if every field of it is acceptable.
    pub(crate) fn judged(self) -> Result<Self> {
        let profile = Self {
            logo_url: trimmed(self.logo_url),
            timezone: trimmed(self.timezone),
            location: trimmed(self.location),
            country_code: trimmed(self.country_code),
            company_size: trimmed(self.company_size),
            website: trimmed(self.website),
            mission: trimmed(self.mission),
        };
        profile.validate()?;
        Ok(profile)
    }

    /// The profile as the patch makes it, with the same rules as a new one.
    pub(crate) fn patched(&self, patch: &OrganizationProfilePatch) -> Result<Self> {
        let or = |change: &Option<Option<String>>, present: &Option<String>| {
            change.clone().unwrap_or_else(|| present.clone())
        };
        Self {
            logo_url: or(&patch.logo_url, &self.logo_url),
            timezone: or(&patch.timezone, &self.timezone),
            location: or(&patch.location, &self.location),
            country_code: or(&patch.country_code, &self.country_code),
            company_size: or(&patch.company_size, &self.company_size),
            website: or(&patch.website, &self.website),
            mission: or(&patch.mission, &self.mission),
        }
        .judged()
    }

    /// The picture, and the rest as the store has it.
    pub(crate) fn parts(self) -> (Option<String>, ProfileFacts) {
        let told = ProfileFacts {
            timezone: self.timezone,
            location: self.location,
            country_code: self.country_code,
            company_size: self.company_size,
            website: self.website,
            mission: self.mission,
        };
        (self.logo_url, told)
    }
}

/// A web address that people may leave the scheme off.
fn site(text: &str) -> Result<(), ValidationError> {
    web_address(text).or_else(|refused| web_address(&format!("https://{text}")).map_err(|_| refused))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://acme.example/about", true)]
    #[case("acme.example", true)]
    #[case("acme.example:8080/about", true)]
    #[case("javascript:alert(1)", false)]
    #[case("data:text/html,x", false)]
    #[case("no site at all", false)]
    fn a_site_is_somewhere_a_browser_may_go(#[case] website: &str, #[case] good: bool) {
        let profile = OrganizationProfile { website: Some(website.into()), ..OrganizationProfile::default() };
        assert_eq!(profile.judged().is_ok(), good);
    }

    #[test]
    fn what_will_not_do_is_named() {
        let long = || Some("x".repeat(2001));
        let profile = OrganizationProfile {
            logo_url: Some("ftp://acme.example".into()),
            timezone: long(),
            location: Some("a\nb".into()),
            country_code: long(),
            company_size: long(),
            website: long(),
            mission: long(),
        };
        let error = profile.judged().unwrap_err();
        let named: Vec<&str> = error.fields().iter().map(|error| error.field.as_str()).collect();
        let all = ["company_size", "country_code", "location", "logo_url", "mission", "timezone", "website"];
        // a text may be at fault in two ways
        assert_eq!(named.into_iter().collect::<std::collections::BTreeSet<_>>(), all.into());
    }

    #[test]
    fn a_patch_clears_sets_and_leaves() {
        let text = |text: &str| Some(text.to_owned());
        let before =
            OrganizationProfile { location: text("Lyon"), mission: text("Ropes"), ..Default::default() };
        let patch = OrganizationProfilePatch {
            location: Some(None),
            timezone: Some(text(" Europe/Paris ")),
            ..OrganizationProfilePatch::default()
        };
        let after = before.patched(&patch).unwrap();
        let expected = OrganizationProfile {
            timezone: text("Europe/Paris"),
            mission: text("Ropes"),
            ..Default::default()
        };
        assert_eq!(after, expected);
    }
}
