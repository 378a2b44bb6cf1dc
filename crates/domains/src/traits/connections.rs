//! What can be done with connections, and how somebody signs in by one.

use std::time::Duration;

use polity_directory::DomainName;
use polity_identity::Secret;
use polity_kernel::{Access, OrganizationId, Result};
use serde_json::Value;

use crate::connection::saml::metadata::ImportedProvider;
use crate::{
    Addresses, Arrival, Attempt, Begin, Callback, Certificate, Connection, ConnectionId, ConnectionPatch,
    Departure, Domain, DomainId, DomainPatch, MetadataSource, NewConnection, SamlPatch, SamlProvider,
};

/// Connections of one organization to identity providers.
pub trait Connections: Send + Sync {
    /// Makes a connection. A key pair is made for it where the protocol needs one, which takes some hundred milliseconds.
    /// Permission `org.connections.create`.
    ///
    /// # Errors
    /// `Invalid` at `domains` for one that is not the organization's or that another connection serves; `LimitReached`.
    fn create(&self, access: &Access, new: NewConnection) -> Result<Connection>;

    /// All connections, the oldest first. Permission `org.connections.list`.
    fn connections(&self, access: &Access) -> Result<Vec<Connection>>;

    /// One connection. Permission `org.connections.get`.
    ///
    /// # Errors
    /// `NotFound`.
    fn connection(&self, access: &Access, id: ConnectionId) -> Result<Connection>;

    /// Changes a connection. Other settings take the try-out back; sign-ins that are under way end. Permission `org.connections.update`.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` where it has changed since; `Invalid` as of [`Connections::create`], and at `kind` for settings of another protocol.
    fn update(&self, access: &Access, id: ConnectionId, patch: ConnectionPatch) -> Result<Connection>;

    /// Removes a connection with its log; sign-ins that are under way end. Permission `org.connections.delete`.
    ///
    /// # Errors
    /// `NotFound`.
    fn delete(&self, access: &Access, id: ConnectionId) -> Result<()>;

    /// The last 200 attempts, the newest first. Permission `org.connections.get`.
    ///
    /// # Errors
    /// `NotFound`.
    fn log(&self, access: &Access, id: ConnectionId) -> Result<Vec<Attempt>>;

    /// Certificates of providers that end within this time or have ended, those that end first at the front. Permission
    /// `org.connections.list`.
    fn ending_certificates(
        &self,
        access: &Access,
        within: Duration,
    ) -> Result<Vec<(ConnectionId, Certificate)>>;

    /// What the metadata of a SAML provider says; of several providers in it, the one of this entity id. Nothing is changed.
    /// Waits for somebody else's server where it is to be fetched. Permission `org.connections.create` or `org.connections.update`.
    ///
    /// # Errors
    /// `Invalid` at `metadata`, and at `metadata_url` for no address of a server; `Unavailable` where it cannot be fetched.
    fn read_metadata(
        &self,
        access: &Access,
        source: &MetadataSource,
        entity_id: Option<&str>,
    ) -> Result<ImportedProvider>;

    /// The SAML provider of each domain that a connection by SAML serves, whether it is verified or not. Any permission by which a domain
    /// is shown.
    fn saml_providers(&self, access: &Access) -> Result<Vec<(DomainId, SamlProvider)>>;

    /// Claims a domain, as [`Domains::claim`](crate::Domains::claim) does, and at once has a connection made for its SAML provider where one is
    /// said. Permission `org.domains.create`, for a provider `org.connections.create` as well.
    ///
    /// # Errors
    /// Those of claiming; `Invalid` at `entity_id`, `sso_url` and `certificate`; `LimitReached`.
    fn claim_domain(&self, access: &Access, name: DomainName, saml: SamlPatch) -> Result<Domain>;

    /// Changes what is set for a domain, as [`Domains::change`](crate::Domains::change) does, and at once its SAML provider: a connection is
    /// made for it, changed or removed. One that serves other domains too changes for all of them, and is removed for this one alone.
    /// Permission `org.domains.update`, for a provider `org.connections.update` as well.
    ///
    /// # Errors
    /// Those of changing; `Invalid` at `entity_id`, `sso_url` and `certificate`; `LimitReached`.
    fn change_domain(
        &self,
        access: &Access,
        id: DomainId,
        patch: DomainPatch,
        saml: SamlPatch,
    ) -> Result<Domain>;

    /// Allows one try-out within ten minutes, to whoever begins with this secret. Permission `org.connections.update`.
    ///
    /// # Errors
    /// `NotFound`.
    fn offer_test(&self, access: &Access, id: ConnectionId) -> Result<Secret>;
}

/// Signing in at a provider. Nothing here asks for a credential; who is let in with what comes of it is somebody else's to decide.
pub trait SignInElsewhere: Send + Sync {
    /// Begins a sign-in, for ten minutes. May wait for the provider's server.
    ///
    /// # Errors
    /// `NotFound` for an unknown connection, or one of an organization that does not work; `Unauthenticated` because of a
    /// [`Rejection`](crate::Rejection), which the log of the connection has too.
    fn start(&self, connection: ConnectionId, begin: &Begin) -> Result<Departure>;

    /// Judges what a provider sends back, and keeps it under a code for two minutes. The request that brings the answer may
    /// come from the provider's page and so without the browser's cookie; [`SignInElsewhere::arrive`] asks for that. May wait for the
    /// provider's server.
    ///
    /// # Errors
    /// `Unauthenticated` because of a [`Rejection`](crate::Rejection), which the log of the connection has too.
    fn judge(&self, callback: &Callback) -> Result<Secret>;

    /// Hands out what was judged, once, to the browser that began; to any where nobody here had asked for it.
    ///
    /// # Errors
    /// `Unauthenticated` because of a [`Rejection`](crate::Rejection).
    fn arrive(&self, code: &Secret, browser: &Secret) -> Result<Arrival>;

    /// The connection that a SAML response is for which was posted to the address for all: of the request that it answers, else of the domain
    /// whose id the relay state is. Nothing is believed yet.
    ///
    /// # Errors
    /// `NotFound`.
    fn relayed(&self, relay_state: &str, response: &str) -> Result<ConnectionId>;

    /// Our SAML metadata for a provider that is told one address for all connections, as XML.
    fn common_metadata(&self) -> String;

    /// What a connection's provider, and whoever signs in by it, must know of us.
    fn addresses(&self, connection: ConnectionId) -> Addresses;

    /// Our SAML metadata for a connection, as XML.
    ///
    /// # Errors
    /// `NotFound` for an unknown connection, and for one of another protocol.
    fn service_metadata(&self, connection: ConnectionId) -> Result<String>;

    /// The public key of a connection as a JWK set (RFC 7517 §5); empty where it has none.
    ///
    /// # Errors
    /// `NotFound`.
    fn jwks(&self, connection: ConnectionId) -> Result<Value>;

    /// Forgets sign-ins that have ended, and assertions that could not be used any more anyway; call it about once a minute.
    fn forget_expired(&self) -> Result<()>;

    /// Removes up to `limit` connections of a deleted organization with all that is theirs, and says how many; call until 0.
    fn purge(&self, organization: OrganizationId, limit: usize) -> Result<usize>;
}
