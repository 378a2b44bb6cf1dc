//! Signing up: the account of somebody who is invited and has none.

use polity_kernel::text::{printable, trimmed};
use polity_kernel::{Error, FieldKind, Result};
use validator::Validate;

use crate::Password;

/// What somebody says who signs up; [`NewSignUp::try_from`] says whether it will do.
#[derive(Clone, Default)]
pub struct SignUpFields {
    /// What they are called; at most 200 characters.
    pub first_name: Option<String>,
    /// What they are going to sign in with; as [`Password`] wants it.
    pub password: Option<String>,
    /// What they do there, in their own words; at most 128 characters.
    pub role_at_organization: Option<String>,
}

/// Somebody who signs up; all of it acceptable.
#[derive(Clone, Debug, Validate)]
pub struct NewSignUp {
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub(crate) first_name: String,
    pub(crate) password: Password,
    #[validate(length(max = polity_kernel::text::WORD), custom(function = "printable"))]
    pub(crate) role_at_organization: Option<String>,
}

impl TryFrom<SignUpFields> for NewSignUp {
    type Error = Error;

    fn try_from(fields: SignUpFields) -> Result<Self> {
        let required = |field| move || Error::field(field, FieldKind::Required);
        let new = Self {
            first_name: trimmed(fields.first_name).ok_or_else(required("first_name"))?,
            password: Password::new(fields.password.ok_or_else(required("password"))?)?,
            role_at_organization: trimmed(fields.role_at_organization),
        };
        new.validate()?;
        Ok(new)
    }
}
