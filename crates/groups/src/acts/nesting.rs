//! Which groups hold which, all the way up.

use std::collections::BTreeSet;

use polity_kernel::{Conn, OrganizationId, Result, Timestamp};

use crate::{Chain, GroupId, Member, store};

/// Every group that any of these is in at this instant, directly or by nesting, each with one shortest way up to it; shorter
/// ways first, then by group id. Groups that are not active are left out, and so is what is only reached through them.
///
/// A person is in what their account is in and in what the active employee linked to it is in: give both.
pub fn chains(
    conn: &mut Conn,
    organization: OrganizationId,
    starts: &[Member],
    now: Timestamp,
) -> Result<Vec<Chain>> {
    store::chains::chains(conn, organization, starts, now)
}

/// These groups and every group they are nested in: whoever is placed in them is in all of these. Expired memberships and resting
/// groups count: they may come to life again.
pub fn at_and_above(conn: &mut Conn, organization: OrganizationId, of: &[GroupId]) -> Result<Vec<GroupId>> {
    with_above(conn, organization, of.iter().copied().collect())
}

/// Every group the member is in, directly or by nesting; counts what [`at_and_above`] counts.
pub fn all_above(conn: &mut Conn, organization: OrganizationId, member: Member) -> Result<Vec<GroupId>> {
    let places = store::memberships::all_of(conn, organization, member)?;
    with_above(conn, organization, places.iter().map(|membership| membership.group).collect())
}

fn with_above(
    conn: &mut Conn,
    organization: OrganizationId,
    mut groups: BTreeSet<GroupId>,
) -> Result<Vec<GroupId>> {
    let starts: Vec<GroupId> = groups.iter().copied().collect();
    let links = store::nesting::above(conn, organization, &starts)?;
    groups.extend(links.into_iter().map(|(parent, _)| parent));
    Ok(groups.into_iter().collect())
}
