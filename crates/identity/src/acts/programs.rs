//! Who a program is now, for the directory, which judges anew what programs have promised.

use polity_directory::Program;
use polity_kernel::{Actor, Conn, Home, KeyId, Limits, PermissionSet, Result, ServiceAccountId, Subject};

use crate::api_key::ApiKey;
use crate::{Client, store};

/// The program as it may act now with nothing narrowed but what it was made with; absent for one that is removed, disabled or over. For
/// [`polity_directory::Terms`].
///
/// # Errors
/// When the store cannot be read.
pub fn program(conn: &mut Conn, asked: &Program) -> Result<Option<Actor>> {
    let id = asked.id.uuid();
    if let Some(kept) = store::clients::by_id(conn, ServiceAccountId::new(id))? {
        return Ok(kept.client.is_live(asked.now).then(|| service_actor(&kept.client, Limits::default())));
    }
    let key = store::keys::find(conn, asked.organization, None, KeyId::new(id))?;
    let is_live = |key: &ApiKey| key.expires_at.is_none_or(|end| asked.now < end);
    Ok(key.filter(is_live).and_then(|key| organization_key_actor(&key)))
}

/// What an organization's own key may do; absent for a person's.
pub(crate) fn organization_key_actor(key: &ApiKey) -> Option<Actor> {
    let organization = key.organization.filter(|_| key.account.is_none())?;
    let limits = limits_of(key);
    let permissions = limits.permissions.clone().unwrap_or_else(PermissionSet::all);
    let subject = Subject::OrganizationKey(key.id, organization);
    Some(Actor::new(subject, limits, PermissionSet::none()).with_home(Home { organization, permissions }))
}

pub(crate) fn service_actor(client: &Client, limits: Limits) -> Actor {
    let platform = narrowed(client.platform_permissions.iter().cloned().collect(), &limits);
    let actor = Actor::new(Subject::Service(client.id), limits, platform).through(client.id);
    match client.organization {
        Some(organization) => {
            let permissions = client.permissions.iter().cloned().collect();
            actor.with_home(Home { organization, permissions })
        }
        None => actor,
    }
}

pub(crate) fn limits_of(key: &ApiKey) -> Limits {
    Limits {
        permissions: key.permissions.as_ref().map(|some| some.iter().cloned().collect()),
        organization: key.organization,
        level: key.level,
        role: key.role.clone(),
    }
}

pub(crate) fn narrowed(permissions: PermissionSet, limits: &Limits) -> PermissionSet {
    match &limits.permissions {
        Some(only) => permissions.intersection(only),
        None => permissions,
    }
}
