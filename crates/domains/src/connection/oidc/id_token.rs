//! The judgement of an ID token (OpenID Connect Core §3.1.3.7, §3.1.3.8).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_identity::Algorithm;
use polity_identity::within::{IssuerKeys, TokenFault};
use polity_kernel::Timestamp;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq as _;

use crate::connection::rejection::Rejection;
use crate::connection::settings::OidcSettings;

/// How far clocks may differ, in seconds.
const LEEWAY: i64 = 60;

/// What the token must be about.
pub(super) struct Wanted<'w> {
    pub(super) settings: &'w OidcSettings,
    pub(super) nonce: &'w str,
    pub(super) access_token: &'w str,
    pub(super) now: Timestamp,
}

/// The claims of a token that is believed.
pub(super) fn judged(
    keys: &IssuerKeys,
    token: &str,
    wanted: &Wanted<'_>,
) -> Result<Map<String, Value>, Rejection> {
    let (claims, algorithm) = keys.claims(token).map_err(rejection)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let settings = wanted.settings;
    if text("iss") != Some(settings.issuer.as_str()) {
        return Err(Rejection::TokenIssuer);
    }
    require_audience(&claims, &settings.client_id)?;
    require_time(&claims, wanted.now)?;
    let nonce = text("nonce").unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(wanted.nonce.as_bytes())) {
        return Err(Rejection::TokenNonce);
    }
    if claims.get("at_hash").is_some_and(|hash| hash.as_str() != Some(&half(algorithm, wanted.access_token)))
    {
        return Err(Rejection::TokenAccessHash);
    }
    let tenants = &settings.allowed_tenants;
    let tenant = text("tid").unwrap_or_default();
    if !tenants.is_empty() && !tenants.iter().any(|allowed| allowed.eq_ignore_ascii_case(tenant)) {
        return Err(Rejection::Tenant);
    }
    if text("sub").is_none_or(str::is_empty) {
        return Err(Rejection::MissingSubject);
    }
    Ok(claims)
}

fn rejection(fault: TokenFault) -> Rejection {
    match fault {
        TokenFault::Malformed => Rejection::TokenMalformed,
        TokenFault::Algorithm => Rejection::TokenAlgorithm,
        TokenFault::UnknownKey => Rejection::TokenKey,
        TokenFault::Signature => Rejection::TokenSignature,
    }
}

/// We must be an audience; where there are others the token must have been made for us.
fn require_audience(claims: &Map<String, Value>, client_id: &str) -> Result<(), Rejection> {
    let party = claims.get("azp").map(Value::as_str);
    let ours = match claims.get("aud") {
        Some(Value::String(only)) => only == client_id,
        Some(Value::Array(several)) => {
            let among = several.iter().any(|audience| audience.as_str() == Some(client_id));
            among && (several.len() == 1 || party.is_some())
        }
        _ => false,
    };
    if ours && party.is_none_or(|party| party == Some(client_id)) {
        Ok(())
    } else {
        Err(Rejection::TokenAudience)
    }
}

fn require_time(claims: &Map<String, Value>, now: Timestamp) -> Result<(), Rejection> {
    let now = now.seconds();
    let date = |name: &str| claims.get(name).and_then(whole_seconds);
    let exp = date("exp").ok_or(Rejection::TokenMalformed)?;
    let iat = date("iat").ok_or(Rejection::TokenMalformed)?;
    if exp.saturating_add(LEEWAY) <= now {
        return Err(Rejection::TokenExpired);
    }
    if iat.max(date("nbf").unwrap_or(iat)) > now.saturating_add(LEEWAY) {
        return Err(Rejection::TokenEarly);
    }
    Ok(())
}

/// A NumericDate (RFC 7519 §2).
fn whole_seconds(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "a cast from a float saturates")]
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
}

/// The left half of the hash of an access token, by the hash of the signature's algorithm.
pub(super) fn half(algorithm: Algorithm, access_token: &str) -> String {
    let hash = match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 => Sha256::digest(access_token).to_vec(),
        Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => Sha384::digest(access_token).to_vec(),
        Algorithm::Rs512 | Algorithm::Ps512 | Algorithm::EdDsa => Sha512::digest(access_token).to_vec(),
    };
    URL_SAFE_NO_PAD.encode(hash.split_at(hash.len() / 2).0)
}
