//! How a caller proves who it is: signing keys, tokens, trusted issuers, service accounts, API keys, sectors.
//!
//! A [`Credential`] is parsed from what the caller sent; [`Authentication::authenticate`] turns it into an
//! [`Actor`]. What is made of credentials here only narrows their owner's rights.
//!
//! Invariants:
//!
//! * A token is verified with the one algorithm its key is registered for; its own header never chooses.
//! * A verified credential is remembered until it expires, but every use proves with one read of epochs that neither it
//!   nor its owner has changed since: a revoked one is refused on the next request, on every node.
//! * Secrets are kept as keyed hashes, or sealed where they must be read back, and are shown once.
//! * Nobody makes a key or a client that can do more than they can themselves.
//!
//! Trusted issuers are reached through the port [`Fetch`]; this crate opens no connection itself. What people prove themselves with at a browser
//! is kept by crates further right, which say so by an [`Authenticator`].

mod acts;
mod api_key;
mod client;
mod credential;
mod events;
mod fetch;
mod oauth;
mod owner;
pub mod permissions;
mod refusal;
mod schema;
mod scope;
mod service;
mod settings;
mod store;
mod token;
pub mod within;

pub use acts::programs::program;
pub use acts::roles::ROLE_ENDING;
pub use acts::signing_keys::require_unsealed;
pub use api_key::{ApiKey, NewApiKey, ReachingKeys};
pub use client::{AuthMethod, Client, ClientPatch, ClientStatus, GrantType, NewClient, SubjectType};
pub use credential::Credential;
pub use credential::authenticator::{Authenticator, ProvedBy};
pub use credential::secret::Secret;
pub use credential::session::{AtBrowser, KeptSession, SessionKeeping};
pub use events::EVENTS;
pub use fetch::{Errand, Fetch, HttpRequest, HttpResponse};
pub use oauth::{
    Introspection, IntrospectionRequest, OAuthCode, OAuthError, RevocationRequest, TokenRequest,
    TokenResponse,
};
pub use owner::Owner;
pub use refusal::BadApiKey;
pub use scope::{Scope, ScopeWord};
pub use service::Service;
pub use settings::{IntrospectionClient, Registration, Settings, TrustedIssuer};
pub use token::algorithm::Algorithm;
pub use token::documents::{JwkSet, Metadata};
pub use token::mint::{Mint, Minted};

use polity_kernel::{Access, AccountId, Actor, KeyId, OrganizationId, Page, Paged, Result, ServiceAccountId};

/// Everything about who is calling, behind one object.
pub trait Identity: Authentication + Tokens + Endpoint + Clients + Keys + Sectors + Maintenance {}

/// Turns credentials into actors.
pub trait Authentication: Send + Sync {
    /// Who is calling with this credential, as committed now.
    ///
    /// A person of a trusted issuer who comes for the first time is linked to their account, or gets one.
    ///
    /// # Errors
    /// `Unauthenticated` with a reason that may be shown to the caller (`error_description` of `WWW-Authenticate`);
    /// `Unavailable` when a trusted issuer's keys are needed and cannot be had.
    fn authenticate(&self, credential: &Credential) -> Result<Actor>;

    /// Whose epochs authenticating this credential is going to ask for, so that they can be foreseen; none for one that is not remembered.
    fn watched(&self, credential: &Credential) -> Vec<uuid::Uuid>;

    /// Whose this credential was when it was good last; absent for one that is not remembered. It lets nobody in: it only tells callers
    /// apart before their credential is judged.
    fn remembered(&self, credential: &Credential) -> Option<uuid::Uuid>;

    /// Whether a trusted issuer's server is likely to be asked before anybody knows whose credential this is, so that it is judged where
    /// waiting harms nobody. Costs no more than a look.
    fn waits_outside(&self, credential: &Credential) -> bool;
}

/// polity's own access tokens (RFC 9068) and the keys that sign them.
pub trait Tokens: Send + Sync {
    /// Makes an access token for whoever the caller vouches for; asks for no permission, so it is for the command line
    /// and for flows that have proved who is signing in.
    ///
    /// # Errors
    /// `NotFound` for an unknown account or client.
    fn mint(&self, mint: &Mint) -> Result<Minted>;

    /// Withdraws an own access token or an API key at once; holding it is the proof that one may.
    ///
    /// # Errors
    /// `Unauthenticated` when it is not valid in the first place.
    fn withdraw(&self, credential: &Credential) -> Result<()>;

    /// Makes a new signing key and returns its `kid`. It signs from ten minutes on, when relying parties had time to see it; the
    /// present one stays published until the last token it may have signed has expired.
    fn rotate(&self) -> Result<String>;

    /// The public halves of all keys whose tokens may still be valid (RFC 7517), for `/oauth2/jwks.json`.
    fn jwks(&self) -> Result<JwkSet>;

    /// Metadata of this issuer, for both `/.well-known/openid-configuration` and
    /// `/.well-known/oauth-authorization-server` (RFC 8414).
    fn metadata(&self) -> Metadata;
}

/// What the OAuth endpoints do, HTTP aside.
pub trait Endpoint: Send + Sync {
    /// The token endpoint: `client_credentials` (RFC 6749 §4.4).
    fn grant(&self, request: &TokenRequest) -> Result<TokenResponse, OAuthError>;

    /// Introspection (RFC 7662). A client hears of its own tokens, and of all with the platform permission
    /// `identity.get`; any other token is simply not active to it.
    fn introspect(&self, request: &IntrospectionRequest) -> Result<Introspection, OAuthError>;

    /// Revocation (RFC 7009) of the client's own access tokens, and of any API key that it can show in full.
    fn revoke(&self, request: &RevocationRequest) -> Result<(), OAuthError>;
}

/// Service accounts, which are OAuth clients too: one id for both.
///
/// [`Owner::Organization`] needs `projects.credentials.*` there; [`Owner::Actor`] stands for clients of the platform, which only
/// a platform administrator may deal with.
pub trait Clients: Send + Sync {
    /// Registers a client; the secret, if its method uses one, is shown this once.
    ///
    /// # Errors
    /// `Forbidden` for permissions the caller lacks; platform permissions need a platform administrator.
    fn register(&self, owner: &Owner, new: NewClient) -> Result<(Client, Option<Secret>)>;

    /// One client of this owner.
    fn client(&self, owner: &Owner, id: ServiceAccountId) -> Result<Client>;

    /// The clients of this owner, by id.
    fn clients(&self, owner: &Owner, page: Page) -> Result<Paged<Client>>;

    /// Changes a client. With `version` given, `Conflict` when it is no longer the present one.
    fn update(
        &self,
        owner: &Owner,
        id: ServiceAccountId,
        version: Option<i64>,
        patch: ClientPatch,
    ) -> Result<Client>;

    /// Gives a client a new secret and voids the old one at once; tokens got with it live on until they expire.
    ///
    /// # Errors
    /// `Conflict` when the client does not use a secret.
    fn rotate_secret(&self, owner: &Owner, id: ServiceAccountId) -> Result<Secret>;

    /// Removes a client; its tokens are refused from now on.
    fn remove(&self, owner: &Owner, id: ServiceAccountId) -> Result<()>;
}

/// API keys.
///
/// [`Owner::Organization`] stands for the organization's own keys and needs `org.keys.*` there; [`Owner::Actor`] for the calling
/// person's.
pub trait Keys: Send + Sync {
    /// Makes a key; the secret is shown this once.
    ///
    /// # Errors
    /// `Forbidden` when the key could do more than the credential it is made with.
    fn create(&self, owner: &Owner, new: NewApiKey) -> Result<(ApiKey, Secret)>;

    /// The owner's keys, by id, also those that have expired; revoked ones are gone.
    fn keys(&self, owner: &Owner, page: Page) -> Result<Paged<ApiKey>>;

    /// A member's live keys that work in the organization: those limited to it and those limited to none, by id, at most 1000. Needs
    /// `org.members.get`, but for one's own. Whether the account is a member is not asked.
    fn keys_reaching(&self, access: &Access, account: AccountId) -> Result<ReachingKeys>;

    /// Revokes a key and returns what it was; it is refused from now on.
    fn revoke_key(&self, owner: &Owner, id: KeyId) -> Result<ApiKey>;
}

/// Sectors: which clients know a person by the same pairwise subject (OpenID Connect Core §8.1).
pub trait Sectors: Send + Sync {
    /// The distinct redirect URIs of the organization's active clients, sorted; none for an unknown organization. Asks for no
    /// credential: whoever reads a `sector_identifier_uri` has none.
    fn redirect_uris(&self, organization: OrganizationId) -> Result<Vec<String>>;

    /// What the client calls each of these people, in the same order: pairwise subjects for a client registered so, account ids
    /// otherwise.
    fn subjects_of(&self, client: Option<ServiceAccountId>, accounts: &[AccountId]) -> Result<Vec<String>>;

    /// Whom the client means: an account id, or a pairwise subject of the client's own sector. Absent: nobody.
    /// Whether the account exists is not asked.
    fn resolve(&self, client: Option<ServiceAccountId>, subject: &str) -> Result<Option<AccountId>>;
}

/// What the gateway's worker does now and then.
pub trait Maintenance: Send + Sync {
    /// Notes when keys were last used and forgets what has expired; call it about once a minute.
    fn tidy(&self) -> Result<()>;

    /// Proves that the master key is the one the store was sealed with, by opening a signing key; the first proof makes that key. To be called
    /// before anything is sealed with another: nothing would open it again.
    ///
    /// # Errors
    /// `Internal` when it is not.
    fn prove_master_key(&self) -> Result<()>;

    /// Removes up to `limit` rows of a deleted organization and says how many; call until 0.
    fn purge(&self, organization: OrganizationId, limit: usize) -> Result<usize>;
}

impl<T> Identity for T where T: Authentication + Tokens + Endpoint + Clients + Keys + Sectors + Maintenance {}
