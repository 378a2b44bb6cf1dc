//! Attacks with tokens over HTTP: each is a 401 with `WWW-Authenticate` in the family's body.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

mod clients;
#[expect(dead_code, reason = "each test program uses its own part")]
#[path = "../ground/mod.rs"]
mod ground;
mod issuer;
mod outside;
mod own;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use ground::common::{Answer, Service, send};

/// Asks for what any known caller may ask for.
pub(crate) fn ask(service: &Service, token: &str) -> Answer {
    send(service.request("GET", "/directory/orgs/suggest").bearer_auth(token))
}

/// The token must be refused as every bad credential is; returns the reason.
pub(crate) fn refusal(service: &Service, token: &str) -> String {
    let answer = ask(service, token);
    assert_eq!(answer.code(), 401, "{answer:?}");
    let reason = answer.json()["error"]["reason"].as_str().unwrap().to_owned();
    assert_eq!(answer.json(), json!({"status": 401, "error": {"reason": reason}}));
    let challenge = format!(r#"Bearer realm="polity", error="invalid_token", error_description="{reason}""#);
    assert_eq!(answer.header("www-authenticate"), challenge);
    reason
}

/// A part of a token: 0 is the header, 1 the claims.
pub(crate) fn part(token: &str, index: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(index).unwrap()).unwrap()).unwrap()
}

/// The token with another part.
pub(crate) fn with_part(token: &str, index: usize, part: &Value) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts[index] = URL_SAFE_NO_PAD.encode(part.to_string());
    parts.join(".")
}
