//! Rows of invitations.

use diesel::prelude::*;
use polity_accounts::EmailAddress;
use polity_kernel::sql::Document;
use polity_kernel::{AccountId, Conn, Error, Level, OrganizationId, Page, Result, Timestamp};

use crate::invitation::{Invitation, InvitationId, InvitationStatus};
use crate::organization::Status;
use crate::role::RoleKey;
use crate::schema::{invitations, organizations};

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct Row {
    organization_id: OrganizationId,
    invitation_id: InvitationId,
    email: String,
    level: Level,
    roles: Document,
    status: InvitationStatus,
    invited_by: Option<AccountId>,
    created_at: Timestamp,
    expires_at: Timestamp,
}

pub(crate) fn insert(conn: &mut Conn, invitation: &Invitation) -> Result<()> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::organization_id.eq(invitation.organization),
            invitations::invitation_id.eq(invitation.id),
            invitations::email.eq(invitation.email.as_str()),
            invitations::level.eq(invitation.level),
            invitations::roles.eq(Document(invitation.roles.iter().map(RoleKey::as_str).collect())),
            invitations::status.eq(invitation.status),
            invitations::invited_by.eq(invitation.invited_by),
            invitations::created_at.eq(invitation.created_at),
            invitations::expires_at.eq(invitation.expires_at),
            invitations::version.eq(1_i64),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes one back that is still live; returns whether it was.
pub(crate) fn revoke(
    conn: &mut Conn,
    organization: OrganizationId,
    id: InvitationId,
    now: Timestamp,
) -> Result<bool> {
    let live = invitations::table
        .find((organization, id))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.gt(now));
    let revoked = diesel::update(live)
        .set((
            invitations::status.eq(InvitationStatus::Revoked),
            invitations::version.eq(invitations::version + 1),
        ))
        .execute(conn)?;
    Ok(revoked == 1)
}

/// Settles every live invitation of one address to one organization; those whose time ran out stay expired.
pub(crate) fn settle(
    conn: &mut Conn,
    (organization, email): (OrganizationId, &EmailAddress),
    now: Timestamp,
    status: InvitationStatus,
) -> Result<()> {
    let live = invitations::table
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::email.eq(email.as_str()))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.gt(now));
    diesel::update(live)
        .set((invitations::status.eq(status), invitations::version.eq(invitations::version + 1)))
        .execute(conn)?;
    Ok(())
}

/// The live invitation of an address to an organization, the newest first.
pub(crate) fn live(
    conn: &mut Conn,
    organization: OrganizationId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<Option<Invitation>> {
    let row: Option<(Row, (String, String))> = invitations::table
        .inner_join(organizations::table.on(organizations::organization_id.eq(invitations::organization_id)))
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::email.eq(email.as_str()))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.gt(now))
        .order(invitations::created_at.desc())
        .select((Row::as_select(), (organizations::name, organizations::key)))
        .first(conn)
        .optional()?;
    row.map(|row| invitation(row, now)).transpose()
}

/// The live invitations of an address to organizations that work, the oldest first.
pub(crate) fn live_of(
    conn: &mut Conn,
    email: &EmailAddress,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Invitation>> {
    let rows: Vec<(Row, (String, String))> = invitations::table
        .inner_join(organizations::table.on(organizations::organization_id.eq(invitations::organization_id)))
        .filter(invitations::email.eq(email.as_str()))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.gt(now))
        .filter(organizations::status.eq(Status::Active))
        .order((invitations::created_at, invitations::invitation_id))
        .limit(limit)
        .select((Row::as_select(), (organizations::name, organizations::key)))
        .load(conn)?;
    rows.into_iter().map(|row| invitation(row, now)).collect()
}

/// One page of an organization's invitations, whatever became of them, ordered by id.
pub(crate) fn page(
    conn: &mut Conn,
    organization: OrganizationId,
    now: Timestamp,
    page: &Page,
) -> Result<Vec<Invitation>> {
    let rows: Vec<(Row, (String, String))> = invitations::table
        .inner_join(organizations::table.on(organizations::organization_id.eq(invitations::organization_id)))
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::invitation_id.gt(InvitationId::new(page.cursor())))
        .order(invitations::invitation_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select((Row::as_select(), (organizations::name, organizations::key)))
        .load(conn)?;
    rows.into_iter().map(|row| invitation(row, now)).collect()
}

fn invitation((row, (name, key)): (Row, (String, String)), now: Timestamp) -> Result<Invitation> {
    let roles: Vec<String> = serde_json::from_value(row.roles.0).map_err(Error::internal)?;
    let over = row.status == InvitationStatus::Pending && row.expires_at <= now;
    Ok(Invitation {
        id: row.invitation_id,
        organization: row.organization_id,
        organization_name: name,
        organization_key: key,
        email: row.email.parse().map_err(Error::internal)?,
        level: row.level,
        roles: roles.into_iter().map(RoleKey::stored).collect(),
        status: if over { InvitationStatus::Expired } else { row.status },
        invited_by: row.invited_by,
        created_at: row.created_at,
        expires_at: row.expires_at,
    })
}
