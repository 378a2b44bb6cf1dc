//! Public keys of passkeys, as COSE keys (RFC 9052 §7, RFC 9053 §7), and their signatures.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::cbor::{Item, Reader};

/// The algorithms that are taken, by their COSE numbers, the preferred first: ES256, `EdDSA`, RS256.
pub(crate) const ALGORITHMS: [i64; 3] = [ES256, EDDSA, RS256];

const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;

/// The key of a passkey.
#[derive(Debug)]
pub(crate) enum PublicKey<'b> {
    /// An uncompressed point of P-256.
    Es256(Vec<u8>),
    /// A key of Ed25519.
    EdDsa(&'b [u8]),
    /// Modulus and exponent, without leading zeros.
    Rs256(RsaPublicKeyComponents<&'b [u8]>),
}

impl<'b> PublicKey<'b> {
    /// The key that these bytes are; absent where they are none, or one of another algorithm.
    pub(crate) fn read(bytes: &'b [u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let map = reader.item()?;
        if !reader.rest().is_empty() {
            return None;
        }
        let number = |key| map.get(&Item::Number(key)).and_then(Item::number);
        let bytes = |key| map.get(&Item::Number(key)).and_then(Item::bytes);
        let kind = [number(1)?, number(3)?];
        match kind {
            [2, ES256] if number(-1) == Some(1) => {
                let [x, y] = [bytes(-2)?, bytes(-3)?];
                (x.len() == 32 && y.len() == 32).then(|| Self::Es256([&[4], x, y].concat()))
            }
            [1, EDDSA] if number(-1) == Some(6) => bytes(-2).filter(|key| key.len() == 32).map(Self::EdDsa),
            [3, RS256] => {
                let [n, e] = [bytes(-1)?, bytes(-2)?].map(without_zeros);
                ((256..=1_024).contains(&n.len()) && (1..=8).contains(&e.len()))
                    .then_some(Self::Rs256(RsaPublicKeyComponents { n, e }))
            }
            _ => None,
        }
    }

    /// Whether the key made this signature of the message.
    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let judged = match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Self::EdDsa(key) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            Self::Rs256(key) => key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
        };
        judged.is_ok()
    }
}

fn without_zeros(bytes: &[u8]) -> &[u8] {
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    bytes.get(first..).unwrap_or_default()
}
