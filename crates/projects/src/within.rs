//! What areas further right in the chain may ask inside their own transaction; nothing here asks for permission.

use polity_kernel::{Conn, OrganizationId, Result};

use crate::store;

/// How many projects the organization has.
pub fn project_count(conn: &mut Conn, organization: OrganizationId) -> Result<u64> {
    store::projects::count(conn, organization)
}
