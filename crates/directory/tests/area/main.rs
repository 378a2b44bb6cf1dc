//! The area's promises, through its traits, on both engines.
#![cfg(test)]

mod activities;
mod appointing;
mod appointments;
mod apps;
mod colleagues;
mod common;
mod concurrency;
mod connections;
mod display_names;
mod docs;
mod entry;
mod explain;
mod giving;
mod group_guard;
mod invitations;
mod inviting;
mod limits;
mod members;
mod model;
mod organizations;
mod places;
mod profiles;
mod programs;
mod projects;
mod role_records;
mod roles;
mod roll;
mod roster;
mod settings;
mod starting;
mod tenancy;
mod town;
mod visible;
