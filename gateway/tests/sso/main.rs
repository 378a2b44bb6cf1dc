//! Signing in elsewhere over real HTTP, on both engines, at providers that the tests make up.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

mod assertions;
mod codes;
mod endings;
#[expect(dead_code, reason = "each test program uses its own part")]
#[path = "../ground/mod.rs"]
mod ground;
mod idp;
mod jar;
mod provider;
mod stage;
mod trials;
#[expect(dead_code, reason = "each test program uses its own part")]
#[path = "../api/zone.rs"]
mod zone;
