//! The ways up from somebody to every group they are in: one recursive query, asked on every question of rights.
//!
//! It is a query of its own kind and not `sql_query`, because only so the engine keeps it prepared: on PostgreSQL that is four
//! times as fast, on SQLite twice. `CROSS JOIN` makes SQLite walk from the member upwards; PostgreSQL takes it for a plain join.

use std::collections::BTreeMap;

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Integer, Nullable, Text};
use polity_kernel::sql::{Id, Instant};
use polity_kernel::{Conn, OrganizationId, Result, Timestamp};

use super::memberships::MemberId;
use crate::{Chain, GroupId, Link, MAX_DEPTH, Member, MemberKind};

/// The steps up from where the ways begin, by depth.
#[derive(Debug)]
struct StepsUp {
    organization: OrganizationId,
    starts: Vec<(MemberKind, MemberId)>,
    now: Timestamp,
}

/// A group, the group below it on the way (absent where it begins), its name, and when the step ends.
type Step = (GroupId, Option<GroupId>, String, Option<Timestamp>);

/// Every group that any of these is in, with one shortest way up to each.
pub(crate) fn chains(
    conn: &mut Conn,
    organization: OrganizationId,
    starts: &[Member],
    now: Timestamp,
) -> Result<Vec<Chain>> {
    if starts.is_empty() {
        return Ok(Vec::new());
    }
    let starts = starts.iter().map(|member| (member.kind(), MemberId::new(member.uuid()))).collect();
    let steps: Vec<Step> = StepsUp { organization, starts, now }.load(conn)?;
    Ok(joined(steps))
}

/// Joins the steps to ways. They come by depth, so a group's first step is the last one of a shortest way to it.
fn joined(steps: Vec<Step>) -> Vec<Chain> {
    let mut place: BTreeMap<GroupId, usize> = BTreeMap::new();
    let mut chains: Vec<Chain> = Vec::new();
    for (group, via, name, expires_at) in steps {
        if place.contains_key(&group) {
            continue;
        }
        let below: Option<&Chain> = via.and_then(|via| chains.get(*place.get(&via)?));
        let (mut path, until) =
            below.map_or((Vec::new(), None), |chain| (chain.path.clone(), chain.expires_at));
        path.push(Link { group, name });
        place.insert(group, chains.len());
        chains.push(Chain { path, expires_at: earlier(until, expires_at) });
    }
    chains
}

/// The earlier of two ends, where absent is never.
fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (end, None) | (None, end) => end,
    }
}

impl Query for StepsUp {
    type SqlType = (Id, Nullable<Id>, Text, Nullable<Instant>);
}

/// The text depends on where the ways begin; that, and not the type, tells statements apart.
impl QueryId for StepsUp {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<C> for StepsUp {}

impl<DB> QueryFragment<DB> for StepsUp
where
    DB: Backend + HasSqlType<Id> + HasSqlType<Instant>,
    OrganizationId: ToSql<Id, DB>,
    MemberId: ToSql<Id, DB>,
    Timestamp: ToSql<Instant, DB>,
    i32: ToSql<Integer, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("WITH RECURSIVE up (group_id, via, name, expires_at, depth) AS (");
        for (kind, member) in &self.starts {
            out.push_sql(
                "SELECT m.group_id, CAST(NULL AS uuid), g.name, m.expires_at, 1
                FROM group_members m CROSS JOIN groups g
                WHERE g.organization_id = m.organization_id AND g.group_id = m.group_id AND g.status = 'active'
                  AND m.member_kind = '",
            );
            out.push_sql(kind.as_str());
            out.push_sql("' AND m.organization_id = ");
            out.push_bind_param::<Id, _>(&self.organization)?;
            out.push_sql(" AND m.member_id = ");
            out.push_bind_param::<Id, _>(member)?;
            out.push_sql(" AND (m.expires_at IS NULL OR m.expires_at > ");
            out.push_bind_param::<Instant, _>(&self.now)?;
            out.push_sql(") UNION ");
        }
        out.push_sql(
            "SELECT m.group_id, up.group_id, g.name, m.expires_at, up.depth + 1
                FROM up CROSS JOIN group_members m CROSS JOIN groups g
                WHERE m.member_kind = 'group' AND m.member_id = up.group_id
                  AND g.organization_id = m.organization_id AND g.group_id = m.group_id AND g.status = 'active'
                  AND m.organization_id = ",
        );
        out.push_bind_param::<Id, _>(&self.organization)?;
        out.push_sql(" AND (m.expires_at IS NULL OR m.expires_at > ");
        out.push_bind_param::<Instant, _>(&self.now)?;
        out.push_sql(") AND up.depth <= ");
        out.push_bind_param::<Integer, _>(&MAX_DEPTH)?;
        out.push_sql(") SELECT group_id, via, name, expires_at FROM up ORDER BY depth, group_id, via");
        Ok(())
    }
}
