//! The family's shapes: what requests bring and what answers show.

mod acceptance;
mod envelope;
mod founding;
mod license;
mod organization;
mod parameter;
mod project;
mod secret_key;
mod user;

pub(super) use acceptance::{Acceptance, AcceptanceList};
pub(super) use envelope::{Envelope, Kind, Metadata};
pub(super) use founding::{FoundingAnswer, FoundingBody};
pub(super) use license::{LicenseAnswer, LicenseBody, LicenseKeyBody};
pub(super) use organization::{
    OrganizationAnswer, OrganizationList, OrganizationQuery, OrganizationSpec, OrganizationSpecChange,
    RenameBody, VerifyAnswer, VerifyBody,
};
pub(super) use parameter::Parameter;
pub(super) use project::{
    AccountAnswer, AccountList, AccountSpec, AllAccounts, ProjectBody, ProjectChange, ProjectRoleBody,
    ProjectUser, ProjectUserList,
};
pub(super) use secret_key::{AddedSecretKey, ProjectQuery, SecretKeys};
pub(super) use user::{UserList, UserSpec};
