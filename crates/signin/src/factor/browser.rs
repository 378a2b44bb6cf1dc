//! A browser, as what it holds before or after signing in tells it from others.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_kernel::{Digest, Error};
use serde::{Deserialize, Serialize};

/// A keyed hash of the secret that a browser keeps for its session, or for the time before it has one: what is begun in a browser goes on in
/// that browser alone. It is no secret.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BrowserDigest([u8; 32]);

impl BrowserDigest {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Digest> for BrowserDigest {
    fn from(digest: Digest) -> Self {
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(digest.bytes()).for_each(|(byte, of_digest)| *byte = *of_digest);
        Self(bytes)
    }
}

impl From<BrowserDigest> for String {
    fn from(browser: BrowserDigest) -> Self {
        URL_SAFE_NO_PAD.encode(browser.0)
    }
}

impl TryFrom<String> for BrowserDigest {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(Error::internal)?;
        bytes.try_into().map(Self).map_err(|_| Error::internal("a browser's digest has another length"))
    }
}

impl fmt::Debug for BrowserDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserDigest(…)")
    }
}
