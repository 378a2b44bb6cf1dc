//! Projects: work spaces of an organization; and apps: its links to outside systems.
//!
//! What it owns: projects, who has a role in them, their secret keys and parameters, which project each person works in; apps, their
//! secrets, and which projects serve their environments. The directory asks it in its own transactions what becomes of these
//! ([`Hooks`], of `polity_directory::Workspaces`).
//!
//! Invariants:
//!
//! * A project's number, and what it is found by, is one project's over all tenants.
//! * A project has exactly one default secret key.
//! * A role in a project is a member's, and ends with the membership.
//! * What is secret about an app or a parameter is sealed; it is compared, and never shown, logged or told of in an event. A
//!   project's secret keys are sealed too, and shown to its admins alone.

mod acts;
mod app;
mod brief;
pub mod entitlements;
mod events;
mod hooks;
mod project;
mod schema;
mod service;
mod store;
mod traits;
pub mod within;

pub use app::{App, AppId, AppLookup, AppTaken, Environments};
pub use brief::ProjectInBrief;
pub use events::EVENTS;
pub use hooks::Hooks;
pub use polity_directory::{
    AppFields, AppStatus, NewApp, NewProject, Parameter, Parameters, ProjectAccess, ProjectFields, ProjectId,
    ProjectLevel, Secrets,
};
pub use project::{
    Project, ProjectMember, ProjectMemberId, ProjectPatch, ProjectRole, ProjectSecret, SecretKey,
    SecretKeyId, SecretKeyRef,
};
pub use service::Service;
pub use traits::{Apps, Area, ProjectKeys, ProjectMembers, Projects};
