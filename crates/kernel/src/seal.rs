//! Secrets at rest: keyed hashes for those that are only compared, sealing for those that are read back.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, KeyInit as _, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::IdSource;
use crate::error::{Error, Result};

const NONCE: usize = 24;

/// The key all others are derived from: 256 random bits from configuration. Never printed.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// From its 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A key for one purpose, so that one purpose's key tells nothing of another's.
    fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(mac(self.0.as_ref(), &[purpose.as_bytes()]))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// A keyed hash (HMAC-SHA-256) of a secret: what the store keeps of tokens and keys.
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The 32 bytes, for the store.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Lower-case hexadecimal, 64 digits.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl PartialEq for Digest {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}

/// Seals and digests for one purpose, such as one column. Made once from the [`MasterKey`].
#[derive(Clone)]
pub struct Seal {
    cipher: XChaCha20Poly1305,
    key: Zeroizing<[u8; 32]>,
}

impl Seal {
    /// A seal for a purpose: `identity.signing_keys`.
    pub fn new(master: &MasterKey, purpose: &str) -> Self {
        let sealing = master.derive(&format!("seal:{purpose}"));
        Self {
            cipher: XChaCha20Poly1305::new(&(*sealing).into()),
            key: master.derive(&format!("digest:{purpose}")),
        }
    }

    /// The keyed hash of the parts, each preceded by its length so that no two lists of parts meet.
    pub fn digest(&self, parts: &[&[u8]]) -> Digest {
        let lengths: Vec<[u8; 8]> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
        let framed: Vec<&[u8]> =
            lengths.iter().zip(parts).flat_map(|(length, part)| [length.as_slice(), part]).collect();
        Digest(mac(self.key.as_ref(), &framed))
    }

    /// The keyed hash of exactly these bytes, where whoever is given it counts on the formula.
    pub fn digest_exactly(&self, bytes: &[u8]) -> Digest {
        Digest(mac(self.key.as_ref(), &[bytes]))
    }

    /// Seals a secret so that it opens only in the same row (XChaCha20-Poly1305; the row is the associated data).
    pub fn seal(&self, ids: &IdSource, row: &str, secret: &[u8]) -> Result<Vec<u8>> {
        let random = ids.key();
        let nonce: [u8; NONCE] = random.first_chunk().copied().ok_or_else(|| Error::internal("nonce"))?;
        let payload = Payload { msg: secret, aad: row.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::internal("sealing failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Seal::seal`] made for this row; anything else is an internal failure, since only we write there.
    pub fn open(&self, row: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let broken = || {
            Error::internal("a sealed secret does not open: wrong master key, or the row was tampered with")
        };
        let (nonce, text) = sealed.split_first_chunk::<NONCE>().ok_or_else(broken)?;
        let payload = Payload { msg: text, aad: row.as_bytes() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).map(Zeroizing::new).map_err(|_| broken())
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(purpose: &str) -> Seal {
        Seal::new(&MasterKey::new([7; 32]), purpose)
    }

    #[test]
    fn a_secret_opens_only_in_its_own_row_and_purpose() {
        let sealed = seal("a").seal(&IdSource::random(), "keys/1", b"secret").unwrap();
        assert_eq!(seal("a").open("keys/1", &sealed).unwrap().as_slice(), b"secret");
        assert!(seal("a").open("keys/2", &sealed).is_err());
        assert!(seal("b").open("keys/1", &sealed).is_err());
        assert!(seal("a").open("keys/1", &sealed[..10]).is_err());
    }

    #[test]
    fn digests_do_not_meet_across_parts_or_purposes() {
        assert_ne!(seal("a").digest(&[b"ab", b"c"]), seal("a").digest(&[b"a", b"bc"]));
        assert_ne!(seal("a").digest(&[b"x"]), seal("b").digest(&[b"x"]));
        assert_eq!(seal("a").digest(&[b"x"]), seal("a").digest(&[b"x"]));
    }

    #[test]
    fn nothing_prints_a_secret() {
        let text = format!("{:?} {:?} {:?}", MasterKey::new([7; 32]), seal("a"), seal("a").digest(&[b"x"]));
        assert_eq!(text, "MasterKey(…) Seal(…) Digest(…)");
    }
}
