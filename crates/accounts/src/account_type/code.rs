//! The code of an account type.

use std::fmt;
use std::str::FromStr;

use polity_kernel::{Error, FieldKind, Result};

/// The name an organization knows an account type by: lower-case letters, digits, `.`, `_`, `-`; at most 64.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeCode(String);

impl TypeCode {
    /// The longest code, in characters.
    pub const MAX_LENGTH: usize = 64;

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A code that was checked when it was stored.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for TypeCode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let well_formed = (1..=Self::MAX_LENGTH).contains(&text.len())
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'));
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::field(
                "code",
                FieldKind::Malformed
                    .told("must be 1 to 64 lower-case letters, digits, dots, underscores and hyphens"),
            ))
        }
    }
}

impl fmt::Display for TypeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TypeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
