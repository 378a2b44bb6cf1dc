//! The area's promises, through its traits, on both engines.
#![cfg(test)]

mod active;
mod apps;
mod areas;
mod briefs;
#[path = "../../../directory/tests/area/common.rs"]
#[expect(dead_code, reason = "the directory's tests use more of it")]
mod common;
mod concurrency;
mod environments;
mod keys;
mod members;
mod numbers;
mod parameters;
mod projects;
mod rights;
mod tenancy;
