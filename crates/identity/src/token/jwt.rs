//! JSON Web Tokens: reading one without trusting it, verifying it with the one algorithm of its key, and signing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{DecodingKey, Validation};
use polity_kernel::{Authentication, Methods, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::refusal::Refusal;
use crate::{Algorithm, ProvedBy};

/// How far clocks may differ, in seconds.
pub(crate) const LEEWAY: i64 = 30;

/// RFC 4648 §5 without padding, as JOSE wants it.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What a token says about itself before anything is proved.
#[derive(Debug, Deserialize)]
pub(crate) struct Header {
    alg: String,
    pub(crate) kid: Option<String>,
    pub(crate) typ: Option<String>,
    crit: Option<Value>,
}

/// The claims that mean something here. Those that only describe a person are left out when they have another shape.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Claims {
    pub(crate) iss: Option<String>,
    pub(crate) sub: Option<String>,
    #[serde(deserialize_with = "date")]
    pub(crate) exp: Option<i64>,
    #[serde(deserialize_with = "date")]
    pub(crate) nbf: Option<i64>,
    #[serde(deserialize_with = "date")]
    pub(crate) iat: Option<i64>,
    pub(crate) jti: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) client_id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) scope: Option<Words>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) permissions: Option<Words>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) org: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) email: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) email_verified: Option<Flag>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) name: Option<String>,
    #[serde(deserialize_with = "lenient")]
    auth_time: Option<i64>,
    #[serde(deserialize_with = "lenient")]
    amr: Option<Words>,
    /// Of an own token: what was shown for it.
    #[serde(skip)]
    pub(crate) proved_by: Vec<ProvedBy>,
    nonce: Option<Value>,
    at_hash: Option<Value>,
    c_hash: Option<Value>,
}

/// Words in a list, or in one text with spaces between them.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
#[serde(untagged)]
pub(crate) enum Words {
    Spaced(String),
    Listed(Vec<String>),
}

/// A boolean, which some issuers write as text.
#[derive(Clone, Debug, Deserialize, serde::Serialize)]
#[serde(untagged)]
pub(crate) enum Flag {
    Plain(bool),
    Text(String),
}

impl Words {
    pub(crate) fn iter(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Self::Spaced(text) => Box::new(text.split_ascii_whitespace()),
            Self::Listed(words) => Box::new(words.iter().map(String::as_str)),
        }
    }
}

impl Flag {
    pub(crate) fn is_set(&self) -> bool {
        match self {
            Self::Plain(flag) => *flag,
            Self::Text(text) => text == "true",
        }
    }
}

impl Claims {
    /// Claims that only an ID token has (OpenID Connect Core §2): it tells a client of a sign-in and opens nothing.
    pub(crate) fn are_of_an_id_token(&self) -> bool {
        self.nonce.is_some() || self.at_hash.is_some() || self.c_hash.is_some()
    }

    /// Refuses before and after the token's time.
    pub(crate) fn check_time(&self, now: Timestamp) -> Result<(), Refusal> {
        let now = now.seconds();
        let exp = self.exp.ok_or(Refusal::Incomplete)?;
        if exp.saturating_add(LEEWAY) <= now {
            return Err(Refusal::Expired);
        }
        if self.nbf.is_some_and(|nbf| nbf > now.saturating_add(LEEWAY)) {
            return Err(Refusal::NotYetValid);
        }
        Ok(())
    }

    /// How and when its person proved themselves, where an own token says.
    pub(crate) fn authentication(&self) -> Option<Authentication> {
        let methods = Methods::referred(self.amr.as_ref()?.iter());
        Some(Authentication { at: Timestamp::from_seconds(self.auth_time?), methods, session: None })
    }

    /// When the token stops being taken.
    pub(crate) fn until(&self) -> Timestamp {
        Timestamp::from_seconds(self.exp.unwrap_or(0).saturating_add(LEEWAY))
    }
}

/// A public key and the one algorithm it verifies.
#[derive(Clone, Debug)]
pub(crate) struct VerifyingKey {
    pub(crate) kid: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

/// Who must have issued a token, and for whom: one of the audiences.
pub(crate) struct Expected<'e> {
    pub(crate) issuer: &'e str,
    pub(crate) audiences: &'e [&'e str],
    pub(crate) now: Timestamp,
}

impl VerifyingKey {
    /// A key out of a JWK set; absent when it is not for signatures, unusable, or its algorithm is not allowed.
    ///
    /// A JWK that names no algorithm gets the one its kind implies; for RSA, the first allowed.
    pub(crate) fn from_jwk(jwk: &Value, allowed: &[Algorithm]) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let kind = KeyKind { kty: text("kty")?, crv: text("crv").unwrap_or("") };
        let algorithm = match text("alg") {
            Some(name) => name.parse().ok()?,
            None => *allowed.iter().find(|algorithm| suits(kind, **algorithm))?,
        };
        if !allowed.contains(&algorithm) || !suits(kind, algorithm) {
            return None;
        }
        let size = |name: &str| Some(URL_SAFE_NO_PAD.decode(text(name)?).ok()?.len());
        let key = match algorithm {
            Algorithm::EdDsa if size("x")? == 32 => DecodingKey::from_ed_components(text("x")?),
            Algorithm::Es256 if (size("x")?, size("y")?) == (32, 32) => {
                DecodingKey::from_ec_components(text("x")?, text("y")?)
            }
            Algorithm::Es384 if (size("x")?, size("y")?) == (48, 48) => {
                DecodingKey::from_ec_components(text("x")?, text("y")?)
            }
            Algorithm::EdDsa | Algorithm::Es256 | Algorithm::Es384 => return None,
            // shorter ones can be broken, longer ones are a way to keep us busy
            _ if (256..=512).contains(&size("n")?) => {
                DecodingKey::from_rsa_components(text("n")?, text("e")?)
            }
            _ => return None,
        };
        Some(Self { kid: text("kid").map(str::to_owned), algorithm, key: key.ok()? })
    }

    /// The one algorithm that it verifies.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The claims, once the signature is right; nothing that they say is judged.
    pub(crate) fn signed_claims(&self, token: &str) -> Result<Map<String, Value>, Refusal> {
        let (header, _) = peek(token)?;
        if header.alg != self.algorithm.as_str() {
            return Err(Refusal::Algorithm);
        }
        let mut validation = Validation::new(self.algorithm.library());
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&[] as &[&str]);
        let decoded = jsonwebtoken::decode(token, &self.key, &validation);
        Ok(decoded.map_err(|error| refusal(error.kind()))?.claims)
    }

    /// The claims, once signature, issuer, audience and time are right.
    pub(crate) fn verify(
        &self,
        token: &str,
        header: &Header,
        expected: &Expected<'_>,
    ) -> Result<Claims, Refusal> {
        if header.alg != self.algorithm.as_str() {
            return Err(Refusal::Algorithm);
        }
        let mut validation = Validation::new(self.algorithm.library());
        // time is judged by our own clock below
        validation.validate_exp = false;
        validation.set_issuer(&[expected.issuer]);
        validation.set_audience(expected.audiences);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let claims: Claims = jsonwebtoken::decode(token, &self.key, &validation)
            .map_err(|error| refusal(error.kind()))?
            .claims;
        claims.check_time(expected.now)?;
        Ok(claims)
    }
}

/// A key's type and its curve, if it has one (RFC 7518 §6.1).
#[derive(Clone, Copy)]
struct KeyKind<'k> {
    kty: &'k str,
    crv: &'k str,
}

/// Whether a key of this kind can make this algorithm's signatures.
fn suits(KeyKind { kty, crv }: KeyKind<'_>, algorithm: Algorithm) -> bool {
    match algorithm {
        Algorithm::EdDsa => (kty, crv) == ("OKP", "Ed25519"),
        Algorithm::Es256 => (kty, crv) == ("EC", "P-256"),
        Algorithm::Es384 => (kty, crv) == ("EC", "P-384"),
        _ => kty == "RSA",
    }
}

/// The header, and the claims as yet unproved: enough to find the key by.
pub(crate) fn peek(token: &str) -> Result<(Header, Claims), Refusal> {
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Refusal::Malformed);
    };
    let header: Header = decode(header)?;
    // RFC 7515 §4.1.11: what must be understood and is not, is refused
    if header.crit.is_some() {
        return Err(Refusal::Malformed);
    }
    Ok((header, decode(claims)?))
}

/// What a token that has been verified says under this name, where that is a whole number.
pub(crate) fn number(token: &str, name: &str) -> Option<i64> {
    let claims: Map<String, Value> = decode(token.split('.').nth(1)?).ok()?;
    claims.get(name)?.as_i64()
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Refusal::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Refusal::Malformed)
}

fn refusal(kind: &ErrorKind) -> Refusal {
    match kind {
        ErrorKind::InvalidSignature => Refusal::Signature,
        ErrorKind::InvalidAudience => Refusal::Audience,
        ErrorKind::InvalidIssuer => Refusal::UnknownIssuer,
        ErrorKind::InvalidAlgorithm | ErrorKind::UnsupportedAlgorithm => Refusal::Algorithm,
        ErrorKind::MissingRequiredClaim(_) => Refusal::Incomplete,
        _ => Refusal::Malformed,
    }
}

/// A `NumericDate` (RFC 7519 §2), cut to whole seconds.
fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let Some(number) = Option::<serde_json::Number>::deserialize(deserializer)? else { return Ok(None) };
    match number.as_i64() {
        Some(seconds) => Ok(Some(seconds)),
        #[expect(clippy::cast_possible_truncation, reason = "a cast from a float saturates")]
        None => number
            .as_f64()
            .map(|seconds| Some(seconds as i64))
            .ok_or_else(|| serde::de::Error::custom("no date")),
    }
}

fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}
