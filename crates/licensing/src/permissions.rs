//! The permissions this area asks for inside an organization.

use polity_kernel::Permission;

/// See the license, how much of it is used, and who accepted the EULA.
pub const ORG_LICENSE_GET: Permission = Permission::of("org.license.get");
/// Apply a license key, or take a license by oneself.
pub const ORG_LICENSE_UPDATE: Permission = Permission::of("org.license.update");
