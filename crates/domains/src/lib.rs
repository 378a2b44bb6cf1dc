//! E-mail domains of organizations, their proof, and the connections by which their people sign in elsewhere.
//!
//! What it owns: claims of e-mail domains and how they are proven, what an organization sets for the people under one. What it decides: whose a domain is.
//! The directory asks that in its own transactions, through [`Claims`].
//!
//! Invariants:
//!
//! * A proven domain has one organization over all tenants; a claim that is not proven keeps it from nobody.
//! * A claim is proven by a TXT record, or by a platform administrator's word. What a record has proven is looked up again and again, and is lost
//!   when the record has been missing for [`GRACE`]; a resolver that does not answer proves nothing and costs nothing.
//! * What is set for a domain rests while the claim is not proven: ask [`Domain::is_verified`].
//!
//! Records are looked up through the port [`Resolve`]; this crate opens no connection itself.

mod acts;
mod admission;
mod claims;
mod connection;
mod domain;
pub mod entitlements;
mod events;
pub mod jobs;
pub mod permissions;
mod resolve;
mod rules;
mod saml_provider;
mod schema;
mod service;
mod settings;
mod store;
mod traits;

use polity_directory::DomainName;
use polity_kernel::job::Outcome;
use polity_kernel::{Access, AccountId, OrganizationId, Result, Timestamp};

pub use acts::claims::MOST;
pub use admission::{Admission, AdmissionRule, Admitted, Confirmation, Joining, Offer, Preview};
pub use claims::Claims;
pub use connection::arrival::{
    Addresses, Arrival, Begin, Callback, Departure, MetadataSource, SignInPurpose,
};
pub use connection::attempt::{Attempt, AttemptId, AttemptOutcome, MOST_ATTEMPTS, Step};
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
    NewConnection, PublicKey, Tested,
};
pub use domain::{
    ClaimState, Domain, DomainId, DomainMail, DomainNews, DomainPatch, DomainRefusal, Enforcement,
    MOST_BREAK_GLASS_OWNERS,
};
pub use events::EVENTS;
pub use resolve::Resolve;
pub use rules::recheck::GRACE;
pub use saml_provider::{SamlPatch, SamlProvider};
pub use service::{Admitting, ConnectionService, Service};
pub use settings::Settings;
pub use traits::admissions::Admissions;
pub use traits::connections::{Connections, SignInElsewhere};

/// Everything about signing in elsewhere, behind one object.
pub trait SingleSignOn: Connections + SignInElsewhere + Admissions {}

impl<T: Connections + SignInElsewhere + Admissions> SingleSignOn for T {}

/// E-mail domains of organizations.
pub trait Domains: Send + Sync {
    /// Every domain that the organization claims, by name: at most [`MOST`]. Needs `org.domains.list`.
    fn domains(&self, access: &Access) -> Result<Vec<Domain>>;

    /// One domain. Needs `org.domains.get`.
    fn domain(&self, access: &Access, id: DomainId) -> Result<Domain>;

    /// Claims a domain, to be proven by [`Domains::verify`]. Needs `org.domains.create`.
    ///
    /// # Errors
    /// `Conflict` when the organization claims it already or another has proven it; `LimitReached`.
    fn claim(&self, access: &Access, name: DomainName) -> Result<Domain>;

    /// Changes what is set for a domain. Needs `org.domains.update`.
    ///
    /// # Errors
    /// `Invalid` with a [`DomainRefusal`] as its cause, in this order: the claim is not proven; the license does not include a feature;
    /// there is no tested connection. `Forbidden` for somebody below owner who forces that. `Invalid` for break-glass owners who own nothing.
    fn change(&self, access: &Access, id: DomainId, patch: DomainPatch) -> Result<Domain>;

    /// Gives a domain back; people stay. Needs `org.domains.delete`.
    fn release(&self, access: &Access, id: DomainId) -> Result<()>;

    /// Looks the record up, and has the domain count as proven if it says what it must; a claim whose record is not there stays as it is.
    /// Waits for a name server. Needs `org.domains.update`.
    ///
    /// # Errors
    /// `Invalid` with a [`DomainRefusal`] when it is proven already or by another organization; `Unavailable` without an answer.
    fn verify(&self, access: &Access, id: DomainId) -> Result<Domain>;

    /// Promises to look up what is due: the job `domains.recheck` for each organization. To be called about once a minute. What is promised
    /// is due again a day later, whatever becomes of the job.
    fn promise_rechecks(&self) -> Result<()>;

    /// Looks up one of the organization's records that has not been looked up since `due`. Waits for a name server.
    fn recheck(&self, organization: OrganizationId, due: Timestamp) -> Result<Outcome>;

    /// What a letter about a domain tells an owner; absent when it is not so any more, or they are none.
    fn domain_mail(
        &self,
        organization: OrganizationId,
        id: DomainId,
        to: AccountId,
        news: DomainNews,
    ) -> Result<Option<DomainMail>>;
}
