//! Employees in the store.

use std::collections::HashSet;

use diesel::connection::DefaultLoadingMode;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{Nullable, Text};
use polity_kernel::db::{each, purge};
use polity_kernel::{
    AccountId, Code, Conn, Error, OrganizationId, Page, Paged, Result, SubjectId, Timestamp,
};

use crate::reporting_lines::key_of;
use crate::schema::employees;
use crate::{EmailAddress, Employee, EmployeeFilter, EmployeeId, EmployeeProfile, EmployeeStatus};
use polity_kernel::sql::{Among, Document, List};
use polity_kernel::text::canonical;

/// The index by which an account is one employee's.
const ACCOUNT_KEY: &str = "employees_account";

/// What is read; the keys that are searched by are only written.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = employees, primary_key(organization_id, employee_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Row {
    organization_id: OrganizationId,
    employee_id: EmployeeId,
    name: String,
    email: String,
    account_id: Option<AccountId>,
    role: Option<String>,
    kind: String,
    status: EmployeeStatus,
    profile: Option<Document<EmployeeProfile>>,
    #[diesel(skip_update)]
    created_by: Option<SubjectId>,
    status_changed_at: Option<Timestamp>,
    status_changed_by: Option<SubjectId>,
    #[diesel(skip_update)]
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

/// What an employee is searched by, in lower case.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = employees)]
struct Keys {
    name_key: String,
    kind_key: String,
}

pub(crate) fn find(
    conn: &mut Conn,
    organization: OrganizationId,
    id: EmployeeId,
) -> Result<Option<Employee>> {
    let row: Option<Row> =
        employees::table.find((organization, id)).select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Employee::from))
}

/// The employee, with no other transaction changing it until this one ends.
pub(crate) fn hold(
    conn: &mut Conn,
    organization: OrganizationId,
    id: EmployeeId,
) -> Result<Option<Employee>> {
    let found = employees::table.find((organization, id));
    let row: Option<Row> = match conn {
        Conn::Postgres(conn) => found.select(Row::as_select()).for_update().first(conn).optional()?,
        // the one writer holds everything still already
        Conn::Sqlite(conn) => found.select(Row::as_select()).first(conn).optional()?,
    };
    Ok(row.map(Employee::from))
}

/// The one with this address whose employment is deleted, held as above.
pub(crate) fn hold_deleted(
    conn: &mut Conn,
    organization: OrganizationId,
    email: &EmailAddress,
) -> Result<Option<Employee>> {
    let found = ids_by_emails(conn, organization, vec![email.to_string()])?;
    let Some((_, id)) = found.into_iter().next() else { return Ok(None) };
    let held = hold(conn, organization, id)?;
    Ok(held.filter(|employee| employee.status == EmployeeStatus::Deleted && employee.email == *email))
}

/// Those there are, ordered by id.
pub(crate) fn find_all(
    conn: &mut Conn,
    organization: OrganizationId,
    ids: &[EmployeeId],
) -> Result<Vec<Employee>> {
    let wanted = employees::table
        .filter(employees::organization_id.eq(organization))
        .filter(Among(employees::employee_id, List::ids(ids.iter().map(|id| id.uuid()))))
        .order(employees::employee_id);
    let mut found = Vec::with_capacity(ids.len());
    each!(conn, conn => {
        for row in wanted.select(Row::as_select()).load_iter::<Row, DefaultLoadingMode>(conn)? {
            found.push(Employee::from(row?));
        }
    });
    Ok(found)
}

/// Those there are, in the order they are named in; each is named once.
pub(crate) fn in_order(
    conn: &mut Conn,
    organization: OrganizationId,
    ids: &[EmployeeId],
) -> Result<Vec<Employee>> {
    let mut places: Vec<(EmployeeId, usize)> = ids.iter().copied().zip(0..).collect();
    places.sort_unstable();
    let mut places = places.into_iter();
    let mut ordered: Vec<Option<Employee>> = Vec::new();
    ordered.resize_with(ids.len(), || None);
    // both come by id, so that one pass brings them together
    for employee in find_all(conn, organization, ids)? {
        let place = places.find(|(id, _)| *id == employee.id);
        if let Some(seat) = place.and_then(|(_, place)| ordered.get_mut(place)) {
            *seat = Some(employee);
        }
    }
    Ok(ordered.into_iter().flatten().collect())
}

pub(crate) fn find_by_account(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Option<Employee>> {
    let row: Option<Row> = employees::table
        .filter(employees::organization_id.eq(organization))
        .filter(employees::account_id.eq(account))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Employee::from))
}

/// Those of these accounts.
pub(crate) fn find_by_accounts(
    conn: &mut Conn,
    organization: OrganizationId,
    accounts: &[AccountId],
) -> Result<Vec<Employee>> {
    let list = List::ids(accounts.iter().map(|id| id.uuid()));
    let rows: Vec<Row> = each!(conn, conn => employees::table
        .filter(employees::organization_id.eq(organization))
        .filter(employees::account_id.is_not_null())
        .filter(Among(employees::account_id, list))
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Employee::from).collect())
}

/// Those with these addresses.
pub(crate) fn find_by_emails(
    conn: &mut Conn,
    organization: OrganizationId,
    emails: Vec<String>,
) -> Result<Vec<Employee>> {
    let list = List::words(emails);
    let rows: Vec<Row> = each!(conn, conn => employees::table
        .filter(employees::organization_id.eq(organization))
        .filter(Among(employees::email, list))
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Employee::from).collect())
}

/// Those who are counted as one of these.
pub(crate) fn find_by_numbers(
    conn: &mut Conn,
    organization: OrganizationId,
    numbers: Vec<String>,
) -> Result<Vec<Employee>> {
    let list = List::words(numbers);
    let rows: Vec<Row> = each!(conn, conn => employees::table
        .filter(employees::organization_id.eq(organization))
        .filter(number().is_not_null())
        .filter(Among(number(), list))
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Employee::from).collect())
}

/// What an employee is counted as, to the letter as the index on it has it.
fn number() -> SqlLiteral<Nullable<Text>> {
    sql("(profile ->> 'employee_number')")
}

/// Who has these addresses.
pub(crate) fn ids_by_emails(
    conn: &mut Conn,
    organization: OrganizationId,
    emails: Vec<String>,
) -> Result<Vec<(EmailAddress, EmployeeId)>> {
    let list = List::words(emails);
    let rows: Vec<(String, EmployeeId)> = each!(conn, conn => employees::table
        .filter(employees::organization_id.eq(organization))
        .filter(Among(employees::email, list))
        .select((employees::email, employees::employee_id))
        .load(conn))?;
    Ok(rows.into_iter().map(|(email, id)| (EmailAddress::stored(email), id)).collect())
}

/// Whose employee the account is, anywhere, ordered by organization.
pub(crate) fn of_account(conn: &mut Conn, account: AccountId) -> Result<Vec<Employee>> {
    let rows: Vec<Row> = employees::table
        .filter(employees::account_id.eq(account))
        .order(employees::organization_id)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Employee::from).collect())
}

pub(crate) fn page(
    conn: &mut Conn,
    organization: OrganizationId,
    filter: &EmployeeFilter,
    page: Page,
) -> Result<Paged<Employee>> {
    let mut query = employees::table
        .filter(employees::organization_id.eq(organization))
        .filter(employees::employee_id.gt(EmployeeId::new(page.cursor())))
        .order(employees::employee_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .into_boxed();
    query = match filter.status {
        Some(status) => query.filter(employees::status.eq(status)),
        None => query.filter(employees::status.ne(EmployeeStatus::Deleted)),
    };
    if let Some(kind) = &filter.kind {
        query = query.filter(employees::kind_key.eq(key_of(&canonical(kind))));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(paged(rows, &page))
}

/// Puts in new employees. In the order of their addresses, whatever order they come in: the index of addresses, and mostly that
/// of names, is then gone through once a batch and not to and fro.
pub(crate) fn insert(conn: &mut Conn, new: &[Employee]) -> Result<()> {
    let mut new: Vec<&Employee> = new.iter().collect();
    new.sort_unstable_by(|one, other| one.email.as_str().cmp(other.email.as_str()));
    for new in new.chunks(super::ROWS) {
        let rows: Vec<(Row, Keys)> = new.iter().map(|new| (Row::of(new), Keys::of(new))).collect();
        let done = each!(conn, conn => diesel::insert_into(employees::table).values(rows).execute(conn));
        done.map_err(|error| taken(conn, new, error))?;
    }
    Ok(())
}

pub(crate) fn update(conn: &mut Conn, changed: &Employee) -> Result<()> {
    let done = diesel::update(employees::table.find((changed.organization, changed.id)))
        .set((Row::of(changed), Keys::of(changed)))
        .execute(conn);
    done.map_err(|error| taken(conn, &[changed], error))?;
    Ok(())
}

/// Takes this role from every employee who is given or promised it, and says of how many.
pub(crate) fn forget_role(
    conn: &mut Conn,
    organization: OrganizationId,
    role: &str,
    now: Timestamp,
) -> Result<usize> {
    let theirs =
        employees::table.filter(employees::organization_id.eq(organization)).filter(employees::role.eq(role));
    let nothing = (
        employees::role.eq(None::<String>),
        employees::updated_at.eq(now),
        employees::version.eq(employees::version + 1),
    );
    Ok(diesel::update(theirs).set(nothing).execute(conn)?)
}

/// Deletes up to `limit` rows of the organization; nobody may report to anybody any more.
pub(crate) fn purge(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    Ok(purge!(conn, organization, limit, employees, employee_id, EmployeeId))
}

/// Says what of these employees is another's. PostgreSQL names the key. SQLite names none, but there the statement alone has failed and
/// the store can still be asked.
fn taken(conn: &mut Conn, changed: &[&Employee], error: DieselError) -> Error {
    let DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, detail) = &error else {
        return error.into();
    };
    let by_account = match detail.constraint_name() {
        Some(name) => Ok(name == ACCOUNT_KEY),
        None => have_anothers_account(conn, changed),
    };
    let what = match by_account {
        Ok(true) => "account",
        Ok(false) => "e-mail address",
        Err(failed) => return failed,
    };
    Error::new(Code::Conflict, format!("an employee with this {what} exists"))
}

/// Whether the account of one of these is another employee's, among them or in the store.
fn have_anothers_account(conn: &mut Conn, changed: &[&Employee]) -> Result<bool> {
    let mut met = HashSet::new();
    for employee in changed {
        let Some(account) = employee.account else { continue };
        let linked = find_by_account(conn, employee.organization, account)?;
        if !met.insert(account) || linked.is_some_and(|linked| linked.id != employee.id) {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn paged(rows: Vec<Row>, page: &Page) -> Paged<Employee> {
    let found: Vec<Employee> = rows.into_iter().map(Employee::from).collect();
    Paged::of(found, page, |employee| employee.id.uuid())
}

impl Row {
    fn of(employee: &Employee) -> Self {
        Self {
            organization_id: employee.organization,
            employee_id: employee.id,
            name: employee.name.clone(),
            email: employee.email.to_string(),
            account_id: employee.account,
            role: employee.role.clone(),
            kind: employee.kind.clone(),
            status: employee.status,
            profile: employee.profile.clone().map(Document),
            created_by: employee.created_by,
            status_changed_at: employee.status_changed_at,
            status_changed_by: employee.status_changed_by,
            created_at: employee.created_at,
            updated_at: employee.updated_at,
            version: employee.version,
        }
    }
}

impl Keys {
    fn of(employee: &Employee) -> Self {
        Self { name_key: key_of(&employee.name), kind_key: key_of(&employee.kind) }
    }
}

impl From<Row> for Employee {
    fn from(row: Row) -> Self {
        Self {
            id: row.employee_id,
            organization: row.organization_id,
            name: row.name,
            email: EmailAddress::stored(row.email),
            account: row.account_id,
            role: row.role,
            kind: row.kind,
            status: row.status,
            profile: row.profile.map(|Document(profile)| profile),
            created_by: row.created_by,
            status_changed_at: row.status_changed_at,
            status_changed_by: row.status_changed_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}
