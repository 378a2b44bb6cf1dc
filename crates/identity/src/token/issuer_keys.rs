//! The published keys of an issuer whose ID tokens somebody else judges.

use serde_json::{Map, Value};

use super::jwt::{VerifyingKey, peek};
use crate::Algorithm;
use crate::refusal::Refusal;

/// The most keys of one set that are looked at.
const MOST: usize = 100;

/// The longest token, in bytes.
const LONGEST: usize = 64 * 1_024;

/// Public keys of an issuer, each for the one algorithm it verifies. HMAC and `none` cannot be among them.
#[derive(Clone, Debug, Default)]
pub struct IssuerKeys(Vec<VerifyingKey>);

/// Why a token is not known to be signed by an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// It is no signed JWT in the compact form, or has `crit`.
    Malformed,
    /// It names another algorithm than the one of its key.
    Algorithm,
    /// It is signed with none of these keys, as far as it says.
    UnknownKey,
    /// Its signature is wrong.
    Signature,
}

impl IssuerKeys {
    /// From a JWK set (RFC 7517 §5); what is not for signatures or unusable is left out.
    pub fn of(jwks: &Value) -> Self {
        let keys = jwks.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let known = keys.iter().take(MOST).filter_map(|jwk| VerifyingKey::from_jwk(jwk, &Algorithm::ALL));
        Self(known.collect())
    }

    /// Whether the key that the token names is here.
    pub fn know(&self, token: &str) -> bool {
        !matches!(self.key(token), Err(TokenFault::UnknownKey))
    }

    /// The claims of a token that one of these keys has signed, and its algorithm. What they say is yet to be judged.
    ///
    /// # Errors
    /// Why it is not known to be signed by the issuer.
    pub fn claims(&self, token: &str) -> Result<(Map<String, Value>, Algorithm), TokenFault> {
        let key = self.key(token)?;
        Ok((key.signed_claims(token).map_err(fault)?, key.algorithm()))
    }

    fn key(&self, token: &str) -> Result<&VerifyingKey, TokenFault> {
        if token.len() > LONGEST {
            return Err(TokenFault::Malformed);
        }
        let (header, _) = peek(token).map_err(fault)?;
        let found = match (header.kid.as_deref(), self.0.as_slice()) {
            (Some(kid), keys) => keys.iter().find(|key| key.kid.as_deref() == Some(kid)),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        found.ok_or(TokenFault::UnknownKey)
    }
}

fn fault(refusal: Refusal) -> TokenFault {
    match refusal {
        Refusal::Algorithm => TokenFault::Algorithm,
        Refusal::Signature => TokenFault::Signature,
        _ => TokenFault::Malformed,
    }
}
