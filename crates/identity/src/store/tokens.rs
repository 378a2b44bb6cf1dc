//! Tokens that are withdrawn.

use diesel::prelude::*;
use polity_kernel::{Conn, Result, Timestamp, each, id};
use uuid::Uuid;

use crate::schema::revoked_tokens;

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

/// Tokens that would not be taken any more anyway.
#[diesel::dsl::auto_type(no_type_alias)]
fn ended(now: Timestamp) -> _ {
    revoked_tokens::expires_at.le(now)
}

/// Deletes what has expired anyway.
pub(crate) fn forget(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    Ok(diesel::delete(revoked_tokens::table.filter(ended(now))).execute(conn)?)
}
