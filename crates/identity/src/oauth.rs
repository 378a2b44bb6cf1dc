//! Requests and answers of the OAuth endpoints.
//!
//! Their member names are the standards', so answers are serialized as they are.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use polity_kernel::{Error, words};
use serde::{Serialize, Serializer};
use url::form_urlencoded;

use crate::Secret;
use crate::credential::halves;

words! {
    /// Why a request is refused (RFC 6749 §5.2, RFC 7009 §2.2.1, RFC 8707 §2).
    pub enum OAuthCode {
        /// Something is missing, doubled or malformed.
        InvalidRequest = "invalid_request",
        /// The client did not prove itself; the answer is a 401.
        InvalidClient = "invalid_client",
        /// The client may not use this grant, or the token is another's.
        UnauthorizedClient = "unauthorized_client",
        /// The token endpoint does not know the grant.
        UnsupportedGrantType = "unsupported_grant_type",
        /// Nothing of the scope can be granted.
        InvalidScope = "invalid_scope",
        /// The resource is not this service.
        InvalidTarget = "invalid_target",
    }
}

/// Why an endpoint did not do what it was asked.
#[derive(Debug)]
pub enum OAuthError {
    /// The request is refused: a 400, or a 401 for `invalid_client`.
    Refused {
        /// The code in the answer's `error`.
        code: OAuthCode,
        /// Words for the developer of the client.
        description: Cow<'static, str>,
    },
    /// The service failed.
    Failed(Error),
}

impl OAuthError {
    pub(crate) fn new(code: OAuthCode, description: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused { code, description: description.into() }
    }
}

impl From<Error> for OAuthError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { code, description } => write!(f, "{code}: {description}"),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OAuthError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused { .. } => None,
            Self::Failed(error) => Some(error),
        }
    }
}

/// How a client proves itself in a request.
#[derive(Clone, Debug)]
pub(crate) enum Proof {
    Basic { id: String, secret: Secret },
    Post { id: String, secret: Secret },
    Assertion(Secret),
}

/// A request to the token endpoint.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    pub(crate) client: Proof,
    pub(crate) grant_type: String,
    pub(crate) scope: Option<String>,
    pub(crate) resources: Vec<String>,
}

/// A request to the introspection endpoint.
#[derive(Clone, Debug)]
pub struct IntrospectionRequest {
    pub(crate) client: Proof,
    pub(crate) token: Secret,
}

/// A request to the revocation endpoint.
#[derive(Clone, Debug)]
pub struct RevocationRequest {
    pub(crate) client: Proof,
    pub(crate) token: Secret,
}

/// An answer of the token endpoint (RFC 6749 §5.1).
#[derive(Clone, Debug, Serialize)]
pub struct TokenResponse {
    /// The token.
    #[serde(serialize_with = "reveal")]
    pub access_token: Secret,
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds until it expires.
    pub expires_in: u64,
    /// What it is narrowed to, when a scope was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// An answer of the introspection endpoint (RFC 7662 §2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Introspection {
    /// Whether the token works now and the client may know of it.
    pub active: bool,
    /// What it is narrowed to, words with spaces between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The client it was made for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// When it expires, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Whom it is meant for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// The one organization it works in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org: Option<String>,
}

fn reveal<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.reveal())
}

impl TokenRequest {
    /// From the `Authorization` header and the form in the body.
    ///
    /// # Errors
    /// `invalid_request` for a missing or doubled parameter, `invalid_client` without any proof of the client.
    pub fn parse(authorization: Option<&str>, form: &[u8]) -> Result<Self, OAuthError> {
        let form = Form::parse(form)?;
        Ok(Self {
            client: form.proof(authorization)?,
            grant_type: form.required("grant_type")?,
            scope: form.get("scope").map(str::to_owned),
            resources: form.resources,
        })
    }
}

impl IntrospectionRequest {
    /// From the `Authorization` header and the form in the body; errors as [`TokenRequest::parse`].
    pub fn parse(authorization: Option<&str>, form: &[u8]) -> Result<Self, OAuthError> {
        let form = Form::parse(form)?;
        Ok(Self { client: form.proof(authorization)?, token: Secret::new(form.required("token")?) })
    }
}

impl RevocationRequest {
    /// From the `Authorization` header and the form in the body; errors as [`TokenRequest::parse`].
    pub fn parse(authorization: Option<&str>, form: &[u8]) -> Result<Self, OAuthError> {
        let form = Form::parse(form)?;
        Ok(Self { client: form.proof(authorization)?, token: Secret::new(form.required("token")?) })
    }
}

/// A form in which every parameter but the resource stands once (RFC 6749 §3.2, RFC 8707 §2). Empty ones count as absent.
struct Form {
    parameters: HashMap<String, String>,
    resources: Vec<String>,
}

/// The most parameters of a request, empty and unknown ones included.
const MOST: usize = 100;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl Form {
    fn parse(form: &[u8]) -> Result<Self, OAuthError> {
        let refused = |words: String| OAuthError::new(OAuthCode::InvalidRequest, words);
        let mut parsed = Self { parameters: HashMap::new(), resources: Vec::new() };
        for (place, (name, value)) in form_urlencoded::parse(form).enumerate() {
            if place >= MOST {
                return Err(refused(format!("there are more than {MOST} parameters")));
            }
            if value.is_empty() {
                continue;
            }
            if name == "resource" || name == "audience" {
                parsed.resources.push(value.into_owned());
            } else if parsed.parameters.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(refused("a parameter stands twice".to_owned()));
            }
        }
        Ok(parsed)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    fn required(&self, name: &'static str) -> Result<String, OAuthError> {
        self.get(name)
            .map(str::to_owned)
            .ok_or_else(|| OAuthError::new(OAuthCode::InvalidRequest, format!("{name} is missing")))
    }

    /// The client's one proof; two at once are refused (RFC 6749 §2.3).
    fn proof(&self, authorization: Option<&str>) -> Result<Proof, OAuthError> {
        let basic = authorization.map(basic).transpose()?;
        let assertion = match (self.get("client_assertion_type"), self.get("client_assertion")) {
            (Some(ASSERTION_TYPE), Some(assertion)) => Some(Proof::Assertion(Secret::new(assertion))),
            (None, None) => None,
            _ => {
                return Err(OAuthError::new(
                    OAuthCode::InvalidRequest,
                    "client_assertion and its type belong together",
                ));
            }
        };
        let post = match (self.get("client_id"), self.get("client_secret")) {
            (Some(id), Some(secret)) => Some(Proof::Post { id: id.to_owned(), secret: Secret::new(secret) }),
            (None, Some(_)) => {
                return Err(OAuthError::new(OAuthCode::InvalidRequest, "client_id is missing"));
            }
            (_, None) => None,
        };
        let mut proofs = [basic, assertion, post].into_iter().flatten();
        match (proofs.next(), proofs.next()) {
            (Some(proof), None) => Ok(proof),
            (Some(_), Some(_)) => {
                Err(OAuthError::new(OAuthCode::InvalidRequest, "the client proves itself in two ways"))
            }
            (None, _) => Err(OAuthError::new(OAuthCode::InvalidClient, "the client does not prove itself")),
        }
    }
}

/// HTTP Basic, whose two halves are form-encoded first (RFC 6749 §2.3.1).
fn basic(authorization: &str) -> Result<Proof, OAuthError> {
    let refuse = || OAuthError::new(OAuthCode::InvalidClient, "the Authorization header is not HTTP Basic");
    let (scheme, encoded) = authorization.split_once(' ').ok_or_else(refuse)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(refuse());
    }
    let (id, secret) = halves(encoded).ok_or_else(refuse)?;
    Ok(Proof::Basic { id: decoded_once(&id), secret: Secret::new(decoded_once(secret.reveal())) })
}

fn decoded_once(half: &str) -> String {
    form_urlencoded::parse(half.as_bytes()).next().map(|(text, _)| text.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn code(result: Result<TokenRequest, OAuthError>) -> OAuthCode {
        match result.unwrap_err() {
            OAuthError::Refused { code, .. } => code,
            OAuthError::Failed(error) => panic!("{error}"),
        }
    }

    #[test]
    fn basic_credentials_are_decoded_twice() {
        let header = format!("Basic {}", STANDARD.encode("a%3Ab:s%20e+c%2Bret"));
        let request = TokenRequest::parse(Some(&header), b"grant_type=client_credentials").unwrap();
        let Proof::Basic { id, secret } = request.client else { panic!() };
        assert_eq!((id.as_str(), secret.reveal()), ("a:b", "s e c+ret"));
    }

    #[test]
    fn many_parameters_are_refused_before_they_are_compared() {
        let form = |count: usize| (0..count).map(|number| format!("&p{number}=1")).collect::<String>();
        let known = "client_id=a&client_secret=b&grant_type=c";
        TokenRequest::parse(None, format!("{known}{}", form(MOST - 3)).as_bytes()).unwrap();
        for many in [form(MOST - 2), form(200_000), "&p=".repeat(MOST), "&resource=x".repeat(MOST)] {
            let refused = TokenRequest::parse(None, format!("{known}{many}").as_bytes());
            assert_eq!(code(refused), OAuthCode::InvalidRequest);
        }
    }

    #[test]
    fn a_request_is_refused_for_what_is_wrong_with_it() {
        let both = format!("Basic {}", STANDARD.encode("a:b"));
        for (authorization, form, expected) in [
            (None, "grant_type=x", OAuthCode::InvalidClient),
            (Some("Bearer x"), "grant_type=x", OAuthCode::InvalidClient),
            (Some("Basic ???"), "grant_type=x", OAuthCode::InvalidClient),
            (None, "client_id=a&client_secret=b", OAuthCode::InvalidRequest),
            (None, "client_secret=b&grant_type=x", OAuthCode::InvalidRequest),
            (None, "client_id=a&client_id=a&client_secret=b&grant_type=x", OAuthCode::InvalidRequest),
            (None, "client_assertion=a&grant_type=x", OAuthCode::InvalidRequest),
            (Some(both.as_str()), "client_id=a&client_secret=b&grant_type=x", OAuthCode::InvalidRequest),
        ] {
            assert_eq!(code(TokenRequest::parse(authorization, form.as_bytes())), expected, "{form}");
        }
    }
}
