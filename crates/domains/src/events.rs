//! The events of e-mail domains and connections: their types, and what each says.

use polity_kernel::event::Nothing;
use polity_kernel::{AccountId, OrganizationId, Timestamp, catalogue, record};

use crate::{ConnectionId, ConnectionKind, DomainId, Enforcement};

catalogue! {
    /// An organization claimed an e-mail domain.
    pub(crate) DOMAIN_CLAIMED = "domain.claimed": Nothing => Domain;
    /// A claim was proven, for the first time or again, by a record or by a platform administrator's word.
    pub(crate) DOMAIN_VERIFIED = "domain.verified": Domain => Domain, rights;
    /// The record of a proven domain is missing.
    pub(crate) DOMAIN_FAILING = "domain.failing": Domain => Domain;
    /// A domain counts as proven no more: its record was missing for too long, or a platform administrator says so.
    pub(crate) DOMAIN_LAPSED = "domain.lapsed": Domain => Domain, rights;
    /// What is set for a domain changed.
    pub(crate) DOMAIN_CHANGED = "domain.changed": Domain => Domain, rights;
    /// An owner had a connection enforced that nobody has tested.
    pub(crate) DOMAIN_ENFORCEMENT_FORCED = "domain.enforcement_forced": Nothing => Domain, rights;
    /// A domain was given back.
    pub(crate) DOMAIN_RELEASED = "domain.released": Domain => Nothing, rights;

    /// A connection to an identity provider was made.
    pub(crate) CONNECTION_CREATED = "connection.created": Nothing => Connection, rights;
    /// A connection changed; of its settings only that they did is told.
    pub(crate) CONNECTION_UPDATED = "connection.updated": Connection => Connection, rights;
    /// A connection was removed.
    pub(crate) CONNECTION_DELETED = "connection.deleted": Connection => Nothing, rights;
    /// A try-out of a connection went well.
    pub(crate) CONNECTION_TESTED = "connection.tested": Connection => Connection;
}

record! {
    /// A claim of an e-mail domain.
    pub(crate) struct Domain of domain: crate::Domain {
        /// Its id.
        id: DomainId,
        /// Whose claim it is.
        organization: OrganizationId,
        /// The domain.
        name: String = domain.name.to_string(),
        /// Since when it is proven.
        verified_at: Option<Timestamp>,
        /// Since when its record is missing.
        missing_since: Option<Timestamp>,
        /// When it lapsed.
        lapsed_at: Option<Timestamp>,
        /// Whether people under it become members when they sign in by a connection.
        jit_provisioning: bool,
        /// How people under it have to sign in; absent: as they like.
        sso_enforcement: Option<Enforcement>,
        /// The owners who may sign in otherwise all the same.
        break_glass_owners: Vec<AccountId>,
        /// When it was claimed.
        created_at: Timestamp,
        /// When it last changed.
        updated_at: Timestamp,
        /// Raised by each change.
        version: i64,
    }
}

record! {
    /// A connection to an identity provider, without its secrets.
    pub(crate) struct Connection of connection: crate::Connection {
        /// Its id.
        id: ConnectionId,
        /// Whose it is.
        organization: OrganizationId,
        /// The protocol.
        kind: ConnectionKind = connection.kind(),
        /// What administrators call it.
        name: String,
        /// The domains it serves.
        domains: Vec<DomainId>,
        /// Whether a client secret is kept.
        has_client_secret: bool,
        /// When a try-out last went well.
        tested_at: Option<Timestamp> = connection.tested.as_ref().map(|tested| tested.at),
        /// When it was made.
        created_at: Timestamp,
        /// When it last changed.
        updated_at: Timestamp,
        /// Raised by each change.
        version: i64,
    }
}
