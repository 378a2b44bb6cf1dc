//! What an organization tells of itself: facts that only travel, shown by the families and read by no rule.

use polity_kernel::text::{DESCRIPTION, NAME, WEB_ADDRESS, multiline, printable, web_address};
use polity_kernel::{Result, facts};
use serde::Deserialize;
use validator::ValidationError;

facts! {
    /// What an organization tells of itself; all of it is its own word, judged when it is set.
    ///
    /// The first three have columns of their own; the others are a document, so that one more is a line here and one in each family that
    /// shows it.
    #[derive(Deserialize)]
    #[serde(default)]
    pub struct OrganizationFacts changed by OrganizationFactsPatch {
        /// What it is about; at most 2000 characters.
        #[serde(skip)]
        #[validate(length(max = DESCRIPTION), custom(function = "multiline"))]
        description: String,
        /// Where its picture is: an http or https URL of at most 2000 characters.
        #[serde(skip)]
        #[validate(length(max = WEB_ADDRESS), custom(function = "web_address"))]
        logo_url: String,
        /// What the sales system calls it; at most 200 characters.
        #[serde(skip)]
        #[validate(length(max = NAME), custom(function = "printable"))]
        external_sales_force_id: String,
        /// Its time zone, best an IANA name; at most 200 characters.
        #[validate(length(max = NAME), custom(function = "printable"))]
        timezone: String,
        /// Where it is; at most 200 characters.
        #[validate(length(max = NAME), custom(function = "printable"))]
        location: String,
        /// Its country, best in two letters (ISO 3166-1); at most 200 characters.
        #[validate(length(max = NAME), custom(function = "printable"))]
        country_code: String,
        /// How large it is, in any words; at most 200 characters.
        #[validate(length(max = NAME), custom(function = "printable"))]
        company_size: String,
        /// What it makes or does, in any words; at most 200 characters.
        #[validate(length(max = NAME), custom(function = "printable"))]
        industry: String,
        /// Its web site: an http or https URL, or one without its scheme; at most 2000 characters.
        #[validate(length(max = WEB_ADDRESS), custom(function = "site"))]
        website: String,
        /// What it is there for; at most 2000 characters.
        #[validate(length(max = DESCRIPTION), custom(function = "multiline"))]
        mission: String,
    }
}

impl OrganizationFacts {
    /// Whether something is told that is kept with the profile.
    pub(crate) fn has_profile(&self) -> bool {
        let kept = Self { description: None, logo_url: None, external_sales_force_id: None, ..self.clone() };
        kept != Self::default()
    }
}

/// A web address that people may leave the scheme off.
fn site(text: &str) -> Result<(), ValidationError> {
    web_address(text).or_else(|refused| web_address(&format!("https://{text}")).map_err(|_| refused))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
        let facts = OrganizationFacts { website: Some(website.into()), ..OrganizationFacts::default() };
        assert_eq!(facts.checked().is_ok(), good);
    }

    #[test]
    fn what_will_not_do_is_named() {
        let long = || Some("x".repeat(2001));
        let facts = OrganizationFacts {
            description: long(),
            logo_url: Some("ftp://acme.example".into()),
            external_sales_force_id: long(),
            timezone: long(),
            location: Some("a\nb".into()),
            country_code: long(),
            company_size: long(),
            industry: long(),
            website: long(),
            mission: long(),
        };
        let error = facts.checked().unwrap_err();
        // a text may be at fault in two ways
        let named: BTreeSet<&str> = error.fields().iter().map(|error| error.field.as_str()).collect();
        let all = [
            "company_size",
            "country_code",
            "description",
            "external_sales_force_id",
            "industry",
            "location",
            "logo_url",
            "mission",
            "timezone",
            "website",
        ];
        assert_eq!(named, all.into());
    }

    #[test]
    fn a_patch_clears_sets_and_leaves() {
        let text = |text: &str| Some(text.to_owned());
        let before =
            OrganizationFacts { location: text("Lyon"), mission: text("Ropes"), ..Default::default() };
        let patch = OrganizationFactsPatch {
            location: Some(None),
            timezone: Some(text(" Europe/Paris ")),
            ..OrganizationFactsPatch::default()
        };
        let after = before.patched(patch).checked().unwrap();
        let expected = OrganizationFacts {
            timezone: text("Europe/Paris"),
            mission: text("Ropes"),
            ..Default::default()
        };
        assert_eq!(after, expected);
    }
}
