//! Invitations: sent, sent again, taken back, listed, accepted.

use std::collections::BTreeSet;
use std::sync::Arc;

use polity_accounts::Account;
use polity_kernel::{Access, AccountId, Actor, Error, Page, Paged, Result, Subject, WriteKind};

use crate::acts::invitations::acceptance::{accept, followed, none, waiting};
use crate::acts::invitations::{check, invite, offers};
use crate::events::INVITATION_REVOKED;
use crate::invitation::invitee::{
    Accepted, Followed, InvitationFilter, InvitationRef, NewInvitation, Taker, VALID,
};
use crate::invitation::{Invitation, InvitationId, InvitationStatus};
use crate::permissions::{ORG_DIRECTORY_LIST, ORG_DIRECTORY_MEMBERS_CREATE, ORG_MEMBERS_LIST};
use crate::service::Service;
use crate::{Invitations, store};

/// How many of their own invitations a person is shown.
const SHOWN: i64 = 10;

impl Invitations for Service {
    fn invite(&self, access: &Access, new: Vec<NewInvitation>) -> Result<Vec<Invitation>> {
        let workspaces = Arc::clone(&self.terms.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            invite::invite(tx, &*workspaces, access, &new)
        })
    }

    fn resend(&self, access: &Access, id: InvitationId) -> Result<Invitation> {
        let workspaces = Arc::clone(&self.terms.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            offers::may_invite(tx, access)?;
            let now = tx.now();
            let waits = waiting(tx, access.organization(), id, now)?.ok_or_else(none)?;
            offers::may_renew(tx, &*workspaces, access, &waits)?;
            // an expired one may have been followed by another
            offers::take_back(tx, access, &waits.email, Some(waits.id))?;
            let again = Invitation {
                status: InvitationStatus::Pending,
                // who sends it again promises it from now on, and is judged when it is taken up
                invited_by: offers::inviter(access),
                invited_by_program: offers::inviting_program(access),
                expires_at: waits.expires_at.max(now.after(VALID)),
                updated_at: now,
                ..waits.clone()
            };
            offers::send(tx, access, &waits, again)
        })
    }

    fn withdraw(&self, access: &Access, id: InvitationId) -> Result<()> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            let (organization, now) = (access.organization(), tx.now());
            let waits = waiting(tx, organization, id, now)?.ok_or_else(none)?;
            let own = match access.actor().subject() {
                Subject::Person(account) => waits.invited_by == Some(account),
                _ => false,
            };
            if !own || !offers::credential_leaves(tx, access, &ORG_DIRECTORY_MEMBERS_CREATE)? {
                access.require(&ORG_DIRECTORY_MEMBERS_CREATE)?;
            }
            store::endings::discard(tx, organization, id, now)?;
            tx.record(INVITATION_REVOKED.over(access, id, &waits))
        })
    }

    fn invitations(&self, access: &Access, which: InvitationFilter, page: Page) -> Result<Paged<Invitation>> {
        require_list(access, which)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let rows = self.ctx.read(|conn| match which {
            InvitationFilter::All => store::invitations::page(conn, organization, now, &page),
            InvitationFilter::Waiting => store::invitations::waiting(conn, organization, now, &page),
        })?;
        Ok(Paged::of(rows, &page, |invitation| invitation.id.uuid()))
    }

    fn invitation_count(&self, access: &Access, which: InvitationFilter) -> Result<u64> {
        require_list(access, which)?;
        self.ctx.read(|conn| store::invitations::count(conn, access.organization(), which))
    }

    fn inviters(&self, access: &Access, invitations: &[Invitation]) -> Result<Vec<Account>> {
        let here = invitations.iter().filter(|invitation| invitation.organization == access.organization());
        let accounts: BTreeSet<AccountId> = here.filter_map(|invitation| invitation.invited_by).collect();
        let accounts: Vec<AccountId> = accounts.into_iter().collect();
        self.ctx.read(|conn| polity_accounts::within::accounts(conn, &accounts))
    }

    fn invitations_of(&self, actor: &Actor) -> Result<Vec<Invitation>> {
        actor.require(&ORG_DIRECTORY_LIST)?;
        let (account, now) = (actor.person()?, self.ctx.now());
        self.ctx.read(|conn| {
            let account = polity_accounts::within::account(conn, account)?;
            match account.as_ref().and_then(Account::verified_email) {
                Some(email) => store::invitations::live_of(conn, email, now, SHOWN),
                None => Ok(Vec::new()),
            }
        })
    }

    fn follow(&self, follower: Option<&Actor>, id: InvitationId) -> Result<Followed> {
        let now = self.ctx.now();
        self.ctx.read(|conn| followed(conn, follower, id, now))
    }

    fn accept(&self, taker: Taker, invitation: &InvitationRef) -> Result<Accepted> {
        if let Taker::Person(actor) = &taker {
            actor.require(&ORG_DIRECTORY_LIST)?;
            actor.person()?;
        }
        let (terms, invitation) = (self.terms(), invitation.clone());
        self.ctx.write_platform(move |tx| accept(tx, &terms, &taker, &invitation))?.ok_or_else(check::over)
    }
}

fn require_list(access: &Access, which: InvitationFilter) -> Result<(), Error> {
    match which {
        InvitationFilter::All => access.require(&ORG_DIRECTORY_MEMBERS_CREATE),
        InvitationFilter::Waiting => access.require(&ORG_MEMBERS_LIST),
    }
}
