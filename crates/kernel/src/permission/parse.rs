//! What may be the name of a permission.

use std::borrow::Cow;
use std::str::FromStr;

use super::Permission;
use crate::{Error, Result};

impl FromStr for Permission {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let well_formed = text.len() <= Self::MAX_LENGTH
            && text.split('.').all(|part| {
                !part.is_empty() && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
            });
        if well_formed {
            Ok(Self(Cow::Owned(text.to_owned())))
        } else {
            Err(Error::field("permission", "must be lower-case parts joined by dots, at most 128 characters"))
        }
    }
}
