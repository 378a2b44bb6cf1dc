//! All areas put together: what the service and whoever embeds the whole call.
//!
//! [`Polity`] has every area behind its trait. [`Polity::new`] gives each what it must ask of the others: who guards groups and staff, what
//! ends with a role, what organizations are entitled to, what becomes of projects and apps. So none of it can be forgotten. What lies outside
//! the process is an argument too: [`Outside`]. [`jobs`] has what is done after a transaction and needs the areas alone.
//!
//! [`catalogue()`] is every type of event there is.
//!
//! This crate alone names concrete services. It knows no HTTP and no configuration: [`Settings`] are the areas' own.

mod catalogue;
pub mod jobs;
mod outside;
mod polity;
mod settings;

pub use catalogue::catalogue;
pub use outside::Outside;
pub use polity::{Polity, Way};
pub use settings::Settings;
