//! What is nested in what: the links above and below groups, at any depth.
//!
//! Expired memberships and resting groups count: they may come to life again.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::HasSqlType;
use polity_kernel::sql::Id;
use polity_kernel::{Conn, OrganizationId, Result};

use super::CHUNK;
use crate::GroupId;

/// One group in another: the one that contains it, then the one that is in it.
pub(crate) type Nested = (GroupId, GroupId);

/// Every link on the ways from these groups.
///
/// The word `'group'` stands in the text, not in a parameter, so that the partial index over nested groups serves;
/// `CROSS JOIN` makes SQLite walk from the few rows to the many, and PostgreSQL takes it for a plain join.
#[derive(Debug)]
struct Links<'s> {
    organization: OrganizationId,
    starts: &'s [GroupId],
    way: Way,
}

/// Whether to walk to what contains a group, or to what is in it.
#[derive(Clone, Copy, Debug)]
enum Way {
    Up,
    Down,
}

/// Every link from these groups up to whatever contains them.
pub(crate) fn above(conn: &mut Conn, organization: OrganizationId, of: &[GroupId]) -> Result<Vec<Nested>> {
    links(conn, organization, Way::Up, of)
}

/// Every link from these groups down to whatever is in them.
pub(crate) fn below(conn: &mut Conn, organization: OrganizationId, of: &[GroupId]) -> Result<Vec<Nested>> {
    links(conn, organization, Way::Down, of)
}

/// The links of several chunks may come twice.
fn links(conn: &mut Conn, organization: OrganizationId, way: Way, of: &[GroupId]) -> Result<Vec<Nested>> {
    let mut found = Vec::new();
    for starts in of.chunks(CHUNK) {
        let some: Vec<Nested> = Links { organization, starts, way }.load(conn)?;
        found.extend(some);
    }
    Ok(found)
}

impl Way {
    /// The column a step begins at, and the one it leads to.
    const fn columns(self) -> (&'static str, &'static str) {
        match self {
            Self::Up => ("member_id", "group_id"),
            Self::Down => ("group_id", "member_id"),
        }
    }
}

impl Query for Links<'_> {
    type SqlType = (Id, Id);
}

/// One way has other words than the other, so the text tells statements apart and not the type.
impl QueryId for Links<'_> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<C> for Links<'_> {}

impl<DB> QueryFragment<DB> for Links<'_>
where
    DB: Backend + HasSqlType<Id>,
    OrganizationId: ToSql<Id, DB>,
    GroupId: ToSql<Id, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.starts.len() > 1 {
            // each length of the list is a statement of its own
            out.unsafe_to_cache_prepared();
        }
        let (from, to) = self.way.columns();
        out.push_sql(
            "WITH RECURSIVE links (group_id, member_id) AS (
                SELECT m.group_id, m.member_id FROM group_members m
                WHERE m.member_kind = 'group' AND m.organization_id = ",
        );
        out.push_bind_param::<Id, _>(&self.organization)?;
        out.push_sql(" AND m.");
        out.push_sql(from);
        out.push_sql(" IN (");
        for (place, start) in self.starts.iter().enumerate() {
            out.push_sql(if place == 0 { "" } else { ", " });
            out.push_bind_param::<Id, _>(start)?;
        }
        out.push_sql(
            ") UNION
                SELECT m.group_id, m.member_id FROM links CROSS JOIN group_members m
                WHERE m.member_kind = 'group' AND m.",
        );
        out.push_sql(from);
        out.push_sql(" = links.");
        out.push_sql(to);
        out.push_sql(" AND m.organization_id = ");
        out.push_bind_param::<Id, _>(&self.organization)?;
        out.push_sql(") SELECT group_id, member_id FROM links");
        Ok(())
    }
}
