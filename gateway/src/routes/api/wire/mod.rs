//! The family's shapes: what requests bring and what answers show.

mod activity;
mod connection;
mod domain;
mod failure;
mod integration;
mod invite;
mod legal_document;
mod login;
mod member;
mod organization;
mod page;
mod product;
mod query;
mod role;
mod user;

pub(super) use activity::ActivityEntry;
pub(super) use connection::{
    ConnectionAttempt, ConnectionBody, ConnectionChange, ConnectionTest, OrganizationConnection,
    connection_fault,
};
pub(super) use domain::{
    DomainBody, DomainChange, DomainQuery, DomainReplacement, OrganizationDomain, domain_fault,
};
pub(super) use failure::{Complaint, Failure, Failures};
pub(super) use integration::{EnvironmentsBody, Integration, IntegrationBody, integration_fault};
pub(super) use invite::{
    DelegateBody, InviteBody, InviteCheck, Joined, OrganizationInvite, SignupBody, invite_fault,
    invites_fault, no_project,
};
pub(super) use legal_document::{Heeded, LegalDocument, LegalDocumentBody};
pub(super) use login::{AddressBody, AddressSecretBody, LogInBody, LoggedIn};
pub(super) use member::{MemberBody, MemberKeys, OrganizationMember, Ways};
pub(super) use organization::{
    Organization, OrganizationBody, OrganizationChange, OrganizationReplacement, Standpoint,
    organization_fault,
};
pub(super) use page::{
    ActivityPage, AttemptPage, ConnectionPage, DomainPage, IntegrationPage, InvitePage, LegalDocumentPage,
    MemberPage, OrganizationPage, RoleMembershipPage, RolePage,
};
pub(super) use query::{ActivityQuery, RoleQuery, SearchQuery};
pub(super) use role::{
    Role, RoleBody, RoleChange, RoleMembership, RoleMembershipBody, not_given, role_fault,
};
pub(super) use user::{Moment, UserBasic};
