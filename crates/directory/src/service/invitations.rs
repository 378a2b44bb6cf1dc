//! Invitations: sending, taking back, accepting.

use polity_accounts::Account;
use polity_kernel::{Access, Actor, Code, Error, Event, Page, Paged, Result, WriteKind};

use crate::acts::invitations::{check, joining, offers};
use crate::acts::{members, roles};
use crate::invitation::{Invitation, InvitationId, InvitationStatus, NewInvitations};
use crate::member::Member;
use crate::names::OrganizationRef;
use crate::permissions::{ORG_DIRECTORY_LIST, ORG_DIRECTORY_MEMBERS_CREATE};
use crate::rules::authority;
use crate::service::Service;
use crate::{Invitations, built_in, store};

/// How many of their own invitations a person is shown (contract directory, facts 0.7).
const SHOWN: i64 = 10;

impl Invitations for Service {
    fn invite(&self, access: &Access, new: NewInvitations) -> Result<Vec<Invitation>> {
        // held alone, since two at once for one address would both stay pending
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_DIRECTORY_MEMBERS_CREATE)?;
            let level = new.roles.iter().filter_map(built_in::level_of_role).fold(new.level, Ord::max);
            authority::may_handle(access, level)?;
            let organization = access.organization();
            for key in &new.roles {
                let role = roles::existing(tx, organization, key)
                    .map_err(|_| Error::field("roles", format!("no such role: {key}")))?;
                authority::may_give(access, &role)?;
            }
            let now = tx.now();
            let to = store::organizations::existing(tx, organization, now)?;
            let mut sent = Vec::with_capacity(new.emails.len());
            for (place, email) in new.emails.iter().enumerate() {
                offers::require_stranger(tx, access, email).map_err(|error| named(place, error))?;
                let invitation = Invitation {
                    id: tx.new_secret_id(),
                    organization,
                    organization_name: to.name.clone(),
                    organization_key: to.key.as_str().to_owned(),
                    email: email.clone(),
                    level,
                    roles: new.roles.clone(),
                    status: InvitationStatus::Pending,
                    invited_by: offers::inviter(access),
                    invited_by_program: offers::inviting_program(access),
                    created_at: now,
                    expires_at: new.expires_at(now),
                    first_name: None,
                    message: None,
                    projects: Vec::new(),
                    is_delegation: false,
                    mails_asked: 0,
                    mails_sent: 0,
                    mail_due_at: None,
                    updated_at: now,
                };
                offers::revoke_live(tx, access, email)?;
                store::invitations::insert(tx, &invitation)?;
                tx.record(Event::new(access, "created", "invitation", invitation.id).after(&invitation))?;
                sent.push(invitation);
            }
            Ok(sent)
        })
    }

    fn invitations(&self, access: &Access, page: Page) -> Result<Paged<Invitation>> {
        access.require(&ORG_DIRECTORY_MEMBERS_CREATE)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let rows = self.ctx.read(|conn| store::invitations::page(conn, organization, now, &page))?;
        Ok(Paged::of(rows, &page, |invitation| invitation.id.uuid()))
    }

    fn withdraw(&self, access: &Access, id: InvitationId) -> Result<()> {
        self.ctx.write(access, WriteKind::Content, move |tx, access| {
            access.require(&ORG_DIRECTORY_MEMBERS_CREATE)?;
            let now = tx.now();
            if !store::endings::revoke(tx, access.organization(), id, now)? {
                return Err(Error::not_found("pending invitation"));
            }
            tx.record(Event::new(access, "revoked", "invitation", id))
        })
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

    fn accept(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Member> {
        actor.require(&ORG_DIRECTORY_LIST)?;
        let (account, actor, reference) = (actor.person()?, actor.clone(), organization.clone());
        let terms = self.terms();
        self.ctx
            .write_platform(move |tx| {
                let none = || Error::not_found("invitation");
                let email = members::verified(tx, account)?;
                let organization =
                    joining::held(tx, &actor, &reference).map_err(|error| match error.code() {
                        Code::NotFound => none(),
                        _ => error,
                    })?;
                let now = tx.now();
                let invitation = store::invitations::live(tx, organization, &email, now)?.ok_or_else(none)?;
                members::require_active(tx, organization)?;
                joining::claim(tx, &terms, (&actor, account), &invitation)
            })?
            .ok_or_else(check::over)
    }
}

/// The failure with the place of the address in the list, where that is all there is to say.
fn named(place: usize, error: Error) -> Error {
    match error.code() {
        Code::AlreadyMember => {
            Error::new(Code::AlreadyMember, format!("emails.{place}: {}", error.message()))
        }
        _ => error,
    }
}
