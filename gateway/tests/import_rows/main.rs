//! Imports of rows into one organization, from small made-up files: what they bring, refuse, repeat and resume.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod binary;
mod company;
mod cut;
#[path = "../ground/mod.rs"]
#[expect(dead_code, reason = "each test program uses its own part")]
mod ground;
mod grouping;
mod letter;
mod newer;
mod staff;
