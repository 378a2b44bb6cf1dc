//! The service against the software of others, as `cargo xtask peers` installs it: a browser, OpenID and SAML providers.
//!
//! The service is the binary itself, with a store of its own in an empty folder, as a newcomer would start it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod browser;
mod pages;
mod peer;
mod provider;
mod service;
mod sso;
