//! Rows of invitations.

use diesel::prelude::*;
use polity_accounts::EmailAddress;
use polity_kernel::db::MultiBackend;
use polity_kernel::sql::Document;
use polity_kernel::{AccountId, Conn, Error, Level, OrganizationId, Page, Result, SubjectId, Timestamp};

use super::mails;
use crate::invitation::invitee::InvitationFilter;
use crate::invitation::{Invitation, InvitationId, InvitationStatus};
use crate::organization::Status;
use crate::role::RoleKey;
use crate::schema::{invitation_places as places, invitations, organizations};
use crate::workspaces::project_access::ProjectAccess;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = invitations, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    invitation_id: InvitationId,
    email: String,
    level: Level,
    roles: Document<Vec<String>>,
    created_at: Timestamp,
    version: i64,
    first_name: Option<String>,
    message: Option<String>,
    projects: Option<Document<Vec<ProjectAccess>>>,
    is_delegation: bool,
    mails_sent: i64,
    #[diesel(embed)]
    renewed: Renewed,
}

/// By whose word it waits and until when: what renewing it writes.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = invitations, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Renewed {
    status: InvitationStatus,
    invited_by: Option<AccountId>,
    invited_by_program: Option<SubjectId>,
    expires_at: Timestamp,
    mails_asked: i64,
    mail_due_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
}

/// An invitation's row, and how the organization that it is to is called.
#[derive(Queryable)]
struct Joined {
    row: Row,
    organization: Called,
}

#[derive(Queryable)]
struct Called {
    name: String,
    key: String,
}

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
    diesel::insert_into(invitations::table).values(Row::from(invitation)).execute(conn)?;
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
    organization: OrganizationId,
    email: &EmailAddress,
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
            Renewed::of(invitation, InvitationStatus::Pending),
            invitations::version.eq(invitations::version + 1),
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

/// What can be taken up at this instant.
#[diesel::dsl::auto_type(no_type_alias)]
fn live(now: Timestamp) -> _ {
    let pending: InvitationStatus = InvitationStatus::Pending;
    invitations::status.eq(pending).and(invitations::expires_at.gt(now))
}

/// The live invitation by which an account has somebody set the organization up.
pub(crate) fn delegation_by(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<Invitation>> {
    let row: Option<Joined> = joined!()
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::invited_by.eq(account))
        .filter(invitations::is_delegation.eq(true))
        .filter(live(now))
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
pub(crate) fn live_in(
    conn: &mut Conn,
    organization: OrganizationId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<Option<Invitation>> {
    let row: Option<Joined> = joined!()
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::email.eq(email.as_str()))
        .filter(live(now))
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
        .filter(live(now))
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

impl From<&Invitation> for Row {
    /// The row of one that is new.
    fn from(invitation: &Invitation) -> Self {
        let projects = Some(invitation.projects.clone()).filter(|projects| !projects.is_empty());
        Self {
            organization_id: invitation.organization,
            invitation_id: invitation.id,
            email: invitation.email.to_string(),
            level: invitation.level,
            roles: Document(invitation.roles.iter().map(ToString::to_string).collect()),
            created_at: invitation.created_at,
            version: 1,
            first_name: invitation.first_name.clone(),
            message: invitation.message.clone(),
            projects: projects.map(Document),
            is_delegation: invitation.is_delegation,
            mails_sent: invitation.mails_sent,
            renewed: Renewed::of(invitation, invitation.status),
        }
    }
}

impl Renewed {
    fn of(invitation: &Invitation, status: InvitationStatus) -> Self {
        Self {
            status,
            invited_by: invitation.invited_by,
            invited_by_program: invitation.invited_by_program,
            expires_at: invitation.expires_at,
            mails_asked: invitation.mails_asked,
            mail_due_at: invitation.mail_due_at,
            updated_at: Some(invitation.updated_at),
        }
    }
}

fn invitation(Joined { row, organization }: Joined, now: Timestamp) -> Result<Invitation> {
    let renewed = row.renewed;
    let over = renewed.status == InvitationStatus::Pending && renewed.expires_at <= now;
    Ok(Invitation {
        id: row.invitation_id,
        organization: row.organization_id,
        organization_name: organization.name,
        organization_key: organization.key,
        email: row.email.parse().map_err(Error::internal)?,
        level: row.level,
        roles: row.roles.0.into_iter().map(RoleKey::stored).collect(),
        status: if over { InvitationStatus::Expired } else { renewed.status },
        invited_by: renewed.invited_by,
        invited_by_program: renewed.invited_by_program,
        created_at: row.created_at,
        expires_at: renewed.expires_at,
        first_name: row.first_name,
        message: row.message,
        projects: row.projects.map(|Document(projects)| projects).unwrap_or_default(),
        is_delegation: row.is_delegation,
        mails_asked: renewed.mails_asked,
        mails_sent: row.mails_sent,
        mail_due_at: renewed.mail_due_at,
        updated_at: renewed.updated_at.unwrap_or(row.created_at),
    })
}
