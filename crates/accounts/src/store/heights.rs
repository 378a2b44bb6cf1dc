//! How many levels there are below an employee, kept with each line up from it, so that the walk down can pass by whatever
//! does not reach deep enough.
//!
//! Lines of all kinds count, up to [`TALLEST`]: those of different kinds may lead in a circle, where heights would grow for ever.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Integer};
use polity_kernel::db::each;
use polity_kernel::sql::Id;
use polity_kernel::{Conn, OrganizationId, Result, Timestamp};

use crate::EmployeeId;
use crate::schema::employee_managers as lines;
use polity_kernel::sql::{Among, List};

/// The most levels that are counted.
pub(crate) const TALLEST: i32 = 32;

/// How many levels there are below each of some employees, by the heights of those who report to them.
struct Below {
    organization: OrganizationId,
    of: List,
}

/// How many levels there are below each of these employees.
pub(crate) fn below(
    conn: &mut Conn,
    organization: OrganizationId,
    of: &[EmployeeId],
) -> Result<HashMap<EmployeeId, i32>> {
    let below = Below { organization, of: List::ids(of.iter().map(|id| id.uuid())) };
    let counted: Vec<(EmployeeId, i32)> = each!(conn, conn => below.load(conn))?;
    Ok(counted.into_iter().map(|(id, height)| (id, height.min(TALLEST))).collect())
}

/// Corrects the heights of these managers, who gained or lost reports, and of whoever is above them.
pub(crate) fn carry_up(
    conn: &mut Conn,
    organization: OrganizationId,
    mut managers: Vec<EmployeeId>,
) -> Result<()> {
    while !managers.is_empty() {
        let heights = below(conn, organization, &managers)?;
        let list = List::ids(managers.iter().map(|id| id.uuid()));
        // the instant only keeps PostgreSQL from reading the index that goes down instead, which has all the rest
        let kept: Vec<(EmployeeId, EmployeeId, i32, Timestamp)> = each!(conn, conn => lines::table
            .filter(lines::organization_id.eq(organization))
            .filter(Among(lines::employee_id, list))
            .select((lines::employee_id, lines::manager_id, lines::height, lines::created_at))
            .load(conn))?;
        let mut corrections: BTreeMap<i32, BTreeSet<EmployeeId>> = BTreeMap::new();
        let mut above = BTreeSet::new();
        for (employee, manager, height, _) in kept {
            let counted = heights.get(&employee).copied().unwrap_or(0);
            if counted != height {
                corrections.entry(counted).or_default().insert(employee);
                above.insert(manager);
            }
        }
        for (height, employees) in corrections {
            let list = List::ids(employees.iter().map(|id| id.uuid()));
            each!(conn, conn => diesel::update(lines::table)
                .filter(lines::organization_id.eq(organization))
                .filter(Among(lines::employee_id, list))
                .set(lines::height.eq(height))
                .execute(conn))?;
        }
        managers = above.into_iter().collect();
    }
    Ok(())
}

// its text depends on the engine, by the list
impl QueryId for Below {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Below {
    type SqlType = (Id, Integer);
}

impl<C> RunQueryDsl<C> for Below {}

impl<DB> QueryFragment<DB> for Below
where
    DB: Backend + HasSqlType<Id>,
    OrganizationId: ToSql<Id, DB>,
    List: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        // of many who report, only those who lead somebody are read
        out.push_sql(
            "SELECT e.employee_id, COALESCE(
                (SELECT MAX(l.height) + 1 FROM employee_managers l
                 WHERE l.organization_id = e.organization_id AND l.manager_id = e.employee_id AND l.height > 0),
                (SELECT 1 FROM employee_managers l
                 WHERE l.organization_id = e.organization_id AND l.manager_id = e.employee_id LIMIT 1),
                0)
            FROM employees e WHERE e.organization_id = ",
        );
        out.push_bind_param::<Id, _>(&self.organization)?;
        out.push_sql(" AND e.employee_id");
        self.of.walk_ast(out)
    }
}
