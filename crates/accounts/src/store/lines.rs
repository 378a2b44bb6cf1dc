//! Reporting lines in the store.

use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use polity_kernel::db::each;
use polity_kernel::{Conn, OrganizationId, Result, SubjectId, Timestamp};

use super::employees::Row as EmployeeRow;
use crate::reporting_lines::{Ends, key_of};
use crate::schema::{employee_managers as lines, employees};
use crate::{Employee, EmployeeId, ReportingLine};
use polity_kernel::sql::{Among, List};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = lines, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    employee_id: EmployeeId,
    kind_key: String,
    manager_id: EmployeeId,
    kind: String,
    height: i32,
    created_at: Timestamp,
    created_by: Option<SubjectId>,
    sole: bool,
}

/// A line to be put in.
pub(crate) struct New {
    pub(crate) line: ReportingLine,
    /// How many levels there are below who reports.
    pub(crate) height: i32,
    /// Whether it is to be the employee's only line.
    pub(crate) sole: bool,
}

/// The lines between the two; of this kind, or all.
pub(crate) fn between(
    conn: &mut Conn,
    organization: OrganizationId,
    ends: Ends,
    kind: Option<&str>,
) -> Result<Vec<ReportingLine>> {
    let mut query = lines::table
        .filter(lines::organization_id.eq(organization))
        .filter(lines::employee_id.eq(ends.employee))
        .filter(lines::manager_id.eq(ends.manager))
        .select(Row::as_select())
        .into_boxed();
    if let Some(kind) = kind {
        query = query.filter(lines::kind_key.eq(key_of(kind)));
    }
    let rows: Vec<Row> = query.load(conn)?;
    Ok(rows.into_iter().map(ReportingLine::from).collect())
}

/// The lines up from these employees, ordered by employee, each one's oldest first.
pub(crate) fn of(
    conn: &mut Conn,
    organization: OrganizationId,
    employees: &[EmployeeId],
) -> Result<Vec<ReportingLine>> {
    let wanted = lines::table
        .filter(lines::organization_id.eq(organization))
        .filter(Among(lines::employee_id, List::ids(employees.iter().map(|id| id.uuid()))))
        .order((lines::employee_id, lines::kind_key, lines::manager_id));
    let mut found: Vec<ReportingLine> = Vec::with_capacity(employees.len());
    each!(conn, conn => {
        for row in wanted.select(Row::as_select()).load_iter::<Row, DefaultLoadingMode>(conn)? {
            found.push(row?.into());
        }
    });
    // of the same instant and manager, those of the lesser kind stay first
    found.sort_by_key(|line| (line.employee, line.created_at, line.manager));
    Ok(found)
}

/// Whom the employee reports to, oldest line first.
pub(crate) fn managers(
    conn: &mut Conn,
    organization: OrganizationId,
    employee: EmployeeId,
) -> Result<Vec<(ReportingLine, Employee)>> {
    let rows: Vec<(Row, EmployeeRow)> = lines::table
        .inner_join(
            employees::table.on(employees::organization_id
                .eq(lines::organization_id)
                .and(employees::employee_id.eq(lines::manager_id))),
        )
        .filter(lines::organization_id.eq(organization))
        .filter(lines::employee_id.eq(employee))
        .order((lines::created_at, lines::manager_id, lines::kind_key))
        .select((Row::as_select(), EmployeeRow::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(line, manager)| (line.into(), manager.into())).collect())
}

/// Puts in lines to which nobody's height has been carried yet; in the order of the way down, for its index.
pub(crate) fn insert(conn: &mut Conn, organization: OrganizationId, new: &[New]) -> Result<()> {
    let mut new: Vec<&New> = new.iter().collect();
    new.sort_unstable_by_key(|new| (new.line.manager, new.line.employee));
    for new in new.chunks(super::ROWS) {
        let rows: Vec<Row> = new.iter().map(|new| Row::of(organization, new)).collect();
        each!(conn, conn => diesel::insert_into(lines::table).values(rows).execute(conn))?;
    }
    Ok(())
}

/// Removes the line.
pub(crate) fn remove(conn: &mut Conn, organization: OrganizationId, line: &ReportingLine) -> Result<()> {
    diesel::delete(lines::table.find((organization, line.employee, key_of(&line.kind), line.manager)))
        .execute(conn)?;
    Ok(())
}

/// Corrects whether these employees' lines are their only ones, after some came or went.
pub(crate) fn recount(conn: &mut Conn, organization: OrganizationId, employees: &[EmployeeId]) -> Result<()> {
    let found = of(conn, organization, employees)?;
    let (mut alone, mut among_others) = (Vec::new(), Vec::new());
    for lines in found.chunk_by(|one, other| one.employee == other.employee) {
        match lines {
            [only] => alone.push(only.employee.uuid()),
            lines => among_others.extend(lines.first().map(|line| line.employee.uuid())),
        }
    }
    for (employees, sole) in [(alone, true), (among_others, false)] {
        if employees.is_empty() {
            continue;
        }
        each!(conn, conn => diesel::update(lines::table)
            .filter(lines::organization_id.eq(organization))
            .filter(Among(lines::employee_id, List::ids(employees)))
            .filter(lines::sole.ne(sole))
            .set(lines::sole.eq(sole))
            .execute(conn))?;
    }
    Ok(())
}

/// Deletes up to `limit` rows of the organization, in the order of the primary key.
pub(crate) fn purge(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    let of_it = lines::organization_id.eq(organization);
    let doomed: Vec<EmployeeId> = lines::table
        .filter(of_it)
        .order((lines::employee_id, lines::kind_key, lines::manager_id))
        .limit(limit)
        .select(lines::employee_id)
        .load(conn)?;
    let Some(last) = doomed.last() else { return Ok(0) };
    // an employee has few lines: the last one's may all go
    Ok(diesel::delete(lines::table).filter(of_it).filter(lines::employee_id.le(*last)).execute(conn)?)
}

impl Row {
    fn of(organization: OrganizationId, New { line, height, sole }: &New) -> Self {
        Self {
            organization_id: organization,
            employee_id: line.employee,
            kind_key: key_of(&line.kind),
            manager_id: line.manager,
            kind: line.kind.clone(),
            height: *height,
            created_at: line.created_at,
            created_by: line.created_by,
            sole: *sole,
        }
    }
}

impl From<Row> for ReportingLine {
    fn from(row: Row) -> Self {
        Self {
            employee: row.employee_id,
            manager: row.manager_id,
            kind: row.kind,
            created_at: row.created_at,
            created_by: row.created_by,
        }
    }
}
