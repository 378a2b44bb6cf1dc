//! The area's promises, through its trait, on both engines.
#![cfg(test)]

mod common;
mod establishment;
mod issuer;
mod license_keys;
mod license_types;
mod model;
mod once;
mod races;
mod standing;
