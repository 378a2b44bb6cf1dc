//! Key pairs of connections: RSA of 2048 bits, for the assertions of a client, the requests of SAML, and what a SAML provider encrypts.

use std::convert::Infallible;
use std::str::FromStr as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use polity_kernel::{Error, IdSource, Result, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::PrivateKey as Rsa;
use rsa::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _};
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::traits::PublicKeyParts as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use x509_cert::certificate::{Certificate, TbsCertificate, Version};
use x509_cert::der::asn1::{BitString, GeneralizedTime};
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Any, Decode as _, Encode as _};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};
use zeroize::Zeroizing;

use super::PublicKey;

/// How long our certificates say that they count; what counts is that the provider was given them.
const LIFETIME: Duration = Duration::from_secs(20 * 365 * 86_400);

/// sha256WithRSAEncryption (RFC 8017 §A.2.4).
const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// The private half of a connection's key pair: PKCS#8 in DER. Nothing prints it.
#[derive(Clone)]
pub(crate) struct PrivateKey(Zeroizing<Vec<u8>>);

impl PrivateKey {
    /// A new key pair; takes some hundred milliseconds, so make it outside a transaction.
    pub(crate) fn generate(ids: &IdSource, now: Timestamp) -> Result<(Self, PublicKey)> {
        let key = Rsa::new(&mut Draw(ids), 2_048).map_err(Error::internal)?;
        let der = key.to_pkcs8_der().map_err(Error::internal)?;
        let private = Self(Zeroizing::new(der.as_bytes().to_vec()));
        let spki = key.to_public_key().to_public_key_der().map_err(Error::internal)?;
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(spki.as_bytes()));
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let jwk = json!({
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid,
            "n": number(&key.n().to_be_bytes_trimmed_vartime()),
            "e": number(&key.e().to_be_bytes_trimmed_vartime()),
        });
        let certificate = STANDARD.encode(private.certificate(spki.as_bytes(), ids, now)?);
        Ok((private, PublicKey { certificate, jwk }))
    }

    /// From the bytes that were sealed.
    pub(crate) fn new(der: Vec<u8>) -> Self {
        Self(Zeroizing::new(der))
    }

    /// To be sealed.
    pub(crate) fn der(&self) -> &[u8] {
        &self.0
    }

    /// The key in PEM.
    pub(crate) fn pem(&self) -> Zeroizing<String> {
        let body = Zeroizing::new(STANDARD.encode(self.der()));
        let mut pem = Zeroizing::new(String::with_capacity(body.len() * 66 / 64 + 64));
        pem.push_str("-----BEGIN PRIVATE KEY-----\n");
        // RFC 7468 §2: 64 characters a line
        for (place, c) in body.chars().enumerate() {
            if place > 0 && place % 64 == 0 {
                pem.push('\n');
            }
            pem.push(c);
        }
        pem.push_str("\n-----END PRIVATE KEY-----\n");
        pem
    }

    /// A signature by RSA PKCS#1 v1.5 with SHA-256.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let failed = || Error::internal("a key of a connection does not sign");
        let key = RsaKeyPair::from_pkcs8(self.der()).map_err(|_| failed())?;
        let mut signature = vec![0; key.public().modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).map_err(|_| failed())?;
        Ok(signature)
    }

    /// A certificate for a public key (`SubjectPublicKeyInfo` in DER), signed with this one.
    pub(crate) fn certificate(&self, spki: &[u8], ids: &IdSource, now: Timestamp) -> Result<Vec<u8>> {
        let algorithm = AlgorithmIdentifierOwned { oid: SHA256_WITH_RSA, parameters: Some(Any::null()) };
        let name = Name::from_str("CN=polity").map_err(Error::internal)?;
        let tbs = TbsCertificate {
            version: Version::V3,
            serial_number: SerialNumber::new(ids.secret().as_bytes()).map_err(Error::internal)?,
            signature: algorithm.clone(),
            issuer: name.clone(),
            validity: Validity {
                not_before: time(now.before(Duration::from_secs(86_400)))?,
                not_after: time(now.after(LIFETIME))?,
            },
            subject: name,
            subject_public_key_info: SubjectPublicKeyInfoOwned::from_der(spki).map_err(Error::internal)?,
            issuer_unique_id: None,
            subject_unique_id: None,
            extensions: None,
        };
        let signature = self.sign(&tbs.to_der().map_err(Error::internal)?)?;
        let signature = BitString::from_bytes(&signature).map_err(Error::internal)?;
        let certificate = Certificate { tbs_certificate: tbs, signature_algorithm: algorithm, signature };
        certificate.to_der().map_err(Error::internal)
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

fn time(at: Timestamp) -> Result<Time> {
    let since = Duration::from_secs(at.seconds().unsigned_abs());
    GeneralizedTime::from_unix_duration(since).map(Time::GeneralTime).map_err(Error::internal)
}

/// Randomness from where all of it comes.
struct Draw<'i>(&'i IdSource);

impl TryRng for Draw<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> std::result::Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> std::result::Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> std::result::Result<(), Infallible> {
        for chunk in into.chunks_mut(32) {
            for (byte, random) in chunk.iter_mut().zip(self.0.key()) {
                *byte = random;
            }
        }
        Ok(())
    }
}

impl TryCryptoRng for Draw<'_> {}
