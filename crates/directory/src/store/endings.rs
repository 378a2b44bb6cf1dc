//! How invitations end: taken up, or taken back.

use diesel::prelude::*;
use polity_accounts::EmailAddress;
use polity_kernel::{Conn, OrganizationId, Result, Timestamp};

use super::invitations::waiting_of;
use crate::invitation::{Invitation, InvitationId, InvitationStatus};
use crate::schema::invitations;

/// What changes in a row when an invitation becomes this.
macro_rules! became {
    ($status:expr, $now:expr) => {
        (
            invitations::status.eq($status),
            invitations::version.eq(invitations::version + 1),
            invitations::updated_at.eq($now),
        )
    };
}

/// Settles every live invitation of one address to one organization and returns them as they were; those whose time ran out stay expired.
pub(crate) fn settle(
    conn: &mut Conn,
    organization: OrganizationId,
    email: &EmailAddress,
    now: Timestamp,
    status: InvitationStatus,
) -> Result<Vec<Invitation>> {
    let mut settled = waiting_of(conn, organization, email, now)?;
    settled.retain(|invitation| invitation.status == InvitationStatus::Pending);
    for invitation in &settled {
        diesel::update(invitations::table.find((organization, invitation.id)))
            .set(became!(status, now))
            .execute(conn)?;
    }
    Ok(settled)
}

/// Takes back every invitation of one address to one organization that waits, though its time ran out, and returns them as they were.
pub(crate) fn clear(
    conn: &mut Conn,
    organization: OrganizationId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<Vec<Invitation>> {
    let cleared = waiting_of(conn, organization, email, now)?;
    for invitation in &cleared {
        discard(conn, organization, invitation.id, now)?;
    }
    Ok(cleared)
}

/// Takes one back, though its time may have run out.
pub(crate) fn discard(
    conn: &mut Conn,
    organization: OrganizationId,
    id: InvitationId,
    now: Timestamp,
) -> Result<()> {
    diesel::update(invitations::table.find((organization, id)))
        .set(became!(InvitationStatus::Revoked, now))
        .execute(conn)?;
    Ok(())
}
