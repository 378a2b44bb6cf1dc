//! Members: listed, searched, joining, leaving, added, changed and removed.

use std::collections::HashMap;
use std::sync::Arc;

use polity_kernel::{
    Access, AccountId, Actor, Code, Error, FieldKind, Page, Paged, Result, Start, Subject, WriteKind,
};

use crate::acts::invitations::{check, join};
use crate::acts::members::{end_membership, existing};
use crate::acts::{employment, member_search, members, removal, roles};
use crate::events::MEMBER_LEFT;
use crate::member::query::{At, FoundMembers, MemberInFull, MemberQuery};
use crate::member::{Member, MemberPatch, NewMember};
use crate::organization::names::OrganizationRef;
use crate::permissions::{ORG_DIRECTORY_LIST, ORG_MEMBERS_GET, ORG_MEMBERS_LIST, ORG_MEMBERS_UPDATE};
use crate::role::RoleKey;
use crate::service::Service;
use crate::{Members, store};

impl Members for Service {
    fn accounts(&self, access: &Access, page: Page) -> Result<Paged<AccountId>> {
        access.require(&ORG_DIRECTORY_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let rows = self.ctx.read(|conn| store::members::accounts(conn, organization, now, &page))?;
        Ok(Paged::of(rows, &page, |(member, _)| member.uuid()).map(|(_, account)| account))
    }

    fn members(&self, access: &Access, query: &MemberQuery, page: Page) -> Result<Paged<MemberInFull>> {
        access.require(&ORG_MEMBERS_LIST)?;
        let at = At { organization: access.organization(), now: self.ctx.now() };
        if query.text.is_some() {
            return self.likest_page(at, query, &page);
        }
        self.ctx.read(|conn| {
            let Some(wanted) = member_search::wanted(conn, query)? else { return Ok(Paged::empty()) };
            let rows = store::members::search::page(conn, at, &wanted, &page)?;
            let found = Paged::of(rows, &page, |member| member.id.uuid());
            Ok(Paged { items: member_search::in_full(conn, at, found.items, query)?, next: found.next })
        })
    }

    fn search_members(&self, access: &Access, query: MemberQuery) -> Result<FoundMembers> {
        access.require(&ORG_MEMBERS_LIST)?;
        let at = At { organization: access.organization(), now: self.ctx.now() };
        if query.text.is_some() {
            let likest = self.likest(at, &query)?;
            let count = u64::try_from(likest.len()).unwrap_or(u64::MAX);
            return Ok(FoundMembers { query: MemberQuery { likest: Some(likest), ..query }, count });
        }
        let count = self.ctx.read(|conn| match member_search::wanted(conn, &query)? {
            Some(wanted) => store::members::search::count(conn, at, &wanted),
            None => Ok(0),
        })?;
        Ok(FoundMembers { query, count })
    }

    fn member(&self, access: &Access, account: AccountId) -> Result<MemberInFull> {
        access.require(&ORG_MEMBERS_GET)?;
        let at = At { organization: access.organization(), now: self.ctx.now() };
        self.ctx.read(|conn| member_search::one(conn, at, account, &MemberQuery::whole()))
    }

    fn shown_roles(
        &self,
        access: &Access,
        accounts: &[AccountId],
    ) -> Result<Vec<(AccountId, Option<RoleKey>)>> {
        let own = |account: &AccountId| access.actor().subject() == Subject::Person(*account);
        if !accounts.iter().all(own) {
            access.require(&ORG_MEMBERS_GET)?;
        }
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let members = store::members::of_accounts(conn, organization, accounts, now)?;
            let mut shown: HashMap<AccountId, RoleKey> =
                employment::shown_roles(conn, organization, &members, now)?.into_iter().collect();
            Ok(accounts.iter().map(|account| (*account, shown.remove(account))).collect())
        })
    }

    fn join(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Member> {
        actor.require(&ORG_DIRECTORY_LIST)?;
        let (account, actor, reference) = (actor.person()?, actor.clone(), organization.clone());
        let terms = self.terms();
        self.ctx
            .write_platform(move |tx| {
                let organization = join::approached(tx, &*terms.domains, &actor, account, &reference)?;
                join::by_address(tx, &terms, &actor, organization)
            })?
            .ok_or_else(check::over)
    }

    fn leave(&self, actor: &Actor, organization: &OrganizationRef) -> Result<()> {
        actor.require(&ORG_DIRECTORY_LIST)?;
        let (account, actor, reference) = (actor.person()?, actor.clone(), organization.clone());
        let terms = self.terms();
        self.ctx.write_platform(move |tx| {
            let organization = join::approached(tx, &*terms.domains, &actor, account, &reference)?;
            let now = tx.now();
            let member = store::members::find(tx, organization, account, now)?
                .ok_or_else(|| Error::new(Code::NotAMember, "not a member of this organization"))?;
            // what others made of somebody is theirs to end, whatever became of the organization
            if member.accepted_at.is_some() {
                members::require_active(tx, organization)?;
            }
            end_membership(tx, &*terms.workspaces, &actor, &member, &MEMBER_LEFT)
        })
    }

    fn add_member(&self, access: &Access, new: NewMember) -> Result<Member> {
        let workspaces = Arc::clone(&self.terms.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            let NewMember { account, role, employee } = &new;
            let organization = access.organization();
            let role = match role {
                Some(role) => Some(roles::called(tx, organization, role)?.ok_or_else(|| {
                    Error::field("role", FieldKind::NotFound.told(format!("no such role: {role}")))
                })?),
                None => None,
            };
            let member = employment::appoint(tx, &*workspaces, access, *account, role.as_ref())?;
            if let Some(employee) = employee {
                employment::link(tx, access, *account, *employee)?;
            }
            Ok(member)
        })
    }

    fn change_member(&self, access: &Access, account: AccountId, patch: MemberPatch) -> Result<MemberInFull> {
        let workspaces = Arc::clone(&self.terms.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_MEMBERS_UPDATE)?;
            let at = At { organization: access.organization(), now: tx.now() };
            if patch.expires_at.flatten().is_some_and(|end| end <= at.now) {
                return Err(Error::field("expires_at", FieldKind::Past));
            }
            let before = existing(tx, at.organization, account, at.now)?;
            members::change(tx, &*workspaces, access, &before, patch)?;
            member_search::one(tx, at, account, &MemberQuery::whole())
        })
    }

    fn remove_member(&self, access: &Access, account: AccountId) -> Result<bool> {
        let workspaces = Arc::clone(&self.terms.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            let own = access.actor().subject() == Subject::Person(account);
            removal::may_remove(tx, access, own)?;
            let now = tx.now();
            match store::members::find(tx, access.organization(), account, now)? {
                Some(member) if own => {
                    end_membership(tx, &*workspaces, access.actor(), &member, &MEMBER_LEFT)?;
                }
                Some(member) => removal::remove(tx, &*workspaces, access, &member)?,
                None => return Ok(false),
            }
            Ok(true)
        })
    }
}

impl Service {
    /// The page of those that a search has found, or finds now.
    fn likest_page(&self, at: At, query: &MemberQuery, page: &Page) -> Result<Paged<MemberInFull>> {
        let found;
        let likest = match &query.likest {
            Some(likest) => likest,
            None => {
                found = self.likest(at, query)?;
                &found
            }
        };
        let skipped = match page.start {
            Start::After(id) => {
                likest.iter().position(|account| account.uuid() == id).map_or(likest.len(), |at| at + 1)
            }
            Start::First | Start::Offset(_) => usize::try_from(page.skip()).unwrap_or(usize::MAX),
        };
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let part: Vec<AccountId> =
            likest.iter().skip(skipped).take(limit.saturating_add(1)).copied().collect();
        let part = Paged::of(part, page, |account| account.uuid());
        let items = self.ctx.read(|conn| member_search::in_order(conn, at, &part.items, query))?;
        Ok(Paged { items, next: part.next })
    }

    fn likest(&self, at: At, query: &MemberQuery) -> Result<Vec<AccountId>> {
        let wanted = self.ctx.read(|conn| member_search::wanted(conn, query))?;
        match (wanted, &query.text) {
            (Some(wanted), Some(text)) => member_search::likest(&self.ctx, at, &wanted, text),
            _ => Ok(Vec::new()),
        }
    }
}
