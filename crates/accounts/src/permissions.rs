//! The permissions this area asks for.
//!
//! Reading account types and assignments needs none beyond being let in.

use polity_kernel::Permission;

/// Make an account type.
pub const ORG_USER_ACCOUNT_TYPES_CREATE: Permission = Permission::powerful("org.user.account.types.create");
/// Change an account type.
pub const ORG_USER_ACCOUNT_TYPES_UPDATE: Permission = Permission::powerful("org.user.account.types.update");
/// Retire an account type.
pub const ORG_USER_ACCOUNT_TYPES_DELETE: Permission = Permission::powerful("org.user.account.types.delete");
/// Give an account a type.
pub const ORG_USER_ACCOUNT_CREATE: Permission = Permission::powerful("org.user.account.create");
/// Set the status of an assignment.
pub const ORG_USER_ACCOUNT_UPDATE: Permission = Permission::powerful("org.user.account.update");
/// Take a type away from an account.
pub const ORG_USER_ACCOUNT_DELETE: Permission = Permission::powerful("org.user.account.delete");
/// Put somebody on the staff list.
pub const ORG_EMPLOYEES_CREATE: Permission = Permission::of("org.employees.create");
/// Change an employee, a profile, or who reports to whom.
pub const ORG_EMPLOYEES_UPDATE: Permission = Permission::of("org.employees.update");
/// See one employee and the way up from there.
pub const ORG_EMPLOYEES_GET: Permission = Permission::of("org.employees.get");
/// See all employees, or all who report to one.
pub const ORG_EMPLOYEES_LIST: Permission = Permission::of("org.employees.list");
/// Find employees by what is known of them: a name, an account.
pub const ORG_EMPLOYEES_FIND: Permission = Permission::of("org.employees.find");
/// Make an account for somebody.
pub const ORG_MEMBERS_CREATE: Permission = Permission::powerful("org.members.create");
