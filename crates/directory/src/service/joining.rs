//! Becoming a member: who may, with what, and what a new membership begins without.

use polity_accounts::EmailAddress;
use polity_kernel::{
    AccountId, Actor, Code, Conn, Entitlements, Error, Event, Feature, Level, OrganizationId, Resource,
    Result, Tx, epoch,
};

use super::{Terms, entry, giving, members, notifying, offer, projects, settings};
use crate::invitation::{Invitation, InvitationStatus};
use crate::member::{Member, MemberId};
use crate::organization::Status;
use crate::role::Assignee;
use crate::{OrganizationRef, built_in, grants, store};

/// Holds an organization's epoch for one who is not (or may cease to be) in it.
pub(super) fn held(tx: &mut Tx<'_>, actor: &Actor, reference: &OrganizationRef) -> Result<OrganizationId> {
    let unknown = || Error::not_found("organization");
    let organization = store::names::resolve(tx, reference)?.ok_or_else(unknown)?;
    if actor.limits().organization.is_some_and(|only| only != organization) {
        return Err(unknown());
    }
    hold(tx, organization)?;
    Ok(organization)
}

/// The same for one who asks to come in or out: an organization that has nothing to do with them is as good as none
/// (decision 31).
pub(super) fn approached(
    tx: &mut Tx<'_>,
    actor: &Actor,
    account: AccountId,
    reference: &OrganizationRef,
) -> Result<OrganizationId> {
    let unknown = || Error::not_found("organization");
    let organization = store::names::resolve(tx, reference)?.ok_or_else(unknown)?;
    // asked before it is held, so that a stranger holds nobody up
    if !actor.is_platform_administrator() && !concerns(tx, account, organization)? {
        return Err(unknown());
    }
    held(tx, actor, &organization.into())
}

/// Whether the person belongs to the organization or is let in by it: by an invitation, or the domain of their address.
fn concerns(tx: &mut Tx<'_>, account: AccountId, organization: OrganizationId) -> Result<bool> {
    let now = tx.now();
    if store::members::find(tx, organization, account, now)?.is_some() {
        return Ok(true);
    }
    let account = polity_accounts::within::account(tx, account)?;
    let Some(email) = account.and_then(|account| account.email) else { return Ok(false) };
    Ok(store::invitations::live(tx, organization, &email, now)?.is_some()
        || store::domains::owner(tx, email.domain())? == Some(organization))
}

/// Holds an organization's epoch alone.
pub(super) fn hold(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()> {
    epoch::raise(tx, organization.uuid())?.map(drop).ok_or_else(|| Error::not_found("organization"))
}

/// Asks that a held organization is not suspended.
pub(super) fn require_active(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    match store::organizations::status(conn, organization)? {
        Some(Status::Active) => Ok(()),
        Some(_) => Err(inactive()),
        None => Err(Error::not_found("organization")),
    }
}

/// The organization is suspended.
pub(super) fn inactive() -> Error {
    Error::new(Code::OrganizationInactive, "organization is inactive")
}

/// The account's address, if it is proven to be its own.
pub(super) fn verified(conn: &mut Conn, account: AccountId) -> Result<EmailAddress> {
    let account =
        polity_accounts::within::account(conn, account)?.ok_or_else(|| Error::not_found("account"))?;
    let verified = account.verified_email().cloned();
    verified.ok_or_else(|| refused("the e-mail address is not verified"))
}

/// Notes that a person takes up a membership that others made; nothing happens when they have. Whoever calls holds the organization's
/// epoch alone.
pub(super) fn accept(tx: &mut Tx<'_>, actor: &Actor, present: &Member) -> Result<Member> {
    if present.accepted_at.is_some() {
        return Ok(present.clone());
    }
    let accepted_at = Some(tx.now());
    let after = Member { accepted_at, version: present.version + 1, ..present.clone() };
    store::members::update(tx, &after)?;
    let what = ("accepted", "member", present.account.to_string());
    tx.record(Event::in_organization(present.organization, actor, what).before(present).after(&after))?;
    Ok(after)
}

/// Makes a member of whoever an invitation is for, with its level and roles, those in projects too; somebody who is one already gains what it gives.
/// It is judged again first, as whoever invited stands now; absent where it is over, which is noted and told then.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    terms: &Terms,
    (actor, account): (&Actor, AccountId),
    waiting: &Invitation,
) -> Result<Option<Member>> {
    let Some(invitation) = offer::standing(tx, terms, waiting)? else {
        return offer::end(tx, waiting).map(|()| None);
    };
    let (organization, now) = (invitation.organization, tx.now());
    let entitled = (terms.entitling)(tx, organization)?;
    let entitlements = entitled.at(now);
    let access = entry::attribution(actor, organization);
    let present = store::members::find(tx, organization, account, now)?;
    let is_new = present.is_none();
    let member = match present {
        Some(present) => {
            let accepted_at = present.accepted_at.or(Some(now));
            let level = present.level.max(invitation.level);
            let after = Member { level, accepted_at, ..present.clone() };
            members::rewrite(tx, &access, &present, after)?
        }
        None => {
            let member = Member { level: invitation.level, ..new_member(tx, actor, organization, account) };
            enroll(tx, entitlements, actor, (&member, "joined"))?;
            notifying::tell_of(tx, &member)?;
            member
        }
    };
    let own = store::roles::all(tx, organization)?;
    for role in &invitation.roles {
        // a role may have been deleted since
        if built_in::level_of_role(role).is_none() && grants::find(&own, role).is_some() {
            giving::put(tx, &access, (Assignee::Account(account), role), None)?;
        }
    }
    if is_new {
        // behind the invitation's own, since the first one given is who one is to some callers
        settings::welcome(tx, actor, &member)?;
    }
    if entitlements.includes(Feature::Rbac) {
        projects::fulfil(tx, &access, account, &invitation.projects)?;
    }
    let theirs = (organization, &invitation.email);
    for other in store::endings::settle(tx, theirs, now, InvitationStatus::Claimed)? {
        if other.id != invitation.id {
            tx.record(Event::new(&access, "claimed", "invitation", other.id).before(&other))?;
        }
    }
    tx.record(Event::new(&access, "claimed", "invitation", invitation.id).after(&member))?;
    Ok(Some(member))
}

/// A membership that begins now, at level member. It is taken up if it is the person's own doing.
pub(super) fn new_member(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organization: OrganizationId,
    account: AccountId,
) -> Member {
    Member {
        accepted_at: (actor.subject().member() == Some(account)).then(|| tx.now()),
        id: MemberId::new(tx.new_id()),
        organization,
        account,
        level: Level::Member,
        joined_at: tx.now(),
        expires_at: None,
        version: 1,
        updated_at: tx.now(),
    }
}

/// Writes a new membership, in place of one that has ended, and gives the default role. Whoever calls holds the organization's epoch
/// alone, so that nobody else takes the same place.
///
/// # Errors
/// `LimitReached` when the organization is entitled to no more members.
pub(super) fn admit(
    tx: &mut Tx<'_>,
    entitlements: &Entitlements,
    actor: &Actor,
    (member, action): (&Member, &'static str),
) -> Result<()> {
    enroll(tx, entitlements, actor, (member, action))?;
    settings::welcome(tx, actor, member)
}

/// The same without the default role, which whoever calls gives behind others.
pub(super) fn enroll(
    tx: &mut Tx<'_>,
    entitlements: &Entitlements,
    actor: &Actor,
    (member, action): (&Member, &'static str),
) -> Result<()> {
    let now = tx.now();
    entitlements.require_room(Resource::Members, || store::members::count(tx, member.organization, now))?;
    if store::members::delete(tx, member.organization, member.account)? {
        // an ended membership's roles and groups do not come back with a new one
        forget(tx, actor, member)?;
    }
    store::members::insert(tx, member)?;
    let what = (action, "member", member.account.to_string());
    tx.record(Event::in_organization(member.organization, actor, what).after(member))
}

/// Takes whatever hangs on a membership: roles here and in projects, places in groups, account types, the link to an employee.
pub(super) fn forget(tx: &mut Tx<'_>, actor: &Actor, member: &Member) -> Result<()> {
    let access = entry::attribution(actor, member.organization);
    store::assignments::forget(tx, member.organization, Assignee::Account(member.account))?;
    store::project_members::forget(tx, member.organization, member.account)?;
    store::active_projects::leave(tx, member.organization, member.account)?;
    polity_groups::within::forget(tx, &access, polity_groups::Member::Account(member.account))?;
    polity_accounts::within::part(tx, &access, member.account)?;
    polity_accounts::within::forget(tx, &access, member.account)
}

/// Nothing lets this person in.
pub(super) fn refused(why: &'static str) -> Error {
    Error::new(Code::JoinRefused, why)
}
