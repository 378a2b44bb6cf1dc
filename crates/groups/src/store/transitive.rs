//! Who is in a group directly or through nested ones, page by page.
//!
//! A page does not read everyone: the nested groups are few, and each keeps its members in order, so their first few behind the
//! cursor are merged, and only the groups that may still hold somebody before the page's end are asked for more.

use std::collections::BTreeMap;

use diesel::prelude::*;
use polity_kernel::text::canonical;
use polity_kernel::{Conn, OrganizationId, Page, Paged, Result, Timestamp};
use uuid::Uuid;

use super::heads::{Bounds, Mark, Nested, heads};
use super::memberships::{MemberId, Wanted};
use crate::{GroupId, MemberFilter, MemberKind, Membership};

/// How many groups are asked for a whole page before all are asked for more: where groups hold runs of neighbors, the first
/// one or two are the page.
const FRONT: usize = 2;

/// The groups that count, and which of their members.
struct Scan<'f> {
    organization: OrganizationId,
    group: GroupId,
    groups: Vec<GroupId>,
    filter: &'f MemberFilter,
    now: Timestamp,
}

/// What is known of a page.
struct Draft {
    group: GroupId,
    wanted: i64,
    found: BTreeMap<(Uuid, MemberKind), Membership>,
    /// Nobody beyond this id is in it.
    end: Uuid,
}

/// Whoever is in the group or in one nested in it, each once, save the nested groups themselves. One in by
/// several memberships is shown by that in the group itself, or else in the oldest nested one.
pub(crate) fn page(conn: &mut Conn, wanted: Wanted<'_>, page: Page) -> Result<Paged<Membership>> {
    let Wanted { organization, group, filter, now } = wanted;
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
        let mut draft = Draft { group: self.group, wanted, found: BTreeMap::new(), end: Uuid::max() };
        let mut share = self.first_share(wanted);
        let all = self.groups.iter().map(|group| (*group, after)).collect();
        let mut open = self.ask(conn, &mut draft, all, share)?;
        open.sort_unstable_by_key(|(_, mark)| *mark);
        let rest = open.split_off(open.len().min(FRONT));
        open = self.ask(conn, &mut draft, open, wanted)?;
        open.extend(rest);
        draft.close(&mut open);
        while !open.is_empty() {
            share = wanted.min(share * 4);
            open = self.ask(conn, &mut draft, open, share)?;
        }
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        Ok(draft.found.into_values().take(wanted).collect())
    }

    /// Takes the next few of each group into the draft, and returns the groups that may hold more of it.
    fn ask(&self, conn: &mut Conn, draft: &mut Draft, open: Vec<Mark>, share: i64) -> Result<Vec<Mark>> {
        if open.is_empty() {
            return Ok(open);
        }
        let bounds = Bounds {
            organization: self.organization,
            end: MemberId::new(draft.end),
            member: self.filter.member_id.map(MemberId::new),
            member_kind: self.filter.member_kind,
            kind_key: self.filter.kind.as_deref().map(|kind| canonical(kind).to_lowercase()),
            now: self.now,
            share,
        };
        let heads = heads(conn, &open, bounds)?;
        let mut open = marks(&heads, share);
        heads.into_iter().for_each(|membership| draft.take(membership));
        draft.close(&mut open);
        Ok(open)
    }

    /// Somewhat more than each group's part of the page, if they shared it evenly.
    fn first_share(&self, wanted: i64) -> i64 {
        match i64::try_from(self.groups.len()) {
            Ok(groups) if groups > 1 => (2 * wanted / groups).clamp(1, wanted),
            _ => wanted,
        }
    }
}

impl Draft {
    /// Keeps the membership that shows the member: the one in the group itself, or else in the oldest.
    fn take(&mut self, new: Membership) {
        let rank = |membership: &Membership| (membership.group != self.group, membership.group);
        let known = self.found.entry((new.member.uuid(), new.member.kind())).or_insert_with(|| new.clone());
        if rank(&new) < rank(known) {
            *known = new;
        }
    }

    /// Draws the end closer once there are enough, and drops the groups that are read up to it.
    fn close(&mut self, open: &mut Vec<Mark>) {
        let last = usize::try_from(self.wanted - 1).ok().and_then(|place| self.found.keys().nth(place));
        if let Some((last, _)) = last {
            self.end = *last;
            open.retain(|(_, mark)| *mark < self.end);
        }
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
