//! The ways up from somebody to every group they are in: one recursive query, asked on every question of rights.
//!
//! It is a query of its own kind and not `sql_query`, because only so the engine keeps it prepared: on PostgreSQL that is four
//! times as fast, on SQLite twice. `CROSS JOIN` makes SQLite walk from the member upwards; PostgreSQL takes it for a plain join.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Nullable, Text};
use polity_kernel::sql::{Id, Instant};
use polity_kernel::{Conn, OrganizationId, Result, Timestamp};

use super::memberships::MemberId;
use crate::{Chain, GroupId, Link, MAX_DEPTH, Member, MemberKind};

/// Every step up from where the ways begin: each link between two groups once, however many ways lead over it.
#[derive(Debug)]
struct StepsUp {
    organization: OrganizationId,
    starts: Vec<Start>,
    now: Timestamp,
}

/// Where a way up begins.
#[derive(Debug)]
struct Start {
    kind: MemberKind,
    member: MemberId,
}

/// One step.
#[derive(Queryable)]
struct Step {
    group: GroupId,
    /// The group below it on the way; absent where it begins.
    via: Option<GroupId>,
    name: String,
    expires_at: Option<Timestamp>,
}

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
    let start = |member: &Member| Start { kind: member.kind(), member: MemberId::new(member.uuid()) };
    let starts = starts.iter().map(start).collect();
    let steps: Vec<Step> = StepsUp { organization, starts, now }.load(conn)?;
    Ok(joined(steps))
}

/// Joins the steps to ways, breadth first: a group's first step is the last one of a shortest way to it.
fn joined(steps: Vec<Step>) -> Vec<Chain> {
    let mut above: HashMap<Option<GroupId>, Vec<Step>> = HashMap::new();
    for step in steps {
        above.entry(step.via).or_default().push(step);
    }
    let mut seen: HashSet<GroupId> = HashSet::new();
    let mut chains: Vec<Chain> = Vec::new();
    // how many ways there were a step before; before the first, there is only where they begin
    let mut shorter = None;
    for _ in 0..=MAX_DEPTH {
        let ends: Vec<Option<usize>> =
            shorter.map_or(vec![None], |from| (from..chains.len()).map(Some).collect());
        let mut found: BTreeMap<GroupId, (Option<usize>, Step)> = BTreeMap::new();
        for below in ends {
            let via = below.and_then(|place| chains.get(place)?.group());
            for step in above.remove(&via).into_iter().flatten().filter(|step| !seen.contains(&step.group)) {
                found.entry(step.group).or_insert((below, step));
            }
        }
        if found.is_empty() {
            break;
        }
        shorter = Some(chains.len());
        for (group, (below, step)) in found {
            seen.insert(group);
            let longer = longer(below.and_then(|place| chains.get(place)), step);
            chains.push(longer);
        }
    }
    chains
}

/// The way that leads one step further.
fn longer(below: Option<&Chain>, step: Step) -> Chain {
    let (mut path, until) = below.map_or((Vec::new(), None), |chain| (chain.path.clone(), chain.expires_at));
    path.push(Link { group: step.group, name: step.name.into() });
    Chain { path, expires_at: earlier(until, step.expires_at) }
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
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("WITH RECURSIVE up (group_id) AS (");
        for start in &self.starts {
            out.push_sql("SELECT m.group_id");
            self.begin(&mut out, start)?;
            out.push_sql(" UNION ");
        }
        out.push_sql("SELECT m.group_id");
        self.go_on(&mut out)?;
        out.push_sql(")");
        for start in &self.starts {
            out.push_sql(" SELECT m.group_id, CAST(NULL AS uuid), g.name, m.expires_at");
            self.begin(&mut out, start)?;
            out.push_sql(" UNION ALL");
        }
        out.push_sql(" SELECT m.group_id, up.group_id, g.name, m.expires_at");
        self.go_on(&mut out)
    }
}

impl StepsUp {
    /// The groups that somebody is in directly.
    fn begin<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>, start: &'b Start) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Id> + HasSqlType<Instant>,
        OrganizationId: ToSql<Id, DB>,
        MemberId: ToSql<Id, DB>,
        Timestamp: ToSql<Instant, DB>,
    {
        out.push_sql(
            " FROM group_members m CROSS JOIN groups g
                WHERE g.organization_id = m.organization_id AND g.group_id = m.group_id AND g.status = 'active'
                  AND m.member_kind = '",
        );
        out.push_sql(start.kind.as_str());
        out.push_sql("' AND m.organization_id = ");
        out.push_bind_param::<Id, _>(&self.organization)?;
        out.push_sql(" AND m.member_id = ");
        out.push_bind_param::<Id, _>(&start.member)?;
        live(out, &self.now)
    }

    /// The groups that one of those is in.
    fn go_on<'b, DB>(&'b self, out: &mut AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend + HasSqlType<Id> + HasSqlType<Instant>,
        OrganizationId: ToSql<Id, DB>,
        Timestamp: ToSql<Instant, DB>,
    {
        out.push_sql(
            " FROM up CROSS JOIN group_members m CROSS JOIN groups g
                WHERE m.member_kind = 'group' AND m.member_id = up.group_id
                  AND g.organization_id = m.organization_id AND g.group_id = m.group_id AND g.status = 'active'
                  AND m.organization_id = ",
        );
        out.push_bind_param::<Id, _>(&self.organization)?;
        live(out, &self.now)
    }
}

/// The further condition that the membership `m` has not ended.
pub(super) fn live<'b, DB>(out: &mut AstPass<'_, 'b, DB>, now: &'b Timestamp) -> QueryResult<()>
where
    DB: Backend + HasSqlType<Instant>,
    Timestamp: ToSql<Instant, DB>,
{
    out.push_sql(" AND (m.expires_at IS NULL OR m.expires_at > ");
    out.push_bind_param::<Instant, _>(now)?;
    out.push_sql(")");
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn group(number: u128) -> GroupId {
        GroupId::new(Uuid::from_u128(number))
    }

    /// Each in the one before it, the first in none.
    fn way(chain: &Chain) -> Vec<GroupId> {
        chain.path.iter().map(|link| link.group).collect()
    }

    #[test]
    fn of_several_ways_a_shortest_counts_and_of_those_the_one_over_the_oldest() {
        let step = |of, via: Option<u128>| Step {
            group: group(of),
            via: via.map(group),
            name: String::new(),
            expires_at: None,
        };
        let steps = vec![
            step(9, Some(3)),
            step(9, Some(2)),
            step(9, Some(5)),
            step(5, Some(3)),
            step(3, None),
            step(2, None),
            step(3, Some(2)),
        ];
        let ways: Vec<_> = joined(steps).iter().map(way).collect();
        let expected = [vec![2], vec![3], vec![3, 5], vec![2, 9]];
        assert_eq!(ways, expected.map(|way| way.into_iter().map(group).collect::<Vec<_>>()));
    }

    #[test]
    fn a_dense_net_is_walked_link_by_link() {
        // 40 storeys of 30 groups, each in all of the next: 30 to the power of 39 ways
        let (storeys, width) = (40, 30);
        let number = |storey: u128, place: u128| group(storey * 1_000 + place);
        let step = |of, via| Step { group: of, via, name: "x".to_owned(), expires_at: None };
        let mut steps: Vec<Step> = (0..width).map(|place| step(number(0, place), None)).collect();
        for storey in 1..storeys {
            for place in 0..width {
                steps
                    .extend((0..width).map(|via| step(number(storey, place), Some(number(storey - 1, via)))));
            }
        }
        let chains = joined(steps);
        assert_eq!(chains.len(), usize::try_from(storeys * width).unwrap());
        assert_eq!(chains.last().map(|chain| chain.path.len()), usize::try_from(storeys).ok());
    }
}
