//! People as this family shows them.

use polity_accounts::Account;
use polity_directory::ProjectId;
use polity_kernel::Result;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Envelope, Kind, Metadata};

/// What a person consists of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserSpec {
    /// The address they sign in with.
    email: String,
    /// The id of the project they work in, where it is one of this organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    active_account: Option<ProjectId>,
    /// Never sent: nobody is led to another project by signing in.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_login_account: Option<String>,
    /// Whether they were asked for a second factor, which nobody is.
    #[serde(rename = "requestedMFA")]
    requested_mfa: bool,
}

/// People.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only read by the documentation: the list is streamed")]
pub(crate) struct UserList {
    /// The people, in order of joining.
    users: Vec<Envelope<UserSpec>>,
}

impl UserList {
    /// What the items stand under.
    pub(crate) const ITEMS: &str = "users";
}

impl Envelope<UserSpec> {
    /// A person; the id is the unique name too.
    pub(crate) fn of_user(account: Account, active_account: Option<ProjectId>) -> Result<Self> {
        let email = account.email_text().to_owned();
        let metadata = Metadata {
            id: account.id.to_string(),
            name: account.id.to_string(),
            display_name: account.profile.name,
            icon: account.profile.picture,
            version: account.version,
            date_modified: Some(account.updated_at),
            ..Metadata::default()
        };
        let spec = UserSpec { email, active_account, next_login_account: None, requested_mfa: false };
        Self::new(Kind::User, metadata, spec)
    }
}
