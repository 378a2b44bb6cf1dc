//! What areas further right in the chain may ask inside their own transaction; nothing here asks for permission.

use polity_accounts::EmailAddress;
use polity_kernel::event::Origin;
use polity_kernel::{
    Access, AccountId, Actor, Conn, Error, Level, OrganizationId, PermissionSet, Result, ServiceAccountId,
    Timestamp, Tx, epoch,
};

pub use crate::acts::belonging::BELONGING;
use crate::acts::invitations::{acceptance, check, join, letters};
use crate::acts::members;
use crate::acts::organizations::foundation;
pub use crate::acts::organizations::reach::{Candidates, Reach, filled, let_in, may_see, with_home};
pub use crate::acts::roles::{role, role_called};
use crate::acts::terms::Terms;
use crate::events::{MEMBER_ADDED, MEMBER_PUT_BACK, ORGANIZATION_UPDATED};
pub use crate::organization::parameter::settle;
pub use crate::part::Part;
use crate::permissions::ORG_DIRECTORY_MEMBERS_CREATE;
pub use crate::store::members::membership::{IsMember, OrganizationOf, TakenUpBy};
pub use crate::workspaces::new_app::{kind_key, text};
use crate::{
    Accepted, Invitation, InvitationId, NewOrganization, Organization, PrimaryDomain, Status, Taker,
    Workspaces, role::built_in, store,
};

/// Founds an organization as [`Organizations::found`](crate::Organizations::found) does, but for the permission.
pub fn found(tx: &mut Tx<'_>, terms: &Terms, actor: &Actor, new: &NewOrganization) -> Result<Organization> {
    foundation::found(tx, terms, actor, new)
}

/// The organization as it is now; absent once it is deleted.
pub fn organization(conn: &mut Conn, id: OrganizationId, now: Timestamp) -> Result<Option<Organization>> {
    store::organizations::find(conn, id, now)
}

/// Ends every membership of a service account that is gone for good (docs/decisions/0030).
///
/// # Errors
/// `LastOwner` where it is the only owner of an organization.
pub fn resign(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    actor: &Actor,
    service: ServiceAccountId,
) -> Result<()> {
    members::end_memberships(tx, workspaces, actor, AccountId::new(service.uuid()))
}

/// How many members the organization has now.
pub fn member_count(conn: &mut Conn, id: OrganizationId, now: Timestamp) -> Result<u64> {
    store::members::count(conn, id, now)
}

/// Shows this as the organization's primary e-mail domain; nothing happens when it is so already. Whoever calls holds the organization's
/// epoch alone and has raised it, since organizations are remembered under it.
pub fn show_domain(tx: &mut Tx<'_>, origin: Origin<'_>, domain: Option<PrimaryDomain>) -> Result<()> {
    let now = tx.now();
    let before = store::organizations::existing(tx, origin.organization(), now)?;
    if before.domain == domain {
        return Ok(());
    }
    let version = before.version + 1;
    let after = Organization { domain, version, updated_at: now, ..before.clone() };
    store::organizations::update(tx, &after)?;
    tx.record(ORGANIZATION_UPDATED.changed(origin, after.id, &before, &after))
}

/// Those who own the organization now and have taken that up, the one who has longest first, at most `limit`.
pub fn owners(conn: &mut Conn, id: OrganizationId, now: Timestamp, limit: i64) -> Result<Vec<AccountId>> {
    store::members::owners_in_person(conn, id, now, limit)
}

/// Whether the organization is there and works.
pub fn works(conn: &mut Conn, id: OrganizationId) -> Result<bool> {
    Ok(store::organizations::status(conn, id)? == Some(Status::Active))
}

/// Whether the account is a member now.
pub fn is_member(conn: &mut Conn, id: OrganizationId, account: AccountId, now: Timestamp) -> Result<bool> {
    Ok(store::members::find(conn, id, account, now)?.is_some())
}

/// Whether an invitation into the organization waits for this address now.
pub fn is_invited(conn: &mut Conn, id: OrganizationId, email: &EmailAddress, now: Timestamp) -> Result<bool> {
    Ok(store::invitations::live_in(conn, id, email, now)?.is_some())
}

/// Makes the account a member of the organization, unless it is one. Whoever calls holds the organization's epoch alone.
///
/// # Errors
/// `Forbidden` for an actor who may not add members; `NotFound` for an unknown account; `LimitReached`.
pub fn belong(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    account: AccountId,
) -> Result<()> {
    let now = tx.now();
    if is_member(tx, access.organization(), account, now)? {
        return Ok(());
    }
    access.require(&ORG_DIRECTORY_MEMBERS_CREATE)?;
    let account =
        polity_accounts::within::account(tx, account)?.ok_or_else(|| Error::not_found("account"))?;
    let member = members::new_member(tx, access.actor(), access.organization(), account.id);
    members::admit(tx, workspaces, access, &member, &MEMBER_ADDED)
}

/// What every member at this level may do by it.
pub fn given_by_level(level: Level) -> PermissionSet {
    built_in::role_of_level(level).gives()
}

/// Those of these accounts that run an organization, or did, as an admin or owner; in no order.
pub fn running(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<AccountId>> {
    store::members::membership::running(conn, accounts)
}

/// Counts a letter that the actor has the organization send to an address.
///
/// # Errors
/// `Throttled` once the actor has caused, or the address has been sent, as many as may be.
pub fn count_letter(tx: &mut Tx<'_>, access: &Access, to: &EmailAddress) -> Result<()> {
    letters::caused(tx, access, to)
}

/// Makes a member of a person who has come in by the organization's own connection, as if they had asked for it
/// ([`Members::join`](crate::Members::join)): by a waiting invitation first, else by its verified domain. False for who is one already.
///
/// # Errors
/// `JoinRefused` where nothing lets their address in; `OrganizationInactive`; `LimitReached`; `NotFound` once it is deleted.
pub fn come_in(tx: &mut Tx<'_>, terms: &Terms, actor: &Actor, organization: OrganizationId) -> Result<bool> {
    members::hold(tx, organization)?;
    let now = tx.now();
    if let Some(present) = store::members::find(tx, organization, actor.person()?, now)?
        && present.accepted_at.is_some()
    {
        return Ok(false);
    }
    if join::by_address(tx, terms, actor, organization)?.is_none() {
        // the invitation is over and gone; the domain is still there
        join::by_address(tx, terms, actor, organization)?;
    }
    Ok(true)
}

/// What a link to accept an invitation leads to, as [`Invitations::follow`](crate::Invitations::follow) says.
pub fn invitation(conn: &mut Conn, id: InvitationId, now: Timestamp) -> Result<Invitation> {
    acceptance::acceptable(conn, id, now)
}

/// Takes an invitation up as [`Invitations::accept`](crate::Invitations::accept) does, but for the permission.
/// Absent where it is over, which is noted and told then: the transaction is to be committed, and [`over`] answered.
pub fn accept(tx: &mut Tx<'_>, terms: &Terms, taker: &Taker, id: InvitationId) -> Result<Option<Accepted>> {
    acceptance::accept_by_id(tx, terms, taker, id)
}

/// What is told of an invitation whose inviter could not send it any more.
pub fn over() -> Error {
    check::over()
}

/// Puts back what the account has taken up, for whoever takes the account itself over: they are members in name alone until they take
/// that up themselves (docs/decisions/0020).
pub fn put_back(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    for organization in store::members::memberships::put_back(tx, account)? {
        epoch::raise(tx, organization.uuid())?;
        tx.record(MEMBER_PUT_BACK.done(Origin::within(organization, &Actor::system()), account))?;
    }
    Ok(())
}
