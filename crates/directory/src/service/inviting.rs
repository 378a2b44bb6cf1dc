//! Inviting one address at a time, sending again, and taking up by a link.

use std::collections::BTreeSet;

use polity_accounts::{Account, AccountFields, NewAccount};
use polity_kernel::{
    Access, AccountId, Actor, Code, Conn, Error, Event, Level, Limits, OrganizationId, Page, Paged,
    PermissionSet, Result, Subject, Timestamp, Tx, WriteKind,
};

use super::{Service, Terms, delegating, entry, giving, joining, offer, organizations, promising};
use crate::invitation::{Invitation, InvitationId, InvitationStatus};
use crate::invitee::{Followed, NewDelegate, NewInvitee, TakenUp, Taker, VALID, within_list};
use crate::permissions::{DIRECTORY_LIST, MEMBERS_CREATE, PEOPLE_LIST};
use crate::{Inviting, store};

impl Inviting for Service {
    fn invite_one(&self, access: &Access, new: NewInvitee) -> Result<Invitation> {
        // held alone, since two at once for one address would both wait
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            promising::may_invite(tx, access)?;
            let now = tx.now();
            let to = organizations::existing(tx, access.organization(), now)?;
            let sent = promising::promise(tx, access, &to, &new)?;
            promising::require_room(tx, access.organization())?;
            Ok(sent)
        })
    }

    fn invite_many(&self, access: &Access, new: Vec<NewInvitee>) -> Result<Vec<Invitation>> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            promising::may_invite(tx, access)?;
            let now = tx.now();
            let to = organizations::existing(tx, access.organization(), now)?;
            let one = |(place, new)| {
                promising::promise(tx, access, &to, new).map_err(|error| within_list(place, error))
            };
            let sent = new.iter().enumerate().map(one).collect::<Result<_>>()?;
            promising::require_room(tx, access.organization())?;
            Ok(sent)
        })
    }

    fn delegate_setup(&self, access: &Access, new: NewDelegate) -> Result<Invitation> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            promising::may_invite(tx, access)?;
            let (organization, now) = (access.organization(), tx.now());
            let account = access.actor().person()?;
            giving::may_handle(access, Level::Admin)?;
            let to = organizations::existing(tx, organization, now)?;
            match store::invitations::delegation_by(tx, (organization, account), now)? {
                None => {
                    let sent = promising::delegate(tx, access, &to, &new)?;
                    promising::require_room(tx, organization)?;
                    delegating::only(tx, account, &sent)?;
                    Ok(sent)
                }
                Some(waits) if waits.email == new.email && waits.mails_sent == 0 => {
                    promising::may_renew(tx, access, &waits)?;
                    let again = Invitation { updated_at: now, ..waits.clone() };
                    let sent = promising::send(tx, access, (&waits, again))?;
                    delegating::only(tx, account, &sent)?;
                    Ok(sent)
                }
                Some(_) => Err(Error::new(Code::Conflict, "another invitation of yours to set up waits")),
            }
        })
    }

    fn resend_invitation(&self, access: &Access, id: InvitationId) -> Result<Invitation> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            promising::may_invite(tx, access)?;
            let now = tx.now();
            let waits = waiting(tx, access.organization(), id, now)?.ok_or_else(none)?;
            promising::may_renew(tx, access, &waits)?;
            // an expired one may have been followed by another
            promising::take_back(tx, access, &waits.email, Some(waits.id))?;
            let expires_at = waits.expires_at.max(now.after(VALID));
            let again = Invitation {
                status: InvitationStatus::Pending,
                // who sends it again promises it from now on, and is judged when it is taken up
                invited_by: promising::inviter(access),
                invited_by_program: promising::inviting_program(access),
                expires_at,
                updated_at: now,
                ..waits.clone()
            };
            promising::send(tx, access, (&waits, again))
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
            if !own || !promising::credential_leaves(tx, access, &MEMBERS_CREATE)? {
                access.require(&MEMBERS_CREATE)?;
            }
            store::endings::discard(tx, (organization, id), now)?;
            tx.record(Event::new(access, "revoked", "invitation", id).before(&waits))
        })
    }

    fn waiting_invitations(&self, access: &Access, page: Page) -> Result<Paged<Invitation>> {
        access.require(&PEOPLE_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let rows = self.ctx.read(|conn| store::invitations::waiting(conn, organization, now, &page))?;
        Ok(Paged::of(rows, &page, |invitation| invitation.id.uuid()))
    }

    fn count_waiting_invitations(&self, access: &Access) -> Result<u64> {
        access.require(&PEOPLE_LIST)?;
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
            actor.require(&DIRECTORY_LIST)?;
            actor.person()?;
        }
        let terms = self.terms();
        self.ctx.write_platform(move |tx| take_up(tx, &terms, (&taker, id)))?.ok_or_else(offer::over)
    }
}

/// The invitation, if it can be taken up now.
pub(crate) fn acceptable(conn: &mut Conn, id: InvitationId, now: Timestamp) -> Result<Invitation> {
    let organization = store::invitations::place(conn, id)?.ok_or_else(none)?;
    let invitation = existing(conn, organization, id, now)?;
    joining::require_active(conn, organization)?;
    live(&invitation)?;
    Ok(invitation)
}

/// What a link leads to, for a person who is signed in or for anybody else.
fn followed(
    conn: &mut Conn,
    follower: Option<&Actor>,
    (id, now): (InvitationId, Timestamp),
) -> Result<Followed> {
    let organization = store::invitations::place(conn, id)?.ok_or_else(none)?;
    let invitation = existing(conn, organization, id, now)?;
    joining::require_active(conn, organization)?;
    let has_account = match follower {
        Some(actor) => {
            let account = addressee(conn, actor, &invitation)?;
            live(&invitation)?;
            newcomer(conn, organization, account, now)?;
            true
        }
        None => {
            live(&invitation)?;
            polity_accounts::within::account_by_email(conn, &invitation.email)?.is_some()
        }
    };
    let inviter = match invitation.invited_by {
        Some(account) => polity_accounts::within::account(conn, account)?,
        None => None,
    };
    Ok(Followed { invitation, inviter, has_account })
}

/// The person's account, if the invitation is for it and their credential is good there.
fn addressee(conn: &mut Conn, actor: &Actor, invitation: &Invitation) -> Result<AccountId> {
    if actor.limits().organization.is_some_and(|only| only != invitation.organization) {
        return Err(none());
    }
    let account = actor.person()?;
    let email = joining::verified(conn, account)?;
    match email == invitation.email {
        true => Ok(account),
        false => Err(joining::refused("the invitation is for another address")),
    }
}

/// Asks that somebody is no member yet.
fn newcomer(conn: &mut Conn, organization: OrganizationId, account: AccountId, now: Timestamp) -> Result<()> {
    match store::members::find(conn, organization, account, now)? {
        Some(_) => Err(Error::new(Code::AlreadyMember, "already a member of this organization")),
        None => Ok(()),
    }
}

/// Takes an invitation up for a person, or for a stranger who gets an account; absent where it is over, which is noted and told then.
pub(crate) fn take_up(
    tx: &mut Tx<'_>,
    terms: &Terms,
    (taker, id): (&Taker, InvitationId),
) -> Result<Option<TakenUp>> {
    let organization = store::invitations::place(tx, id)?.ok_or_else(none)?;
    joining::hold(tx, organization).map_err(|error| match error.code() {
        Code::NotFound => none(),
        _ => error,
    })?;
    let now = tx.now();
    let invitation = existing(tx, organization, id, now)?;
    joining::require_active(tx, organization)?;
    let (actor, account) = match taker {
        Taker::Person(actor) => {
            let account = addressee(tx, actor, &invitation)?;
            live(&invitation)?;
            (actor.clone(), account)
        }
        Taker::Stranger { first_name, role_at_organization } => {
            live(&invitation)?;
            if offer::standing(tx, terms, &invitation)?.is_none() {
                return offer::end(tx, &invitation).map(|()| None);
            }
            let account = introduce(tx, &invitation, (first_name, role_at_organization.clone()))?;
            (Actor::new(Subject::Person(account), Limits::default(), PermissionSet::none()), account)
        }
    };
    newcomer(tx, organization, account, now)?;
    let Some(member) = joining::claim(tx, terms, (&actor, account), &invitation)? else { return Ok(None) };
    let account =
        polity_accounts::within::account(tx, account)?.ok_or_else(|| Error::not_found("account"))?;
    let access = entry::attribution(&actor, organization);
    promising::take_back(tx, &access, &invitation.email, None)?;
    Ok(Some(TakenUp { account, member }))
}

/// Makes the account of a stranger. Its address is not proven: whoever may read the invitation knows the link.
fn introduce(
    tx: &mut Tx<'_>,
    invitation: &Invitation,
    (first_name, role_at_organization): (&str, Option<String>),
) -> Result<AccountId> {
    let first_name = first_name.trim();
    if first_name.is_empty() {
        return Err(Error::field("first_name", "is required"));
    }
    let fields = AccountFields {
        email: invitation.email.to_string(),
        name: Some(first_name.to_owned()),
        role_at_organization,
        ..AccountFields::default()
    };
    let new = NewAccount::try_from(fields).map_err(|error| match error.fields().first() {
        Some(name) if name.field == "name" => Error::field("first_name", name.message.clone()),
        _ => error,
    })?;
    match polity_accounts::within::find_or_create(tx, &Actor::system(), None, &new)? {
        (account, true) => Ok(account.id),
        (_, false) => Err(Error::new(Code::Unauthenticated, "this address has an account: sign in first")),
    }
}

/// An invitation that nobody took back.
fn existing(
    conn: &mut Conn,
    organization: OrganizationId,
    id: InvitationId,
    now: Timestamp,
) -> Result<Invitation> {
    let found = store::invitations::find(conn, organization, id, now)?;
    found.filter(|invitation| invitation.status != InvitationStatus::Revoked).ok_or_else(none)
}

/// An invitation that waits, though its time may have run out.
pub(super) fn waiting(
    conn: &mut Conn,
    organization: OrganizationId,
    id: InvitationId,
    now: Timestamp,
) -> Result<Option<Invitation>> {
    let waits = |status| matches!(status, InvitationStatus::Pending | InvitationStatus::Expired);
    let found = store::invitations::find(conn, organization, id, now)?;
    Ok(found.filter(|invitation| waits(invitation.status)))
}

/// Asks that an invitation can be taken up now.
fn live(invitation: &Invitation) -> Result<()> {
    match invitation.status {
        InvitationStatus::Pending => Ok(()),
        _ => Err(Error::new(Code::Conflict, "the invitation has expired or was taken up")),
    }
}

/// What is told of an invitation that was taken back, or never was.
fn none() -> Error {
    Error::not_found("invitation")
}
