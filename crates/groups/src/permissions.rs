//! The permissions this area asks for.

use polity_kernel::Permission;

/// Make a group.
pub const ORG_GROUPS_CREATE: Permission = Permission::of("org.groups.create");
/// Change a group, and put members in and take them out.
pub const ORG_GROUPS_UPDATE: Permission = Permission::of("org.groups.update");
/// Remove a group.
pub const ORG_GROUPS_DELETE: Permission = Permission::of("org.groups.delete");
/// See one group and who is in it.
pub const ORG_GROUPS_GET: Permission = Permission::of("org.groups.get");
/// See all groups.
pub const ORG_GROUPS_LIST: Permission = Permission::of("org.groups.list");
/// Find groups by what is known of them: an outside id, a member.
pub const ORG_GROUPS_FIND: Permission = Permission::of("org.groups.find");
