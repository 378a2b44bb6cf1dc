//! What somebody sends who logs in or has lost their password, and what they get.

use serde::Serialize;
use utoipa::ToSchema;

use super::UserBasic;

/// Somebody who logs in.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only read by the documentation: fields are read one by one")]
pub(crate) struct LogInBody {
    /// The address of the account.
    #[schema(format = "email")]
    email: String,
    /// Its password.
    password: String,
}

/// Somebody who has lost their password.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only read by the documentation: fields are read one by one")]
pub(crate) struct AddressBody {
    /// The address of the account.
    #[schema(format = "email")]
    email: String,
}

/// Somebody who takes the address that a link was mailed to.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only read by the documentation: fields are read one by one")]
pub(crate) struct AddressSecretBody {
    /// What the link ends with.
    #[schema(max_length = 100)]
    secret: String,
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

impl From<polity_signin::LoggedIn> for LoggedIn {
    fn from(found: polity_signin::LoggedIn) -> Self {
        Self {
            access_token: found.token.reveal().to_owned(),
            token_type: "Bearer",
            expires_in: found.expires_in.as_secs(),
            user: found.account.into(),
        }
    }
}
