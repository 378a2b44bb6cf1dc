//! Rows of invitations.

use diesel::prelude::*;
use polity_accounts::EmailAddress;
use polity_kernel::db::MultiBackend;
use polity_kernel::sql::Document;
use polity_kernel::{AccountId, Conn, Error, Level, OrganizationId, Page, Result, SubjectId, Timestamp};

use super::mails;
use crate::invitation::{Invitation, InvitationId, InvitationStatus};
use crate::invitee::InvitationFilter;
use crate::organization::Status;
use crate::project_access::ProjectAccess;
use crate::role::RoleKey;
use crate::schema::{invitation_places as places, invitations, organizations};

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
    first_name: Option<String>,
    message: Option<String>,
    projects: Option<Document>,
    is_delegation: bool,
    mails_asked: i64,
    mails_sent: i64,
    mail_due_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    invited_by_program: Option<SubjectId>,
}

/// An invitation's row with the name and the key of the organization it is to.
type Joined = (Row, (String, String));

/// Invitations with the organizations they are to.
macro_rules! joined {
    () => {
        invitations::table
            .inner_join(
                organizations::table.on(organizations::organization_id.eq(invitations::organization_id)),
            )
            .select((Row::as_select(), (organizations::name, organizations::key)))
    };
}

pub(crate) fn insert(conn: &mut Conn, invitation: &Invitation) -> Result<()> {
    let projects = serde_json::to_value(&invitation.projects).map_err(Error::internal)?;
    diesel::insert_into(invitations::table)
        .values((
            invitations::organization_id.eq(invitation.organization),
            invitations::invitation_id.eq(invitation.id),
            invitations::email.eq(invitation.email.as_str()),
            invitations::level.eq(invitation.level),
            invitations::roles.eq(Document(invitation.roles.iter().map(ToString::to_string).collect::<Vec<_>>())),
            invitations::status.eq(invitation.status),
            invitations::invited_by.eq(invitation.invited_by),
            invitations::invited_by_program.eq(invitation.invited_by_program),
            invitations::created_at.eq(invitation.created_at),
            invitations::expires_at.eq(invitation.expires_at),
            invitations::version.eq(1_i64),
            invitations::first_name.eq(invitation.first_name.as_deref()),
            invitations::message.eq(invitation.message.as_deref()),
            invitations::projects.eq((!invitation.projects.is_empty()).then_some(Document(projects))),
            invitations::is_delegation.eq(invitation.is_delegation),
            invitations::mails_asked.eq(invitation.mails_asked),
            invitations::mails_sent.eq(invitation.mails_sent),
            invitations::mail_due_at.eq(invitation.mail_due_at),
            invitations::updated_at.eq(invitation.updated_at),
        ))
        .execute(conn)?;
    diesel::insert_into(places::table)
        .values((
            places::invitation_id.eq(invitation.id),
            places::organization_id.eq(invitation.organization),
        ))
        .execute(conn)?;
    Ok(())
}

/// The invitations of one address to one organization that wait, though their time ran out; ordered by id.
pub(super) fn waiting_of(
    conn: &mut Conn,
    (organization, email): (OrganizationId, &EmailAddress),
    now: Timestamp,
) -> Result<Vec<Invitation>> {
    let rows: Vec<Joined> = joined!()
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::email.eq(email.as_str()))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .order(invitations::invitation_id)
        .load(conn)?;
    rows.into_iter().map(|row| invitation(row, now)).collect()
}

/// Has it wait until its end by the word of its inviter, and writes how many mails were asked for. Those sent are [`super::mails::mailed`]'s to write.
pub(crate) fn renew(conn: &mut Conn, invitation: &Invitation) -> Result<()> {
    diesel::update(invitations::table.find((invitation.organization, invitation.id)))
        .set((
            invitations::status.eq(InvitationStatus::Pending),
            invitations::invited_by.eq(invitation.invited_by),
            invitations::invited_by_program.eq(invitation.invited_by_program),
            invitations::expires_at.eq(invitation.expires_at),
            invitations::mails_asked.eq(invitation.mails_asked),
            invitations::mail_due_at.eq(invitation.mail_due_at),
            invitations::version.eq(invitations::version + 1),
            invitations::updated_at.eq(invitation.updated_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Where an invitation is to, whatever became of it.
pub(crate) fn place(conn: &mut Conn, id: InvitationId) -> Result<Option<OrganizationId>> {
    Ok(places::table.find(id).select(places::organization_id).first(conn).optional()?)
}

/// Has the organization's invitations be found by no link, and forgets the mails it has asked for.
pub(crate) fn release_all(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    mails::release_all(conn, organization)?;
    diesel::delete(places::table.filter(places::organization_id.eq(organization))).execute(conn)?;
    Ok(())
}

/// One invitation, whatever became of it.
pub(crate) fn find(
    conn: &mut Conn,
    organization: OrganizationId,
    id: InvitationId,
    now: Timestamp,
) -> Result<Option<Invitation>> {
    let row: Option<Joined> = joined!()
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::invitation_id.eq(id))
        .first(conn)
        .optional()?;
    row.map(|row| invitation(row, now)).transpose()
}

/// The live invitation by which an account has somebody set the organization up.
pub(crate) fn delegation_by(
    conn: &mut Conn,
    (organization, account): (OrganizationId, AccountId),
    now: Timestamp,
) -> Result<Option<Invitation>> {
    let row: Option<Joined> = joined!()
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::invited_by.eq(account))
        .filter(invitations::is_delegation.eq(true))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.gt(now))
        .order(invitations::created_at.desc())
        .first(conn)
        .optional()?;
    row.map(|row| invitation(row, now)).transpose()
}

/// One page of an organization's invitations that wait, though their time ran out, the newest first.
pub(crate) fn waiting(
    conn: &mut Conn,
    organization: OrganizationId,
    now: Timestamp,
    page: &Page,
) -> Result<Vec<Invitation>> {
    let mut query = joined!()
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .order((invitations::created_at.desc(), invitations::invitation_id))
        .limit(page.limit + 1)
        .offset(page.skip())
        .into_boxed::<MultiBackend>();
    let last = InvitationId::new(page.cursor());
    if !last.uuid().is_nil() {
        let made: Option<Timestamp> = invitations::table
            .find((organization, last))
            .select(invitations::created_at)
            .first(conn)
            .optional()?;
        // rows are never taken out of a table while their organization is there
        let Some(made) = made else { return Ok(Vec::new()) };
        let behind = invitations::created_at
            .lt(made)
            .or(invitations::created_at.eq(made).and(invitations::invitation_id.gt(last)));
        query = query.filter(behind);
    }
    let rows: Vec<Joined> = query.load(conn)?;
    rows.into_iter().map(|row| invitation(row, now)).collect()
}

/// How many there are.
pub(crate) fn count(conn: &mut Conn, organization: OrganizationId, which: InvitationFilter) -> Result<u64> {
    let all = invitations::table.filter(invitations::organization_id.eq(organization));
    let found: i64 = match which {
        InvitationFilter::All => all.count().get_result(conn)?,
        InvitationFilter::Waiting => {
            all.filter(invitations::status.eq(InvitationStatus::Pending)).count().get_result(conn)?
        }
    };
    Ok(u64::try_from(found).unwrap_or_default())
}

/// Whether more than so many wait.
pub(crate) fn more_wait(conn: &mut Conn, organization: OrganizationId, most: i64) -> Result<bool> {
    let beyond: Option<InvitationId> = invitations::table
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .order(invitations::created_at)
        .select(invitations::invitation_id)
        .offset(most)
        .first(conn)
        .optional()?;
    Ok(beyond.is_some())
}

/// The live invitation of an address to an organization, the newest first.
pub(crate) fn live(
    conn: &mut Conn,
    organization: OrganizationId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<Option<Invitation>> {
    let row: Option<Joined> = joined!()
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::email.eq(email.as_str()))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.gt(now))
        .order(invitations::created_at.desc())
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
    let rows: Vec<Joined> = joined!()
        .filter(invitations::email.eq(email.as_str()))
        .filter(invitations::status.eq(InvitationStatus::Pending))
        .filter(invitations::expires_at.gt(now))
        .filter(organizations::status.eq(Status::Active))
        .order((invitations::created_at, invitations::invitation_id))
        .limit(limit)
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
    let rows: Vec<Joined> = joined!()
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::invitation_id.gt(InvitationId::new(page.cursor())))
        .order(invitations::invitation_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .load(conn)?;
    rows.into_iter().map(|row| invitation(row, now)).collect()
}

fn invitation((row, (name, key)): Joined, now: Timestamp) -> Result<Invitation> {
    let roles: Vec<String> = serde_json::from_value(row.roles.0).map_err(Error::internal)?;
    let projects: Option<Vec<ProjectAccess>> = row
        .projects
        .map(|projects| serde_json::from_value(projects.0))
        .transpose()
        .map_err(Error::internal)?;
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
        invited_by_program: row.invited_by_program,
        created_at: row.created_at,
        expires_at: row.expires_at,
        first_name: row.first_name,
        message: row.message,
        projects: projects.unwrap_or_default(),
        is_delegation: row.is_delegation,
        mails_asked: row.mails_asked,
        mails_sent: row.mails_sent,
        mail_due_at: row.mail_due_at,
        updated_at: row.updated_at.unwrap_or(row.created_at),
    })
}
