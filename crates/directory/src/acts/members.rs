//! Members: admitted, changed, and gone.

use crate::entitlements::MEMBERS;
use polity_accounts::EmailAddress;
use polity_kernel::event::Origin;
use polity_kernel::{
    Access, AccountId, Actor, Code, Conn, Error, Level, OrganizationId, Page, Result, Timestamp, Tx, epoch,
};

use crate::acts::roles::assigned;
use crate::acts::{access, roles};
use crate::events::{Admission, MEMBER_REMOVED, MEMBER_UPDATED, Removal};
use crate::member::{Member, MemberId, MemberPatch};
use crate::organization::Status;
use crate::part::Part;
use crate::role::assignment::Assignee;
use crate::rules::authority;
use crate::store;
use crate::workspaces::Workspaces;

/// The member, or `NotFound`.
pub(crate) fn existing(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Member> {
    store::members::find(conn, organization, account, now)?.ok_or_else(|| Error::not_found("member"))
}

/// Changes a membership within the rules on levels and owners.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    before: &Member,
    patch: MemberPatch,
) -> Result<Member> {
    let mut after = before.clone();
    after.level = patch.level.unwrap_or(before.level);
    after.expires_at = patch.expires_at.unwrap_or(before.expires_at);
    if after != *before {
        authority::may_handle(access, before.level.max(after.level))?;
    }
    if after.level > before.level {
        let now = tx.now();
        assigned::may_add_to(tx, workspaces, access, before, now)?;
    }
    rewrite(tx, access, before, after)
}

/// Writes a changed membership within the rule on owners. Whoever calls has asked whether the levels may be handled.
pub(crate) fn rewrite(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Member,
    mut after: Member,
) -> Result<Member> {
    if after == *before {
        return Ok(after);
    }
    // an owner for a time counts for nothing: when it is over, nobody would be left
    let ends = after.level == Level::Owner && after.expires_at.is_some();
    if ends || (before.is_lasting_owner() && !after.is_lasting_owner()) {
        keep_an_owner(tx, before)?;
    }
    after.version += 1;
    after.updated_at = tx.now();
    store::members::update(tx, &after)?;
    tx.record(MEMBER_UPDATED.changed(access, before.account, before, &after))?;
    Ok(after)
}

/// Ends a membership with everything that hangs on it. An owner who never took that up may always go.
pub(crate) fn end_membership(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    actor: &Actor,
    member: &Member,
    how: &Removal,
) -> Result<()> {
    if member.level == Level::Owner && member.accepted_at.is_some() {
        keep_an_owner(tx, member)?;
    }
    store::members::delete(tx, member.organization, member.account)?;
    forget(tx, workspaces, actor, member)?;
    tx.record(how.over(Origin::within(member.organization, actor), member.account, member))
}

/// Ends every membership of somebody who is gone for good, in organizations that it holds alone one after the other.
///
/// # Errors
/// `LastOwner` where nobody else owns the organization.
pub(crate) fn end_memberships(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    actor: &Actor,
    member: AccountId,
) -> Result<()> {
    let (now, mut after) = (tx.now(), OrganizationId::new(uuid::Uuid::nil()));
    loop {
        let some =
            store::members::memberships::organizations_of(tx, member, now, Part { after, limit: Page::MAX })?;
        let Some(last) = some.last() else { return Ok(()) };
        after = *last;
        for organization in some {
            hold(tx, organization)?;
            if let Some(present) = store::members::find(tx, organization, member, now)? {
                end_membership(tx, workspaces, actor, &present, &MEMBER_REMOVED)?;
            }
        }
    }
}

/// Asks that another owner is left. The organization's epoch is held alone, so no other owner can go at the same time.
fn keep_an_owner(conn: &mut Conn, but: &Member) -> Result<()> {
    if store::members::has_other_owner(conn, but.organization, but.account)? {
        return Ok(());
    }
    Err(Error::new(Code::LastOwner, "the last owner cannot go; make somebody else an owner first"))
}

/// A membership that begins now, at level member. It is taken up if it is the person's own doing.
pub(crate) fn new_member(
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
pub(crate) fn admit(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    member: &Member,
    how: &Admission,
) -> Result<()> {
    enroll(tx, workspaces, access, member, how)?;
    welcome(tx, access.actor(), member)
}

/// The same without the default role, which whoever calls gives behind others.
pub(crate) fn enroll(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    member: &Member,
    how: &Admission,
) -> Result<()> {
    let now = tx.now();
    let entitlements = access.entitlements(now);
    entitlements.require_room(MEMBERS, || store::members::count(tx, member.organization, now))?;
    if store::members::delete(tx, member.organization, member.account)? {
        // an ended membership's roles and groups do not come back with a new one
        forget(tx, workspaces, access.actor(), member)?;
    }
    store::members::insert(tx, member)?;
    tx.record(how.made(Origin::within(member.organization, access.actor()), member.account, member))
}

/// Takes whatever hangs on a membership: roles here and in projects, places in groups, account types, the link to an employee.
fn forget(tx: &mut Tx<'_>, workspaces: &dyn Workspaces, actor: &Actor, member: &Member) -> Result<()> {
    let access = access::attribution(actor, member.organization);
    store::assignments::forget(tx, member.organization, Assignee::Account(member.account))?;
    workspaces.on_left(tx, member.organization, member.account)?;
    polity_groups::within::forget(tx, &access, polity_groups::Member::Account(member.account))?;
    polity_accounts::within::part(tx, &access, member.account)?;
    polity_accounts::within::forget(tx, &access, member.account)
}

/// Holds an organization's epoch alone.
pub(crate) fn hold(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()> {
    epoch::raise(tx, organization.uuid())?.map(drop).ok_or_else(|| Error::not_found("organization"))
}

/// Asks that a held organization is not suspended.
pub(crate) fn require_active(conn: &mut Conn, organization: OrganizationId) -> Result<()> {
    match store::organizations::status(conn, organization)? {
        Some(Status::Active) => Ok(()),
        Some(_) => Err(inactive()),
        None => Err(Error::not_found("organization")),
    }
}

/// The organization is suspended.
pub(crate) fn inactive() -> Error {
    Error::new(Code::OrganizationInactive, "organization is inactive")
}

/// The account's address, if it is proven to be its own.
pub(crate) fn verified(conn: &mut Conn, account: AccountId) -> Result<EmailAddress> {
    let account =
        polity_accounts::within::account(conn, account)?.ok_or_else(|| Error::not_found("account"))?;
    let verified = account.verified_email().cloned();
    verified.ok_or_else(|| refused("the e-mail address is not verified"))
}

/// Nothing lets this person in.
pub(crate) fn refused(why: &'static str) -> Error {
    Error::new(Code::JoinRefused, why)
}

/// Gives a new member the default role, if there is one. Whoever calls holds the organization's epoch alone.
pub(crate) fn welcome(tx: &mut Tx<'_>, actor: &Actor, member: &Member) -> Result<()> {
    let organization = member.organization;
    let Some(id) = store::organizations::default_role(tx, organization)? else { return Ok(()) };
    let Some(role) = roles::by_id(tx, organization, id)? else { return Ok(()) };
    let access = access::attribution(actor, organization);
    assigned::put(tx, &access, Assignee::Account(member.account), &role.key, None).map(drop)
}
