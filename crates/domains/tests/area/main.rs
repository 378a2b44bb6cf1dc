//! The area's promises, through its traits, on both engines.
#![cfg(test)]

mod claims;
mod common;
mod proofs;
mod rechecks;
mod settings;
mod shown;
