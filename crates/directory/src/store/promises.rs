//! What invitations that wait promise: the roles, as their rows have them.

use diesel::prelude::*;
use polity_kernel::sql::Document;
use polity_kernel::{Conn, OrganizationId, Result, Timestamp};
use uuid::Uuid;

use crate::invitation::{InvitationId, InvitationStatus};
use crate::role::RoleKey;
use crate::schema::invitations;

/// How many invitations are looked at at once.
const BATCH: i64 = 500;

/// An invitation, the roles it promised, and those that are left.
pub(crate) type Retracted = (InvitationId, Vec<String>, Vec<String>);

/// Takes the role out of whatever waits in the organization, though its time ran out, and returns what was changed.
pub(crate) fn retract(
    conn: &mut Conn,
    organization: OrganizationId,
    role: &RoleKey,
    now: Timestamp,
) -> Result<Vec<Retracted>> {
    let mut retracted = Vec::new();
    let mut behind = InvitationId::new(Uuid::nil());
    loop {
        let waiting: Vec<(InvitationId, Document<Vec<String>>)> = invitations::table
            .filter(invitations::organization_id.eq(organization))
            .filter(invitations::status.eq(InvitationStatus::Pending))
            .filter(invitations::invitation_id.gt(behind))
            .order(invitations::invitation_id)
            .limit(BATCH)
            .select((invitations::invitation_id, invitations::roles))
            .load(conn)?;
        let Some((last, _)) = waiting.last() else { return Ok(retracted) };
        behind = *last;
        for (id, Document(before)) in waiting {
            let left = before.iter().filter(|key| *key != role.as_str());
            let after: Vec<String> = left.cloned().collect();
            if after.len() < before.len() {
                promise(conn, organization, id, &after, now)?;
                retracted.push((id, before, after));
            }
        }
    }
}

fn promise(
    conn: &mut Conn,
    organization: OrganizationId,
    id: InvitationId,
    roles: &[String],
    now: Timestamp,
) -> Result<()> {
    diesel::update(invitations::table.find((organization, id)))
        .set((
            invitations::roles.eq(Document(roles.to_vec())),
            invitations::version.eq(invitations::version + 1),
            invitations::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
