//! Removes what a deleted organization leaves behind, a bounded number of rows at a time.

use diesel::prelude::*;
use polity_kernel::{Conn, OrganizationId, Result};

use super::domains::DomainId;
use crate::assignment::AssignmentId;
use crate::invitation::InvitationId;
use crate::member::MemberId;
use crate::role::RoleId;
use crate::schema::{invitations, members, organization_domains, role_assignments, roles};

/// Deletes up to `limit` rows of one table by their ids: neither engine takes a LIMIT on DELETE everywhere.
macro_rules! batch {
    ($conn:expr, $organization:expr, $limit:expr, $table:ident, $id:ident, $type:ty) => {{
        let of_it = $table::organization_id.eq($organization);
        let some: Vec<$type> = $table::table.filter(of_it).select($table::$id).limit($limit).load($conn)?;
        diesel::delete($table::table.filter(of_it).filter($table::$id.eq_any(some))).execute($conn)?
    }};
}

/// Deletes up to `limit` rows of each table and returns how many went.
pub(crate) fn purge(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    Ok(batch!(conn, organization, limit, members, member_id, MemberId)
        + batch!(conn, organization, limit, role_assignments, assignment_id, AssignmentId)
        + batch!(conn, organization, limit, roles, role_id, RoleId)
        + batch!(conn, organization, limit, invitations, invitation_id, InvitationId)
        + batch!(conn, organization, limit, organization_domains, domain_id, DomainId))
}
