//! Rows of role assignments, of which one past its end is none.

use diesel::prelude::*;
use polity_accounts::within::InUse;
use polity_groups::GroupId;
use polity_kernel::db::{MultiBackend, each};
use polity_kernel::sql::{Among, List};
use polity_kernel::{AccountId, Conn, Error, OrganizationId, Page, Result, Timestamp, id};

use crate::member::query::At;
use crate::role::RoleKey;
use crate::role::assignment::{Assignee, Assignees, AssignmentId, RoleAssignment};
use crate::schema::{members, role_assignments as assignments};

type Query<'q> = assignments::BoxedQuery<'q, MultiBackend>;

id!(AssigneeId, "An account or a group, by its bare id.");

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = assignments, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    assignment_id: AssignmentId,
    role_key: String,
    assignee_kind: String,
    assignee_id: AssigneeId,
    expires_at: Option<Timestamp>,
    created_at: Timestamp,
}

pub(crate) fn insert(
    conn: &mut Conn,
    organization: OrganizationId,
    assignment: &RoleAssignment,
) -> Result<()> {
    let row = Row {
        organization_id: organization,
        assignment_id: assignment.id,
        role_key: assignment.role.as_str().to_owned(),
        assignee_kind: assignment.assignee.kind().to_owned(),
        assignee_id: assignment.assignee.uuid().into(),
        expires_at: assignment.expires_at,
        created_at: assignment.given_at,
    };
    diesel::insert_into(assignments::table).values(row).execute(conn)?;
    Ok(())
}

/// Sets when an assignment ends.
pub(crate) fn set_end(
    conn: &mut Conn,
    organization: OrganizationId,
    assignment: &RoleAssignment,
) -> Result<()> {
    diesel::update(assignments::table.find((organization, assignment.id)))
        .set(assignments::expires_at.eq(assignment.expires_at))
        .execute(conn)?;
    Ok(())
}

/// The assignment of this role, also one that has ended.
pub(crate) fn find(
    conn: &mut Conn,
    organization: OrganizationId,
    assignee: Assignee,
    role: &RoleKey,
) -> Result<Option<RoleAssignment>> {
    let row: Option<Row> =
        of_role(organization, assignee, role).select(Row::as_select()).first(conn).optional()?;
    row.map(assignment).transpose()
}

/// Takes a role away; returns whether it was carried.
pub(crate) fn delete(
    conn: &mut Conn,
    organization: OrganizationId,
    assignee: Assignee,
    role: &RoleKey,
) -> Result<bool> {
    Ok(diesel::delete(of_role(organization, assignee, role)).execute(conn)? > 0)
}

/// Takes every role from an account or group.
pub(crate) fn forget(conn: &mut Conn, organization: OrganizationId, assignee: Assignee) -> Result<()> {
    let theirs = assignments::table
        .filter(assignments::organization_id.eq(organization))
        .filter(assignments::assignee_id.eq(AssigneeId::new(assignee.uuid())))
        .filter(assignments::assignee_kind.eq(assignee.kind()));
    diesel::delete(theirs).execute(conn)?;
    Ok(())
}

/// Takes a role from everybody.
pub(crate) fn forget_role(conn: &mut Conn, organization: OrganizationId, role: &RoleKey) -> Result<()> {
    let all = assignments::table
        .filter(assignments::organization_id.eq(organization))
        .filter(assignments::role_key.eq(role.as_str()));
    diesel::delete(all).execute(conn)?;
    Ok(())
}

polity_kernel::live!(assignments);

/// The live assignments of these accounts and groups, in order of giving.
pub(crate) fn of(
    conn: &mut Conn,
    organization: OrganizationId,
    assignees: &[Assignee],
    now: Timestamp,
) -> Result<Vec<RoleAssignment>> {
    if assignees.is_empty() {
        return Ok(Vec::new());
    }
    let list = List::ids(assignees.iter().map(|assignee| assignee.uuid()));
    let rows: Vec<Row> = each!(conn, conn => assignments::table
        .filter(assignments::organization_id.eq(organization))
        .filter(Among(assignments::assignee_id, list))
        .filter(live(now))
        .order(assignments::assignment_id)
        .select(Row::as_select())
        .load(conn))?;
    rows.into_iter().map(assignment).collect()
}

/// The live assignment with this id.
pub(crate) fn by_id(
    conn: &mut Conn,
    organization: OrganizationId,
    id: AssignmentId,
    now: Timestamp,
) -> Result<Option<RoleAssignment>> {
    let row: Option<Row> = assignments::table
        .find((organization, id))
        .filter(assignments::organization_id.eq(organization))
        .filter(live(now))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(assignment).transpose()
}

/// The live assignments of these roles to accounts, in order of giving; at most so many.
pub(crate) fn of_roles(
    conn: &mut Conn,
    At { organization, now }: At,
    keys: impl Iterator<Item = RoleKey>,
    most: i64,
) -> Result<Vec<RoleAssignment>> {
    let list = List::words(keys.map(|key| key.to_string()).collect());
    let rows: Vec<Row> = each!(conn, conn => assignments::table
        .filter(assignments::organization_id.eq(organization))
        .filter(Among(assignments::role_key, list))
        .filter(assignments::assignee_kind.eq("account"))
        .filter(live(now))
        .order(assignments::assignment_id)
        .limit(most)
        .select(Row::as_select())
        .load(conn))?;
    rows.into_iter().map(assignment).collect()
}

/// One page of a role's live assignments to groups and members, in order of giving; or to members alone whose account is in use.
pub(crate) fn page(
    conn: &mut Conn,
    at: At,
    role: &RoleKey,
    whose: Assignees,
    page: &Page,
) -> Result<Vec<RoleAssignment>> {
    let rows: Vec<Row> = carried(at, role, whose)
        .filter(assignments::assignment_id.gt(AssignmentId::new(page.cursor())))
        .order(assignments::assignment_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(assignment).collect()
}

/// How many of them there are.
pub(crate) fn count(conn: &mut Conn, at: At, role: &RoleKey, whose: Assignees) -> Result<u64> {
    let found: i64 = carried(at, role, whose).count().get_result(conn)?;
    Ok(found.unsigned_abs())
}

fn carried<'q>(At { organization, now }: At, role: &RoleKey, whose: Assignees) -> Query<'q> {
    let present = members::table
        .filter(members::organization_id.eq(organization))
        .filter(super::members::live(now))
        .select(members::account_id);
    let found = assignments::table
        .filter(assignments::organization_id.eq(organization))
        .filter(assignments::role_key.eq(role.to_string()))
        .filter(live(now))
        .into_boxed::<MultiBackend>();
    match whose {
        Assignees::People => found
            .filter(assignments::assignee_kind.eq("account"))
            .filter(assignments::assignee_id.eq_any(present))
            .filter(InUse(assignments::assignee_id)),
        Assignees::All => found
            .filter(assignments::assignee_kind.ne("account").or(assignments::assignee_id.eq_any(present))),
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn of_role<'r>(organization: OrganizationId, assignee: Assignee, role: &'r RoleKey) -> _ {
    let (kind, id): (&'static str, AssigneeId) = (assignee.kind(), AssigneeId::new(assignee.uuid()));
    let role: &'r str = role.as_str();
    assignments::table
        .filter(assignments::organization_id.eq(organization))
        .filter(assignments::assignee_id.eq(id))
        .filter(assignments::assignee_kind.eq(kind))
        .filter(assignments::role_key.eq(role))
}

fn assignment(row: Row) -> Result<RoleAssignment> {
    let assignee = match row.assignee_kind.as_str() {
        "account" => Assignee::Account(AccountId::new(row.assignee_id.uuid())),
        "group" => Assignee::Group(GroupId::new(row.assignee_id.uuid())),
        other => return Err(Error::internal(format!("{other:?} carries no roles"))),
    };
    Ok(RoleAssignment {
        id: row.assignment_id,
        role: RoleKey::stored(row.role_key),
        assignee,
        expires_at: row.expires_at,
        given_at: row.created_at,
    })
}
