//! The `/api/v1` family over real HTTP, on both engines, request by request.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

mod accounts;
mod apps;
mod boundaries;
mod current;
mod employee_lists;
mod employee_profiles;
mod employees;
mod entities;
mod grants;
#[expect(dead_code, reason = "each test program uses its own part")]
#[path = "../ground/mod.rs"]
mod ground;
mod group_profiles;
mod groups;
mod keys;
mod language;
mod managers;
mod organizations;
mod profiles;
mod refusals;
mod staff;
mod tenancy;
