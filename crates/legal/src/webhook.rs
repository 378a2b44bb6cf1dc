//! What a signing provider tells through its webhook, and whether it is the provider who tells it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use polity_kernel::{Code, Error, Result};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sha2::Sha256;

/// The one event that says something of a document.
const STATE_CHANGED: &str = "document_state_changed";

/// The most events of one call.
const MOST: usize = 100;

/// Something a provider says of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// What the provider calls it.
    pub(crate) outside_id: String,
    /// How far it has come there.
    pub(crate) progress: Progress,
    /// The provider's template that it was made from, if that is told.
    pub(crate) template: Option<String>,
}

/// How far a document has come at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It can be sent to the representative.
    Drafted,
    /// It is signed.
    Completed,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Told {
    Several(Vec<Event>),
    One(Event),
}

#[derive(Deserialize)]
struct Event {
    #[serde(default)]
    event: String,
    #[serde(default)]
    data: Subject,
}

#[derive(Default, Deserialize)]
struct Subject {
    #[serde(default)]
    id: String,
    #[serde(default)]
    status: String,
    template: Option<Made>,
}

#[derive(Deserialize)]
struct Made {
    id: Option<String>,
}

/// Whether the signature is the HMAC-SHA256 of the body under the shared secret, in hexadecimal; compared in constant time.
pub(crate) fn is_authentic(secret: &SecretString, body: &[u8], signature: &str) -> bool {
    let Some(signature) = bytes(signature.trim()) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else { return false };
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

/// What is told, one event or several, without what is no news of a document.
///
/// # Errors
/// `Malformed` for what is not JSON of that shape; `TooLarge` for more than 100 events.
pub(crate) fn read(body: &[u8]) -> Result<Vec<Notice>> {
    let told: Told = serde_json::from_slice(body)
        .map_err(|error| Error::new(Code::Malformed, "not an event or a list of events").because(error))?;
    let all = match told {
        Told::Several(all) => all,
        Told::One(one) => vec![one],
    };
    if all.len() > MOST {
        return Err(Error::new(Code::TooLarge, format!("more than {MOST} events")));
    }
    Ok(all.into_iter().filter_map(notice).collect())
}

fn notice(told: Event) -> Option<Notice> {
    let progress = match told.data.status.as_str() {
        "document.draft" => Progress::Drafted,
        "document.completed" => Progress::Completed,
        _ => return None,
    };
    let is_news = told.event == STATE_CHANGED && !told.data.id.is_empty();
    let template = told.data.template.and_then(|made| made.id);
    is_news.then_some(Notice { outside_id: told.data.id, progress, template })
}

/// The 32 bytes that 64 hexadecimal digits stand for.
fn bytes(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, digits) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        let digits = std::str::from_utf8(digits).ok()?;
        // a sign is no digit, whatever the parser says
        if digits.starts_with('+') {
            return None;
        }
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 §4.3, test case 2.
    const SIGNATURE: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const BODY: &[u8] = b"what do ya want for nothing?";

    fn secret() -> SecretString {
        SecretString::from("Jefe")
    }

    #[test]
    fn a_signature_is_that_of_the_body() {
        assert!(is_authentic(&secret(), BODY, SIGNATURE));
        assert!(is_authentic(&secret(), BODY, &SIGNATURE.to_uppercase()));
        let forged = SIGNATURE.replace("5b", "5c");
        for bad in ["", "5bdc", forged.as_str(), &"+1".repeat(32), &"é".repeat(32), &format!("{SIGNATURE}00")]
        {
            assert!(!is_authentic(&secret(), BODY, bad), "{bad}");
        }
        assert!(!is_authentic(&secret(), b"something else", SIGNATURE));
        assert!(!is_authentic(&SecretString::from("Jeff"), BODY, SIGNATURE));
    }

    #[test]
    fn one_event_or_several_are_read_and_other_news_passed_by() {
        let one = br#"{"event":"document_state_changed","data":{"id":"x","status":"document.completed","template":{"id":"t"}}}"#;
        let notice =
            Notice { outside_id: "x".into(), progress: Progress::Completed, template: Some("t".into()) };
        assert_eq!(read(one).unwrap(), std::slice::from_ref(&notice));
        let several = [
            b"[{},".as_slice(),
            one,
            br#",{"event":"recipient_completed","data":{"id":"x","status":"document.completed"}}]"#,
        ]
        .concat();
        assert_eq!(read(&several).unwrap(), [notice]);
        assert_eq!(read(b"[]").unwrap(), []);
        for bad in [b"".as_slice(), b"nonsense", b"1", b"[1]", b"{\"event\":1}"] {
            assert_eq!(read(bad).unwrap_err().code(), Code::Malformed);
        }
    }
}
