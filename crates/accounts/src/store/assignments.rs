//! Account-type assignments in the store.

use diesel::prelude::*;
use polity_kernel::db::{each, purge};
use polity_kernel::sql::Document;
use polity_kernel::sql::{Among, List};
use polity_kernel::{AccountId, Conn, OrganizationId, Page, Paged, Result, Timestamp};

use super::types::Names;
use crate::schema::{account_type_assignments as assignments, account_types as types};
use crate::{
    AccountType, AccountTypeId, Assignment, AssignmentId, AssignmentStatus, GrantedRole, Holding, TypeCode,
    TypeStatus,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = assignments, primary_key(organization_id, assignment_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    assignment_id: AssignmentId,
    #[diesel(skip_update)]
    account_id: AccountId,
    #[diesel(skip_update)]
    account_type_id: AccountTypeId,
    status: AssignmentStatus,
    effective_at: Timestamp,
    expires_at: Option<Timestamp>,
    #[diesel(skip_update)]
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

/// Assignments of one organization with the codes of their types.
macro_rules! with_codes {
    ($organization:expr) => {
        assignments::table
            .inner_join(
                types::table.on(types::organization_id
                    .eq(assignments::organization_id)
                    .and(types::account_type_id.eq(assignments::account_type_id))),
            )
            .filter(assignments::organization_id.eq($organization))
            .select((Row::as_select(), types::code))
    };
}

/// The account's assignment of this type, in whatever status.
pub(crate) fn find(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    of: &AccountType,
) -> Result<Option<Assignment>> {
    let row: Option<(Row, String)> = with_codes!(organization)
        .filter(assignments::account_id.eq(account))
        .filter(assignments::account_type_id.eq(of.id))
        .first(conn)
        .optional()?;
    Ok(row.map(|(row, code)| row.assignment(code)))
}

pub(crate) fn of_accounts(
    conn: &mut Conn,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<Assignment>> {
    let among = Among(assignments::account_id, List::ids(accounts.iter().map(|id| id.uuid())));
    let rows: Vec<(Row, String)> = each!(conn, conn => with_codes!(organization).filter(among).load(conn))?;
    let mut found: Vec<Assignment> = rows.into_iter().map(|(row, code)| row.assignment(code)).collect();
    found.sort_by_key(|assignment| assignment.id);
    Ok(found)
}

pub(crate) fn page(conn: &mut Conn, organization: OrganizationId, page: Page) -> Result<Paged<Assignment>> {
    let rows: Vec<(Row, String)> = with_codes!(organization)
        .filter(assignments::assignment_id.gt(AssignmentId::new(page.cursor())))
        .order(assignments::assignment_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .load(conn)?;
    let found: Vec<Assignment> = rows.into_iter().map(|(row, code)| row.assignment(code)).collect();
    Ok(Paged::of(found, &page, |assignment| assignment.id.uuid()))
}

polity_kernel::live!(assignments);

pub(crate) fn holdings(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<Holding>> {
    type Held = (String, Document<Names>, Document<Vec<GrantedRole>>, Option<Timestamp>);
    let rows: Vec<Held> = assignments::table
        .inner_join(
            types::table.on(types::organization_id
                .eq(assignments::organization_id)
                .and(types::account_type_id.eq(assignments::account_type_id))),
        )
        .filter(assignments::organization_id.eq(organization))
        .filter(assignments::account_id.eq(account))
        .filter(assignments::status.eq(AssignmentStatus::Active))
        .filter(live(now))
        .filter(types::status.eq(TypeStatus::Published).or(types::status.eq(TypeStatus::Test)))
        .order(assignments::assignment_id)
        .select((types::code, types::permissions, types::roles, assignments::expires_at))
        .load(conn)?;
    let held = |(code, Document(Names(permissions)), Document(roles), expires_at): Held| Holding {
        code: TypeCode::stored(code),
        permissions,
        roles,
        expires_at,
    };
    Ok(rows.into_iter().map(held).collect())
}

pub(crate) fn insert(
    conn: &mut Conn,
    organization: OrganizationId,
    of: &AccountType,
    new: &Assignment,
) -> Result<()> {
    diesel::insert_into(assignments::table).values(Row::of(organization, of, new)).execute(conn)?;
    Ok(())
}

pub(crate) fn update(
    conn: &mut Conn,
    organization: OrganizationId,
    of: &AccountType,
    changed: &Assignment,
) -> Result<()> {
    diesel::update(assignments::table.find((organization, changed.id)))
        .set(Row::of(organization, of, changed))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn remove_all(conn: &mut Conn, organization: OrganizationId, account: AccountId) -> Result<()> {
    diesel::delete(assignments::table)
        .filter(assignments::organization_id.eq(organization))
        .filter(assignments::account_id.eq(account))
        .execute(conn)?;
    Ok(())
}

/// Deletes up to `limit` rows of the organization.
pub(crate) fn purge(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    Ok(purge!(conn, organization, limit, assignments, assignment_id, AssignmentId))
}

impl Row {
    fn of(organization: OrganizationId, of: &AccountType, assignment: &Assignment) -> Self {
        Self {
            organization_id: organization,
            assignment_id: assignment.id,
            account_id: assignment.account,
            account_type_id: of.id,
            status: assignment.status,
            effective_at: assignment.effective_at,
            expires_at: assignment.expires_at,
            created_at: assignment.created_at,
            updated_at: assignment.updated_at,
            version: assignment.version,
        }
    }

    /// The assignment, of the type with this code.
    fn assignment(self, code: String) -> Assignment {
        Assignment {
            id: self.assignment_id,
            account: self.account_id,
            code: TypeCode::stored(code),
            status: self.status,
            created_at: self.created_at,
            effective_at: self.effective_at,
            expires_at: self.expires_at,
            updated_at: self.updated_at,
            version: self.version,
        }
    }
}
