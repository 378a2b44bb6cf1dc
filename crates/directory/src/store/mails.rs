//! Which mails tell of an invitation, as its row has it, and how many an organization has asked for.

use diesel::prelude::*;
use polity_accounts::EmailAddress;
use polity_kernel::{Conn, OrganizationId, Result, Timestamp};

use crate::invitation::{Invitation, InvitationId};
use crate::schema::{invitation_mails as mails, invitations};

/// How many mails are looked at; of those of an hour there are fewer.
const MOST: i64 = 200;

/// Notes that the mail of this number was handed over; returns whether it had not been noted.
pub(crate) fn mailed(
    conn: &mut Conn,
    organization: OrganizationId,
    id: InvitationId,
    number: i64,
    now: Timestamp,
) -> Result<bool> {
    let noted = diesel::update(
        invitations::table.find((organization, id)).filter(invitations::mails_sent.lt(number)),
    )
    .set((
        invitations::mails_sent.eq(number),
        invitations::version.eq(invitations::version + 1),
        invitations::updated_at.eq(now),
    ))
    .execute(conn)?;
    Ok(noted == 1)
}

/// When the mails that invitations of this address were last told of by may leave, if later than this, and whether they have been handed
/// over; the latest first. Of two that are due at once, what was handed over comes first.
pub(crate) fn last(
    conn: &mut Conn,
    organization: OrganizationId,
    email: &EmailAddress,
    since: Timestamp,
) -> Result<Vec<(Timestamp, bool)>> {
    let rows: Vec<(Option<Timestamp>, i64, i64)> = invitations::table
        .filter(invitations::organization_id.eq(organization))
        .filter(invitations::email.eq(email.as_str()))
        .filter(invitations::mail_due_at.gt(since))
        .order(invitations::mail_due_at.desc())
        .select((invitations::mail_due_at, invitations::mails_asked, invitations::mails_sent))
        .limit(MOST)
        .load(conn)?;
    let mut last: Vec<(Timestamp, bool)> =
        rows.into_iter().filter_map(|(due, asked, sent)| Some((due?, sent >= asked))).collect();
    last.sort_unstable_by_key(|mail| std::cmp::Reverse(*mail));
    Ok(last)
}

/// Counts a mail that was asked for.
pub(crate) fn count(conn: &mut Conn, invitation: &Invitation, due: Timestamp) -> Result<()> {
    diesel::insert_into(mails::table)
        .values((
            mails::organization_id.eq(invitation.organization),
            mails::due_at.eq(due),
            mails::invitation_id.eq(invitation.id),
            mails::number.eq(invitation.mails_asked),
        ))
        .execute(conn)?;
    Ok(())
}

/// When the mails that the organization has asked for may leave, if later than this, the first one first. Earlier ones are forgotten.
pub(crate) fn counted(
    conn: &mut Conn,
    organization: OrganizationId,
    since: Timestamp,
) -> Result<Vec<Timestamp>> {
    let own = mails::table.filter(mails::organization_id.eq(organization));
    diesel::delete(own.filter(mails::due_at.le(since))).execute(conn)?;
    Ok(own.order(mails::due_at).select(mails::due_at).limit(MOST).load(conn)?)
}

/// Forgets all that the organization has asked for.
pub(crate) fn release_all(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    diesel::delete(mails::table.filter(mails::organization_id.eq(organization))).execute(conn)?;
    Ok(())
}
