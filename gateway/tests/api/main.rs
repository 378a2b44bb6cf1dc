//! The family `/api/organizations` over real HTTP, on both engines, request by request.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

mod activity_log;
mod bounds;
mod browser;
mod connections;
mod domains;
#[expect(dead_code, reason = "each test program uses its own part")]
#[path = "../ground/mod.rs"]
mod ground;
mod integrations;
mod invites;
mod legal_documents;
mod lists;
mod members;
mod organizations;
mod pace;
mod passwords;
mod refusals;
mod role_memberships;
mod roles;
mod scopes;
mod signing;
mod signing_provider;
mod signup;
mod zone;
