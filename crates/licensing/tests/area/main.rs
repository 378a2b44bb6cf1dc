//! The area's promises, through its trait, on both engines.
#![cfg(test)]

mod applying;
mod common;
mod establishing;
mod issuer;
mod model;
mod once;
mod races;
mod standing;
mod taking;
