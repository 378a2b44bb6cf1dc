//! The ways up from employees: recursive queries that both engines read alike.
//!
//! They are queries of their own kind and not `sql_query`, because only so the engine keeps them prepared. `CROSS JOIN` makes
//! SQLite walk from left to right, from the few rows to the many; PostgreSQL takes it for a plain join.

use std::collections::{HashMap, HashSet};

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Integer, Nullable, Text};
use polity_kernel::db::each;
use polity_kernel::sql::Id;
use polity_kernel::{Conn, OrganizationId, Result};

use super::{employees, lines};
use crate::reporting_lines::{Ends, PRIMARY, key_of};
use crate::{Employee, EmployeeId};
use polity_kernel::sql::List;

/// From each employee on the way up, the one manager the way goes on to.
#[derive(QueryId)]
struct OneWay {
    organization: OrganizationId,
    from: EmployeeId,
    kind_key: Option<String>,
}

/// Every line on any way up from some employees, so many steps far.
struct AllWays {
    organization: OrganizationId,
    top: EmployeeId,
    kind_key: Option<String>,
    from: List,
    steps: i32,
}

/// A line on a way up: who reports, to whom, and how many steps up that is.
pub(crate) type StepUp = (EmployeeId, EmployeeId, i32);

/// Whether the employee is above the manager along lines of this kind.
pub(crate) fn is_above(
    conn: &mut Conn,
    organization: OrganizationId,
    ends: Ends,
    kind: &str,
) -> Result<bool> {
    let found = lines_up(conn, organization, &key_of(kind), &[ends.manager])?;
    Ok(found.iter().any(|(_, above)| *above == ends.employee))
}

/// The way up: along lines of this kind or, without one, along the primary line where there is one.
pub(crate) fn chain(
    conn: &mut Conn,
    organization: OrganizationId,
    from: EmployeeId,
    kind: Option<&str>,
) -> Result<Vec<Employee>> {
    let way = OneWay { organization, from, kind_key: kind.map(key_of) };
    let steps: Vec<(EmployeeId, Option<EmployeeId>)> = way.load(conn)?;
    let managers: HashMap<EmployeeId, EmployeeId> =
        steps.into_iter().filter_map(|(employee, manager)| Some((employee, manager?))).collect();
    let (mut here, mut met, mut way) = (from, HashSet::from([from]), Vec::new());
    // the ways of several kinds may lead in a circle
    while let Some(manager) = managers.get(&here).filter(|manager| met.insert(**manager)) {
        here = *manager;
        way.push(here);
    }
    // not joined: PostgreSQL, not knowing how short ways are, may read everybody for it
    employees::in_order(conn, organization, &way)
}

/// How far a climb goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Climb<'k> {
    pub(crate) organization: OrganizationId,
    /// Along lines of this kind alone, where there is one.
    pub(crate) kind_key: Option<&'k str>,
    /// Not beyond whom.
    pub(crate) top: EmployeeId,
    /// At most so many steps.
    pub(crate) steps: i32,
}

/// Every line on any way up from these.
pub(crate) fn steps_up(conn: &mut Conn, from: &[EmployeeId], climb: Climb<'_>) -> Result<Vec<StepUp>> {
    let Climb { organization, kind_key, top, steps } = climb;
    let from = List::ids(from.iter().map(|id| id.uuid()));
    let ways = AllWays { organization, top, kind_key: kind_key.map(str::to_owned), from, steps };
    Ok(each!(conn, conn => ways.load(conn))?)
}

/// Every line of this kind on any way up from these, each once.
///
/// Read level by level and not recursively: what is known already is not read again.
pub(crate) fn lines_up(
    conn: &mut Conn,
    organization: OrganizationId,
    kind_key: &str,
    from: &[EmployeeId],
) -> Result<Vec<(EmployeeId, EmployeeId)>> {
    let mut known: HashSet<EmployeeId> = from.iter().copied().collect();
    let (mut next, mut found) = (from.to_vec(), Vec::new());
    while !next.is_empty() {
        let lines = lines::of(conn, organization, &next)?;
        next.clear();
        for line in lines.into_iter().filter(|line| key_of(&line.kind) == kind_key) {
            found.push((line.employee, line.manager));
            if known.insert(line.manager) {
                next.push(line.manager);
            }
        }
    }
    Ok(found)
}

impl Query for OneWay {
    type SqlType = (Id, Nullable<Id>);
}

impl<C> RunQueryDsl<C> for OneWay {}

impl<DB> QueryFragment<DB> for OneWay
where
    DB: Backend + HasSqlType<Id>,
    OrganizationId: ToSql<Id, DB>,
    EmployeeId: ToSql<Id, DB>,
    str: ToSql<Text, DB>,
    Option<String>: ToSql<Nullable<Text>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("WITH RECURSIVE up (employee_id, manager_id) AS (SELECT ");
        out.push_bind_param::<Id, _>(&self.from)?;
        self.next(out.reborrow(), |mut out| out.push_bind_param::<Id, _>(&self.from))?;
        out.push_sql(" UNION SELECT up.manager_id");
        self.next(out.reborrow(), |mut out| {
            out.push_sql("up.manager_id");
            Ok(())
        })?;
        out.push_sql(" FROM up WHERE up.manager_id IS NOT NULL) SELECT employee_id, manager_id FROM up");
        Ok(())
    }
}

impl OneWay {
    /// The one manager of an employee that the way goes on to.
    fn next<'b, DB>(
        &'b self,
        mut out: AstPass<'_, 'b, DB>,
        employee: impl FnOnce(AstPass<'_, 'b, DB>) -> QueryResult<()>,
    ) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Id>,
        OrganizationId: ToSql<Id, DB>,
        str: ToSql<Text, DB>,
        Option<String>: ToSql<Nullable<Text>, DB>,
    {
        out.push_sql(", (SELECT l.manager_id FROM employee_managers l WHERE l.organization_id = ");
        out.push_bind_param::<Id, _>(&self.organization)?;
        out.push_sql(" AND l.employee_id = ");
        employee(out.reborrow())?;
        of_kind(out.reborrow(), "l", &self.kind_key)?;
        out.push_sql(" ORDER BY CASE WHEN l.kind_key = ");
        out.push_bind_param::<Text, _>(PRIMARY)?;
        out.push_sql(" THEN 0 ELSE 1 END, l.created_at, l.manager_id, l.kind_key LIMIT 1)");
        Ok(())
    }
}

/// Narrows lines to a kind, if there is one; the statement is the same for both.
///
/// No plain comparison: PostgreSQL, where it knows nothing of the lines yet, takes one for rarer than an employee's lines are
/// and reads all lines of the kind.
pub(super) fn of_kind<'b, DB>(
    mut out: AstPass<'_, 'b, DB>,
    lines: &str,
    kind_key: &'b Option<String>,
) -> QueryResult<()>
where
    DB: Backend,
    Option<String>: ToSql<Nullable<Text>, DB>,
{
    out.push_sql(" AND (");
    out.push_bind_param::<Nullable<Text>, _>(kind_key)?;
    out.push_sql(" IS NULL OR ");
    out.push_sql(lines);
    out.push_sql(".kind_key = ");
    out.push_bind_param::<Nullable<Text>, _>(kind_key)?;
    out.push_sql(")");
    Ok(())
}

// its text depends on the engine, by the list
impl QueryId for AllWays {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for AllWays {
    type SqlType = (Id, Id, Integer);
}

impl<C> RunQueryDsl<C> for AllWays {}

impl<DB> QueryFragment<DB> for AllWays
where
    DB: Backend + HasSqlType<Id>,
    OrganizationId: ToSql<Id, DB>,
    EmployeeId: ToSql<Id, DB>,
    i32: ToSql<Integer, DB>,
    Option<String>: ToSql<Nullable<Text>, DB>,
    List: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "WITH RECURSIVE up (employee_id, manager_id, step) AS (
                SELECT l.employee_id, l.manager_id, 1 FROM employee_managers l WHERE l.organization_id = ",
        );
        out.push_bind_param::<Id, _>(&self.organization)?;
        out.push_sql(" AND l.employee_id");
        self.from.walk_ast(out.reborrow())?;
        of_kind(out.reborrow(), "l", &self.kind_key)?;
        out.push_sql(
            " UNION
                SELECT l.employee_id, l.manager_id, up.step + 1 FROM up CROSS JOIN employee_managers l
                WHERE l.employee_id = up.manager_id AND l.organization_id = ",
        );
        out.push_bind_param::<Id, _>(&self.organization)?;
        of_kind(out.reborrow(), "l", &self.kind_key)?;
        out.push_sql(" AND up.manager_id <> ");
        out.push_bind_param::<Id, _>(&self.top)?;
        out.push_sql(" AND up.step < ");
        out.push_bind_param::<Integer, _>(&self.steps)?;
        out.push_sql(") SELECT employee_id, manager_id, step FROM up");
        Ok(())
    }
}
