//! The first few members of many groups at once: what a page of everyone in nested groups is merged from.
//!
//! Both are queries of their own kind, because only so the engine keeps them prepared.

use diesel::backend::Backend;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, BigInt, HasSqlType, Nullable, Text};
use diesel::sqlite::Sqlite;
use polity_kernel::sql::{Id, Instant};
use polity_kernel::{Conn, OrganizationId, Result, Timestamp};
use serde_json::json;
use uuid::Uuid;

use super::chains::live;
use super::memberships::{MemberId, Row};
use crate::{GroupId, MemberKind, Membership};

/// A group, and the member behind whom its next ones are wanted.
pub(super) type Mark = (GroupId, Uuid);

/// What holds for the members of every group asked.
#[derive(Debug)]
pub(super) struct Bounds {
    pub(super) organization: OrganizationId,
    /// Nobody beyond this id.
    pub(super) end: MemberId,
    pub(super) member: Option<MemberId>,
    pub(super) member_kind: Option<MemberKind>,
    pub(super) kind_key: Option<String>,
    pub(super) now: Timestamp,
    /// At most this many of each group.
    pub(super) share: i64,
}

/// The groups nested in one at this instant, at any depth.
#[derive(Debug, QueryId)]
pub(super) struct Nested {
    pub(super) organization: OrganizationId,
    pub(super) group: GroupId,
    pub(super) now: Timestamp,
}

/// The share of each group: PostgreSQL takes an array of groups and one of their marks, and looks into each by itself.
#[derive(Debug)]
struct Lateral {
    groups: Vec<GroupId>,
    marks: Vec<MemberId>,
    bounds: Bounds,
}

/// The same for SQLite, which has neither arrays nor `LATERAL`: the last of each share is looked up first, and is then the end of a
/// range.
#[derive(Debug)]
struct Correlated {
    /// JSON: pairs of a group and its mark, both in hexadecimal.
    open: String,
    /// How many of each share come before its last.
    before_last: i64,
    bounds: Bounds,
}

/// All of a row, in the order of the table.
const COLUMNS: &str = "m.organization_id, m.group_id, m.member_id, m.member_kind, m.kind, m.expires_at, \
                       m.created_at, m.updated_at, m.version, m.created_by, m.kind_key";

type Columns = (Id, Id, Id, Text, Text, Nullable<Instant>, Instant, Instant, BigInt, Nullable<Id>, Text);

/// The first few members of each group behind its mark, in no order.
pub(super) fn heads(conn: &mut Conn, open: &[Mark], bounds: Bounds) -> Result<Vec<Membership>> {
    let rows: Vec<Row> = match conn {
        Conn::Postgres(conn) => {
            let (groups, marks) = open.iter().map(|(group, mark)| (*group, MemberId::new(*mark))).unzip();
            Lateral { groups, marks, bounds }.load(conn)?
        }
        Conn::Sqlite(conn) => {
            let hex = |id: Uuid| id.simple().to_string();
            let open: Vec<_> = open.iter().map(|(group, mark)| (hex(group.uuid()), hex(*mark))).collect();
            Correlated { open: json!(open).to_string(), before_last: bounds.share - 1, bounds }.load(conn)?
        }
    };
    Ok(rows.into_iter().map(Membership::from).collect())
}

impl Bounds {
    /// The conditions on `m`, a row of a group that the statement has chosen already.
    fn walk<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Id> + HasSqlType<Instant>,
        MemberId: ToSql<Id, DB>,
        Timestamp: ToSql<Instant, DB>,
        String: ToSql<Text, DB>,
    {
        out.push_sql("m.member_kind <> 'group'");
        live(out, &self.now)?;
        if let Some(member) = &self.member {
            out.push_sql(" AND m.member_id = ");
            out.push_bind_param::<Id, _>(member)?;
        }
        if let Some(kind) = self.member_kind {
            out.push_sql(" AND m.member_kind = '");
            out.push_sql(kind.as_str());
            out.push_sql("'");
        }
        if let Some(kind) = &self.kind_key {
            out.push_sql(" AND m.kind_key = ");
            out.push_bind_param::<Text, _>(kind)?;
        }
        Ok(())
    }
}

impl Query for Nested {
    type SqlType = Id;
}

impl Query for Lateral {
    type SqlType = Columns;
}

impl Query for Correlated {
    type SqlType = Columns;
}

/// The filters decide the words: the text tells statements apart, not the type.
impl QueryId for Lateral {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryId for Correlated {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<C> for Nested {}

impl<C> RunQueryDsl<C> for Lateral {}

impl<C> RunQueryDsl<C> for Correlated {}

impl<DB> QueryFragment<DB> for Nested
where
    DB: Backend + HasSqlType<Id> + HasSqlType<Instant>,
    OrganizationId: ToSql<Id, DB>,
    GroupId: ToSql<Id, DB>,
    Timestamp: ToSql<Instant, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        const AWAKE: &str = "m.member_kind = 'group' AND g.organization_id = m.organization_id \
                             AND g.group_id = m.member_id AND g.status = 'active' AND m.organization_id = ";
        // `CROSS JOIN` makes SQLite walk from the few rows to the many; PostgreSQL takes it for a plain join
        out.push_sql(
            "WITH RECURSIVE down (group_id) AS (
                SELECT m.member_id FROM group_members m CROSS JOIN groups g WHERE ",
        );
        out.push_sql(AWAKE);
        out.push_bind_param::<Id, _>(&self.organization)?;
        live(&mut out, &self.now)?;
        out.push_sql(" AND m.group_id = ");
        out.push_bind_param::<Id, _>(&self.group)?;
        out.push_sql(
            " UNION
                SELECT m.member_id FROM down CROSS JOIN group_members m CROSS JOIN groups g
                WHERE m.group_id = down.group_id AND ",
        );
        out.push_sql(AWAKE);
        out.push_bind_param::<Id, _>(&self.organization)?;
        live(&mut out, &self.now)?;
        out.push_sql(") SELECT group_id FROM down");
        Ok(())
    }
}

impl QueryFragment<Pg> for Lateral {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        out.push_sql(COLUMNS);
        out.push_sql(" FROM unnest(");
        out.push_bind_param::<Array<Id>, _>(&self.groups)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Id>, _>(&self.marks)?;
        out.push_sql(
            ") AS open (group_id, mark) CROSS JOIN LATERAL (
                SELECT * FROM group_members m WHERE m.organization_id = ",
        );
        out.push_bind_param::<Id, _>(&self.bounds.organization)?;
        out.push_sql(" AND m.group_id = open.group_id AND m.member_id > open.mark AND ");
        self.bounds.walk(&mut out)?;
        out.push_sql(" AND m.member_id <= ");
        out.push_bind_param::<Id, _>(&self.bounds.end)?;
        out.push_sql(" ORDER BY m.member_id LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.bounds.share)?;
        out.push_sql(") m");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for Correlated {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        const OPEN: &str =
            " AND m.group_id = unhex(open.value ->> 0) AND m.member_id > unhex(open.value ->> 1) AND ";
        out.push_sql("SELECT ");
        out.push_sql(COLUMNS);
        out.push_sql(" FROM json_each(");
        out.push_bind_param::<Text, _>(&self.open)?;
        out.push_sql(") open CROSS JOIN group_members m WHERE m.organization_id = ");
        out.push_bind_param::<Id, _>(&self.bounds.organization)?;
        out.push_sql(OPEN);
        self.bounds.walk(&mut out)?;
        // the one bound of the range: with a second one this would be looked up again for each row
        out.push_sql(" AND m.member_id <= COALESCE((SELECT m.member_id FROM group_members m WHERE m.organization_id = ");
        out.push_bind_param::<Id, _>(&self.bounds.organization)?;
        out.push_sql(OPEN);
        self.bounds.walk(&mut out)?;
        out.push_sql(" AND m.member_id <= ");
        out.push_bind_param::<Id, _>(&self.bounds.end)?;
        out.push_sql(" ORDER BY m.member_id LIMIT 1 OFFSET ");
        out.push_bind_param::<BigInt, _>(&self.before_last)?;
        out.push_sql("), ");
        out.push_bind_param::<Id, _>(&self.bounds.end)?;
        out.push_sql(")");
        Ok(())
    }
}
