//! What an organization tells of itself: facts that only travel, shown by the families and read by no rule.

use polity_kernel::Result;
use polity_kernel::text::{DESCRIPTION, NAME, WEB_ADDRESS, multiline, printable, trimmed, web_address};
use serde::{Deserialize, Serialize};
use validator::{Validate, ValidationError};

/// Declares the facts once: what they are, how they are judged, and a change of them.
macro_rules! facts {
    ($(#[$meta:meta])* pub struct $facts:ident, pub struct $patch:ident {
        $($(#[doc = $doc:literal])+ $(#[serde $serde:tt])? #[validate($($rule:tt)+)] $name:ident,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
        #[serde(default)]
        pub struct $facts {
            $($(#[doc = $doc])+ $(#[serde $serde])? #[validate($($rule)+)] pub $name: Option<String>,)+
        }

        /// A change of facts. `None` leaves one as it is, `Some(None)` clears it.
        #[derive(Clone, Debug, Default)]
        pub struct $patch {
            $($(#[doc = $doc])+ pub $name: Option<Option<String>>,)+
        }

        impl $facts {
            /// The same, trimmed, if every one of them is acceptable.
            pub(crate) fn judged(self) -> Result<Self> {
                let facts = Self { $($name: trimmed(self.$name),)+ };
                facts.validate()?;
                Ok(facts)
            }

            /// The facts as the change makes them, with the same rules as new ones.
            pub(crate) fn patched(&self, patch: &$patch) -> Result<Self> {
                Self { $($name: patch.$name.clone().unwrap_or_else(|| self.$name.clone()),)+ }.judged()
            }

            /// The change that brings about all that is told here, and leaves what is not.
            pub(crate) fn told(&self) -> $patch {
                $patch { $($name: self.$name.clone().map(Some),)+ }
            }
        }
    };
}

facts! {
    /// What an organization tells of itself; all of it is its own word, judged when it is set.
    ///
    /// The first three have columns of their own; the others are a document, so that one more is a line here and one in each family that
    /// shows it.
    pub struct OrganizationFacts, pub struct OrganizationFactsPatch {
        /// What it is about; at most 2000 characters.
        #[serde(skip)]
        #[validate(length(max = DESCRIPTION), custom(function = "multiline"))]
        description,
        /// Where its picture is: an http or https URL of at most 2000 characters.
        #[serde(skip)]
        #[validate(length(max = WEB_ADDRESS), custom(function = "web_address"))]
        logo_url,
        /// What the sales system calls it; at most 200 characters.
        #[serde(skip)]
        #[validate(length(max = NAME), custom(function = "printable"))]
        external_sales_force_id,
        /// Its time zone, best an IANA name; at most 200 characters.
        #[validate(length(max = NAME), custom(function = "printable"))]
        timezone,
        /// Where it is; at most 200 characters.
        #[validate(length(max = NAME), custom(function = "printable"))]
        location,
        /// Its country, best in two letters (ISO 3166-1); at most 200 characters.
        #[validate(length(max = NAME), custom(function = "printable"))]
        country_code,
        /// How large it is, in any words; at most 200 characters.
        #[validate(length(max = NAME), custom(function = "printable"))]
        company_size,
        /// What it makes or does, in any words; at most 200 characters.
        #[validate(length(max = NAME), custom(function = "printable"))]
        industry,
        /// Its web site: an http or https URL, or one without its scheme; at most 2000 characters.
        #[validate(length(max = WEB_ADDRESS), custom(function = "site"))]
        website,
        /// What it is there for; at most 2000 characters.
        #[validate(length(max = DESCRIPTION), custom(function = "multiline"))]
        mission,
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
        assert_eq!(facts.judged().is_ok(), good);
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
        let error = facts.judged().unwrap_err();
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
        let after = before.patched(&patch).unwrap();
        let expected = OrganizationFacts {
            timezone: text("Europe/Paris"),
            mission: text("Ropes"),
            ..Default::default()
        };
        assert_eq!(after, expected);
    }
}
