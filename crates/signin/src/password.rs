//! Passwords as people choose them.

use std::fmt;

use polity_kernel::{Error, FieldKind, Result};
use zeroize::Zeroizing;

/// A password somebody chose: 8 to 128 characters of any kind. Printing it shows nothing.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// The fewest characters.
    pub const SHORTEST: usize = 8;

    /// The most characters.
    pub const LONGEST: usize = 128;

    /// Takes the text in exactly as it is.
    ///
    /// # Errors
    /// `Invalid` at `password`.
    pub fn new(text: impl Into<String>) -> Result<Self> {
        let text = Zeroizing::new(text.into());
        let refuse = |kind| Err(Error::field("password", kind));
        match text.chars().take(Self::LONGEST + 1).count() {
            0 => refuse(FieldKind::Required),
            1..Self::SHORTEST => refuse(FieldKind::TooShort(Self::SHORTEST)),
            length if length > Self::LONGEST => refuse(FieldKind::TooLong(Self::LONGEST)),
            _ => Ok(Self(text)),
        }
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}
