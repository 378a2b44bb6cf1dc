//! Employees by their names, which an index has in lower case.

use diesel::prelude::*;
use polity_kernel::{Conn, OrganizationId, Page, Paged, Result};

use super::employees::{self, Row};
use crate::schema::employees as tables;
use crate::{Employee, EmployeeId};

/// Those whose name is this, oldest first.
pub(crate) fn named(
    conn: &mut Conn,
    organization: OrganizationId,
    name_key: &str,
    page: Page,
) -> Result<Paged<Employee>> {
    let rows: Vec<Row> = tables::table
        .filter(tables::organization_id.eq(organization))
        .filter(tables::name_key.eq(name_key))
        .filter(tables::employee_id.gt(EmployeeId::new(page.cursor())))
        .order(tables::employee_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .load(conn)?;
    Ok(employees::paged(rows, &page))
}

/// A place in a list by name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'k> {
    pub(crate) name_key: &'k str,
    /// Tells those of one name apart.
    pub(crate) id: EmployeeId,
}

/// Those whose name has this in it and something else, by name, then oldest first, behind this place; one more than
/// are wanted, which tells whether there are more.
pub(crate) fn naming(
    conn: &mut Conn,
    organization: OrganizationId,
    name_key: &str,
    after: Place<'_>,
    wanted: i64,
) -> Result<Vec<Employee>> {
    // ids first: the index has all that is asked, and the rows of whom it does not fit are not read
    let ids: Vec<EmployeeId> = tables::table
        .filter(tables::organization_id.eq(organization))
        .filter(tables::name_key.like(containing(name_key)).escape('\\'))
        .filter(tables::name_key.ne(name_key))
        // the first bound alone is a range of the index; the second only trims its beginning
        .filter(tables::name_key.ge(after.name_key))
        .filter(tables::name_key.gt(after.name_key).or(tables::employee_id.gt(after.id)))
        .order((tables::name_key, tables::employee_id))
        .limit(wanted + 1)
        .select(tables::employee_id)
        .load(conn)?;
    employees::in_order(conn, organization, &ids)
}

/// A pattern for what has exactly this text in it: its wildcards stand for themselves.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The name that the employee is searched by.
pub(crate) fn name_key(
    conn: &mut Conn,
    organization: OrganizationId,
    id: EmployeeId,
) -> Result<Option<String>> {
    Ok(tables::table.find((organization, id)).select(tables::name_key).first(conn).optional()?)
}
