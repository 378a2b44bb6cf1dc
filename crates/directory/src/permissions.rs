//! The permissions the directory asks for, and the namespaces its generated roles cover.

use polity_kernel::Permission;

/// Make an organization; needs none to be in.
pub const ORG_DIRECTORY_CREATE: Permission = Permission::of("org.directory.create");
/// See members; with no organization: check names, be suggested organizations, join one.
pub const ORG_DIRECTORY_LIST: Permission = Permission::of("org.directory.list");
/// See the organization.
pub const ORG_DIRECTORY_GET: Permission = Permission::of("org.directory.get");
/// Change or suspend the organization.
pub const ORG_DIRECTORY_UPDATE: Permission = Permission::of("org.directory.update");
/// Delete the organization.
pub const ORG_DIRECTORY_DELETE: Permission = Permission::powerful("org.directory.delete");
/// Add, invite and remove members.
pub const ORG_DIRECTORY_MEMBERS_CREATE: Permission = Permission::powerful("org.directory.members.create");
/// Change a member's level or the end of a membership.
pub const ORG_MEMBERS_UPDATE: Permission = Permission::powerful("org.members.update");
/// Use one's level with a credential that is limited to some permissions: handle members up to it, and what only owners may.
pub const ORG_LEVEL_UPDATE: Permission = Permission::powerful("org.level.update");
/// Make accounts for others.
pub const ORG_MEMBERS_CREATE: Permission = Permission::powerful("org.members.create");
/// See one member's account.
pub const ORG_MEMBERS_GET: Permission = Permission::of("org.members.get");
/// See the members' accounts.
pub const ORG_MEMBERS_LIST: Permission = Permission::of("org.members.list");
/// See roles and who carries them.
pub const ORG_ROLES_LIST: Permission = Permission::of("org.roles.list");
/// See one role.
pub const ORG_ROLES_GET: Permission = Permission::of("org.roles.get");
/// Make a role.
pub const ORG_ROLES_CREATE: Permission = Permission::powerful("org.roles.create");
/// Change a role.
pub const ORG_ROLES_UPDATE: Permission = Permission::powerful("org.roles.update");
/// Delete a role.
pub const ORG_ROLES_DELETE: Permission = Permission::powerful("org.roles.delete");
/// See another person's roles and permissions.
pub const ORG_USER_PERMISSIONS_LIST: Permission = Permission::of("org.user.permissions.list");
/// Give roles to people and groups, and take them away.
pub const ORG_USER_ROLES_UPDATE: Permission = Permission::powerful("org.user.roles.update");
/// Open a project.
pub const PROJECTS_CREATE: Permission = Permission::of("projects.create");
/// See every project.
pub const PROJECTS_LIST: Permission = Permission::of("projects.list");
/// See any one project.
pub const PROJECTS_GET: Permission = Permission::of("projects.get");
/// Run every project, as its admins do.
pub const PROJECTS_UPDATE: Permission = Permission::of("projects.update");
/// Close any project.
pub const PROJECTS_DELETE: Permission = Permission::powerful("projects.delete");

/// See what was changed in the organization, and by whom.
pub const ORG_ACTIVITY_LIST: Permission = Permission::of("org.activity.list");
/// See the organization's integrations; whoever sees the organization sees them too.
pub const ORG_INTEGRATIONS_LIST: Permission = Permission::of("org.integrations.list");
/// See one integration.
pub const ORG_INTEGRATIONS_GET: Permission = Permission::of("org.integrations.get");
/// Connect an integration; whoever changes the organization may, too.
pub const ORG_INTEGRATIONS_CREATE: Permission = Permission::of("org.integrations.create");
/// Change an integration.
pub const ORG_INTEGRATIONS_UPDATE: Permission = Permission::of("org.integrations.update");
/// Disconnect an integration.
pub const ORG_INTEGRATIONS_DELETE: Permission = Permission::of("org.integrations.delete");

/// What the generated roles cover, two for each. Programs know them by name, so none goes (docs/decisions/0036).
pub const NAMESPACES: [&str; 25] = [
    "user.consent",
    "org.directory",
    "org.directory.members",
    "org.members",
    "org.groups",
    "org.roles",
    "org.user.roles",
    "org.user.permissions",
    "org.user.assignment",
    "org.consent.scopes",
    "projects",
    "projects.storage.buckets",
    "projects.experiments",
    "projects.credentials",
    "projects.billing",
    "projects.verification",
    "api.catalogs",
    "persons",
    "identity",
    "notifications",
    "emails",
    "accounts",
    "ekyc.session",
    "org.user.account.types",
    "org.user.account",
];

/// What else the built-in `admin` runs; no roles are generated for these, since programs know of none (docs/decisions/0036).
pub const FURTHER: [&str; 9] = [
    "org.keys",
    "org.employees",
    "org.license",
    "org.legal_documents",
    "org.activity",
    "org.integrations",
    "org.domains",
    "org.level",
    "org.connections",
];

/// What can be done to the things of a namespace.
pub const VERBS: [&str; 6] = ["create", "delete", "update", "get", "list", "find"];

/// The verbs that change nothing.
pub const READING: [&str; 3] = ["get", "list", "find"];
