//! The area's promises, through its traits, on both engines.
#![cfg(test)]

mod administered;
mod bench;
mod provider;
mod sign_ins;
