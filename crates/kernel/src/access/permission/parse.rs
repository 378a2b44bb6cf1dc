//! What may be the name of a permission.

use std::borrow::Cow;
use std::str::FromStr;

use super::Permission;
use crate::{Error, FieldKind, Result};

impl FromStr for Permission {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let well_formed = text.len() <= Self::MAX_LENGTH
            && text.split('.').all(|part| {
                !part.is_empty() && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
            });
        if well_formed {
            Ok(Self { name: Cow::Owned(text.to_owned()), is_powerful: false })
        } else {
            let rule = "must be lower-case parts joined by dots, at most 128 characters";
            Err(Error::field("permission", FieldKind::Malformed.told(rule)))
        }
    }
}
