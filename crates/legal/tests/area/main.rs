//! The area's promises, through its traits, on both engines.
#![cfg(test)]

mod common;
mod desk;
mod files;
mod provider;
mod races;
mod signatures;
mod submissions;
