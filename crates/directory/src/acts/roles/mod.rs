//! Roles of an organization: found by id, key or name, made and changed.

pub(crate) mod assigned;
pub(crate) mod assignments;
pub(crate) mod carriers;
pub(crate) mod ending;

use polity_kernel::{Access, Conn, Error, OrganizationId, PermissionSet, Result, Tx};

use crate::acts::roles::ending::retract;
use crate::events::{ROLE_CREATED, ROLE_UPDATED};
use crate::role::names::{RoleConflict, RoleRef, same_name};
use crate::role::{NewRole, Role, RoleId, RoleKey, RoleOrigin};
use crate::{role::built_in, store};

/// The most roles an organization makes itself: they are read as a whole.
const MOST: usize = 500;

/// The longest key made of a name.
const LONGEST_KEY: usize = 60;

/// The role as it is going to be made, with a key of its own.
pub(crate) fn made(tx: &mut Tx<'_>, access: &Access, new: &NewRole) -> Result<Role> {
    let key = match new.key() {
        Some(key) => key.clone(),
        None => key_of(tx, access.organization(), new.name().unwrap_or_default())?,
    };
    let (created_at, created_by) = (Some(tx.now()), access.actor().id());
    Ok(new.made(RoleOrigin { id: tx.new_id(), key, created_at, created_by }))
}

/// Makes a role that whoever calls may give.
pub(crate) fn create(tx: &mut Tx<'_>, access: &Access, role: &Role) -> Result<()> {
    let (organization, now) = (access.organization(), tx.now());
    let others = store::roles::all(tx, organization)?;
    if everywhere_and(&others).any(|other| other.key == role.key) {
        return Err(RoleConflict::KeyTaken.into());
    }
    require_sole_name(&others, role)?;
    if others.len() >= MOST {
        return Err(RoleConflict::TooMany.into());
    }
    // nobody was promised it before it was
    retract(tx, access, &role.key)?;
    store::roles::insert(tx, organization, now, role)?;
    tx.record(ROLE_CREATED.made(access, &role.key, role))
}

/// A key like the name that no other role has, or one like none where the name has no letters for one.
fn key_of(tx: &mut Tx<'_>, organization: OrganizationId, name: &str) -> Result<RoleKey> {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut key = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    key.truncate(LONGEST_KEY);
    if let Ok(wanted) = key.parse::<RoleKey>()
        && by_key(tx, organization, &wanted)?.is_none()
    {
        return Ok(wanted);
    }
    tx.new_secret_id::<RoleId>().to_string().parse()
}

/// Changes a role to one that whoever calls may give; returns whether there was anything to change.
pub(crate) fn change(tx: &mut Tx<'_>, access: &Access, before: &Role, after: &Role) -> Result<bool> {
    if after == before {
        return Ok(false);
    }
    // a name from before names were one role's alone stays until it is changed
    if !same_name(&after.name, &before.name) {
        require_sole_name(&store::roles::all(tx, access.organization())?, after)?;
    }
    let now = tx.now();
    store::roles::update(tx, access.organization(), now, after)?;
    tx.record(ROLE_UPDATED.changed(access, &after.key, before, after))?;
    Ok(true)
}

/// A role of the organization, built in or own.
pub(crate) fn existing(conn: &mut Conn, organization: OrganizationId, key: &RoleKey) -> Result<Role> {
    by_key(conn, organization, key)?.ok_or_else(|| Error::not_found("role"))
}

/// The role with this key, built in or own.
pub(crate) fn by_key(conn: &mut Conn, organization: OrganizationId, key: &RoleKey) -> Result<Option<Role>> {
    match built_in::role_of(key) {
        Some(role) => Ok(Some(role.clone())),
        None => store::roles::find(conn, organization, key),
    }
}

/// The role with this id, built in or own.
pub(crate) fn by_id(conn: &mut Conn, organization: OrganizationId, id: RoleId) -> Result<Option<Role>> {
    match built_in::ROLES.iter().find(|role| role.id == id) {
        Some(role) => Ok(Some(role.clone())),
        None => store::roles::by_id(conn, organization, id),
    }
}

/// Everything the roles of an organization give.
pub(crate) fn defined(conn: &mut Conn, organization: OrganizationId) -> Result<PermissionSet> {
    let mut union = built_in::KNOWN.clone();
    for role in store::roles::all(conn, organization)? {
        union.extend(&role.gives());
    }
    Ok(union)
}

/// The role that is meant, built in or own, if there is one.
pub(crate) fn called(conn: &mut Conn, organization: OrganizationId, role: &RoleRef) -> Result<Option<Role>> {
    match role {
        RoleRef::Key(key) => by_key(conn, organization, key),
        RoleRef::Id(id) => by_id(conn, organization, *id),
        RoleRef::Called(_) => {
            let own = store::roles::all(conn, organization)?;
            let all: Vec<Role> = everywhere_and(&own).cloned().collect();
            Ok(role.among(&all).cloned())
        }
    }
}

/// The role that is meant, or `NotFound`.
pub(crate) fn meant(conn: &mut Conn, organization: OrganizationId, role: &RoleRef) -> Result<Role> {
    called(conn, organization, role)?.ok_or_else(|| Error::not_found("role"))
}

/// The role that is meant, if it is one that an organization can change.
pub(crate) fn own(conn: &mut Conn, organization: OrganizationId, role: &RoleRef) -> Result<Role> {
    let role = meant(conn, organization, role)?;
    if role.built_in { Err(RoleConflict::BuiltIn.into()) } else { Ok(role) }
}

/// Asks that no other role has the name. The organization is held alone, so none comes by it meanwhile.
fn require_sole_name(own: &[Role], role: &Role) -> Result<()> {
    let taken = everywhere_and(own).any(|other| other.id != role.id && same_name(&other.name, &role.name));
    if taken { Err(RoleConflict::NameTaken.into()) } else { Ok(()) }
}

/// The roles every organization has, then its own.
fn everywhere_and(own: &[Role]) -> impl Iterator<Item = &Role> {
    built_in::ROLES.iter().chain(own)
}

/// The organization's role of this key, built in or own, as it is now. What cannot be a key is no role's.
pub fn role(conn: &mut Conn, organization: OrganizationId, key: &str) -> Result<Option<Role>> {
    let Ok(key) = key.parse::<RoleKey>() else { return Ok(None) };
    by_key(conn, organization, &key)
}

/// The organization's role that this word is for, built in or own, as [`RoleRef::Called`] says.
pub fn role_called(conn: &mut Conn, organization: OrganizationId, word: &str) -> Result<Option<Role>> {
    let Ok(role) = word.parse::<RoleRef>() else { return Ok(None) };
    called(conn, organization, &role)
}
