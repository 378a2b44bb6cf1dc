//! What a page tells a browser about passkeys, and what the browser answers: JSON with bytes in base64url, as WebAuthn Level 2 names it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_kernel::{Code, Error, FieldKind, Result};
use polity_signin::{AssertionAnswer, AssertionOptions, Passkey, RegistrationAnswer, RegistrationOptions};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

/// Bytes that stand as base64url.
struct Bytes(Vec<u8>);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    client_data: Bytes,
    attestation: Bytes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    credential: Bytes,
    client_data: Bytes,
    authenticator_data: Bytes,
    signature: Bytes,
    user_handle: Option<Bytes>,
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        URL_SAFE_NO_PAD.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// What a browser is asked that is to make a passkey (`PublicKeyCredentialCreationOptions`).
pub(in crate::routes::pages) fn to_make(options: &RegistrationOptions) -> String {
    let algorithms: Vec<Value> =
        Passkey::ALGORITHMS.iter().map(|alg| json!({"type": "public-key", "alg": alg})).collect();
    json!({
        "rp": {"id": options.relying_party.id, "name": options.relying_party.id},
        "user": {
            "id": text(&options.user_handle), "name": options.user_name, "displayName": options.display_name,
        },
        "challenge": text(&options.challenge),
        "pubKeyCredParams": algorithms,
        "timeout": Passkey::TIME.as_secs() * 1_000,
        "excludeCredentials": options.exclude.iter().map(|id| text(id)).collect::<Vec<_>>(),
        "authenticatorSelection": {
            "residentKey": "required", "requireResidentKey": true, "userVerification": "required",
        },
        "attestation": "none",
    })
    .to_string()
}

/// What a browser is asked that is to show a passkey (`PublicKeyCredentialRequestOptions`).
pub(in crate::routes::pages) fn asked(options: &AssertionOptions) -> String {
    json!({
        "rpId": options.relying_party,
        "challenge": text(&options.challenge),
        "timeout": Passkey::TIME.as_secs() * 1_000,
        "allowCredentials": options.allow.iter().map(|id| text(id)).collect::<Vec<_>>(),
        "userVerification": "required",
    })
    .to_string()
}

/// What a browser has answered that was to make a passkey.
///
/// # Errors
/// `Invalid` at `passkey`.
pub(in crate::routes::pages) fn registration(answer: &str, name: &str) -> Result<RegistrationAnswer> {
    let told = "is not what a browser answers: it takes JavaScript";
    let made: Made = read(answer).ok_or_else(|| Error::field("passkey", FieldKind::Malformed.told(told)))?;
    let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
    Ok(RegistrationAnswer { client_data: made.client_data.0, attestation: made.attestation.0, name })
}

/// What a browser has answered that was to show one.
///
/// # Errors
/// `Unauthenticated`.
pub(in crate::routes::pages) fn assertion(answer: &str) -> Result<AssertionAnswer> {
    let told = "this is not what a browser answers: signing in with a passkey takes JavaScript";
    let shown: Shown = read(answer).ok_or_else(|| Error::new(Code::Unauthenticated, told))?;
    Ok(AssertionAnswer {
        credential: shown.credential.0,
        client_data: shown.client_data.0,
        authenticator_data: shown.authenticator_data.0,
        signature: shown.signature.0,
        user_handle: shown.user_handle.map(|handle| handle.0),
    })
}

fn read<T: DeserializeOwned>(answer: &str) -> Option<T> {
    serde_json::from_str(answer).ok()
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
