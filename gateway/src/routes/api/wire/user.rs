//! People and times as this family shows them.

use polity_accounts::Account;
use polity_kernel::{AccountId, Timestamp};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// A moment: RFC 3339 in UTC with `Z`, whole or with six digits behind the second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.rfc3339();
        match text.trim_end_matches('Z').split_once('.') {
            Some((whole, fraction)) => serializer.serialize_str(&format!("{whole}.{fraction:0<6}Z")),
            None => serializer.serialize_str(&text),
        }
    }
}

/// A person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct UserBasic {
    /// The account's number.
    id: i64,
    /// The account's id.
    #[schema(value_type = uuid::Uuid)]
    uuid: AccountId,
    /// The account's id.
    distinct_id: Option<String>,
    /// The first word of the name.
    first_name: String,
    /// The other words of the name.
    last_name: String,
    /// The address.
    email: String,
    /// Whether the address has been shown to be theirs.
    is_email_verified: Option<bool>,
    /// Always null.
    #[schema(value_type = Option<Object>)]
    hedgehog_config: Option<()>,
    /// What they do, in their own words.
    role_at_organization: Option<String>,
}

impl From<Account> for UserBasic {
    fn from(account: Account) -> Self {
        let email = account.email_text().to_owned();
        let name = account.profile.name.unwrap_or_default();
        let (first_name, last_name) = name.split_once(' ').unwrap_or((&name, ""));
        Self {
            id: account.number,
            uuid: account.id,
            distinct_id: Some(account.id.to_string()),
            first_name: first_name.to_owned(),
            last_name: last_name.trim().to_owned(),
            email,
            is_email_verified: Some(account.email_verified),
            hedgehog_config: None,
            role_at_organization: account.profile.role_at_organization,
        }
    }
}
