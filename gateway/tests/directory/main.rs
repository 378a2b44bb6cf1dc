//! The `/directory` family over real HTTP, on both engines, request by request.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

mod accounts;
mod explain;
mod fuzz;
#[expect(dead_code, reason = "each test program uses its own part")]
#[path = "../ground/mod.rs"]
mod ground;
mod invites;
mod members;
mod orgs;
mod refusals;
mod revocations;
mod role_members;
mod roles;
mod subjects;
mod suspension;
