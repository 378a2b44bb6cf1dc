//! The service over real HTTP, on both engines: one program, so that it is linked once.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

mod binary;
mod common;
mod credentials;
mod documented;
mod oauth;
mod operations;
mod outbound;
mod plumbing;
mod strangers;
mod underway;
