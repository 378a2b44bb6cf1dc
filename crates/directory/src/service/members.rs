//! Members: joining, leaving, adding, changing and removing them.

use std::sync::Arc;

use polity_kernel::{Access, AccountId, Actor, Code, Error, Page, Paged, Result, WriteKind};

use crate::acts::invitations::{check, joining};
use crate::acts::members;
use crate::acts::members::{change, dismiss, existing, people};
use crate::acts::removal::expel;
use crate::member::{Member, MemberPatch, Person};
use crate::names::OrganizationRef;
use crate::permissions::{
    ORG_DIRECTORY_LIST, ORG_DIRECTORY_MEMBERS_CREATE, ORG_MEMBERS_LIST, ORG_MEMBERS_UPDATE,
};
use crate::service::Service;
use crate::{Members, store};

impl Members for Service {
    fn members(&self, access: &Access, page: Page) -> Result<Paged<Member>> {
        access.require(&ORG_DIRECTORY_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let rows = self.ctx.read(|conn| store::members::page(conn, organization, None, now, &page))?;
        Ok(Paged::of(rows, &page, |member| member.id.uuid()))
    }

    fn accounts(&self, access: &Access, page: Page) -> Result<Paged<AccountId>> {
        access.require(&ORG_DIRECTORY_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let rows = self.ctx.read(|conn| store::members::accounts(conn, organization, now, &page))?;
        Ok(Paged::of(rows, &page, |(member, _)| member.uuid()).map(|(_, account)| account))
    }

    fn people(&self, access: &Access, page: Page) -> Result<Paged<Person>> {
        access.require(&ORG_MEMBERS_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let rows = store::members::page(conn, organization, None, now, &page)?;
            let members = Paged::of(rows, &page, |member| member.id.uuid());
            Ok(Paged { items: people(conn, organization, members.items, now)?, next: members.next })
        })
    }

    fn member(&self, access: &Access, account: AccountId) -> Result<Member> {
        access.require(&ORG_DIRECTORY_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| existing(conn, organization, account, now))
    }

    fn join(&self, actor: &Actor, organization: &OrganizationRef) -> Result<Member> {
        actor.require(&ORG_DIRECTORY_LIST)?;
        let (account, actor, reference) = (actor.person()?, actor.clone(), organization.clone());
        let terms = self.terms();
        self.ctx
            .write_platform(move |tx| {
                let organization = joining::approached(tx, &actor, account, &reference)?;
                members::require_active(tx, organization)?;
                let now = tx.now();
                let entitled = (terms.entitling)(tx, organization)?;
                match store::members::find(tx, organization, account, now)? {
                    Some(member) if member.accepted_at.is_some() => {
                        return Err(Error::new(Code::AlreadyMember, "already a member of this organization"));
                    }
                    Some(member) => return joining::accept(tx, &actor, &member).map(Some),
                    None => {}
                }
                let email = members::verified(tx, account)?;
                if let Some(invitation) = store::invitations::live(tx, organization, &email, now)? {
                    return joining::claim(tx, &terms, (&actor, account), &invitation);
                }
                if store::domains::owner(tx, email.domain())? != Some(organization) {
                    return Err(members::refused(
                        "no verified domain and no invitation lets this address in",
                    ));
                }
                let member = members::new_member(tx, &actor, organization, account);
                members::admit(tx, &*terms.workspaces, entitled.at(now), &actor, (&member, "joined"))?;
                Ok(Some(member))
            })?
            .ok_or_else(check::over)
    }

    fn leave(&self, actor: &Actor, organization: &OrganizationRef) -> Result<()> {
        actor.require(&ORG_DIRECTORY_LIST)?;
        let (account, actor, reference) = (actor.person()?, actor.clone(), organization.clone());
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write_platform(move |tx| {
            let organization = joining::approached(tx, &actor, account, &reference)?;
            let now = tx.now();
            let member = store::members::find(tx, organization, account, now)?
                .ok_or_else(|| Error::new(Code::NotAMember, "not a member of this organization"))?;
            // what others made of somebody is theirs to end, whatever became of the organization
            if member.accepted_at.is_some() {
                members::require_active(tx, organization)?;
            }
            dismiss(tx, &*workspaces, &actor, &member, "left")
        })
    }

    fn add(&self, access: &Access, account: AccountId) -> Result<Member> {
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_DIRECTORY_MEMBERS_CREATE)?;
            let (organization, now) = (access.organization(), tx.now());
            if let Some(member) = store::members::find(tx, organization, account, now)? {
                return Ok(member);
            }
            let account =
                polity_accounts::within::account(tx, account)?.ok_or_else(|| Error::not_found("account"))?;
            let member = members::new_member(tx, access.actor(), organization, account.id);
            members::admit(tx, &*workspaces, access.entitlements(now), access.actor(), (&member, "added"))?;
            Ok(member)
        })
    }

    fn change(&self, access: &Access, account: AccountId, patch: MemberPatch) -> Result<Member> {
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_MEMBERS_UPDATE)?;
            let (organization, now) = (access.organization(), tx.now());
            if patch.expires_at.flatten().is_some_and(|end| end <= now) {
                return Err(Error::field("expires_at", "is in the past"));
            }
            let before = existing(tx, organization, account, now)?;
            change(tx, &*workspaces, access, &before, patch)
        })
    }

    fn expel(&self, access: &Access, account: AccountId) -> Result<()> {
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_DIRECTORY_MEMBERS_CREATE)?;
            let (organization, now) = (access.organization(), tx.now());
            match store::members::find(tx, organization, account, now)? {
                Some(member) => expel(tx, &*workspaces, access, &member),
                None => Ok(()),
            }
        })
    }
}
