//! Members searched: active members counted, leafed through, searched, given another level and removed.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use polity_accounts::EmailAddress;
use polity_accounts::within::Called;
use polity_kernel::{
    Access, AccountId, Code, Conn, Error, Level, Page, Paged, Result, Start, Subject, Timestamp, Tx,
    WriteKind,
};

use crate::acts::invitations::offers;
use crate::acts::members::with_accounts;
use crate::acts::{members, removal};
use crate::likeness::Search;
use crate::member::{Member, MemberId, MemberPatch};
use crate::member_query::{At, FoundMembers, MemberInFull, MemberQuery};
use crate::permissions::{
    ORG_DIRECTORY_MEMBERS_CREATE, ORG_MEMBERS_GET, ORG_MEMBERS_LIST, ORG_MEMBERS_UPDATE,
};
use crate::service::Service;
use crate::store;
use crate::traits::MemberSearch;

/// The most members that a search finds: as many as stand in memory at once.
const MOST: usize = 1_000;

/// The place of a found member: the likest first, then by name, then by joining.
type Likeness = (Reverse<u64>, String, MemberId, AccountId);

impl MemberSearch for Service {
    fn member_in_full(&self, access: &Access, account: AccountId) -> Result<MemberInFull> {
        access.require(&ORG_MEMBERS_GET)?;
        let at = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| one(conn, at, account))
    }

    fn search_members(&self, access: &Access, query: MemberQuery) -> Result<FoundMembers> {
        access.require(&ORG_MEMBERS_LIST)?;
        let at = (access.organization(), self.ctx.now());
        let only = self.ctx.read(|conn| named(conn, &query))?;
        let Some(only) = only else { return Ok(FoundMembers { query, count: 0, likest: Some(Vec::new()) }) };
        if let Some(text) = &query.text {
            let likest = self.likest(at, (&Search::of(text), only, query.updated_after))?;
            let count = u64::try_from(likest.len()).unwrap_or(u64::MAX);
            return Ok(FoundMembers { query, count, likest: Some(likest) });
        }
        let count = self.ctx.read(|conn| store::member_search::count(conn, at, only, query.updated_after))?;
        Ok(FoundMembers { query, count, likest: None })
    }

    fn found_members(
        &self,
        access: &Access,
        found: &FoundMembers,
        page: Page,
    ) -> Result<Paged<MemberInFull>> {
        access.require(&ORG_MEMBERS_LIST)?;
        let (query, at) = (&found.query, (access.organization(), self.ctx.now()));
        if let Some(likest) = &found.likest {
            let skipped = match page.start {
                Start::After(id) => {
                    likest.iter().position(|account| account.uuid() == id).map_or(likest.len(), |at| at + 1)
                }
                Start::First | Start::Offset(_) => usize::try_from(page.skip()).unwrap_or(usize::MAX),
            };
            let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
            let part: Vec<AccountId> =
                likest.iter().skip(skipped).take(limit.saturating_add(1)).copied().collect();
            let part = Paged::of(part, &page, |account| account.uuid());
            let items = self.ctx.read(|conn| in_order(conn, at, &part.items))?;
            return Ok(Paged { items, next: part.next });
        }
        self.ctx.read(|conn| {
            let Some(only) = named(conn, query)? else { return Ok(Paged { items: Vec::new(), next: None }) };
            let wanted = (only, query.updated_after, query.newest_first);
            let rows = store::member_search::page(conn, at, wanted, &page)?;
            let members = Paged::of(rows, &page, |member| member.id.uuid());
            Ok(Paged { items: with_accounts(conn, members.items)?, next: members.next })
        })
    }

    fn set_level(&self, access: &Access, account: AccountId, level: Option<Level>) -> Result<MemberInFull> {
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_MEMBERS_UPDATE)?;
            let at = (access.organization(), tx.now());
            let full = one(tx, at, account)?;
            let Some(level) = level else { return Ok(full) };
            if access.actor().subject() == Subject::Person(account) {
                return Err(Error::new(Code::Forbidden, "nobody sets their own level"));
            }
            let patch = MemberPatch { level: Some(level), expires_at: None };
            let member = members::change(tx, &*workspaces, access, &full.member, patch)?;
            Ok(MemberInFull { member, ..full })
        })
    }

    fn remove_member(&self, access: &Access, account: AccountId) -> Result<()> {
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            let own = access.actor().subject() == Subject::Person(account);
            may_remove(tx, access, own)?;
            let at = (access.organization(), tx.now());
            let member = one(tx, at, account)?.member;
            if own {
                members::dismiss(tx, &*workspaces, access.actor(), &member, "left")
            } else {
                removal::expel(tx, &*workspaces, access, &member)
            }
        })
    }
}

impl Service {
    /// Those like a search, in order. Read page by page, so that only those found stand in memory.
    fn likest(
        &self,
        at: At,
        (search, only, after): (&Search, Option<AccountId>, Option<Timestamp>),
    ) -> Result<Vec<AccountId>> {
        let mut found: BTreeSet<Likeness> = BTreeSet::new();
        let mut page = Page::first(Page::MAX);
        loop {
            let next = self.ctx.read(|conn| {
                let rows = store::member_search::page(conn, at, (only, after, false), &page)?;
                let members = Paged::of(rows, &page, |member| member.id.uuid());
                Ok((placed(conn, search, &members.items)?, members.next))
            })?;
            found.extend(next.0);
            while found.len() > MOST {
                found.pop_last();
            }
            let Some(next) = next.1 else { break };
            page = Page::after(Page::MAX, next);
        }
        Ok(found.into_iter().map(|(.., account)| account).collect())
    }
}

/// Where those of the members stand that are like the search.
fn placed(conn: &mut Conn, search: &Search, members: &[Member]) -> Result<Vec<Likeness>> {
    let ids: HashMap<AccountId, MemberId> =
        members.iter().map(|member| (member.account, member.id)).collect();
    let accounts: Vec<AccountId> = ids.keys().copied().collect();
    let called = polity_accounts::within::called(conn, &accounts)?;
    let place = |Called { account_id: account, name, email }: Called| {
        let (name, email) = (name.unwrap_or_default(), email.unwrap_or_default());
        let likeness = search.likeness(&format!("{name} {email}"))?;
        // no negative number and no NaN: their order is that of their bits
        Some((Reverse(likeness.to_bits()), name.to_lowercase(), *ids.get(&account)?, account))
    };
    Ok(called.into_iter().filter_map(place).collect())
}

/// The member whose account this is, and is in use.
fn one(conn: &mut Conn, (organization, now): At, account: AccountId) -> Result<MemberInFull> {
    let member = store::members::find(conn, organization, account, now)?;
    let found = with_accounts(conn, member.into_iter().collect())?;
    found.into_iter().next().ok_or_else(|| Error::not_found("member"))
}

/// Asks that the actor may remove the member, who may be themselves.
fn may_remove(tx: &mut Tx<'_>, access: &Access, own: bool) -> Result<()> {
    if own && offers::credential_leaves(tx, access, &ORG_DIRECTORY_MEMBERS_CREATE)? {
        return Ok(());
    }
    access.require(&ORG_DIRECTORY_MEMBERS_CREATE)
}

/// The one account that is asked for by its address, if one is; absent altogether when nobody has it.
fn named(conn: &mut Conn, query: &MemberQuery) -> Result<Option<Option<AccountId>>> {
    let Some(text) = &query.email else { return Ok(Some(None)) };
    let Ok(email) = text.parse::<EmailAddress>() else { return Ok(None) };
    Ok(polity_accounts::within::account_by_email(conn, &email)?.map(|account| Some(account.id)))
}

/// The members with these accounts, in the same order; without those who are none any more.
fn in_order(conn: &mut Conn, (organization, now): At, accounts: &[AccountId]) -> Result<Vec<MemberInFull>> {
    let places: HashMap<AccountId, usize> =
        accounts.iter().enumerate().map(|(place, account)| (*account, place)).collect();
    let members = store::members::of_accounts(conn, organization, accounts, now)?;
    let mut found = with_accounts(conn, members)?;
    found.sort_by_key(|one| places.get(&one.account.id).copied());
    Ok(found)
}
