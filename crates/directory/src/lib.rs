//! Organizations, their profiles, members, levels, roles, permissions and invitations.
//!
//! What it owns: organizations and the words that name them, what they tell of themselves, members, roles and who carries them, invitations. What it decides: who
//! may act in an organization ([`Entry::enter`]) and why ([`Roles::explain`]).
//!
//! Invariants:
//!
//! * A name (id, key, alias) has one organization over all tenants.
//! * An organization that has ever had an owner keeps at least one.
//! * Nobody gives away more than they have: neither a level above their own nor one of polity's permissions they lack.
//! * A person's groups are those of their account and of the active employee it is linked to; who leaves is linked to none.
//! * What is secret about a parameter is sealed; it is never shown, logged or told of in an event.
//! * A right is computed from what is committed: see [`polity_kernel::epoch`].

mod activity;
mod acts;
mod domain_claims;
pub mod entitlements;
mod events;
mod import;
mod invitation;
pub mod jobs;
mod member;
mod organization;
mod part;
pub mod permissions;
mod role;
mod rules;
mod schema;
mod service;
mod store;
mod traits;
pub mod within;
mod workspaces;

pub use activity::Activity;
pub use acts::employment::appointing;
pub use acts::group_guard::GROUP_GUARD;
pub use acts::roles::ending::RoleEnding;
pub use acts::terms::{Entitling, Program, Programs, Terms};
pub use domain_claims::{DomainClaims, DomainEnforcement, NoDomains};
pub use events::EVENTS;
pub use import::{ImportChanges, ImportedGroup, ImportedMember, ImportedOrganization, ImportedPerson};
pub use invitation::invitee::{
    Accepted, DelegateFields, Followed, InvitationFields, InvitationFilter, InvitationMail, InvitationRef,
    JoinedMail, LONGEST_FIRST_NAME, LONGEST_MESSAGE, MOST_INVITEES, MOST_PROJECTS, NewInvitation, OverMail,
    Taker,
};
pub use invitation::{Invitation, InvitationId, InvitationListFields, InvitationStatus, NewInvitations};
pub use member::person::{AccountRef, Membership};
pub use member::query::{FoundMembers, MemberInFull, MemberQuery};
pub use member::{Member, MemberId, MemberPatch, NewMember};
pub use organization::domain::DomainName;
pub use organization::facts::{OrganizationFacts, OrganizationFactsPatch};
pub use organization::names::{Alias, Key, NameTaken, OrganizationRef};
pub use organization::parameter::{MASK, Parameter, Parameters};
pub use organization::settings::{ProductSettings, ProductSettingsPatch, Settings, SettingsPatch};
pub use organization::summary::OrganizationSummary;
pub use organization::{
    Deletion, NewOrganization, Organization, OrganizationFields, OrganizationFilter, OrganizationPatch,
    PrimaryDomain, Status, Wanted,
};
pub use role::assignment::{Assignee, Assignees, AssignmentId, AssignmentRef, NewAssignment, RoleAssignment};
pub use role::carrier::{RoleCarrier, RoleInFull};
pub use role::grants::{Granted, Step};
pub use role::names::{RoleConflict, RoleRef, RoleWord};
pub use role::{NewRole, Role, RoleFields, RoleId, RoleKey, RolePatch, Stage};
pub use service::Service;
pub use traits::{
    Activities, Directory, Entry, Invitations, Members, Notifying, Organizations, People, Profiles,
    RoleAssignments, Roles, Upkeep,
};
pub use workspaces::new_app::{AppFields, AppStatus, NewApp, Secrets};
pub use workspaces::new_project::{NewProject, ProjectFields};
pub use workspaces::project_access::{ProjectAccess, ProjectId, ProjectLevel};
pub use workspaces::{Imported, NoWorkspaces, Workspaces};
