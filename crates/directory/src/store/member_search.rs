//! Rows of members whose account is in use.

use diesel::prelude::*;
use polity_accounts::within::InUse;
use polity_kernel::db::MultiBackend;
use polity_kernel::{AccountId, Conn, Page, Result, Timestamp};

use super::members::Row;
use crate::member::{Member, MemberId};
use crate::member_query::At;
use crate::schema::members;

type Query<'q> = members::BoxedQuery<'q, MultiBackend>;

/// How many there are.
pub(crate) fn count(
    conn: &mut Conn,
    at: At,
    only: Option<AccountId>,
    after: Option<Timestamp>,
) -> Result<u64> {
    let found: i64 = wanted(at, only, after).count().get_result(conn)?;
    Ok(found.unsigned_abs())
}

/// One page in order of joining, or in the opposite one.
pub(crate) fn page(
    conn: &mut Conn,
    at: At,
    (only, after, newest_first): (Option<AccountId>, Option<Timestamp>, bool),
    page: &Page,
) -> Result<Vec<Member>> {
    let cursor = MemberId::new(page.cursor());
    let query = wanted(at, only, after);
    let query = match (newest_first, page.cursor().is_nil()) {
        (true, true) => query.order(members::member_id.desc()),
        (true, false) => query.filter(members::member_id.lt(cursor)).order(members::member_id.desc()),
        (false, _) => query.filter(members::member_id.gt(cursor)).order(members::member_id.asc()),
    };
    let rows: Vec<Row> =
        query.limit(page.limit + 1).offset(page.skip()).select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Member::from).collect())
}

fn wanted<'q>((organization, now): At, only: Option<AccountId>, after: Option<Timestamp>) -> Query<'q> {
    let mut query = members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::expires_at.is_null().or(members::expires_at.gt(now)))
        .filter(InUse(members::account_id))
        .into_boxed::<MultiBackend>();
    if let Some(only) = only {
        query = query.filter(members::account_id.eq(only));
    }
    if let Some(after) = after {
        query = query.filter(members::updated_at.gt(after));
    }
    query
}
