//! Who is in a group directly or through nested ones, page by page.
//!
//! A page does not read everyone: the nested groups are few, and each keeps its members in order, so their first few behind the
//! cursor are merged, and only the groups that may still hold somebody before the page's end are asked again.

use std::collections::BTreeMap;

use diesel::prelude::*;
use polity_kernel::{Conn, OrganizationId, Page, Paged, Result, Timestamp};
use uuid::Uuid;

use super::heads::{Bounds, Mark, Nested, heads};
use super::memberships::MemberId;
use crate::{GroupId, MemberFilter, MemberKind, Membership};

/// The fewest members asked of a group at once.
const LEAST: i64 = 8;

/// The groups that count, and which of their members.
struct Scan<'f> {
    organization: OrganizationId,
    group: GroupId,
    groups: Vec<GroupId>,
    filter: &'f MemberFilter,
    now: Timestamp,
}

/// Whoever is in the group or in one nested in it at this instant, each once, save the nested groups themselves. One in by
/// several memberships is shown by that in the group itself, or else in the oldest nested one.
pub(crate) fn page(
    conn: &mut Conn,
    (organization, group): (OrganizationId, GroupId),
    filter: &MemberFilter,
    page: Page,
    now: Timestamp,
) -> Result<Paged<Membership>> {
    let nested: Vec<GroupId> = Nested { organization, group, now }.load(conn)?;
    let groups = std::iter::once(group).chain(nested).collect();
    let scan = Scan { organization, group, groups, filter, now };
    let (mut after, mut skip) = (page.cursor(), page.skip());
    while skip > 0 {
        let passed = scan.behind(conn, after, skip.min(Page::MAX))?;
        let Some(last) = passed.last() else { break };
        after = last.member.uuid();
        skip -= Page::MAX;
    }
    let found = scan.behind(conn, after, page.limit + 1)?;
    Ok(Paged::of(found, &page, |membership| membership.member.uuid()))
}

impl Scan<'_> {
    /// The first `wanted` behind this id.
    fn behind(&self, conn: &mut Conn, after: Uuid, wanted: i64) -> Result<Vec<Membership>> {
        let (mut found, mut end) = (BTreeMap::new(), Uuid::max());
        let mut open: Vec<Mark> = self.groups.iter().map(|group| (*group, after)).collect();
        let mut share = self.first_share(wanted);
        while !open.is_empty() {
            let heads = self.heads(conn, &open, end, share)?;
            open = marks(&heads, share);
            for membership in heads {
                self.merge(&mut found, membership);
            }
            // nobody beyond the last one wanted matters any more
            if let Some(last) = usize::try_from(wanted - 1).ok().and_then(|place| found.keys().nth(place)) {
                end = last.0;
                open.retain(|(_, mark)| *mark < end);
            }
            share = wanted.min(share * 4);
        }
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        Ok(found.into_values().take(wanted).collect())
    }

    /// Somewhat more than each group's part of the page, if they shared it evenly.
    fn first_share(&self, wanted: i64) -> i64 {
        match i64::try_from(self.groups.len()) {
            Ok(groups) if groups > 1 => wanted.min(LEAST.max(2 * wanted / groups)),
            _ => wanted,
        }
    }

    /// Keeps the membership that shows the member: the one in the group itself, or else in the oldest.
    fn merge(&self, found: &mut BTreeMap<(Uuid, MemberKind), Membership>, new: Membership) {
        let rank = |membership: &Membership| (membership.group != self.group, membership.group);
        let known = found.entry((new.member.uuid(), new.member.kind())).or_insert_with(|| new.clone());
        if rank(&new) < rank(known) {
            *known = new;
        }
    }

    /// The first few members of each group behind its mark and not beyond the end.
    fn heads(&self, conn: &mut Conn, open: &[Mark], end: Uuid, share: i64) -> Result<Vec<Membership>> {
        let bounds = Bounds {
            organization: self.organization,
            end: MemberId::new(end),
            member: self.filter.member_id.map(MemberId::new),
            member_kind: self.filter.member_kind,
            kind_key: self.filter.kind.as_deref().map(str::to_lowercase),
            now: self.now,
            share,
        };
        heads(conn, open, bounds)
    }
}

/// Where to go on in each group that gave its whole share: others are exhausted up to the end.
fn marks(heads: &[Membership], share: i64) -> Vec<Mark> {
    let mut given: BTreeMap<GroupId, (i64, Uuid)> = BTreeMap::new();
    for head in heads {
        let (count, mark) = given.entry(head.group).or_insert((0, Uuid::nil()));
        *count += 1;
        *mark = (*mark).max(head.member.uuid());
    }
    given
        .into_iter()
        .filter(|(_, (count, _))| *count >= share)
        .map(|(group, (_, mark))| (group, mark))
        .collect()
}
