//! Who a program is now, for the directory, which judges anew what programs have promised.

use polity_directory::Program;
use polity_kernel::{Actor, Conn, KeyId, Result, ServiceAccountId};

use super::authentication::{organization_key_actor, service_actor};
use crate::{ApiKey, store};

/// The program as it may act now with nothing narrowed but what it was made with; absent for one that is removed, disabled or over. For
/// [`polity_directory::Service::with_programs`].
///
/// # Errors
/// When the store cannot be read.
pub fn program(conn: &mut Conn, asked: &Program) -> Result<Option<Actor>> {
    let id = asked.id.uuid();
    if let Some(kept) = store::clients::by_id(conn, ServiceAccountId::new(id))? {
        return Ok(kept
            .client
            .is_live(asked.now)
            .then(|| service_actor(&kept.client, polity_kernel::Limits::default())));
    }
    let key = store::keys::find(conn, asked.organization, None, KeyId::new(id))?;
    let is_live = |key: &ApiKey| key.expires_at.is_none_or(|end| asked.now < end);
    Ok(key.filter(is_live).and_then(|key| organization_key_actor(&key)))
}
