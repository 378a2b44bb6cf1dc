//! The area's promises, through its traits, on both engines.
#![cfg(test)]

mod activities;
mod appointing;
mod appointments;
mod belonging;
mod bounds;
mod colleagues;
mod common;
mod concurrency;
mod display_names;
mod docs;
mod ending;
mod entry;
mod explain;
mod giving;
mod group_guard;
mod import;
mod invitations;
mod inviting;
mod limits;
mod member_search;
mod members;
mod model;
mod organizations;
mod places;
mod profiles;
mod programs;
mod role_people;
mod roles;
mod settings;
mod starting;
mod taken_up;
mod tenancy;
mod town;
mod visible;
