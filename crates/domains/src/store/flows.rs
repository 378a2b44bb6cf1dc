//! Sign-ins under way: found by the keyed hash of what brings them back, and used once.

use diesel::prelude::*;
use polity_kernel::{Conn, Digest, OrganizationId, Result, Timestamp, words};

use crate::ConnectionId;
use crate::connection::arrival::SignInPurpose;
use crate::schema::sign_in_flows as flows;

words! {
    /// How far a sign-in is.
    pub enum Stage {
        /// A try-out that may begin.
        Offered = "offered",
        /// The browser is at the provider.
        Away = "away",
        /// The answer is judged, and waits for the browser.
        Back = "back",
        /// Whoever came back has to confirm something first.
        Waiting = "waiting",
    }
}

/// A sign-in as it is kept.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = flows, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub(crate) digest: Vec<u8>,
    pub(crate) stage: Stage,
    pub(crate) organization_id: OrganizationId,
    pub(crate) connection_id: ConnectionId,
    pub(crate) purpose: SignInPurpose,
    /// The keyed hash of what the browser is known by.
    pub(crate) browser: Option<Vec<u8>>,
    /// What else there is to know, for us alone.
    pub(crate) sealed: Vec<u8>,
    pub(crate) expires_at: Timestamp,
}

/// Sign-ins that may go on at this instant.
#[diesel::dsl::auto_type(no_type_alias)]
fn live(now: Timestamp) -> _ {
    flows::expires_at.gt(now)
}

/// Sign-ins that may not go on any more.
#[diesel::dsl::auto_type(no_type_alias)]
fn ended(now: Timestamp) -> _ {
    flows::expires_at.le(now)
}

pub(crate) fn insert(conn: &mut Conn, row: &Row) -> Result<()> {
    diesel::insert_into(flows::table).values(row).execute(conn)?;
    Ok(())
}

/// Takes a sign-in out of the store, if it is there at this stage: of several who come for it one gets it.
pub(crate) fn take(conn: &mut Conn, stage: Stage, digest: &Digest, now: Timestamp) -> Result<Option<Row>> {
    let there =
        || flows::table.find(digest.bytes().to_vec()).filter(flows::stage.eq(stage)).filter(live(now));
    let Some(row) = there().select(Row::as_select()).first(conn).optional()? else { return Ok(None) };
    Ok((diesel::delete(there()).execute(conn)? == 1).then_some(row))
}

/// The connection of a sign-in that is at this stage.
pub(crate) fn connection_of(
    conn: &mut Conn,
    stage: Stage,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<ConnectionId>> {
    let there = flows::table.find(digest.bytes().to_vec()).filter(flows::stage.eq(stage)).filter(live(now));
    Ok(there.select(flows::connection_id).first(conn).optional()?)
}

pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId, id: ConnectionId) -> Result<()> {
    let those =
        flows::table.filter(flows::organization_id.eq(organization)).filter(flows::connection_id.eq(id));
    diesel::delete(those).execute(conn)?;
    Ok(())
}

/// Deletes what has ended anyway.
pub(crate) fn forget(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    Ok(diesel::delete(flows::table.filter(ended(now))).execute(conn)?)
}
