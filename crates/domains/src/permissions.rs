//! The permissions this area asks for inside an organization.

use polity_kernel::Permission;

/// See the e-mail domains.
pub const ORG_DOMAINS_LIST: Permission = Permission::of("org.domains.list");
/// See one e-mail domain.
pub const ORG_DOMAINS_GET: Permission = Permission::of("org.domains.get");
/// Claim an e-mail domain.
pub const ORG_DOMAINS_CREATE: Permission = Permission::of("org.domains.create");
/// Prove an e-mail domain, and change what is set for it.
pub const ORG_DOMAINS_UPDATE: Permission = Permission::of("org.domains.update");
/// Give an e-mail domain back.
pub const ORG_DOMAINS_DELETE: Permission = Permission::of("org.domains.delete");
/// See the connections to identity providers.
pub const ORG_CONNECTIONS_LIST: Permission = Permission::of("org.connections.list");
/// See one connection and its log.
pub const ORG_CONNECTIONS_GET: Permission = Permission::of("org.connections.get");
/// Make a connection.
pub const ORG_CONNECTIONS_CREATE: Permission = Permission::powerful("org.connections.create");
/// Change a connection, and try it out.
pub const ORG_CONNECTIONS_UPDATE: Permission = Permission::powerful("org.connections.update");
/// Remove a connection.
pub const ORG_CONNECTIONS_DELETE: Permission = Permission::powerful("org.connections.delete");
