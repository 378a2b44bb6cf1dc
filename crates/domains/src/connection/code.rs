//! The authorization code grant with PKCE (RFC 6749 §4.1, RFC 7636), as OpenID Connect and OAuth 2.0 share it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use polity_identity::Secret;
use polity_kernel::{IdSource, Result, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::keys::PrivateKey;
use super::rejection::Rejection;
use super::settings::ClientAuthentication;
use super::web::Web;

/// How long an assertion of ours counts, in seconds.
const ASSERTION_LIFETIME: i64 = 60;

/// The longest code or token that is taken, in bytes.
const LONGEST: usize = 64 * 1_024;

/// This service as the client of a provider.
pub(crate) struct Client<'c> {
    /// Who it is there.
    pub(crate) id: &'c str,
    /// How it proves that.
    pub(crate) authentication: ClientAuthentication,
    /// Its secret, if it has one.
    pub(crate) secret: Option<&'c Secret>,
    /// Its key with the key's id, if it has one.
    pub(crate) key: Option<SigningKey<'c>>,
    /// Where answers come to.
    pub(crate) redirect_uri: &'c str,
}

/// A key that signs assertions.
#[derive(Clone, Copy)]
pub(crate) struct SigningKey<'k> {
    /// The id it is published under.
    pub(crate) kid: &'k str,
    /// The key.
    pub(crate) key: &'k PrivateKey,
}

/// What binds an answer to its request. Kept sealed until the answer is there.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    /// What the address comes back with.
    pub(crate) state: Secret,
    /// What the ID token comes back with.
    pub(crate) nonce: Secret,
    /// What the exchange of the code is proved with.
    pub(crate) verifier: Secret,
}

/// The present, and where randomness comes from.
#[derive(Clone, Copy)]
pub(crate) struct Moment<'m> {
    pub(crate) now: Timestamp,
    pub(crate) ids: &'m IdSource,
}

/// What a code was exchanged for.
pub(crate) struct Tokens {
    pub(crate) access_token: Secret,
    pub(crate) id_token: Option<Secret>,
}

/// The address that asks for a code.
pub(crate) fn authorization_url(
    endpoint: &str,
    client: &Client<'_>,
    scopes: &[String],
    binding: &Binding,
    more: &[(&str, &str)],
) -> Result<String, Rejection> {
    let mut url = Url::parse(endpoint).map_err(|_| Rejection::ProviderAnswer)?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(binding.verifier.reveal()));
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", client.id)
        .append_pair("redirect_uri", client.redirect_uri)
        .append_pair("scope", &scopes.join(" "))
        .append_pair("state", binding.state.reveal())
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        .extend_pairs(more);
    Ok(url.into())
}

/// Exchanges a code.
pub(crate) fn exchange(
    web: &Web<'_>,
    endpoint: &str,
    client: &Client<'_>,
    given: &Given<'_>,
    moment: Moment<'_>,
) -> Result<Tokens, Rejection> {
    if given.code.reveal().is_empty() || given.code.reveal().len() > LONGEST {
        return Err(Rejection::MissingCode);
    }
    let assertion = client.assertion(endpoint, moment)?;
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", given.code.reveal()),
        ("redirect_uri", client.redirect_uri),
        ("code_verifier", given.verifier.reveal()),
    ];
    let mut basic = None;
    match (client.authentication, client.secret, &assertion) {
        (ClientAuthentication::ClientSecretBasic, Some(secret), _) => basic = Some(client.basic(secret)),
        (ClientAuthentication::ClientSecretPost, Some(secret), _) => {
            form.extend([("client_id", client.id), ("client_secret", secret.reveal())]);
        }
        (ClientAuthentication::PrivateKeyJwt, _, Some(assertion)) => form.extend([
            ("client_id", client.id),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion.reveal()),
        ]),
        _ => return Err(Rejection::CodeRefused),
    }
    let answer = web.post(endpoint, &form, basic.as_ref())?;
    // GitHub tells of failures with the status of success
    if !answer.is_success || answer.body.get("error").is_some() {
        return Err(Rejection::CodeRefused);
    }
    let token = |name: &str| {
        let text = answer.body.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty() && text.len() <= LONGEST).map(Secret::new)
    };
    let access_token = token("access_token").ok_or(Rejection::ProviderAnswer)?;
    Ok(Tokens { access_token, id_token: token("id_token") })
}

/// A code, and what proves that we asked for it.
pub(crate) struct Given<'g> {
    pub(crate) code: &'g Secret,
    pub(crate) verifier: &'g Secret,
}

impl Binding {
    pub(crate) fn random(ids: &IdSource) -> Self {
        Self { state: Secret::random(ids), nonce: Secret::random(ids), verifier: Secret::random(ids) }
    }
}

impl Client<'_> {
    /// RFC 6749 §2.3.1: both halves are encoded as in a form first.
    fn basic(&self, secret: &Secret) -> Secret {
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        Secret::new(STANDARD.encode(format!("{}:{}", encoded(self.id), encoded(secret.reveal()))))
    }

    /// An assertion that proves who we are (RFC 7523 §2.2, §3).
    fn assertion(&self, endpoint: &str, moment: Moment<'_>) -> Result<Option<Secret>, Rejection> {
        if self.authentication != ClientAuthentication::PrivateKeyJwt {
            return Ok(None);
        }
        let Some(SigningKey { kid, key }) = self.key else { return Ok(None) };
        let now = moment.now.seconds();
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": kid });
        let claims = json!({
            "iss": self.id, "sub": self.id, "aud": endpoint, "iat": now, "exp": now + ASSERTION_LIFETIME,
            "jti": URL_SAFE_NO_PAD.encode(moment.ids.key()),
        });
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = key.sign(signed.as_bytes()).map_err(|_| Rejection::CodeRefused)?;
        Ok(Some(Secret::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))))
    }
}
