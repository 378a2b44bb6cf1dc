//! The invitation by which each person last had somebody else set an organization up: one over all organizations.

use diesel::prelude::*;
use polity_kernel::{AccountId, Conn, OrganizationId, Result, each};

use crate::invitation::InvitationId;
use crate::schema::delegations;

/// Has this be the account's; returns the one before it, with its organization.
pub(crate) fn set(
    conn: &mut Conn,
    account: AccountId,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<Option<(OrganizationId, InvitationId)>> {
    let place = (delegations::organization_id.eq(organization), delegations::invitation_id.eq(id));
    let first = each!(conn, conn => diesel::insert_into(delegations::table)
        .values((delegations::account_id.eq(account), place))
        .on_conflict_do_nothing()
        .execute(conn))?;
    if first == 1 {
        return Ok(None);
    }
    let own = delegations::table.find(account);
    // writing what is there holds the row, so that of two at once one sees the other
    diesel::update(own).set(delegations::account_id.eq(account)).execute(conn)?;
    let before = find(conn, account)?;
    diesel::update(own).set(place).execute(conn)?;
    Ok(before)
}

/// The account's.
pub(crate) fn find(conn: &mut Conn, account: AccountId) -> Result<Option<(OrganizationId, InvitationId)>> {
    Ok(delegations::table
        .find(account)
        .select((delegations::organization_id, delegations::invitation_id))
        .first(conn)
        .optional()?)
}

/// Forgets those to the organization.
pub(crate) fn release_all(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    diesel::delete(delegations::table.filter(delegations::organization_id.eq(organization))).execute(conn)?;
    Ok(())
}
