//! From a row to a group, its place in another one, or a membership.

use polity_accounts::RowOutcome;
use polity_groups::{GroupProfile, GroupRow, MemberKind, MembershipRow};
use polity_kernel::{Error, Result};

use super::cells::Cells;

/// A row of groups, all but the parent.
pub(super) fn group(cells: &mut Cells) -> Result<Option<GroupRow>> {
    let status = cells.take("status").map(|status| status.to_lowercase().parse()).transpose();
    Ok(Some(GroupRow {
        external_id: cells.need("group")?,
        name: cells.need("name")?,
        kind: cells.take("type"),
        profile: GroupProfile { icon: cells.take("icon"), description: cells.take("description") },
        status: status.map_err(|error: Error| error.at("status"))?,
        ..GroupRow::default()
    }))
}

/// A row of groups again: the group it is nested in, if any.
pub(super) fn nesting(cells: &mut Cells) -> Result<Option<GroupRow>> {
    let (external_id, name) = (cells.need("group")?, cells.need("name")?);
    let row = |parent| GroupRow { external_id, name, parent: Some(parent), ..GroupRow::default() };
    Ok(cells.take("parent").map(row))
}

/// What became of a row of the second kind: where it changed a group, it made a new place in one.
pub(super) fn nested(outcome: RowOutcome) -> RowOutcome {
    if outcome == RowOutcome::Changed { RowOutcome::Created } else { outcome }
}

/// A row of memberships.
pub(super) fn membership(cells: &mut Cells) -> Result<Option<MembershipRow>> {
    let kind = cells.take("kind").map(|kind| kind.to_lowercase().parse()).transpose();
    Ok(Some(MembershipRow {
        group: cells.need("group")?,
        member: cells.need("member")?,
        member_kind: kind.map_err(|error: Error| error.at("kind"))?.unwrap_or(MemberKind::Employee),
        kind: cells.take("type"),
        expires_at: None,
    }))
}
