//! What the area does, by noun; [`Area`] is all of it.

mod apps;
mod projects;

pub use apps::Apps;
pub use projects::{ProjectKeys, ProjectMembers, Projects};

/// Projects and apps, all of them.
pub trait Area: Projects + ProjectKeys + ProjectMembers + Apps {}

impl<T: Projects + ProjectKeys + ProjectMembers + Apps> Area for T {}
