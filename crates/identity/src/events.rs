//! The events of credentials: their types, and what each says.

use polity_kernel::event::Nothing;
use polity_kernel::{
    AccountId, KeyId, Level, OrganizationId, Permission, ServiceAccountId, Timestamp, catalogue, record,
};
use serde_json::Value;

use crate::{AuthMethod, ClientStatus, GrantType, SubjectType};

catalogue! {
    /// A service account, which is an OAuth client too, was registered.
    pub(crate) CLIENT_REGISTERED = "client.registered": Nothing => Client, rights;
    /// What a client may do, or how it proves itself, changed.
    pub(crate) CLIENT_UPDATED = "client.updated": Client => Client, rights;
    /// A client was given another secret.
    pub(crate) CLIENT_SECRET_ROTATED = "client.secret_rotated": Nothing => Nothing;
    /// A client was deleted.
    pub(crate) CLIENT_DELETED = "client.deleted": Client => Nothing, rights;

    /// An API key was made.
    pub(crate) API_KEY_CREATED = "api_key.created": Nothing => ApiKey, rights;
    /// An API key was taken out of use.
    pub(crate) API_KEY_REVOKED = "api_key.revoked": ApiKey => Nothing, rights;

    /// An access token was taken out of use. The id is the token's.
    pub(crate) ACCESS_TOKEN_REVOKED = "access_token.revoked": Nothing => Nothing;
    /// A key was made by which tokens are signed. The id is the one it is published under.
    pub(crate) SIGNING_KEY_CREATED = "signing_key.created": Nothing => Nothing;
}

record! {
    /// A service account, which is an OAuth client too.
    pub(crate) struct Client of client: crate::Client {
        /// The service account's id and the `client_id`.
        id: ServiceAccountId,
        /// The organization it belongs to; absent for the platform's own.
        organization: Option<OrganizationId>,
        /// What people call it.
        name: String,
        /// Where a signed-in person may be sent back to.
        redirect_uris: Vec<String>,
        /// How it gets tokens.
        grant_types: Vec<GrantType>,
        /// How it proves itself.
        auth_method: AuthMethod,
        /// Its public keys.
        jwks: Option<Value>,
        /// Which subjects it sees.
        subject_type: SubjectType,
        /// The document that lists its sector's redirect URIs.
        sector_identifier_uri: Option<String>,
        /// What it may do in its organization.
        permissions: Vec<Permission>,
        /// What it may do with no organization.
        platform_permissions: Vec<Permission>,
        /// Until when it works.
        expires_at: Option<Timestamp>,
        /// Whether it may do anything.
        status: ClientStatus,
        /// When it was registered.
        created_at: Timestamp,
        /// When it last changed.
        updated_at: Timestamp,
        /// Raised by each change.
        version: i64,
    }
}

record! {
    /// An API key, of whose secret nothing is told but how it begins.
    pub(crate) struct ApiKey of key: crate::ApiKey {
        /// Its id.
        id: KeyId,
        /// The person whose key it is; absent for an organization's own.
        account: Option<AccountId>,
        /// The one organization it works in.
        organization: Option<OrganizationId>,
        /// What its owner calls it.
        name: String,
        /// Its first characters, to know it again by.
        prefix: String,
        /// Only these permissions; absent: all that the owner has.
        permissions: Option<Vec<Permission>>,
        /// At most this level: 1 for a member's, 8 for an admin's, 15 for an owner's.
        level: Option<Level>,
        /// At most what the role of this key gives in the organization.
        role: Option<String>,
        /// Until when it works.
        expires_at: Option<Timestamp>,
        /// When it was last used, to about a minute.
        last_used_at: Option<Timestamp>,
        /// When it was made.
        created_at: Timestamp,
    }
}
