//! Joining: by invitation, or by an address under a verified domain.

use crate::entitlements::RBAC;
use polity_kernel::event::Origin;
use polity_kernel::{AccountId, Actor, Code, Error, OrganizationId, Result, Tx};

use crate::acts::invitations::{check, notices};
use crate::acts::members::{enroll, hold, new_member};
use crate::acts::roles::assigned;
use crate::acts::terms::Terms;
use crate::acts::{access, members};
use crate::domain_claims::DomainClaims;
use crate::events::{INVITATION_CLAIMED, MEMBER_ACCEPTED, MEMBER_JOINED};
use crate::invitation::{Invitation, InvitationStatus};
use crate::member::Member;
use crate::role::assignment::Assignee;
use crate::{OrganizationRef, role::built_in, role::grants, store};

/// Holds an organization's epoch for one who is not (or may cease to be) in it.
pub(crate) fn held(tx: &mut Tx<'_>, actor: &Actor, reference: &OrganizationRef) -> Result<OrganizationId> {
    let unknown = || Error::not_found("organization");
    let organization = store::names::resolve(tx, reference)?.ok_or_else(unknown)?;
    if actor.limits().organization.is_some_and(|only| only != organization) {
        return Err(unknown());
    }
    hold(tx, organization)?;
    Ok(organization)
}

/// The same for one who asks to come in or out: an organization that has nothing to do with them is as good as none
/// (docs/decisions/0031).
pub(crate) fn approached(
    tx: &mut Tx<'_>,
    claims: &dyn DomainClaims,
    actor: &Actor,
    account: AccountId,
    reference: &OrganizationRef,
) -> Result<OrganizationId> {
    let unknown = || Error::not_found("organization");
    let organization = store::names::resolve(tx, reference)?.ok_or_else(unknown)?;
    // asked before it is held, so that a stranger holds nobody up
    if !actor.is_platform_administrator() && !concerns(tx, claims, account, organization)? {
        return Err(unknown());
    }
    held(tx, actor, &organization.into())
}

/// Whether the person belongs to the organization or is let in by it: by an invitation, or the domain of their address.
fn concerns(
    tx: &mut Tx<'_>,
    claims: &dyn DomainClaims,
    account: AccountId,
    organization: OrganizationId,
) -> Result<bool> {
    let now = tx.now();
    if store::members::find(tx, organization, account, now)?.is_some() {
        return Ok(true);
    }
    let account = polity_accounts::within::account(tx, account)?;
    let Some(email) = account.and_then(|account| account.email) else { return Ok(false) };
    Ok(store::invitations::live_in(tx, organization, &email, now)?.is_some()
        || claims.owner(tx, email.domain())? == Some(organization))
}

/// Notes that a person takes up a membership that others made; nothing happens when they have. Whoever calls holds the organization's
/// epoch alone.
pub(crate) fn accept(tx: &mut Tx<'_>, actor: &Actor, present: &Member) -> Result<Member> {
    if present.accepted_at.is_some() {
        return Ok(present.clone());
    }
    let accepted_at = Some(tx.now());
    let after = Member { accepted_at, version: present.version + 1, ..present.clone() };
    store::members::update(tx, &after)?;
    let origin = Origin::within(present.organization, actor);
    tx.record(MEMBER_ACCEPTED.changed(origin, present.account, present, &after))?;
    Ok(after)
}

/// Makes a member of a person whose address lets them in: by a waiting invitation first, else by the organization's verified domain. Who was made
/// one by others takes that up. Whoever calls holds the organization's epoch alone. Absent where the invitation is over, which is noted and told
/// then.
///
/// # Errors
/// `AlreadyMember`; `JoinRefused` where nothing lets the address in; `OrganizationInactive`; `LimitReached`.
pub(crate) fn by_address(
    tx: &mut Tx<'_>,
    terms: &Terms,
    actor: &Actor,
    organization: OrganizationId,
) -> Result<Option<Member>> {
    members::require_active(tx, organization)?;
    let (account, now) = (actor.person()?, tx.now());
    let entitled = (terms.entitling)(tx, organization)?;
    match store::members::find(tx, organization, account, now)? {
        Some(member) if member.accepted_at.is_some() => {
            return Err(Error::new(Code::AlreadyMember, "already a member of this organization"));
        }
        Some(member) => return accept(tx, actor, &member).map(Some),
        None => {}
    }
    let email = members::verified(tx, account)?;
    if let Some(invitation) = store::invitations::live_in(tx, organization, &email, now)? {
        return join(tx, terms, actor, account, &invitation);
    }
    if terms.domains.owner(tx, email.domain())? != Some(organization) {
        return Err(members::refused("no verified domain and no invitation lets this address in"));
    }
    let member = new_member(tx, actor, organization, account);
    let access = access::attribution(actor, organization).entitled(entitled);
    members::admit(tx, &*terms.workspaces, &access, &member, &MEMBER_JOINED)?;
    Ok(Some(member))
}

/// Makes a member of whoever an invitation is for, with its level and roles, those in projects too; somebody who is one already gains what it gives.
/// It is judged again first, as whoever invited stands now; absent where it is over, which is noted and told then.
pub(crate) fn join(
    tx: &mut Tx<'_>,
    terms: &Terms,
    actor: &Actor,
    account: AccountId,
    waiting: &Invitation,
) -> Result<Option<Member>> {
    let Some(invitation) = check::standing(tx, terms, waiting)? else {
        return check::end(tx, waiting).map(|()| None);
    };
    let (organization, now) = (invitation.organization, tx.now());
    let entitled = (terms.entitling)(tx, organization)?;
    let access = access::attribution(actor, organization).entitled(entitled);
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
            enroll(tx, &*terms.workspaces, &access, &member, &MEMBER_JOINED)?;
            notices::tell_of(tx, &member)?;
            member
        }
    };
    let own = store::roles::all(tx, organization)?;
    for role in &invitation.roles {
        // a role may have been deleted since
        if built_in::level_of_role(role).is_none() && grants::find(&own, role).is_some() {
            assigned::put(tx, &access, Assignee::Account(account), role, None)?;
        }
    }
    if is_new {
        // behind the invitation's own, since the first one given is who one is to some callers
        members::welcome(tx, actor, &member)?;
    }
    if access.entitlements(now).includes(RBAC) {
        terms.workspaces.fulfil(tx, &access, account, &invitation.projects)?;
    }
    let status = InvitationStatus::Claimed;
    for other in store::endings::settle(tx, organization, &invitation.email, now, status)? {
        if other.id != invitation.id {
            tx.record(INVITATION_CLAIMED.changed(&access, other.id, &other, &member))?;
        }
    }
    tx.record(INVITATION_CLAIMED.changed(&access, waiting.id, waiting, &member))?;
    Ok(Some(member))
}
