//! What is told by mail of invitations, and of those who take them up.

use polity_accounts::{Account, AccountStatus};
use polity_kernel::event::Origin;
use polity_kernel::{AccountId, Actor, Conn, Level, OrganizationId, Result, Timestamp};

use crate::acts::invitations::delegation;
use crate::events::INVITATION_MAILED;
use crate::invitation::invitee::{InvitationMail, JoinedMail, OverMail};
use crate::invitation::{InvitationId, InvitationStatus};
use crate::member::Member;
use crate::service::Service;
use crate::{Notifying, store};

impl Notifying for Service {
    fn invitation_mail(
        &self,
        organization: OrganizationId,
        id: InvitationId,
        number: i64,
    ) -> Result<Option<InvitationMail>> {
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            let wanted = store::invitations::find(conn, organization, id, now)?.filter(|invitation| {
                let newest = invitation.mails_asked == number && invitation.mails_sent < number;
                newest && invitation.status == InvitationStatus::Pending
            });
            let Some(invitation) = wanted else { return Ok(None) };
            let inviter = match invitation.invited_by {
                Some(account) => polity_accounts::within::account(conn, account)?,
                None => None,
            };
            Ok(Some(InvitationMail { invitation, inviter, number }))
        })
    }

    fn mailed(&self, organization: OrganizationId, id: InvitationId, number: i64) -> Result<()> {
        self.ctx.write_platform(move |tx| {
            let now = tx.now();
            if !store::mails::mailed(tx, organization, id, number, now)? {
                return Ok(());
            }
            tx.record(INVITATION_MAILED.done(Origin::within(organization, &Actor::system()), id))
        })
    }

    fn joined_mail(
        &self,
        organization: OrganizationId,
        joined: AccountId,
        to: AccountId,
    ) -> Result<Option<JoinedMail>> {
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            let Some(organization) = store::organizations::find(conn, organization, now)? else {
                return Ok(None);
            };
            let (Some((to, leader)), Some((joined, member))) =
                (present(conn, organization.id, to, now)?, present(conn, organization.id, joined, now)?)
            else {
                return Ok(None);
            };
            Ok(is_told(&to, &leader).then_some(JoinedMail { organization, to, joined, member }))
        })
    }

    fn over_mail(
        &self,
        organization: OrganizationId,
        id: InvitationId,
        to: AccountId,
    ) -> Result<Option<OverMail>> {
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            let (Some(invitation), Some((to, leader))) = (
                store::invitations::find(conn, organization, id, now)?,
                present(conn, organization, to, now)?,
            ) else {
                return Ok(None);
            };
            Ok(is_told(&to, &leader).then_some(OverMail { invitation, to }))
        })
    }

    fn retract_delegation(&self, organization: OrganizationId, id: InvitationId) -> Result<()> {
        self.ctx.write_platform(move |tx| delegation::retract(tx, organization, id))
    }
}

/// Whether this member is told of what happens in the organization: they run it, have taken that up, and can be written to.
fn is_told(account: &Account, member: &Member) -> bool {
    member.level >= Level::Admin
        && member.accepted_at.is_some()
        && account.email_verified
        && account.status == AccountStatus::Active
}

/// A member with their account.
fn present(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<(Account, Member)>> {
    let Some(member) = store::members::find(conn, organization, account, now)? else { return Ok(None) };
    Ok(polity_accounts::within::account(conn, account)?.map(|account| (account, member)))
}
