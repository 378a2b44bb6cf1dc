//! The pages where people sign in and see to what signs them in, over real HTTP, on both engines.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

mod app;
#[path = "../../../crates/signin/tests/signin/authenticator.rs"]
mod authenticator;
#[expect(dead_code, reason = "each test program uses its own part")]
#[path = "../ground/mod.rs"]
mod ground;
mod links;
mod offers;
mod passkeys;
mod second_factor;
mod unknown;
#[expect(dead_code, reason = "each test program uses its own part")]
#[path = "../api/zone.rs"]
mod zone;
