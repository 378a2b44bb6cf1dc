//! What the directory counts and asks for of what an organization is entitled to.

use polity_kernel::{Feature, Resource};

/// People who belong to it now.
pub const MEMBERS: Resource = Resource::named("members");

/// Its e-mail domains.
pub const DOMAINS: Resource = Resource::named("domains");

/// Giving others a role in a project.
pub const RBAC: Feature = Feature::named("rbac");

/// Saying who may invite.
pub const ORGANIZATION_INVITE_SETTINGS: Feature = Feature::named("organization_invite_settings");

/// Saying what members may do with their credentials.
pub const ORGANIZATION_SECURITY_SETTINGS: Feature = Feature::named("organization_security_settings");

/// Owning more than one organization.
pub const MULTIPLE_ORGANIZATIONS: Feature = Feature::named("multiple_organizations");
