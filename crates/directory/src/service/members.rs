//! Members: joining, leaving, adding, changing and removing them.

use std::collections::HashMap;

use polity_accounts::{Account, Assignment};
use polity_kernel::{
    Access, AccountId, Actor, Code, Conn, Error, Event, Level, OrganizationId, Page, Paged, Result,
    Timestamp, Tx, WriteKind, epoch,
};

use super::{Service, entry, roles};
use crate::invitation::{Invitation, InvitationStatus};
use crate::member::{Member, MemberId, MemberPatch, Person};
use crate::organization::{OrganizationRef, Status};
use crate::permissions::{DIRECTORY_LIST, MEMBERS_CREATE, MEMBERS_UPDATE};
use crate::role::{Assignee, RoleAssignment, RoleKey};
use crate::{Members, built_in, store};

impl Members for Service {
    fn members(&self, access: &Access, page: Page) -> Result<Paged<Member>> {
        access.require(&DIRECTORY_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let rows = self.ctx.read(|conn| store::members::page(conn, organization, None, now, &page))?;
        Ok(Paged::of(rows, &page, |member| member.id.uuid()))
    }

    fn people(&self, access: &Access, page: Page) -> Result<Paged<Person>> {
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let rows = store::members::page(conn, organization, None, now, &page)?;
            let members = Paged::of(rows, &page, |member| member.id.uuid());
            Ok(Paged { items: people(conn, organization, members.items, now)?, next: members.next })
        })
    }

    fn member(&self, access: &Access, account: AccountId) -> Result<Member> {
        access.require(&DIRECTORY_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| existing(conn, organization, account, now))
    }

    fn join(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Member> {
        actor.require(&DIRECTORY_LIST)?;
        let (account, actor, reference) = (actor.person()?, actor.clone(), organization.clone());
        self.ctx.write_platform(move |tx| {
            let organization = held(tx, &actor, &reference)?;
            let now = tx.now();
            if store::members::find(tx, organization, account, now)?.is_some() {
                return Err(Error::new(Code::AlreadyMember, "already a member of this organization"));
            }
            let account = verified(tx, account)?;
            if let Some(invitation) = store::invitations::live(tx, organization, &account.email, now)? {
                return claim(tx, &actor, account.id, &invitation);
            }
            if store::domains::verified_owner(tx, account.email.domain())? != Some(organization) {
                return Err(refused("no verified domain and no invitation lets this address in"));
            }
            let member = Member { level: Level::Member, ..new_member(tx, organization, account.id) };
            admit(tx, &actor, &member, "joined")?;
            Ok(member)
        })
    }

    fn leave(&self, actor: &Actor, organization: &OrganizationRef) -> Result<()> {
        actor.require(&DIRECTORY_LIST)?;
        let (account, actor, reference) = (actor.person()?, actor.clone(), organization.clone());
        self.ctx.write_platform(move |tx| {
            let organization = held(tx, &actor, &reference)?;
            let now = tx.now();
            let member = store::members::find(tx, organization, account, now)?
                .ok_or_else(|| Error::new(Code::NotAMember, "not a member of this organization"))?;
            dismiss(tx, &actor, &member, "left")
        })
    }

    fn add(&self, access: &Access, account: AccountId) -> Result<Member> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&MEMBERS_CREATE)?;
            let (organization, now) = (access.organization(), tx.now());
            if let Some(member) = store::members::find(tx, organization, account, now)? {
                return Ok(member);
            }
            let account =
                polity_accounts::within::account(tx, account)?.ok_or_else(|| Error::not_found("account"))?;
            let member = new_member(tx, organization, account.id);
            admit(tx, access.actor(), &member, "added")?;
            Ok(member)
        })
    }

    fn change(&self, access: &Access, account: AccountId, patch: MemberPatch) -> Result<Member> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&MEMBERS_UPDATE)?;
            let (organization, now) = (access.organization(), tx.now());
            let before = existing(tx, organization, account, now)?;
            change(tx, access, &before, patch)
        })
    }

    fn expel(&self, access: &Access, account: AccountId) -> Result<()> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&MEMBERS_CREATE)?;
            let (organization, now) = (access.organization(), tx.now());
            let Some(member) = store::members::find(tx, organization, account, now)? else { return Ok(()) };
            access.require_level(member.level)?;
            dismiss(tx, access.actor(), &member, "removed")
        })
    }
}

/// The member, or `NotFound`.
pub(super) fn existing(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Member> {
    store::members::find(conn, organization, account, now)?.ok_or_else(|| Error::not_found("member"))
}

/// Changes a membership within the rules on levels and owners.
pub(super) fn change(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Member,
    patch: MemberPatch,
) -> Result<Member> {
    let mut after = before.clone();
    after.level = patch.level.unwrap_or(before.level);
    after.expires_at = patch.expires_at.unwrap_or(before.expires_at);
    if after == *before {
        return Ok(after);
    }
    access.require_level(before.level.max(after.level))?;
    if after.level != Level::Owner || after.expires_at.is_some() {
        keep_an_owner(tx, before)?;
    }
    after.version += 1;
    store::members::update(tx, &after)?;
    tx.record(Event::new(access, "updated", "member", before.account).before(before).after(&after))?;
    Ok(after)
}

/// Makes a member of whoever an invitation is for, with its level and roles; somebody who is one already gains what it gives.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    actor: &Actor,
    account: AccountId,
    invitation: &Invitation,
) -> Result<Member> {
    let (organization, now) = (invitation.organization, tx.now());
    let member = match store::members::find(tx, organization, account, now)? {
        Some(present) => {
            let member = Member { level: present.level.max(invitation.level), ..present };
            store::members::update(tx, &member)?;
            member
        }
        None => {
            let member = Member { level: invitation.level, ..new_member(tx, organization, account) };
            admit(tx, actor, &member, "joined")?;
            member
        }
    };
    let own = store::roles::all(tx, organization)?;
    for role in &invitation.roles {
        // a role may have been deleted since
        if built_in::level_of_role(role).is_none() && crate::grants::find(&own, role).is_some() {
            let assignment = RoleAssignment {
                id: tx.new_id(),
                role: role.clone(),
                assignee: Assignee::Account(account),
                expires_at: None,
            };
            store::assignments::upsert(tx, organization, now, &assignment)?;
        }
    }
    store::invitations::settle_all(tx, organization, &invitation.email, InvitationStatus::Claimed)?;
    let what = ("claimed", "invitation", invitation.id.to_string());
    tx.record(Event::in_organization(organization, actor, what).after(&member))?;
    Ok(member)
}

/// The account, if its address is proven to be its own.
pub(super) fn verified(conn: &mut Conn, account: AccountId) -> Result<Account> {
    let account =
        polity_accounts::within::account(conn, account)?.ok_or_else(|| Error::not_found("account"))?;
    if account.email_verified { Ok(account) } else { Err(refused("the e-mail address is not verified")) }
}

/// Holds an organization's epoch for one who is not (or may cease to be) in it.
pub(super) fn held(tx: &mut Tx<'_>, actor: &Actor, reference: &OrganizationRef) -> Result<OrganizationId> {
    let unknown = || Error::not_found("organization");
    let organization = store::names::resolve(tx, reference)?.ok_or_else(unknown)?;
    if actor.limits().organization.is_some_and(|only| only != organization) {
        return Err(unknown());
    }
    epoch::raise(tx, organization.uuid())?.ok_or_else(unknown)?;
    match store::organizations::status(tx, organization)? {
        Some(Status::Active) => Ok(organization),
        Some(Status::Inactive) => Err(Error::new(Code::OrganizationInactive, "organization is inactive")),
        None => Err(unknown()),
    }
}

/// A membership that begins now, at level member.
pub(super) fn new_member(tx: &mut Tx<'_>, organization: OrganizationId, account: AccountId) -> Member {
    Member {
        id: MemberId::new(tx.new_id()),
        organization,
        account,
        level: Level::Member,
        joined_at: tx.now(),
        expires_at: None,
        version: 1,
    }
}

/// Writes a new membership, in place of one that has ended.
pub(super) fn admit(tx: &mut Tx<'_>, actor: &Actor, member: &Member, action: &'static str) -> Result<()> {
    if store::members::delete(tx, member.organization, member.account)? {
        // an ended membership's roles and groups do not come back with a new one
        forget(tx, actor, member)?;
    }
    store::members::insert(tx, member)?;
    let what = (action, "member", member.account.to_string());
    tx.record(Event::in_organization(member.organization, actor, what).after(member))
}

/// Ends a membership with everything that hangs on it.
fn dismiss(tx: &mut Tx<'_>, actor: &Actor, member: &Member, action: &'static str) -> Result<()> {
    keep_an_owner(tx, member)?;
    store::members::delete(tx, member.organization, member.account)?;
    forget(tx, actor, member)?;
    let what = (action, "member", member.account.to_string());
    tx.record(Event::in_organization(member.organization, actor, what).before(member))
}

fn forget(tx: &mut Tx<'_>, actor: &Actor, member: &Member) -> Result<()> {
    let access = entry::attribution(actor, member.organization);
    store::assignments::forget(tx, member.organization, Assignee::Account(member.account))?;
    polity_groups::within::forget(tx, &access, polity_groups::Member::Account(member.account))?;
    polity_accounts::within::forget(tx, &access, member.account)
}

/// The organization's epoch is held alone, so no other owner can go at the same time.
fn keep_an_owner(conn: &mut Conn, member: &Member) -> Result<()> {
    if member.level != Level::Owner
        || store::members::has_other_owner(conn, member.organization, member.account)?
    {
        return Ok(());
    }
    Err(Error::new(Code::LastOwner, "the last owner cannot go; make somebody else an owner first"))
}

fn people(
    conn: &mut Conn,
    organization: OrganizationId,
    members: Vec<Member>,
    now: Timestamp,
) -> Result<Vec<Person>> {
    let ids: Vec<AccountId> = members.iter().map(|member| member.account).collect();
    let accounts = polity_accounts::within::accounts(conn, &ids)?;
    let mut accounts: HashMap<AccountId, Account> =
        accounts.into_iter().map(|account| (account.id, account)).collect();
    let carriers: Vec<Assignee> = ids.iter().copied().map(Assignee::Account).collect();
    let mut carried: HashMap<Assignee, Vec<RoleKey>> = HashMap::new();
    for assignment in store::assignments::of(conn, organization, &carriers, now)? {
        carried.entry(assignment.assignee).or_default().push(assignment.role);
    }
    let mut held: HashMap<AccountId, Vec<Assignment>> = HashMap::new();
    for assignment in polity_accounts::within::assignments_of_accounts(conn, organization, &ids, now)? {
        held.entry(assignment.account).or_default().push(assignment);
    }
    let person = |member: Member| {
        let account = accounts.remove(&member.account)?;
        let mut roles = vec![roles::of_level(&member).role];
        roles.extend(carried.remove(&Assignee::Account(member.account)).unwrap_or_default());
        let account_types = held.remove(&member.account).unwrap_or_default();
        Some(Person { member, account, roles, account_types })
    };
    Ok(members.into_iter().filter_map(person).collect())
}

fn refused(why: &'static str) -> Error {
    Error::new(Code::JoinRefused, why)
}
