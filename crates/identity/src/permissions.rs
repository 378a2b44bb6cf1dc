//! The permissions that identity asks for.

use polity_kernel::Permission;

/// Registers service accounts and OIDC clients in an organization.
pub const PROJECTS_CREDENTIALS_CREATE: Permission = Permission::powerful("projects.credentials.create");
/// Reads one client of an organization.
pub const PROJECTS_CREDENTIALS_GET: Permission = Permission::of("projects.credentials.get");
/// Lists the clients of an organization.
pub const PROJECTS_CREDENTIALS_LIST: Permission = Permission::of("projects.credentials.list");
/// Changes a client of an organization, its secret included.
pub const PROJECTS_CREDENTIALS_UPDATE: Permission = Permission::powerful("projects.credentials.update");
/// Removes a client of an organization.
pub const PROJECTS_CREDENTIALS_DELETE: Permission = Permission::powerful("projects.credentials.delete");

/// Makes an API key of an organization.
pub const ORG_KEYS_CREATE: Permission = Permission::powerful("org.keys.create");
/// Lists the API keys of an organization.
pub const ORG_KEYS_LIST: Permission = Permission::of("org.keys.list");
/// Revokes an API key of an organization.
pub const ORG_KEYS_DELETE: Permission = Permission::powerful("org.keys.delete");

/// Platform: introspects anybody's tokens.
pub const IDENTITY_GET: Permission = Permission::of("identity.get");

/// Platform: founds organizations; every signed-in person has it while registration is open.
pub(crate) const ORG_DIRECTORY_CREATE: Permission = Permission::of("org.directory.create");
/// Platform: looks organizations up; every signed-in person has it.
pub(crate) const ORG_DIRECTORY_LIST: Permission = Permission::of("org.directory.list");
