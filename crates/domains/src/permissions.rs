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
