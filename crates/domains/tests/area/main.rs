//! The area's promises, through its traits, on both engines.
#![cfg(test)]

mod administered;
mod admissions;
mod bench;
mod claims;
mod common;
mod proofs;
mod provider;
mod rechecks;
mod resting;
mod settings;
mod shown;
mod sign_ins;
