//! What an organization is entitled to: how far it may grow, and what it may use.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use crate::error::{Code, Error, Result};
use crate::{Timestamp, words};

words! {
    /// What an organization has a limited number of.
    pub enum Resource {
        /// People who belong to it now.
        Members = "members",
        /// Its work spaces.
        Projects = "projects",
        /// Its e-mail domains.
        Domains = "domains",
    }
}

words! {
    /// What an organization may use only when it is entitled to it.
    pub enum Feature {
        /// Giving others a role in a project.
        Rbac = "rbac",
        /// Letting people in by the domain of their address, by themselves.
        AutomaticProvisioning = "automatic_provisioning",
        /// Demanding single sign-on.
        SsoEnforcement = "sso_enforcement",
        /// Single sign-on by SAML.
        Saml = "saml",
        /// Provisioning by SCIM.
        Scim = "scim",
        /// Saying who may invite.
        OrganizationInviteSettings = "organization_invite_settings",
        /// Saying what members may do with their credentials.
        OrganizationSecuritySettings = "organization_security_settings",
        /// Signing a BAA.
        LegalBaa = "legal_baa",
        /// Being in more than one organization of one's own.
        MultipleOrganizations = "multiple_organizations",
    }
}

/// How far an organization may grow, and what it may use.
///
/// A limit stands against growth alone: what is more already stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlements {
    members: Option<u32>,
    projects: Option<u32>,
    domains: Option<u32>,
    features: Features,
}

/// The names of the features that are on.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Features {
    All,
    Some(BTreeSet<String>),
}

/// Entitlements over time: what holds now, and what is left when that ends. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitled {
    first: Arc<Entitlements>,
    then: Option<(Timestamp, Arc<Entitlements>)>,
}

static ALL: LazyLock<Entitled> = LazyLock::new(|| Entitled::to(Entitlements::all()));

impl Entitlements {
    /// Everything, without limits.
    pub const fn all() -> Self {
        Self { members: None, projects: None, domains: None, features: Features::All }
    }

    /// No limits yet, and these features alone.
    pub fn of_features(names: impl IntoIterator<Item = String>) -> Self {
        Self { features: Features::Some(names.into_iter().collect()), ..Self::all() }
    }

    /// The same with this limit; absent is none.
    #[must_use]
    pub const fn limited(mut self, resource: Resource, most: Option<u32>) -> Self {
        match resource {
            Resource::Members => self.members = most,
            Resource::Projects => self.projects = most,
            Resource::Domains => self.domains = most,
        }
        self
    }

    /// How many there may be; absent: as many as one likes.
    pub const fn limit(&self, resource: Resource) -> Option<u32> {
        match resource {
            Resource::Members => self.members,
            Resource::Projects => self.projects,
            Resource::Domains => self.domains,
        }
    }

    /// Whether this may be used.
    pub fn includes(&self, feature: Feature) -> bool {
        match &self.features {
            Features::All => true,
            Features::Some(names) => names.contains(feature.as_str()),
        }
    }

    /// The names of the features that are on; absent: all there are.
    pub fn features(&self) -> Option<impl Iterator<Item = &str>> {
        match &self.features {
            Features::All => None,
            Features::Some(names) => Some(names.iter().map(String::as_str)),
        }
    }

    /// Asks that this may be used.
    ///
    /// # Errors
    /// `NotEntitled`.
    pub fn require(&self, feature: Feature) -> Result<()> {
        if self.includes(feature) {
            return Ok(());
        }
        Err(Error::new(Code::NotEntitled, format!("the license does not include {feature}")))
    }

    /// Asks that one more may be added to those that `present` counts, which is not asked where there is no limit. Whoever calls
    /// holds the organization alone, so that two at once do not both take the last place.
    ///
    /// # Errors
    /// `LimitReached`.
    pub fn require_room(&self, resource: Resource, present: impl FnOnce() -> Result<u64>) -> Result<()> {
        let Some(most) = self.limit(resource) else { return Ok(()) };
        if present()? < u64::from(most) {
            return Ok(());
        }
        Err(Error::new(Code::LimitReached, format!("the license allows no more {resource} than {most}")))
    }
}

impl Entitled {
    /// These, and no end to them.
    pub fn to(entitlements: Entitlements) -> Self {
        Self { first: Arc::new(entitlements), then: None }
    }

    /// Everything, for good.
    pub fn to_all() -> Self {
        ALL.clone()
    }

    /// The same, but from this instant on the others hold.
    #[must_use]
    pub fn until(self, end: Timestamp, then: Entitlements) -> Self {
        Self { then: Some((end, Arc::new(then))), ..self }
    }

    /// What holds at this instant.
    pub fn at(&self, now: Timestamp) -> &Entitlements {
        match &self.then {
            Some((end, then)) if *end <= now => then,
            _ => &self.first,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Entitlements {
        Entitlements::of_features(["rbac".to_owned()]).limited(Resource::Members, Some(3))
    }

    #[test]
    fn a_limit_stands_against_growth_alone() {
        three().require_room(Resource::Members, || Ok(2)).unwrap();
        for present in [3, 4, 1_000] {
            let error = three().require_room(Resource::Members, || Ok(present)).unwrap_err();
            assert_eq!(
                (error.code(), error.message()),
                (Code::LimitReached, "the license allows no more members than 3")
            );
        }
    }

    #[test]
    fn nothing_is_counted_without_a_limit() {
        let count = || -> Result<u64> { panic!("counted") };
        three().require_room(Resource::Projects, count).unwrap();
        Entitlements::all().require_room(Resource::Members, count).unwrap();
    }

    #[test]
    fn a_feature_is_on_when_it_is_named_or_all_are() {
        assert!(three().includes(Feature::Rbac));
        assert!(Entitlements::all().includes(Feature::AutomaticProvisioning));
        let error = three().require(Feature::AutomaticProvisioning).unwrap_err();
        assert_eq!(error.code(), Code::NotEntitled);
    }

    #[test]
    fn what_holds_is_judged_at_the_instant_of_use() {
        let end = Timestamp::from_seconds(100);
        let entitled = Entitled::to_all().until(end, three());
        assert_eq!(*entitled.at(Timestamp::from_seconds(99)), Entitlements::all());
        assert_eq!(*entitled.at(end), three());
    }
}
