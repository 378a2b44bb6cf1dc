//! The events of connections: their types, and what each says.

use polity_kernel::event::Nothing;
use polity_kernel::{OrganizationId, Timestamp, catalogue, record};

use crate::{ConnectionId, ConnectionKind, ServedDomainId};

catalogue! {
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
        domains: Vec<ServedDomainId>,
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
