//! Downloads of signed documents: addresses that are good for a minute, and what they give.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_kernel::{Digest, OrganizationId, Seal, Timestamp};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::{DocumentType, LegalDocumentId};

/// How long a download can be begun: whoever has its address has the file.
pub(crate) const DOWNLOAD_LIFETIME: Duration = Duration::from_secs(60);

/// Two ids, an instant and an HMAC-SHA256.
const LENGTH: usize = 16 + 16 + 8 + 32;

/// What gives one signed document to whoever has it, for 60 seconds: letters, digits, `-` and `_`. Printing it shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct DownloadToken(pub(crate) String);

/// A signed document as it is handed out.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedFile {
    /// The document's id.
    pub document: LegalDocumentId,
    /// What was agreed on.
    pub kind: DocumentType,
    /// The PDF; its hash is the one that was kept when it was signed.
    pub bytes: Vec<u8>,
}

impl DownloadToken {
    /// The text of it, for an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn of(
        seal: &Seal,
        organization: OrganizationId,
        document: LegalDocumentId,
        until: Timestamp,
    ) -> Self {
        let body = body(organization, document, until);
        Self(URL_SAFE_NO_PAD.encode([body.as_slice(), digest(seal, &body).bytes()].concat()))
    }
}

/// What a token gives, when it is one of ours and its time has not run out.
pub(crate) fn judged(seal: &Seal, token: &str, now: Timestamp) -> Option<(OrganizationId, LegalDocumentId)> {
    // no longer text is ever decoded
    if token.len() > LENGTH * 2 {
        return None;
    }
    let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
    let (body, signature) = bytes.split_at(LENGTH - 32);
    if !bool::from(digest(seal, body).bytes().ct_eq(signature)) {
        return None;
    }
    let (organization, rest) = body.split_first_chunk::<16>()?;
    let (document, until) = rest.split_first_chunk::<16>()?;
    let until = Timestamp::from_micros(i64::from_be_bytes(until.try_into().ok()?));
    (now < until).then(|| {
        (
            OrganizationId::new(Uuid::from_bytes(*organization)),
            LegalDocumentId::new(Uuid::from_bytes(*document)),
        )
    })
}

fn body(organization: OrganizationId, document: LegalDocumentId, until: Timestamp) -> Vec<u8> {
    let until = until.micros().to_be_bytes();
    [organization.uuid().as_bytes().as_slice(), document.uuid().as_bytes(), &until].concat()
}

fn digest(seal: &Seal, body: &[u8]) -> Digest {
    seal.digest(&[b"download", body])
}

impl fmt::Debug for DownloadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DownloadToken(…)")
    }
}

impl SignedFile {
    /// What the file is called: `polity-DPA-<id>.pdf`.
    pub fn name(&self) -> String {
        format!("polity-{}-{}.pdf", self.kind, self.document)
    }
}

impl fmt::Debug for SignedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedFile")
            .field("document", &self.document)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use polity_kernel::MasterKey;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_768_478_400);

    fn seal(key: u8) -> Seal {
        Seal::new(&MasterKey::new([key; 32]), "licensing.downloads")
    }

    #[test]
    fn a_token_gives_its_document_for_a_minute() {
        let place = (OrganizationId::new(Uuid::from_u128(1)), LegalDocumentId::new(Uuid::from_u128(2)));
        let token = DownloadToken::of(&seal(7), place.0, place.1, NOW.after(DOWNLOAD_LIFETIME));
        assert_eq!(judged(&seal(7), token.as_str(), NOW), Some(place));
        assert_eq!(judged(&seal(7), token.as_str(), NOW.after(Duration::from_millis(59_999))), Some(place));
        assert_eq!(judged(&seal(7), token.as_str(), NOW.after(DOWNLOAD_LIFETIME)), None);
        assert_eq!(judged(&seal(8), token.as_str(), NOW), None);
        assert_eq!(format!("{token:?}"), "DownloadToken(…)");
    }

    #[test]
    fn no_bit_of_a_token_can_be_changed() {
        let place = (OrganizationId::new(Uuid::from_u128(1)), LegalDocumentId::new(Uuid::from_u128(2)));
        let token = DownloadToken::of(&seal(7), place.0, place.1, NOW.after(DOWNLOAD_LIFETIME));
        let bytes = URL_SAFE_NO_PAD.decode(token.as_str()).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(judged(&seal(7), &URL_SAFE_NO_PAD.encode(forged), NOW), None, "bit {bit}");
        }
        for bad in ["", "x", "=", &"A".repeat(10_000), &token.as_str()[1..]] {
            assert_eq!(judged(&seal(7), bad, NOW), None);
        }
    }
}
