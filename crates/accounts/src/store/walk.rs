//! One step down from managers to those who report to them.

use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, BigInt, Bool, HasSqlType, Integer, Nullable, Text};
use polity_kernel::sql::{Id, Instant};
use polity_kernel::{Conn, OrganizationId, Result, SubjectId, Timestamp};
use uuid::Uuid;

use super::climb::of_kind;
use crate::{EmployeeId, ReportingLine};

/// Which lines are followed.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) organization: OrganizationId,
    /// Whose reports are wanted.
    pub(crate) top: EmployeeId,
    /// Only lines of this kind.
    pub(crate) kind_key: Option<String>,
}

/// Which part of some managers' reports is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// Of the first manager, only those behind this one; the nil id is before all.
    pub(crate) after: EmployeeId,
    /// Only who has at least so many levels below.
    pub(crate) height: i32,
    /// At most so many.
    pub(crate) limit: usize,
}

/// Somebody met on the way down.
#[derive(Clone, Debug)]
pub(crate) struct Met {
    /// The line that leads there.
    pub(crate) line: ReportingLine,
    /// Whether it is the only one from there.
    pub(crate) sole: bool,
    /// Whether there is another manager, so that it is to be seen from whom they count.
    pub(crate) several: bool,
    /// How many levels there are below.
    pub(crate) height: i32,
}

/// What the store tells of a line that leads down.
type Row = (EmployeeId, String, Timestamp, Option<SubjectId>, bool, bool, i32);
type RowTypes = (Id, Text, Instant, Nullable<Id>, Bool, Bool, Integer);

/// Those who report to one manager, or to each of some.
struct StepDown<'a> {
    scope: &'a Scope,
    part: Part,
    limit: i64,
    from: From,
}

enum From {
    One(EmployeeId),
    Each,
}

/// Those who report to each of some managers, in their order.
struct StepsDown<'a> {
    step: StepDown<'a>,
    managers: Vec<Uuid>,
}

/// The lines to these managers, in the order of the managers, then by id; one twice where there are two.
pub(crate) fn reports(
    conn: &mut Conn,
    scope: &Scope,
    managers: &[EmployeeId],
    part: Part,
) -> Result<Vec<Met>> {
    let limit = i64::try_from(part.limit).unwrap_or(i64::MAX);
    let rows: Vec<(EmployeeId, Row)> = match conn {
        Conn::Postgres(conn) => {
            let step = StepDown { scope, part, limit, from: From::Each };
            let managers = managers.iter().map(|id| id.uuid()).collect();
            StepsDown { step, managers }.load(conn)?
        }
        // without a network, asking for one after the other costs nothing and reads no more than is wanted
        Conn::Sqlite(conn) => {
            let (mut rows, mut part) = (Vec::new(), part);
            for manager in managers {
                let left = limit - i64::try_from(rows.len()).unwrap_or(limit);
                if left == 0 {
                    break;
                }
                let step = StepDown { scope, part, limit: left, from: From::One(*manager) };
                let found: Vec<Row> = step.load(conn)?;
                rows.extend(found.into_iter().map(|row| (*manager, row)));
                part.after = EmployeeId::new(Uuid::nil());
            }
            rows
        }
    };
    let met = |(manager, row): (EmployeeId, Row)| {
        let (employee, kind, created_at, created_by, sole, several, height) = row;
        let line = ReportingLine { employee, manager, kind, created_at, created_by };
        Met { line, sole, several, height }
    };
    Ok(rows.into_iter().map(met).collect())
}

// the text depends on whose reports are wanted
impl QueryId for StepDown<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for StepDown<'_> {
    type SqlType = RowTypes;
}

impl<C> RunQueryDsl<C> for StepDown<'_> {}

impl<DB> QueryFragment<DB> for StepDown<'_>
where
    DB: Backend + HasSqlType<Id>,
    OrganizationId: ToSql<Id, DB>,
    EmployeeId: ToSql<Id, DB>,
    i32: ToSql<Integer, DB>,
    i64: ToSql<BigInt, DB>,
    Option<String>: ToSql<Nullable<Text>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "SELECT l.employee_id, l.kind, l.created_at, l.created_by, l.sole,
                CASE WHEN l.sole THEN FALSE ELSE EXISTS (SELECT 1 FROM employee_managers o
                    WHERE o.organization_id = l.organization_id AND o.employee_id = l.employee_id
                      AND o.manager_id <> l.manager_id",
        );
        of_kind(out.reborrow(), "o", &self.scope.kind_key)?;
        out.push_sql(") END AS several, l.height FROM employee_managers l WHERE l.organization_id = ");
        out.push_bind_param::<Id, _>(&self.scope.organization)?;
        match &self.from {
            From::One(manager) => {
                out.push_sql(" AND l.manager_id = ");
                out.push_bind_param::<Id, _>(manager)?;
                out.push_sql(" AND l.employee_id > ");
                out.push_bind_param::<Id, _>(&self.part.after)?;
            }
            From::Each => {
                // an expression and not an alternative, so that it bounds the range of the index
                out.push_sql(" AND l.manager_id = a.id AND l.employee_id > CASE a.place WHEN 1 THEN ");
                out.push_bind_param::<Id, _>(&self.part.after)?;
                out.push_sql(" ELSE '00000000-0000-0000-0000-000000000000' END");
            }
        }
        of_kind(out.reborrow(), "l", &self.scope.kind_key)?;
        if self.part.height > 0 {
            // in these words, so that the index of those who lead serves
            out.push_sql(" AND l.height > 0 AND l.height >= ");
            out.push_bind_param::<Integer, _>(&self.part.height)?;
        }
        // a sum, since SQLite plans anew each time a bare parameter stands here
        out.push_sql(" ORDER BY l.employee_id LIMIT 0 + ");
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

// its text depends on the step's
impl QueryId for StepsDown<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for StepsDown<'_> {
    type SqlType = (Id, RowTypes);
}

impl<C> RunQueryDsl<C> for StepsDown<'_> {}

impl QueryFragment<Pg> for StepsDown<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT a.id, r.* FROM unnest(");
        out.push_bind_param::<Array<Id>, _>(&self.managers)?;
        out.push_sql(") WITH ORDINALITY AS a (id, place) CROSS JOIN LATERAL (");
        self.step.walk_ast(out.reborrow())?;
        out.push_sql(") r ORDER BY a.place, r.employee_id LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.step.limit)
    }
}
