//! Removes what a deleted organization leaves behind, a bounded number of rows at a time.

use diesel::prelude::*;
use polity_directory::ProjectId;
use polity_kernel::db::purge;
use polity_kernel::{Conn, OrganizationId, Result};

use crate::app::AppId;
use crate::project::{ProjectMemberId, SecretKeyId};
use crate::schema::{apps, project_keys, project_members, projects};

/// Deletes up to `limit` rows of each table and returns how many went.
pub(crate) fn purge(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    Ok(purge!(conn, organization, limit, apps, app_id, AppId)
        + purge!(conn, organization, limit, project_keys, key_id, SecretKeyId)
        + purge!(conn, organization, limit, project_members, project_member_id, ProjectMemberId)
        + purge!(conn, organization, limit, projects, project_id, ProjectId))
}
