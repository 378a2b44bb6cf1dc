//! What a new customer brings, and what is set up for them.

use polity_directory::{NewOrganization, NewProject, Organization};
use polity_kernel::Evidence;
use polity_projects::Project;

use crate::{Granting, License};

/// What a new customer brings.
#[derive(Clone, Debug)]
pub struct NewEstablishment {
    /// The organization.
    pub organization: NewOrganization,
    /// Its first project.
    pub project: NewProject,
    /// What it is licensed by.
    pub license: Granting,
    /// Whether the EULA is accepted, without which nothing is set up.
    pub eula_accepted: bool,
    /// What is known of where it was accepted from.
    pub evidence: Evidence,
}

/// What was set up.
#[derive(Clone, Debug)]
pub struct Establishment {
    /// The organization.
    pub organization: Organization,
    /// Its first project, with the secret key if the founder runs it.
    pub project: Project,
    /// Its license.
    pub license: License,
}
