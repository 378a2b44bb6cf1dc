//! The area's promises, through its traits, on both engines.
#![cfg(test)]

mod appointing;
mod appointments;
mod apps;
mod colleagues;
mod common;
mod concurrency;
mod docs;
mod entry;
mod explain;
mod giving;
mod group_guard;
mod invitations;
mod members;
mod model;
mod organizations;
mod places;
mod profiles;
mod roles;
mod roster;
mod tenancy;
mod town;
mod visible;
