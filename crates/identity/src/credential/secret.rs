//! A secret that nothing prints.

use std::fmt;

use polity_kernel::IdSource;
use zeroize::Zeroizing;

/// A text that must not be seen: printing it shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for the one place it is meant for.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// 256 random bits as text.
    pub fn random(ids: &IdSource) -> Self {
        Self::new(crate::token::jwt::base64url(&ids.key()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
