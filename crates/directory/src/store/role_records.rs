//! Rows of the people that roles were given to, as far as they are members and their accounts in use.

use diesel::prelude::*;
use polity_accounts::within::InUse;
use polity_kernel::db::{MultiBackend, each};
use polity_kernel::sql::{Among, List};
use polity_kernel::{AccountId, Conn, Page, Result, Timestamp};

use super::assignments::AssigneeId;
use crate::member_query::At;
use crate::role::{AssignmentId, RoleKey};
use crate::schema::{members, role_assignments as assignments};

/// One person's assignment: its id, the role, the account, when it was given.
pub(crate) type Given = (AssignmentId, RoleKey, AccountId, Timestamp);

type Row = (AssignmentId, String, AssigneeId, Timestamp);

/// How many people carry the role by a live assignment.
pub(crate) fn count(conn: &mut Conn, at: At, role: &RoleKey) -> Result<u64> {
    let found: i64 = carried(at, role).count().get_result(conn)?;
    Ok(found.unsigned_abs())
}

/// One page of the people who carry the role by a live assignment, in order of giving.
pub(crate) fn page(conn: &mut Conn, at: At, role: &RoleKey, page: &Page) -> Result<Vec<Given>> {
    let rows: Vec<Row> = carried(at, role)
        .filter(assignments::assignment_id.gt(AssignmentId::new(page.cursor())))
        .order(assignments::assignment_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select((
            assignments::assignment_id,
            assignments::role_key,
            assignments::assignee_id,
            assignments::created_at,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(given).collect())
}

/// The people who carry any of these roles by a live assignment, in order of giving; at most so many.
pub(crate) fn of(
    conn: &mut Conn,
    (organization, now): At,
    keys: impl Iterator<Item = RoleKey>,
    most: i64,
) -> Result<Vec<Given>> {
    let list = List::words(keys.map(|key| key.to_string()).collect());
    let rows: Vec<Row> = each!(conn, conn => assignments::table
        .filter(assignments::organization_id.eq(organization))
        .filter(Among(assignments::role_key, list))
        .filter(assignments::assignee_kind.eq("account"))
        .filter(assignments::expires_at.is_null().or(assignments::expires_at.gt(now)))
        .order(assignments::assignment_id)
        .limit(most)
        .select((
            assignments::assignment_id,
            assignments::role_key,
            assignments::assignee_id,
            assignments::created_at,
        ))
        .load(conn))?;
    Ok(rows.into_iter().map(given).collect())
}

/// One person's live assignment.
pub(crate) fn find(conn: &mut Conn, (organization, now): At, id: AssignmentId) -> Result<Option<Given>> {
    let row: Option<Row> = assignments::table
        .find((organization, id))
        .filter(assignments::organization_id.eq(organization))
        .filter(assignments::assignee_kind.eq("account"))
        .filter(assignments::expires_at.is_null().or(assignments::expires_at.gt(now)))
        .select((
            assignments::assignment_id,
            assignments::role_key,
            assignments::assignee_id,
            assignments::created_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(given))
}

/// The live assignments of one role to people who are members, with accounts in use.
fn carried<'q>((organization, now): At, role: &RoleKey) -> assignments::BoxedQuery<'q, MultiBackend> {
    let present = members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::expires_at.is_null().or(members::expires_at.gt(now)))
        .select(members::account_id);
    assignments::table
        .filter(assignments::organization_id.eq(organization))
        .filter(assignments::role_key.eq(role.to_string()))
        .filter(assignments::assignee_kind.eq("account"))
        .filter(assignments::expires_at.is_null().or(assignments::expires_at.gt(now)))
        .filter(assignments::assignee_id.eq_any(present))
        .filter(InUse(assignments::assignee_id))
        .into_boxed::<MultiBackend>()
}

fn given((id, role, account, at): Row) -> Given {
    (id, RoleKey::stored(role), AccountId::new(account.uuid()), at)
}
