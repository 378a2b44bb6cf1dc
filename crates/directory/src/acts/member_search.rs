//! Members looked for: by account, by a word, and shown with their accounts.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use polity_accounts::within::Called;
use polity_accounts::{Account, AccountStatus, Assignment, EmailAddress};
use polity_kernel::{AccountId, Conn, Ctx, Error, Page, Paged, Result, Timestamp};

use crate::member::likeness::Search;
use crate::member::query::{At, MemberInFull, MemberQuery};
use crate::member::{Member, MemberId};
use crate::role::RoleKey;
use crate::role::assignment::Assignee;
use crate::rules::authority;
use crate::store;
use crate::store::members::search::Wanted;

/// The most members that a search finds: as many as stand in memory at once.
const MOST: usize = 1_000;

/// The place of a found member: the likest first, then by name, then by joining.
type Likeness = (Reverse<u64>, String, MemberId, AccountId);

/// Who of the members may be among those wanted, by the address that is asked for.
pub(crate) enum Named {
    /// Anybody.
    Any,
    /// Whoever has this account.
    One(AccountId),
    /// Nobody.
    Nobody,
}

/// These members with their accounts, in the same order; without those whose account is gone, or disabled unless such are wanted.
pub(crate) fn in_full(
    conn: &mut Conn,
    at: At,
    members: Vec<Member>,
    shown: &MemberQuery,
) -> Result<Vec<MemberInFull>> {
    let ids: Vec<AccountId> = members.iter().map(|member| member.account).collect();
    let accounts = polity_accounts::within::accounts(conn, &ids)?;
    let in_use = |account: &Account| shown.with_disabled || account.status == AccountStatus::Active;
    let mut accounts: HashMap<AccountId, Account> =
        accounts.into_iter().filter(in_use).map(|account| (account.id, account)).collect();
    let logins: HashMap<AccountId, Timestamp> = match shown.with_last_login {
        true => polity_accounts::within::last_logins(conn, &ids)?.into_iter().collect(),
        false => HashMap::new(),
    };
    let mut carried = if shown.with_roles { carried(conn, at, &ids)? } else { Carried::default() };
    let full = members.into_iter().filter_map(|member| {
        let account = accounts.remove(&member.account)?;
        let (roles, account_types) = match shown.with_roles {
            true => carried.of(&member),
            false => (Vec::new(), Vec::new()),
        };
        let last_login_at = logins.get(&account.id).copied();
        Some(MemberInFull { member, account, last_login_at, roles, account_types })
    });
    Ok(full.collect())
}

/// The member whose account this is, if that is in use or a disabled one is wanted.
pub(crate) fn one(conn: &mut Conn, at: At, account: AccountId, shown: &MemberQuery) -> Result<MemberInFull> {
    let member = store::members::find(conn, at.organization, account, at.now)?;
    let found = in_full(conn, at, member.into_iter().collect(), shown)?;
    found.into_iter().next().ok_or_else(|| Error::not_found("member"))
}

/// The members with these accounts, in the same order; without those who are none any more.
pub(crate) fn in_order(
    conn: &mut Conn,
    at: At,
    accounts: &[AccountId],
    shown: &MemberQuery,
) -> Result<Vec<MemberInFull>> {
    let places: HashMap<AccountId, usize> =
        accounts.iter().enumerate().map(|(place, account)| (*account, place)).collect();
    let members = store::members::of_accounts(conn, at.organization, accounts, at.now)?;
    let mut found = in_full(conn, at, members, shown)?;
    found.sort_by_key(|one| places.get(&one.account.id).copied());
    Ok(found)
}

/// Whom the address that is asked for leaves.
pub(crate) fn named(conn: &mut Conn, query: &MemberQuery) -> Result<Named> {
    let Some(text) = &query.email else { return Ok(Named::Any) };
    let Ok(email) = text.parse::<EmailAddress>() else { return Ok(Named::Nobody) };
    let found = polity_accounts::within::account_by_email(conn, &email)?;
    Ok(found.map_or(Named::Nobody, |account| Named::One(account.id)))
}

/// The members that a query wants, as the store looks for them; absent when nobody can be among them.
pub(crate) fn wanted(conn: &mut Conn, query: &MemberQuery) -> Result<Option<Wanted>> {
    let only = match named(conn, query)? {
        Named::Any => None,
        Named::One(account) => Some(account),
        Named::Nobody => return Ok(None),
    };
    Ok(Some(Wanted {
        only,
        level: None,
        at_least: query.at_least,
        updated_after: query.updated_after,
        with_disabled: query.with_disabled,
        newest_first: query.newest_first,
    }))
}

/// Those of the wanted who are like the search, in order. Read page by page, so that only those found stand in memory.
pub(crate) fn likest(ctx: &Ctx, at: At, wanted: &Wanted, text: &str) -> Result<Vec<AccountId>> {
    let search = Search::of(text);
    let wanted = Wanted { newest_first: false, ..*wanted };
    let mut found: BTreeSet<Likeness> = BTreeSet::new();
    let mut page = Page::first(Page::MAX);
    loop {
        let next = ctx.read(|conn| {
            let rows = store::members::search::page(conn, at, &wanted, &page)?;
            let members = Paged::of(rows, &page, |member| member.id.uuid());
            Ok((placed(conn, &search, &members.items)?, members.next))
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

/// What members carry, by account.
#[derive(Default)]
struct Carried {
    roles: HashMap<Assignee, Vec<RoleKey>>,
    account_types: HashMap<AccountId, Vec<Assignment>>,
}

impl Carried {
    fn of(&mut self, member: &Member) -> (Vec<RoleKey>, Vec<Assignment>) {
        let mut roles = vec![authority::of_level(member).role];
        roles.extend(self.roles.remove(&Assignee::Account(member.account)).unwrap_or_default());
        (roles, self.account_types.remove(&member.account).unwrap_or_default())
    }
}

fn carried(conn: &mut Conn, At { organization, now }: At, accounts: &[AccountId]) -> Result<Carried> {
    let carriers: Vec<Assignee> = accounts.iter().copied().map(Assignee::Account).collect();
    let mut carried = Carried::default();
    for assignment in store::assignments::of(conn, organization, &carriers, now)? {
        carried.roles.entry(assignment.assignee).or_default().push(assignment.role);
    }
    for assignment in polity_accounts::within::assignments_of_accounts(conn, organization, accounts, now)? {
        carried.account_types.entry(assignment.account).or_default().push(assignment);
    }
    Ok(carried)
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
