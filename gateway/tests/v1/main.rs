//! The `/v1` family over real HTTP, on both engines, request by request.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

mod credentials;
mod everywhere;
mod founding;
#[expect(dead_code, reason = "each test program uses its own part")]
#[path = "../ground/mod.rs"]
mod ground;
mod licenses;
mod organizations;
mod projects;
mod refusals;
mod secret_keys;
mod stage;
mod users;
