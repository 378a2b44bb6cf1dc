//! The permissions this area asks for.
//!
//! Reading needs none beyond being let in (contract directory, decision 15).

use polity_kernel::Permission;

/// Make an account type.
pub const ACCOUNT_TYPES_CREATE: Permission = Permission::of("org.user.account.types.create");
/// Change an account type.
pub const ACCOUNT_TYPES_UPDATE: Permission = Permission::of("org.user.account.types.update");
/// Retire an account type.
pub const ACCOUNT_TYPES_DELETE: Permission = Permission::of("org.user.account.types.delete");
/// Give an account a type.
pub const ACCOUNTS_CREATE: Permission = Permission::of("org.user.account.create");
/// Set the status of an assignment.
pub const ACCOUNTS_UPDATE: Permission = Permission::of("org.user.account.update");
/// Take a type away from an account.
pub const ACCOUNTS_DELETE: Permission = Permission::of("org.user.account.delete");
