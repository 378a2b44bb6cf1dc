//! Taking an invitation up, by its link.

use polity_accounts::{AccountFields, AccountProfile, NewAccount};
use polity_kernel::{
    AccountId, Actor, Code, Conn, Error, FieldKind, Limits, OrganizationId, PermissionSet, Result, Subject,
    Timestamp, Tx,
};

use crate::acts::invitations::{check, join, offers};
use crate::acts::terms::Terms;
use crate::acts::{access, members};
use crate::invitation::invitee::{Accepted, Followed, InvitationRef, Taker};
use crate::invitation::{Invitation, InvitationId, InvitationStatus};
use crate::member::Member;
use crate::organization::names::OrganizationRef;
use crate::store;

/// The invitation, if it can be taken up now.
pub(crate) fn acceptable(conn: &mut Conn, id: InvitationId, now: Timestamp) -> Result<Invitation> {
    let organization = store::invitations::place(conn, id)?.ok_or_else(none)?;
    let invitation = existing(conn, organization, id, now)?;
    members::require_active(conn, organization)?;
    live(&invitation)?;
    Ok(invitation)
}

/// What a link leads to, for a person who is signed in or for anybody else.
pub(crate) fn followed(
    conn: &mut Conn,
    follower: Option<&Actor>,
    id: InvitationId,
    now: Timestamp,
) -> Result<Followed> {
    let organization = store::invitations::place(conn, id)?.ok_or_else(none)?;
    let invitation = existing(conn, organization, id, now)?;
    members::require_active(conn, organization)?;
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
    let email = members::verified(conn, account)?;
    match email == invitation.email {
        true => Ok(account),
        false => Err(members::refused("the invitation is for another address")),
    }
}

/// Asks that somebody is no member yet.
fn newcomer(conn: &mut Conn, organization: OrganizationId, account: AccountId, now: Timestamp) -> Result<()> {
    match store::members::find(conn, organization, account, now)? {
        Some(_) => Err(Error::new(Code::AlreadyMember, "already a member of this organization")),
        None => Ok(()),
    }
}

/// Accepts an invitation; absent where it is over, which is noted and told then.
pub(crate) fn accept(
    tx: &mut Tx<'_>,
    terms: &Terms,
    taker: &Taker,
    invitation: &InvitationRef,
) -> Result<Option<Accepted>> {
    match (invitation, taker) {
        (InvitationRef::Id(id), _) => accept_by_id(tx, terms, taker, *id),
        (InvitationRef::To(organization), Taker::Person(actor)) => {
            accept_into(tx, terms, actor, organization)
        }
        // whoever has no account has no address by which an invitation would be theirs
        (InvitationRef::To(_), Taker::Stranger { .. }) => Err(none()),
    }
}

/// Accepts the live invitation of the person's address to an organization.
fn accept_into(
    tx: &mut Tx<'_>,
    terms: &Terms,
    actor: &Actor,
    organization: &OrganizationRef,
) -> Result<Option<Accepted>> {
    let account = actor.person()?;
    let email = members::verified(tx, account)?;
    let organization = join::held(tx, actor, organization).map_err(|error| match error.code() {
        Code::NotFound => none(),
        _ => error,
    })?;
    let now = tx.now();
    let invitation = store::invitations::live_in(tx, organization, &email, now)?.ok_or_else(none)?;
    members::require_active(tx, organization)?;
    let Some(member) = join::join(tx, terms, actor, account, &invitation)? else { return Ok(None) };
    taken(tx, account, member).map(Some)
}

fn taken(tx: &mut Tx<'_>, account: AccountId, member: Member) -> Result<Accepted> {
    let account =
        polity_accounts::within::account(tx, account)?.ok_or_else(|| Error::not_found("account"))?;
    Ok(Accepted { account, member })
}

/// Takes an invitation up for a person, or for a stranger who gets an account; absent where it is over, which is noted and told then.
pub(crate) fn accept_by_id(
    tx: &mut Tx<'_>,
    terms: &Terms,
    taker: &Taker,
    id: InvitationId,
) -> Result<Option<Accepted>> {
    let organization = store::invitations::place(tx, id)?.ok_or_else(none)?;
    members::hold(tx, organization).map_err(|error| match error.code() {
        Code::NotFound => none(),
        _ => error,
    })?;
    let now = tx.now();
    let invitation = existing(tx, organization, id, now)?;
    members::require_active(tx, organization)?;
    let (actor, account) = match taker {
        Taker::Person(actor) => {
            let account = addressee(tx, actor, &invitation)?;
            live(&invitation)?;
            (actor.clone(), account)
        }
        Taker::Stranger { first_name, role_at_organization } => {
            live(&invitation)?;
            if check::standing(tx, terms, &invitation)?.is_none() {
                return check::end(tx, &invitation).map(|()| None);
            }
            let account = introduce(tx, &invitation, first_name, role_at_organization.clone())?;
            (Actor::new(Subject::Person(account), Limits::default(), PermissionSet::none()), account)
        }
    };
    newcomer(tx, organization, account, now)?;
    let Some(member) = join::join(tx, terms, &actor, account, &invitation)? else { return Ok(None) };
    let access = access::attribution(&actor, organization);
    offers::take_back(tx, &access, &invitation.email, None)?;
    taken(tx, account, member).map(Some)
}

/// Makes the account of a stranger. Its address is not proven: whoever may read the invitation knows the link.
fn introduce(
    tx: &mut Tx<'_>,
    invitation: &Invitation,
    first_name: &str,
    role_at_organization: Option<String>,
) -> Result<AccountId> {
    let first_name = first_name.trim();
    if first_name.is_empty() {
        return Err(Error::field("first_name", FieldKind::Required));
    }
    let fields = AccountFields {
        email: invitation.email.to_string(),
        profile: AccountProfile {
            name: Some(first_name.to_owned()),
            role_at_organization,
            ..AccountProfile::default()
        },
        ..AccountFields::default()
    };
    let new = NewAccount::try_from(fields).map_err(|error| match error.fields().first() {
        Some(name) if name.field == "name" => error.at("first_name"),
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
pub(crate) fn waiting(
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
pub(crate) fn none() -> Error {
    Error::not_found("invitation")
}
