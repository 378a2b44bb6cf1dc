//! What a browser says of a ceremony in the bytes that the authenticator signs: its client data (WebAuthn Level 2 §5.8.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// The most bytes of it; browsers send some 200.
const LONGEST: usize = 4_096;

/// Its members that are judged; browsers may send more.
#[derive(Deserialize)]
#[expect(non_snake_case, reason = "the standard's name, and an area renames nothing")]
struct Written {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    crossOrigin: bool,
}

/// The challenge that was answered, if a page of this origin, in no frame of another's, asked for a ceremony of this type.
pub(crate) fn challenge(client: &[u8], kind: &str, origin: &str) -> Option<Vec<u8>> {
    if client.len() > LONGEST {
        return None;
    }
    let written: Written = serde_json::from_slice(client).ok()?;
    if written.r#type != kind || written.origin != origin || written.crossOrigin {
        return None;
    }
    URL_SAFE_NO_PAD.decode(written.challenge).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_origin_and_type_is_heard() {
        let asked = |client: &str| challenge(client.as_bytes(), "webauthn.get", "https://polity.example");
        let good = r#"{"type":"webauthn.get","challenge":"AQID","origin":"https://polity.example","crossOrigin":false,"other":[1]}"#;
        assert_eq!(asked(good), Some(vec![1, 2, 3]));
        for (from, to) in [
            ("webauthn.get", "webauthn.create"),
            ("https://polity.example", "https://polity.example.evil.example"),
            ("https://polity.example", "http://polity.example"),
            ("https://polity.example", "https://polity.example:8443"),
            ("false", "true"),
            ("AQID", "AQ=="),
            ("AQID", "!"),
            ("\"other\"", "\"type\""),
            ("{", "["),
        ] {
            assert_eq!(asked(&good.replacen(from, to, 1)), None, "{from} {to}");
        }
        assert_eq!(asked(&good.replace("[1]", &format!("\"{}\"", "x".repeat(LONGEST)))), None);
    }
}
