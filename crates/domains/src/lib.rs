//! E-mail domains of organizations, their proof, and the connections by which their people sign in elsewhere.

mod acts;
mod connection;
mod events;
pub mod permissions;
mod schema;
mod service;
mod store;
mod traits;

pub use acts::desk::VerifiedDomains;
pub use connection::arrival::{Arrival, Begin, Callback, Departure, MetadataSource, SignInPurpose};
pub use connection::attempt::{Attempt, AttemptId, MOST_ATTEMPTS, Outcome, Step};
pub use connection::certificate::Certificate;
pub use connection::external::{ExternalIdentity, MOST_GROUPS};
pub use connection::rejection::Rejection;
pub use connection::saml::ServiceProvider;
pub use connection::saml::metadata::ImportedProvider;
pub use connection::settings::{
    ClientAuthentication, ConnectionKind, ConnectionSettings, MOST_CERTIFICATES, OAuth2Endpoints,
    OAuth2Provider, OAuth2Settings, OidcSettings, RequestBinding, SamlAttributes, SamlSettings,
};
pub use connection::{
    Connection, ConnectionFields, ConnectionId, ConnectionPatch, MOST_CONNECTIONS, MOST_DOMAINS,
    NewConnection, PublicKey, ServedDomainId, Tested,
};
pub use events::EVENTS;
pub use service::ConnectionService;
pub use traits::connections::{Connections, SignInElsewhere};
