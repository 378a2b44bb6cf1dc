//! What somebody sends who logs in or has lost their password, and what they get.

use serde::Serialize;
use utoipa::ToSchema;

use super::UserBasic;
use crate::routes::api::body::{PASSWORD, Required, text, text_of};

body! {
    /// Somebody who logs in.
    pub(crate) struct LogInBody as "LogInBody" {
        /// The address of the account.
        email: String = Required(text("email")),
        /// Its password.
        password: String = Required(PASSWORD),
    }
}

body! {
    /// Somebody who has lost their password.
    pub(crate) struct AddressBody as "AddressBody" {
        /// The address of the account.
        email: String = Required(text("email")),
    }
}

body! {
    /// Somebody who takes the address that a link was mailed to.
    pub(crate) struct AddressSecretBody as "AddressSecretBody" {
        /// What the link ends with.
        secret: String = Required(text_of(100)),
    }
}

/// Somebody who has logged in.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoggedIn {
    /// What to send as `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// How many seconds it works.
    expires_in: u64,
    /// Who it is.
    user: UserBasic,
}

impl LoggedIn {
    /// Somebody who has logged in, and the token that they are given for it.
    pub(crate) fn of(found: polity_signin::LoggedIn, issued: &polity_signin::Issued) -> Self {
        Self {
            access_token: issued.token.reveal().to_owned(),
            token_type: "Bearer",
            expires_in: issued.expires_in.as_secs(),
            user: found.account.into(),
        }
    }
}
