//! What must not be used (again): withdrawn tokens and used-up assertions.

use diesel::prelude::*;
use polity_kernel::{Conn, Result, ServiceAccountId, Timestamp, each, id};
use uuid::Uuid;

use crate::schema::{client_assertions, revoked_tokens};

id!(TokenId, "One own access token: its `jti`.");

/// Notes that a token is withdrawn; once more changes nothing.
pub(crate) fn revoke(conn: &mut Conn, token: Uuid, expires_at: Timestamp) -> Result<()> {
    let row = (revoked_tokens::token_id.eq(TokenId::new(token)), revoked_tokens::expires_at.eq(expires_at));
    each!(conn, conn => diesel::insert_into(revoked_tokens::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

pub(crate) fn is_revoked(conn: &mut Conn, token: Uuid) -> Result<bool> {
    let row = revoked_tokens::table.find(TokenId::new(token));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn)?)
}

/// Notes that a client has used an assertion; false when it had already.
pub(crate) fn use_up(
    conn: &mut Conn,
    client: ServiceAccountId,
    assertion: &[u8],
    expires_at: Timestamp,
) -> Result<bool> {
    let row = (
        client_assertions::client_id.eq(client),
        client_assertions::assertion.eq(assertion),
        client_assertions::expires_at.eq(expires_at),
    );
    let inserted = each!(conn, conn => diesel::insert_into(client_assertions::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(inserted == 1)
}

/// Deletes what has expired anyway.
pub(crate) fn forget(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    let tokens =
        diesel::delete(revoked_tokens::table.filter(revoked_tokens::expires_at.le(now))).execute(conn)?;
    let assertions = diesel::delete(client_assertions::table.filter(client_assertions::expires_at.le(now)))
        .execute(conn)?;
    Ok(tokens + assertions)
}
