//! Inviting one address at a time, sending again, and taking up by a link.

use std::collections::BTreeSet;
use std::sync::Arc;

use polity_accounts::Account;
use polity_kernel::{
    Access, AccountId, Actor, Code, Error, Event, Level, Page, Paged, Result, Subject, WriteKind,
};

use crate::acts::invitations::taking_up::{followed, none, take_up, waiting};
use crate::acts::invitations::{check, delegation, offers};
use crate::invitation::{Invitation, InvitationId, InvitationStatus};
use crate::invitee::{Followed, NewDelegate, NewInvitee, TakenUp, Taker, VALID, within_list};
use crate::permissions::{ORG_DIRECTORY_LIST, ORG_DIRECTORY_MEMBERS_CREATE, ORG_MEMBERS_LIST};
use crate::rules::authority;
use crate::service::Service;
use crate::{Inviting, store};

impl Inviting for Service {
    fn invite_one(&self, access: &Access, new: NewInvitee) -> Result<Invitation> {
        // held alone, since two at once for one address would both wait
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            offers::may_invite(tx, access)?;
            let now = tx.now();
            let to = store::organizations::existing(tx, access.organization(), now)?;
            let sent = offers::promise(tx, &*workspaces, access, &to, &new)?;
            offers::require_room(tx, access.organization())?;
            Ok(sent)
        })
    }

    fn invite_many(&self, access: &Access, new: Vec<NewInvitee>) -> Result<Vec<Invitation>> {
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            offers::may_invite(tx, access)?;
            let now = tx.now();
            let to = store::organizations::existing(tx, access.organization(), now)?;
            let one = |(place, new)| {
                offers::promise(tx, &*workspaces, access, &to, new).map_err(|error| within_list(place, error))
            };
            let sent = new.iter().enumerate().map(one).collect::<Result<_>>()?;
            offers::require_room(tx, access.organization())?;
            Ok(sent)
        })
    }

    fn delegate_setup(&self, access: &Access, new: NewDelegate) -> Result<Invitation> {
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            offers::may_invite(tx, access)?;
            let (organization, now) = (access.organization(), tx.now());
            let account = access.actor().person()?;
            authority::may_handle(access, Level::Admin)?;
            let to = store::organizations::existing(tx, organization, now)?;
            match store::invitations::delegation_by(tx, (organization, account), now)? {
                None => {
                    let sent = offers::delegate(tx, &*workspaces, access, &to, &new)?;
                    offers::require_room(tx, organization)?;
                    delegation::only(tx, account, &sent)?;
                    Ok(sent)
                }
                Some(waits) if waits.email == new.email && waits.mails_sent == 0 => {
                    offers::may_renew(tx, &*workspaces, access, &waits)?;
                    let again = Invitation { updated_at: now, ..waits.clone() };
                    let sent = offers::send(tx, access, (&waits, again))?;
                    delegation::only(tx, account, &sent)?;
                    Ok(sent)
                }
                Some(_) => Err(Error::new(Code::Conflict, "another invitation of yours to set up waits")),
            }
        })
    }

    fn resend_invitation(&self, access: &Access, id: InvitationId) -> Result<Invitation> {
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            offers::may_invite(tx, access)?;
            let now = tx.now();
            let waits = waiting(tx, access.organization(), id, now)?.ok_or_else(none)?;
            offers::may_renew(tx, &*workspaces, access, &waits)?;
            // an expired one may have been followed by another
            offers::take_back(tx, access, &waits.email, Some(waits.id))?;
            let expires_at = waits.expires_at.max(now.after(VALID));
            let again = Invitation {
                status: InvitationStatus::Pending,
                // who sends it again promises it from now on, and is judged when it is taken up
                invited_by: offers::inviter(access),
                invited_by_program: offers::inviting_program(access),
                expires_at,
                updated_at: now,
                ..waits.clone()
            };
            offers::send(tx, access, (&waits, again))
        })
    }

    fn withdraw_invitation(&self, access: &Access, id: InvitationId) -> Result<()> {
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
            store::endings::discard(tx, (organization, id), now)?;
            tx.record(Event::new(access, "revoked", "invitation", id).before(&waits))
        })
    }

    fn waiting_invitations(&self, access: &Access, page: Page) -> Result<Paged<Invitation>> {
        access.require(&ORG_MEMBERS_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let rows = self.ctx.read(|conn| store::invitations::waiting(conn, organization, now, &page))?;
        Ok(Paged::of(rows, &page, |invitation| invitation.id.uuid()))
    }

    fn count_waiting_invitations(&self, access: &Access) -> Result<u64> {
        access.require(&ORG_MEMBERS_LIST)?;
        self.ctx.read(|conn| store::invitations::count_waiting(conn, access.organization()))
    }

    fn inviters(&self, access: &Access, invitations: &[Invitation]) -> Result<Vec<Account>> {
        let here = invitations.iter().filter(|invitation| invitation.organization == access.organization());
        let accounts: BTreeSet<AccountId> = here.filter_map(|invitation| invitation.invited_by).collect();
        let accounts: Vec<AccountId> = accounts.into_iter().collect();
        self.ctx.read(|conn| polity_accounts::within::accounts(conn, &accounts))
    }

    fn follow_link(&self, follower: Option<&Actor>, id: InvitationId) -> Result<Followed> {
        let now = self.ctx.now();
        self.ctx.read(|conn| followed(conn, follower, (id, now)))
    }

    fn take_up(&self, taker: Taker, id: InvitationId) -> Result<TakenUp> {
        if let Taker::Person(actor) = &taker {
            actor.require(&ORG_DIRECTORY_LIST)?;
            actor.person()?;
        }
        let terms = self.terms();
        self.ctx.write_platform(move |tx| take_up(tx, &terms, (&taker, id)))?.ok_or_else(check::over)
    }
}
