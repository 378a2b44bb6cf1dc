//! The permissions this area asks for inside an organization.

use polity_kernel::Permission;

/// See the connections to identity providers.
pub const ORG_CONNECTIONS_LIST: Permission = Permission::of("org.connections.list");
/// See one connection and its log.
pub const ORG_CONNECTIONS_GET: Permission = Permission::of("org.connections.get");
/// Make a connection.
pub const ORG_CONNECTIONS_CREATE: Permission = Permission::of("org.connections.create");
/// Change a connection, and try it out.
pub const ORG_CONNECTIONS_UPDATE: Permission = Permission::of("org.connections.update");
/// Remove a connection.
pub const ORG_CONNECTIONS_DELETE: Permission = Permission::of("org.connections.delete");
