//! What the operator says about licenses among the settings.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_licensing::{EntitlementMode, Settings, TypeLimits, VerificationKey};
use serde::Serialize;

use super::given::{Given, GivenKey, GivenLimits};
use super::problem::{ConfigError, parse};

const KEYS: &str = "license_keys";

/// Checks what was given and fills in the rest. What one entry alone cannot tell (a `kid` twice) is licensing's to check.
pub(super) fn settle(given: &mut Given) -> Result<Settings, ConfigError> {
    let default = Settings::default();
    let mode = given.entitlements.as_deref().map(|word| parse::<EntitlementMode>("entitlements", word));
    Ok(Settings {
        mode: mode.transpose()?.unwrap_or(default.mode),
        keys: std::mem::take(&mut given.license_keys).into_iter().map(key).collect::<Result<_, _>>()?,
        revoked: std::mem::take(&mut given.license_revocations).into_iter().collect(),
        eula_version: given.eula_version.take().unwrap_or(default.eula_version),
        free: given.free_limits.take().map_or(default.free, TypeLimits::from),
        trial: given.trial_limits.take().map_or(default.trial, TypeLimits::from),
    })
}

fn key(given: GivenKey) -> Result<VerificationKey, ConfigError> {
    let bytes = URL_SAFE_NO_PAD.decode(given.public_key.trim_end_matches('=')).ok();
    let public = bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
        ConfigError::setting(KEYS, format!("{}: public_key must be 32 bytes as base64url", given.kid))
    })?;
    Ok(VerificationKey { kid: given.kid, issuer: given.issuer, public })
}

impl From<GivenLimits> for TypeLimits {
    fn from(given: GivenLimits) -> Self {
        let GivenLimits { members, projects, domains, features } = given;
        Self { members, projects, domains, features }
    }
}

impl From<&TypeLimits> for GivenLimits {
    fn from(limits: &TypeLimits) -> Self {
        let TypeLimits { members, projects, domains, features } = limits.clone();
        Self { members, projects, domains, features }
    }
}

/// The settings as `--print-config` shows them; nothing among them is secret.
#[derive(Serialize)]
struct Shown<'a> {
    entitlements: EntitlementMode,
    license_keys: Vec<GivenKey>,
    license_revocations: &'a BTreeSet<String>,
    eula_version: &'a str,
    free_limits: GivenLimits,
    trial_limits: GivenLimits,
}

pub(super) fn as_given<S: serde::Serializer>(settings: &Settings, serializer: S) -> Result<S::Ok, S::Error> {
    let shown = |key: &VerificationKey| GivenKey {
        kid: key.kid.clone(),
        issuer: key.issuer.clone(),
        public_key: URL_SAFE_NO_PAD.encode(key.public),
    };
    Shown {
        entitlements: settings.mode,
        license_keys: settings.keys.iter().map(shown).collect(),
        license_revocations: &settings.revoked,
        eula_version: &settings.eula_version,
        free_limits: GivenLimits::from(&settings.free),
        trial_limits: GivenLimits::from(&settings.trial),
    }
    .serialize(serializer)
}
