//! Certificates that SAML providers sign with: a key with an end, whoever signed it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use polity_kernel::{Error, FieldKind, Result, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use x509_cert::Certificate as X509;
use x509_cert::der::Decode as _;
use x509_cert::time::Time;

/// The longest certificate, in bytes of DER.
const LONGEST: usize = 8_192;

/// A certificate of a provider. Its key is believed because an administrator named it; nobody's signature on it matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// DER in base64 without line ends.
    pub der: String,
    /// From when it counts.
    pub begins: Timestamp,
    /// Until when.
    pub ends: Timestamp,
    /// The SHA-256 of the DER in lower-case hexadecimal, by which people compare it.
    pub fingerprint: String,
}

impl Certificate {
    /// Reads one from PEM, or from base64 as metadata has it.
    ///
    /// # Errors
    /// `Invalid`, for a value whose field is not known yet.
    pub fn parse(text: &str) -> Result<Self> {
        let refused = || Error::of(FieldKind::Malformed.told("is no X.509 certificate in PEM or base64"));
        let body: String = text
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .flat_map(|line| line.chars().filter(|c| !c.is_ascii_whitespace()))
            .collect();
        if body.len() > LONGEST * 4 / 3 {
            return Err(refused());
        }
        let der = STANDARD.decode(body).map_err(|_| refused())?;
        let parsed = X509::from_der(&der).map_err(|_| refused())?;
        let validity = parsed.tbs_certificate.validity;
        Ok(Self {
            begins: instant(validity.not_before),
            ends: instant(validity.not_after),
            fingerprint: Sha256::digest(&der).iter().map(|byte| format!("{byte:02x}")).collect(),
            der: STANDARD.encode(der),
        })
    }

    /// Whether it counts at this instant.
    pub fn counts(&self, now: Timestamp) -> bool {
        self.begins <= now && now < self.ends
    }
}

fn instant(time: Time) -> Timestamp {
    Timestamp::from_seconds(i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX))
}
