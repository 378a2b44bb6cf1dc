//! Ports to the world: mail, documents, others' servers, and the signing provider.

pub mod mail;
pub mod objects;
pub(crate) mod outbound;
pub(crate) mod pandadoc;
