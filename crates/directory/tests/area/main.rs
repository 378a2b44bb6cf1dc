//! The area's promises, through its traits, on both engines.
#![cfg(test)]

mod appointing;
mod appointments;
mod apps;
mod colleagues;
mod common;
mod concurrency;
mod display_names;
mod docs;
mod entry;
mod explain;
mod giving;
mod group_guard;
mod invitations;
mod limits;
mod members;
mod model;
mod organizations;
mod places;
mod profiles;
mod projects;
mod roles;
mod roster;
mod tenancy;
mod town;
mod visible;
