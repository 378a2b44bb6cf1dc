//! What licensing is told by the operator.

use std::collections::{BTreeSet, HashSet};

use crate::entitlements::FEATURES;
use polity_directory::entitlements::{DOMAINS, MEMBERS};
use polity_kernel::{Entitlements, Error, FieldKind, Result, words};
use polity_projects::entitlements::PROJECTS;

words! {
    /// Whether licenses count.
    pub enum EntitlementMode {
        /// Every organization is entitled to everything, whatever its license says.
        All = "all",
        /// An organization is entitled to what its license says.
        Licensed = "licensed",
    }
}

/// What licensing is told by the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether licenses count.
    pub mode: EntitlementMode,
    /// Whose license keys are taken.
    pub keys: Vec<VerificationKey>,
    /// License keys that are not taken any more, by their `jti`.
    pub revoked: BTreeSet<String>,
    /// The EULA that founders accept now; at most 64 characters.
    pub eula_version: String,
    /// What `free` gives.
    pub free: TypeLimits,
    /// What `trial` gives.
    pub trial: TypeLimits,
}

/// The public half of a key that signs license keys (Ed25519).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationKey {
    /// What license keys name it by; none is named so twice.
    pub kid: String,
    /// Whose key it is; absent: whoever a license key says issued it.
    pub issuer: Option<String>,
    /// The point as RFC 8032 §5.1.2 encodes it.
    pub public: [u8; 32],
}

/// What a type of license gives that organizations take by themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeLimits {
    /// People at most; absent: as many as one likes.
    pub members: Option<u32>,
    /// Projects at most.
    pub projects: Option<u32>,
    /// E-mail domains at most.
    pub domains: Option<u32>,
    /// The names of the features that are on.
    pub features: BTreeSet<String>,
}

/// The longest `kid` and EULA version, in bytes.
const LONGEST_NAME: usize = 64;

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: EntitlementMode::All,
            keys: Vec::new(),
            revoked: BTreeSet::new(),
            eula_version: "1".to_owned(),
            free: TypeLimits {
                members: Some(5),
                projects: Some(1),
                domains: Some(1),
                features: BTreeSet::new(),
            },
            trial: TypeLimits {
                members: Some(50),
                projects: Some(10),
                domains: Some(5),
                features: FEATURES.iter().map(|name| (*name).to_owned()).collect(),
            },
        }
    }
}

impl Settings {
    /// Refuses settings that cannot be meant.
    pub(crate) fn check(&self) -> Result<()> {
        let is_name = |text: &str| !text.trim().is_empty() && text.len() <= LONGEST_NAME;
        let mut kids = HashSet::new();
        for key in &self.keys {
            if !is_name(&key.kid) || !kids.insert(&key.kid) {
                return Err(Error::field(
                    "license_keys",
                    FieldKind::Malformed.told("each needs a kid of its own, of at most 64 bytes"),
                ));
            }
        }
        if !is_name(&self.eula_version) {
            return Err(Error::field("eula_version", FieldKind::Malformed.told("must be 1 to 64 bytes")));
        }
        Ok(())
    }
}

impl TypeLimits {
    pub(crate) fn entitlements(&self) -> Entitlements {
        Entitlements::of_features(self.features.iter().cloned())
            .limited(MEMBERS, self.members)
            .limited(PROJECTS, self.projects)
            .limited(DOMAINS, self.domains)
    }
}

#[cfg(test)]
mod tests {
    use polity_kernel::Feature;

    use super::*;

    fn key(kid: &str) -> VerificationKey {
        VerificationKey { kid: kid.to_owned(), issuer: None, public: [1; 32] }
    }

    #[test]
    fn settings_that_cannot_be_meant_are_refused() {
        Settings { keys: vec![key("a"), key("b")], ..Settings::default() }.check().unwrap();
        for keys in [vec![key("a"), key("a")], vec![key(" ")], vec![key(&"x".repeat(65))]] {
            let error = Settings { keys, ..Settings::default() }.check().unwrap_err();
            assert_eq!(error.fields()[0].field, "license_keys");
        }
        let nameless = Settings { eula_version: String::new(), ..Settings::default() };
        assert_eq!(nameless.check().unwrap_err().fields()[0].field, "eula_version");
    }

    #[test]
    fn a_trial_shows_every_feature_and_free_none() {
        let Settings { free, trial, .. } = Settings::default();
        for feature in FEATURES.map(Feature::named) {
            assert!(trial.entitlements().includes(feature));
            assert!(!free.entitlements().includes(feature));
        }
        assert_eq!(trial.entitlements().limit(PROJECTS), Some(10));
    }
}
