//! Removes what a deleted organization leaves behind, a bounded number of rows at a time.

use diesel::prelude::*;
use polity_kernel::db::purge;
use polity_kernel::{Conn, OrganizationId, Result};

use crate::invitation::InvitationId;
use crate::member::MemberId;
use crate::role::RoleId;
use crate::role::assignment::AssignmentId;
use crate::schema::{invitations, members, role_assignments, roles};

/// Deletes up to `limit` rows of each table and returns how many went.
pub(crate) fn purge(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    Ok(purge!(conn, organization, limit, members, member_id, MemberId)
        + purge!(conn, organization, limit, role_assignments, assignment_id, AssignmentId)
        + purge!(conn, organization, limit, roles, role_id, RoleId)
        + purge!(conn, organization, limit, invitations, invitation_id, InvitationId))
}
