//! Members: joining, leaving, adding, changing and removing them.

use std::collections::HashMap;

use polity_accounts::{Account, Assignment};
use polity_kernel::{
    Access, AccountId, Actor, Code, Conn, Error, Event, Level, OrganizationId, Page, Paged, Result,
    Timestamp, Tx, WriteKind,
};

use super::{Service, giving, joining, offer, promising};
use crate::member::{Member, MemberPatch, Person};
use crate::names::OrganizationRef;
use crate::permissions::{DIRECTORY_LIST, MEMBERS_CREATE, MEMBERS_UPDATE, PEOPLE_LIST};
use crate::role::{Assignee, RoleKey};
use crate::{Members, store};

impl Members for Service {
    fn members(&self, access: &Access, page: Page) -> Result<Paged<Member>> {
        access.require(&DIRECTORY_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let rows = self.ctx.read(|conn| store::members::page(conn, organization, None, now, &page))?;
        Ok(Paged::of(rows, &page, |member| member.id.uuid()))
    }

    fn accounts(&self, access: &Access, page: Page) -> Result<Paged<AccountId>> {
        access.require(&DIRECTORY_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let rows = self.ctx.read(|conn| store::members::accounts(conn, organization, now, &page))?;
        Ok(Paged::of(rows, &page, |(member, _)| member.uuid()).map(|(_, account)| account))
    }

    fn people(&self, access: &Access, page: Page) -> Result<Paged<Person>> {
        access.require(&PEOPLE_LIST)?;
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
        let terms = self.terms();
        self.ctx
            .write_platform(move |tx| {
                let organization = joining::approached(tx, &actor, account, &reference)?;
                joining::require_active(tx, organization)?;
                let now = tx.now();
                let entitled = (terms.entitling)(tx, organization)?;
                match store::members::find(tx, organization, account, now)? {
                    Some(member) if member.accepted_at.is_some() => {
                        return Err(Error::new(Code::AlreadyMember, "already a member of this organization"));
                    }
                    Some(member) => return joining::accept(tx, &actor, &member).map(Some),
                    None => {}
                }
                let email = joining::verified(tx, account)?;
                if let Some(invitation) = store::invitations::live(tx, organization, &email, now)? {
                    return joining::claim(tx, &terms, (&actor, account), &invitation);
                }
                if store::domains::owner(tx, email.domain())? != Some(organization) {
                    return Err(joining::refused(
                        "no verified domain and no invitation lets this address in",
                    ));
                }
                let member = joining::new_member(tx, &actor, organization, account);
                joining::admit(tx, entitled.at(now), &actor, (&member, "joined"))?;
                Ok(Some(member))
            })?
            .ok_or_else(offer::over)
    }

    fn leave(&self, actor: &Actor, organization: &OrganizationRef) -> Result<()> {
        actor.require(&DIRECTORY_LIST)?;
        let (account, actor, reference) = (actor.person()?, actor.clone(), organization.clone());
        self.ctx.write_platform(move |tx| {
            let organization = joining::approached(tx, &actor, account, &reference)?;
            let now = tx.now();
            let member = store::members::find(tx, organization, account, now)?
                .ok_or_else(|| Error::new(Code::NotAMember, "not a member of this organization"))?;
            // what others made of somebody is theirs to end, whatever became of the organization
            if member.accepted_at.is_some() {
                joining::require_active(tx, organization)?;
            }
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
            let member = joining::new_member(tx, access.actor(), organization, account.id);
            joining::admit(tx, access.entitlements(now), access.actor(), (&member, "added"))?;
            Ok(member)
        })
    }

    fn change(&self, access: &Access, account: AccountId, patch: MemberPatch) -> Result<Member> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&MEMBERS_UPDATE)?;
            let (organization, now) = (access.organization(), tx.now());
            if patch.expires_at.flatten().is_some_and(|end| end <= now) {
                return Err(Error::field("expires_at", "is in the past"));
            }
            let before = existing(tx, organization, account, now)?;
            change(tx, access, &before, patch)
        })
    }

    fn expel(&self, access: &Access, account: AccountId) -> Result<()> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&MEMBERS_CREATE)?;
            let (organization, now) = (access.organization(), tx.now());
            match store::members::find(tx, organization, account, now)? {
                Some(member) => expel(tx, access, &member),
                None => Ok(()),
            }
        })
    }
}

/// Sends a member away. Whoever calls has asked for the permission.
pub(super) fn expel(tx: &mut Tx<'_>, access: &Access, member: &Member) -> Result<()> {
    giving::may_handle(access, member.level)?;
    dismiss(tx, access.actor(), member, "removed")?;
    // an older promise does not bring back who was sent away
    match polity_accounts::within::account(tx, member.account)? {
        Some(Account { email: Some(email), .. }) => promising::revoke_live(tx, access, &email),
        _ => Ok(()),
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
    if after != *before {
        giving::may_handle(access, before.level.max(after.level))?;
    }
    if after.level > before.level {
        let now = tx.now();
        giving::may_add_to(tx, access, before, now)?;
    }
    rewrite(tx, access, before, after)
}

/// Writes a changed membership within the rule on owners. Whoever calls has asked whether the levels may be handled.
pub(super) fn rewrite(
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
    tx.record(Event::new(access, "updated", "member", before.account).before(before).after(&after))?;
    Ok(after)
}

/// Ends a membership with everything that hangs on it. An owner who never took that up may always go.
pub(super) fn dismiss(tx: &mut Tx<'_>, actor: &Actor, member: &Member, action: &'static str) -> Result<()> {
    if member.level == Level::Owner && member.accepted_at.is_some() {
        keep_an_owner(tx, member)?;
    }
    store::members::delete(tx, member.organization, member.account)?;
    joining::forget(tx, actor, member)?;
    let what = (action, "member", member.account.to_string());
    tx.record(Event::in_organization(member.organization, actor, what).before(member))
}

/// Ends every membership of somebody who is gone for good, in organizations that it holds alone one after the other.
///
/// # Errors
/// `LastOwner` where nobody else owns the organization.
pub(crate) fn dismiss_everywhere(tx: &mut Tx<'_>, actor: &Actor, member: AccountId) -> Result<()> {
    let (now, mut after) = (tx.now(), OrganizationId::new(uuid::Uuid::nil()));
    loop {
        let some = store::memberships::organizations_of(tx, member, now, (after, Page::MAX))?;
        let Some(last) = some.last() else { return Ok(()) };
        after = *last;
        for organization in some {
            joining::hold(tx, organization)?;
            if let Some(present) = store::members::find(tx, organization, member, now)? {
                dismiss(tx, actor, &present, "removed")?;
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

/// These members with what there is to know of them here.
pub(super) fn people(
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
        let mut roles = vec![giving::of_level(&member).role];
        roles.extend(carried.remove(&Assignee::Account(member.account)).unwrap_or_default());
        let account_types = held.remove(&member.account).unwrap_or_default();
        Some(Person { member, account, roles, account_types })
    };
    Ok(members.into_iter().filter_map(person).collect())
}
