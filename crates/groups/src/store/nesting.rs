//! How far nesting reaches up and down, and who is in a group through it: recursive queries that both engines read alike.
//!
//! * Parameters are numbered by first use, since SQLite takes `$1` for a name and counts names as they come.
//! * Words such as `'group'` stand in the text, not in parameters, so that the partial index over nested groups serves.
//! * `CROSS JOIN` makes SQLite walk from left to right, from the few rows to the many; PostgreSQL takes it for a plain join.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer, Text};
use polity_kernel::sql::{Id, Instant};
use polity_kernel::{Conn, OrganizationId, Page, Paged, Result, Timestamp};

use super::memberships::MemberId;
use crate::{GroupId, MAX_DEPTH, Member, MemberKind};

#[derive(QueryableByName)]
struct Extent {
    #[diesel(sql_type = Integer)]
    depth: i32,
    #[diesel(sql_type = Integer)]
    met: i32,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    member_kind: MemberKind,
    #[diesel(sql_type = Id)]
    member_id: MemberId,
}

/// The longest way up from the group, in steps, and whether any way leads through the other. Expired memberships and
/// resting groups count: they may come to life again.
pub(crate) fn above(
    conn: &mut Conn,
    organization: OrganizationId,
    group: GroupId,
    other: GroupId,
) -> Result<(i32, bool)> {
    let extent: Extent = sql_query(
        "WITH RECURSIVE up (group_id, depth) AS (
            SELECT m.group_id, 1 FROM group_members m
            WHERE m.organization_id = $1 AND m.member_kind = 'group' AND m.member_id = $2
          UNION
            SELECT m.group_id, up.depth + 1 FROM up CROSS JOIN group_members m
            WHERE m.organization_id = $1 AND m.member_kind = 'group' AND m.member_id = up.group_id
              AND up.depth <= $3
        )
        SELECT COALESCE(MAX(depth), 0) AS depth,
               COALESCE(MAX(CASE WHEN group_id = $4 THEN 1 ELSE 0 END), 0) AS met
        FROM up",
    )
    .bind::<Id, _>(organization)
    .bind::<Id, _>(group)
    .bind::<Integer, _>(MAX_DEPTH)
    .bind::<Id, _>(other)
    .get_result(conn)?;
    Ok((extent.depth, extent.met == 1))
}

/// The group and every group it is nested in, at any depth; counts what [`above`] counts.
pub(crate) fn at_and_above(
    conn: &mut Conn,
    organization: OrganizationId,
    group: GroupId,
) -> Result<Vec<GroupId>> {
    #[derive(QueryableByName)]
    struct Above {
        #[diesel(sql_type = Id)]
        group_id: GroupId,
    }
    let found: Vec<Above> = sql_query(
        "WITH RECURSIVE up (group_id, depth) AS (
            SELECT m.group_id, 1 FROM group_members m
            WHERE m.organization_id = $1 AND m.member_kind = 'group' AND m.member_id = $2
          UNION
            SELECT m.group_id, up.depth + 1 FROM up CROSS JOIN group_members m
            WHERE m.organization_id = $1 AND m.member_kind = 'group' AND m.member_id = up.group_id
              AND up.depth <= $3
        )
        SELECT DISTINCT group_id FROM up",
    )
    .bind::<Id, _>(organization)
    .bind::<Id, _>(group)
    .bind::<Integer, _>(MAX_DEPTH)
    .load(conn)?;
    Ok(std::iter::once(group).chain(found.into_iter().map(|above| above.group_id)).collect())
}

/// The longest way down from the group, in steps; counts what [`above`] counts.
pub(crate) fn below(conn: &mut Conn, organization: OrganizationId, group: GroupId) -> Result<i32> {
    let extent: Extent = sql_query(
        "WITH RECURSIVE down (group_id, depth) AS (
            SELECT m.member_id, 1 FROM group_members m
            WHERE m.organization_id = $1 AND m.group_id = $2 AND m.member_kind = 'group'
          UNION
            SELECT m.member_id, down.depth + 1 FROM down CROSS JOIN group_members m
            WHERE m.organization_id = $1 AND m.group_id = down.group_id AND m.member_kind = 'group'
              AND down.depth <= $3
        )
        SELECT COALESCE(MAX(depth), 0) AS depth, 0 AS met FROM down",
    )
    .bind::<Id, _>(organization)
    .bind::<Id, _>(group)
    .bind::<Integer, _>(MAX_DEPTH)
    .get_result(conn)?;
    Ok(extent.depth)
}

/// Whatever is in the group or in one nested in it at this instant, each once, save the nested groups themselves.
pub(crate) fn transitive_members(
    conn: &mut Conn,
    organization: OrganizationId,
    group: GroupId,
    page: Page,
    now: Timestamp,
) -> Result<Paged<Member>> {
    let found: Vec<Found> = sql_query(
        "WITH RECURSIVE down (group_id) AS (
            SELECT group_id FROM groups WHERE organization_id = $1 AND group_id = $2
          UNION
            SELECT m.member_id FROM down CROSS JOIN group_members m CROSS JOIN groups g
            WHERE m.organization_id = $1 AND m.group_id = down.group_id AND m.member_kind = 'group'
              AND (m.expires_at IS NULL OR m.expires_at > $3)
              AND g.organization_id = m.organization_id AND g.group_id = m.member_id AND g.status = 'active'
        )
        SELECT DISTINCT m.member_kind, m.member_id FROM down CROSS JOIN group_members m
        WHERE m.organization_id = $1 AND m.group_id = down.group_id AND m.member_kind <> 'group'
          AND (m.expires_at IS NULL OR m.expires_at > $3) AND m.member_id > $4
        ORDER BY m.member_id, m.member_kind LIMIT $5 OFFSET $6",
    )
    .bind::<Id, _>(organization)
    .bind::<Id, _>(group)
    .bind::<Instant, _>(now)
    .bind::<Id, _>(page.cursor())
    .bind::<BigInt, _>(page.limit + 1)
    .bind::<BigInt, _>(page.skip())
    .load(conn)?;
    let members: Vec<Member> =
        found.into_iter().map(|row| Member::of(row.member_kind, row.member_id.uuid())).collect();
    Ok(Paged::of(members, &page, |member| member.uuid()))
}
