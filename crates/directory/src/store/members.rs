//! Rows of members; a membership past its end is none.

pub(crate) mod membership;
pub(crate) mod memberships;
pub(crate) mod search;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use polity_kernel::db::each;
use polity_kernel::sql::{Among, List};
use polity_kernel::{AccountId, Conn, Error, Level, OrganizationId, Page, Result, Timestamp, error};

use crate::member::{Member, MemberId};
use crate::schema::members;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = members, primary_key(organization_id, member_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Row {
    organization_id: OrganizationId,
    #[diesel(skip_update)]
    account_id: AccountId,
    member_id: MemberId,
    level: Level,
    #[diesel(skip_update)]
    joined_at: Timestamp,
    expires_at: Option<Timestamp>,
    version: i64,
    updated_at: Timestamp,
    accepted_at: Option<Timestamp>,
}

/// # Errors
/// `AlreadyMember` when the account has a membership here, however it came by it meanwhile.
pub(crate) fn insert(conn: &mut Conn, member: &Member) -> Result<()> {
    let taken = || Error::new(error::Code::AlreadyMember, "already a member of this organization");
    diesel::insert_into(members::table)
        .values(Row::from(member))
        .execute(conn)
        .map_err(error::on_unique("members", taken))?;
    Ok(())
}

pub(crate) fn update(conn: &mut Conn, member: &Member) -> Result<()> {
    diesel::update(members::table.find((member.organization, member.id)))
        .set(Row::from(member))
        .execute(conn)?;
    Ok(())
}

polity_kernel::live!(pub(super) members);

/// What has no end.
#[diesel::dsl::auto_type(no_type_alias)]
fn endless() -> _ {
    members::expires_at.is_null()
}

/// How many members there are now; those whose membership has ended are none.
pub(crate) fn count(conn: &mut Conn, organization: OrganizationId, now: Timestamp) -> Result<u64> {
    let members: i64 = members::table
        .filter(members::organization_id.eq(organization))
        .filter(live(now))
        .count()
        .get_result(conn)?;
    Ok(members.unsigned_abs())
}

/// Returns whether there was one.
pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId, account: AccountId) -> Result<bool> {
    Ok(diesel::delete(of_account(organization, account)).execute(conn)? == 1)
}

/// The membership, if it has not ended.
pub(crate) fn find(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<Member>> {
    let row: Option<Row> = of_account(organization, account)
        .filter(live(now))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Member::from))
}

/// One page of the accounts alone, in order of joining.
pub(crate) fn accounts(
    conn: &mut Conn,
    organization: OrganizationId,
    now: Timestamp,
    page: &Page,
) -> Result<Vec<(MemberId, AccountId)>> {
    Ok(members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::member_id.gt(MemberId::new(page.cursor())))
        .filter(live(now))
        .order(members::member_id)
        .select((members::member_id, members::account_id))
        .limit(page.limit + 1)
        .offset(page.skip())
        .load(conn)?)
}

/// Those who run the organization and have taken that up: owners first, then admins, each in order of joining; at most so many.
pub(crate) fn leaders(
    conn: &mut Conn,
    organization: OrganizationId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<AccountId>> {
    Ok(members::table
        .filter(members::organization_id.eq(organization))
        .filter(above())
        .filter(members::accepted_at.is_not_null())
        .filter(live(now))
        .order((members::level.desc(), members::member_id))
        .limit(limit)
        .select(members::account_id)
        .load(conn)?)
}

/// The owners who have taken their membership up, the one who has been a member longest first.
pub(crate) fn owners_in_person(
    conn: &mut Conn,
    organization: OrganizationId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<AccountId>> {
    Ok(members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::level.eq(Level::Owner))
        .filter(above())
        .filter(members::accepted_at.is_not_null())
        .filter(live(now))
        .order(members::member_id)
        .limit(limit)
        .select(members::account_id)
        .load(conn)?)
}

/// Those of these accounts that are members, in order of joining.
pub(crate) fn of_accounts(
    conn: &mut Conn,
    organization: OrganizationId,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<Vec<Member>> {
    let list = List::ids(accounts.iter().map(|id| id.uuid()));
    let rows: Vec<Row> = each!(conn, conn => members::table
        .filter(members::organization_id.eq(organization))
        .filter(Among(members::account_id, list))
        .filter(live(now))
        .select(Row::as_select())
        .load(conn))?;
    let mut found: Vec<Member> = rows.into_iter().map(Member::from).collect();
    found.sort_unstable_by_key(|member| member.id);
    Ok(found)
}

/// The accounts of members, ordered by id: at most so many behind one.
pub(crate) fn accounts_after(
    conn: &mut Conn,
    organization: OrganizationId,
    now: Timestamp,
    after: AccountId,
    limit: i64,
) -> Result<Vec<AccountId>> {
    Ok(members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::account_id.gt(after))
        .filter(live(now))
        .order(members::account_id)
        .limit(limit)
        .select(members::account_id)
        .load(conn)?)
}

/// The owner who has been one of the members longest.
pub(crate) fn first_owner(
    conn: &mut Conn,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Option<AccountId>> {
    Ok(members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::level.eq(Level::Owner))
        .filter(above())
        .filter(live(now))
        .order(members::member_id)
        .select(members::account_id)
        .first(conn)
        .optional()?)
}

/// The owners of these organizations, of each the one who has been a member longest first.
pub(crate) fn owners(
    conn: &mut Conn,
    organizations: &[OrganizationId],
    now: Timestamp,
) -> Result<Vec<(OrganizationId, AccountId)>> {
    let list = List::ids(organizations.iter().map(|id| id.uuid()));
    Ok(each!(conn, conn => members::table
        .filter(Among(members::organization_id, list))
        .filter(members::level.eq(Level::Owner))
        .filter(above())
        .filter(live(now))
        .order((members::organization_id, members::member_id))
        .select((members::organization_id, members::account_id))
        .load(conn))?)
}

/// When the first owner's membership ends, if it does.
pub(crate) fn end_of_first_owner(
    conn: &mut Conn,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let Some(owner) = first_owner(conn, organization, now)? else { return Ok(None) };
    Ok(find(conn, organization, owner, now)?.and_then(|member| member.expires_at))
}

/// Whether another owner than this one remains for good: one whose membership ends some day, or who has not taken it up, does not
/// count.
pub(crate) fn has_other_owner(conn: &mut Conn, organization: OrganizationId, but: AccountId) -> Result<bool> {
    let another = members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::level.eq(Level::Owner))
        .filter(above())
        .filter(members::account_id.ne(but))
        .filter(members::accepted_at.is_not_null())
        .filter(endless());
    Ok(diesel::select(diesel::dsl::exists(another)).get_result(conn)?)
}

/// Whether somebody owns the organization who has taken that up.
pub(crate) fn is_owned(conn: &mut Conn, organization: OrganizationId, now: Timestamp) -> Result<bool> {
    let owner = members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::level.eq(Level::Owner))
        .filter(above())
        .filter(members::accepted_at.is_not_null())
        .filter(live(now));
    Ok(diesel::select(diesel::dsl::exists(owner)).get_result(conn)?)
}

/// Those above the lowest level, to the letter as the index on them has it: a bound level would not lead to it.
pub(super) fn above() -> SqlLiteral<Bool> {
    sql("level > 1")
}

impl From<&Member> for Row {
    fn from(member: &Member) -> Self {
        Self {
            organization_id: member.organization,
            account_id: member.account,
            member_id: member.id,
            level: member.level,
            joined_at: member.joined_at,
            expires_at: member.expires_at,
            version: member.version,
            updated_at: member.updated_at,
            accepted_at: member.accepted_at,
        }
    }
}

impl From<Row> for Member {
    fn from(row: Row) -> Self {
        Self {
            id: row.member_id,
            organization: row.organization_id,
            account: row.account_id,
            level: row.level,
            joined_at: row.joined_at,
            expires_at: row.expires_at,
            version: row.version,
            updated_at: row.updated_at,
            accepted_at: row.accepted_at,
        }
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn of_account(organization: OrganizationId, account: AccountId) -> _ {
    members::table.filter(members::organization_id.eq(organization)).filter(members::account_id.eq(account))
}
