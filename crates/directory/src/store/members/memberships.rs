//! One account's memberships over all organizations; one past its end is none.

use diesel::prelude::*;
use polity_kernel::{AccountId, Conn, Level, OrganizationId, Page, Result, Timestamp};

use super::live;
use super::membership::OrganizationOf;
use crate::part::Part;
use crate::schema::{members, organizations};

/// The organizations that both are members of, ordered by id.
pub(crate) fn shared(
    conn: &mut Conn,
    one: AccountId,
    other: AccountId,
    now: Timestamp,
) -> Result<Vec<OrganizationId>> {
    let of_one = OrganizationOf { organization: members::organization_id, account: one, now };
    Ok(members::table
        .filter(members::account_id.eq(other))
        .filter(live(now))
        .filter(of_one)
        .order(members::organization_id)
        .select(members::organization_id)
        .load(conn)?)
}

/// The organizations of an account, ordered by id. Those deleted are none, though rows may be left.
pub(crate) fn organizations_of(
    conn: &mut Conn,
    account: AccountId,
    now: Timestamp,
    part: Part,
) -> Result<Vec<OrganizationId>> {
    Ok(members::table
        .inner_join(organizations::table.on(organizations::organization_id.eq(members::organization_id)))
        .filter(members::account_id.eq(account))
        .filter(members::organization_id.gt(part.after))
        .filter(live(now))
        .order(members::organization_id)
        .limit(part.limit)
        .select(members::organization_id)
        .load(conn)?)
}

/// A page of the organizations an account is a member of, ordered by id, and one more if there is one.
pub(crate) fn organizations_page(
    conn: &mut Conn,
    account: AccountId,
    now: Timestamp,
    page: &Page,
) -> Result<Vec<OrganizationId>> {
    Ok(members::table
        .inner_join(organizations::table.on(organizations::organization_id.eq(members::organization_id)))
        .filter(members::account_id.eq(account))
        .filter(members::organization_id.gt(OrganizationId::new(page.cursor())))
        .filter(live(now))
        .order(members::organization_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(members::organization_id)
        .load(conn)?)
}

/// How many organizations an account is a member of.
pub(crate) fn organization_count(conn: &mut Conn, account: AccountId, now: Timestamp) -> Result<u64> {
    let count: i64 = members::table
        .inner_join(organizations::table.on(organizations::organization_id.eq(members::organization_id)))
        .filter(members::account_id.eq(account))
        .filter(live(now))
        .count()
        .get_result(conn)?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The organizations whose membership the account has taken up, and where it has this level at least, ordered by id: at most so many.
/// Those deleted are none, though rows may be left.
pub(crate) fn taken_up_by(
    conn: &mut Conn,
    account: AccountId,
    least: Level,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<OrganizationId>> {
    Ok(members::table
        .inner_join(organizations::table.on(organizations::organization_id.eq(members::organization_id)))
        .filter(members::account_id.eq(account))
        .filter(members::level.ge(least))
        .filter(members::accepted_at.is_not_null())
        .filter(live(now))
        .order(members::organization_id)
        .limit(limit)
        .select(members::organization_id)
        .load(conn)?)
}

/// Has none of the account's memberships be taken up, and returns where they were.
pub(crate) fn put_back(conn: &mut Conn, account: AccountId) -> Result<Vec<OrganizationId>> {
    let taken =
        members::table.filter(members::account_id.eq(account)).filter(members::accepted_at.is_not_null());
    let mut organizations: Vec<OrganizationId> = taken.select(members::organization_id).load(conn)?;
    diesel::update(taken).set(members::accepted_at.eq(None::<Timestamp>)).execute(conn)?;
    organizations.sort_unstable();
    Ok(organizations)
}
