//! Ports to the world: mail, documents, name servers, others' servers, and the signing provider.

pub mod mail;
pub mod names;
pub mod objects;
pub(crate) mod outbound;
pub(crate) mod pandadoc;
