//! Rows of members as they are looked for.

use diesel::prelude::*;
use polity_accounts::within::InUse;
use polity_kernel::db::MultiBackend;
use polity_kernel::{AccountId, Conn, Level, Page, Result, Timestamp};

use super::{Row, above, live};
use crate::member::query::At;
use crate::member::{Member, MemberId};
use crate::schema::members;

type Query<'q> = members::BoxedQuery<'q, MultiBackend>;

/// Which members are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) only: Option<AccountId>,
    pub(crate) level: Option<Level>,
    pub(crate) at_least: Option<Level>,
    pub(crate) updated_after: Option<Timestamp>,
    pub(crate) with_disabled: bool,
    pub(crate) newest_first: bool,
}

/// How many there are.
pub(crate) fn count(conn: &mut Conn, at: At, wanted: &Wanted) -> Result<u64> {
    let found: i64 = filtered(at, wanted).count().get_result(conn)?;
    Ok(found.unsigned_abs())
}

/// One page in order of joining, or in the opposite one.
pub(crate) fn page(conn: &mut Conn, at: At, wanted: &Wanted, page: &Page) -> Result<Vec<Member>> {
    let cursor = MemberId::new(page.cursor());
    let query = filtered(at, wanted);
    let query = match (wanted.newest_first, page.cursor().is_nil()) {
        (true, true) => query.order(members::member_id.desc()),
        (true, false) => query.filter(members::member_id.lt(cursor)).order(members::member_id.desc()),
        (false, _) => query.filter(members::member_id.gt(cursor)).order(members::member_id.asc()),
    };
    let rows: Vec<Row> =
        query.limit(page.limit + 1).offset(page.skip()).select(Row::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Member::from).collect())
}

fn filtered<'q>(At { organization, now }: At, wanted: &Wanted) -> Query<'q> {
    let mut query = members::table
        .filter(members::organization_id.eq(organization))
        .filter(live(now))
        .into_boxed::<MultiBackend>();
    if !wanted.with_disabled {
        query = query.filter(InUse(members::account_id));
    }
    if let Some(only) = wanted.only {
        query = query.filter(members::account_id.eq(only));
    }
    if let Some(after) = wanted.updated_after {
        query = query.filter(members::updated_at.gt(after));
    }
    if let Some(level) = wanted.level {
        query = query.filter(members::level.eq(level));
        if level > Level::Member {
            query = query.filter(above());
        }
    }
    match wanted.at_least {
        None | Some(Level::Member) => query,
        Some(Level::Admin) => query.filter(above()),
        Some(level) => query.filter(members::level.ge(level)).filter(above()),
    }
}
