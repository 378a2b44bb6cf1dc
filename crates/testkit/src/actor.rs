//! People as they come in with a credential.

use polity_kernel::{AccountId, Actor, Limits, Permission, PermissionSet, Subject};

/// What every signed-in person may do outside an organization.
const SIGNED_IN: [&str; 2] = ["org.directory.create", "org.directory.list"];

/// The permissions of these names.
///
/// # Panics
/// For a name that is no permission.
pub fn permissions(names: &[&str]) -> PermissionSet {
    names.iter().map(|name| name.parse::<Permission>().expect("the name of a permission")).collect()
}

/// The person of this account, who has signed in and whose credential limits nothing.
pub fn acting(account: AccountId) -> Actor {
    Actor::new(Subject::Person(account), Limits::default(), permissions(&SIGNED_IN))
}

/// The same subject by a credential that has these limits.
pub fn limited(actor: &Actor, limits: Limits) -> Actor {
    Actor::new(actor.subject(), limits, permissions(&SIGNED_IN))
}

/// The same subject by a credential that permits only this, in an organization and outside.
pub fn narrowed(actor: &Actor, only: &[&str]) -> Actor {
    let limits = Limits { permissions: Some(permissions(only)), ..Limits::default() };
    Actor::new(actor.subject(), limits, permissions(only))
}
