//! Removes what a deleted organization leaves behind, a bounded number of rows at a time.

use diesel::prelude::*;
use polity_directory::ProjectId;
use polity_kernel::{Conn, OrganizationId, Result};

use crate::app::AppId;
use crate::project::{ProjectMemberId, SecretKeyId};
use crate::schema::{apps, project_keys, project_members, projects};

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
    Ok(batch!(conn, organization, limit, apps, app_id, AppId)
        + batch!(conn, organization, limit, project_keys, key_id, SecretKeyId)
        + batch!(conn, organization, limit, project_members, project_member_id, ProjectMemberId)
        + batch!(conn, organization, limit, projects, project_id, ProjectId))
}
