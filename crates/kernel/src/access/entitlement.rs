//! What an organization is entitled to: how far it may grow, and what it may use.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::Timestamp;
use crate::error::{Code, Error, Result};

/// Something an organization has a limited number of, by its name. The area that counts it declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource(&'static str);

/// Something an organization may use only when it is entitled to it, by its name. The area that asks for it declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Feature(&'static str);

impl Resource {
    /// The resource of this name, as `members`.
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }
}

impl Feature {
    /// The feature of this name, as `saml`.
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// The name, as license keys have it.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How far an organization may grow, and what it may use.
///
/// A limit stands against growth alone: what is more already stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlements {
    limits: BTreeMap<Resource, u32>,
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
        Self { limits: BTreeMap::new(), features: Features::All }
    }

    /// No limits yet, and these features alone.
    pub fn of_features(names: impl IntoIterator<Item = String>) -> Self {
        Self { features: Features::Some(names.into_iter().collect()), ..Self::all() }
    }

    /// The same with this limit; absent is none.
    #[must_use]
    pub fn limited(mut self, resource: Resource, most: Option<u32>) -> Self {
        match most {
            Some(most) => self.limits.insert(resource, most),
            None => self.limits.remove(&resource),
        };
        self
    }

    /// How many there may be; absent: as many as one likes.
    pub fn limit(&self, resource: Resource) -> Option<u32> {
        self.limits.get(&resource).copied()
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

    const MEMBERS: Resource = Resource::named("members");
    const PROJECTS: Resource = Resource::named("projects");
    const RBAC: Feature = Feature::named("rbac");
    const SAML: Feature = Feature::named("saml");

    fn three() -> Entitlements {
        Entitlements::of_features(["rbac".to_owned()]).limited(MEMBERS, Some(3))
    }

    #[test]
    fn a_limit_stands_against_growth_alone() {
        three().require_room(MEMBERS, || Ok(2)).unwrap();
        for present in [3, 4, 1_000] {
            let error = three().require_room(MEMBERS, || Ok(present)).unwrap_err();
            assert_eq!(
                (error.code(), error.message()),
                (Code::LimitReached, "the license allows no more members than 3")
            );
        }
    }

    #[test]
    fn nothing_is_counted_without_a_limit() {
        let count = || -> Result<u64> { panic!("counted") };
        three().require_room(PROJECTS, count).unwrap();
        Entitlements::all().require_room(MEMBERS, count).unwrap();
    }

    #[test]
    fn a_feature_is_on_when_it_is_named_or_all_are() {
        assert!(three().includes(RBAC));
        assert!(Entitlements::all().includes(SAML));
        let error = three().require(SAML).unwrap_err();
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
