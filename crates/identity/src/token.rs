//! Tokens: how they are made, signed and read, and the keys and issuers that are published for them.

pub(crate) mod algorithm;
pub(crate) mod documents;
pub(crate) mod issuer_keys;
pub(crate) mod jwt;
pub(crate) mod mint;
