//! People: the accounts of others, for those who share an organization with them.

use std::collections::{BTreeMap, BTreeSet};

use polity_accounts::{Account, AccountPatch, Employee, NewAccount};
use polity_kernel::{
    AccountId, Actor, Code, Conn, Error, OrganizationId, Page, Paged, Permission, Result, Subject, Timestamp,
    Tx, WriteKind,
};
use uuid::Uuid;

use crate::acts::organizations::reach::{Reach, own, sees_all, with_home};
use crate::acts::{account_change, employment};
use crate::member::person::{AccountRef, Membership};
use crate::part::Part;
use crate::permissions::{ORG_MEMBERS_CREATE, ORG_MEMBERS_GET, ORG_MEMBERS_LIST};
use crate::service::Service;
use crate::{Entry as _, OrganizationRef, People, store};

/// The most organizations of one account that anybody is shown.
const MOST: i64 = 1_000;

impl People for Service {
    fn people(&self, actor: &Actor, page: Page) -> Result<Paged<Account>> {
        if sees_all(actor) {
            return self.ctx.read(|conn| polity_accounts::within::accounts_page(conn, page));
        }
        let ids = Paged::of(self.nearest(actor, &page)?, &page, |id| id.uuid());
        let items = self.ctx.read(|conn| polity_accounts::within::accounts(conn, &ids.items))?;
        Ok(Paged { items, next: ids.next })
    }

    fn person(&self, actor: &Actor, of: &AccountRef) -> Result<Account> {
        let account = self.ctx.read(|conn| find(conn, of))?.ok_or_else(unknown)?;
        if made(actor, &account) || self.knows(actor, account.id)? { Ok(account) } else { Err(unknown()) }
    }

    fn create_person(
        &self,
        actor: &Actor,
        organization: Option<&OrganizationRef>,
        new: NewAccount,
    ) -> Result<Account> {
        if actor.is_platform_administrator() {
            let actor = actor.clone();
            return self.ctx.write_platform(move |tx| make(tx, &actor, None, &new));
        }
        let organization = organization.ok_or_else(|| {
            Error::new(
                Code::Forbidden,
                "only a platform administrator makes accounts outside of organizations",
            )
        })?;
        let access = self.enter(actor, organization)?;
        self.ctx.write(&access, WriteKind::Content, move |tx, access| {
            access.require(&ORG_MEMBERS_CREATE)?;
            make(tx, access.actor(), Some(access.organization()), &new)
        })
    }

    fn change_person(&self, actor: &Actor, of: &AccountRef, patch: AccountPatch) -> Result<Account> {
        let id = self.person(actor, of)?.id;
        let actor = actor.clone();
        let terms = self.terms();
        self.ctx.write_platform(move |tx| {
            polity_accounts::within::update(tx, &actor, id, &patch, |tx, before, after| {
                if actor.is_platform_administrator() || actor.subject() == Subject::Person(id) {
                    return polity_accounts::within::may_change_own(&actor, before, after);
                }
                account_change::may_change(tx, &terms, &actor, before, after)
            })
        })
    }

    fn memberships(
        &self,
        actor: &Actor,
        accounts: &[AccountId],
    ) -> Result<Vec<(AccountId, Vec<Membership>)>> {
        let now = self.ctx.now();
        let places = self.places(actor, accounts)?;
        self.ctx.read(|conn| {
            let mut found: BTreeMap<AccountId, Vec<Membership>> = BTreeMap::new();
            for (organization, accounts) in &places {
                let accounts: Vec<AccountId> = accounts.iter().copied().collect();
                for (account, place) in employment::memberships(conn, *organization, &accounts, now)? {
                    found.entry(account).or_default().extend(place);
                }
            }
            Ok(accounts.iter().map(|id| (*id, found.remove(id).unwrap_or_default())).collect())
        })
    }

    fn employments(&self, actor: &Actor, account: AccountId) -> Result<Vec<Employee>> {
        let employments = if sees_all(actor) {
            self.ctx.read(|conn| {
                let found = polity_accounts::within::employments_anywhere(conn, account)?;
                standing(conn, found)
            })?
        } else {
            let get = &polity_accounts::permissions::ORG_EMPLOYEES_GET;
            let organizations = match self.own_of(actor, account)? {
                Some(own) => own,
                None => self.where_may(actor, get)?,
            };
            self.ctx.read(|conn| polity_accounts::within::employments(conn, account, &organizations))?
        };
        if employments.is_empty() {
            self.person(actor, &AccountRef::Id(account))?;
        }
        Ok(employments)
    }
}

impl Service {
    /// The next accounts behind the page's cursor that the actor sees, one more than the page holds.
    fn nearest(&self, actor: &Actor, page: &Page) -> Result<Vec<AccountId>> {
        let (now, after) = (self.ctx.now(), AccountId::new(page.cursor()));
        let wanted = page.limit + 1 + page.skip();
        let most = usize::try_from(wanted).unwrap_or(usize::MAX);
        let mut nearest: BTreeSet<AccountId> =
            own_account(actor).filter(|own| *own > after).into_iter().collect();
        for organization in self.where_may(actor, &ORG_MEMBERS_LIST)? {
            nearest.extend(
                self.ctx
                    .read(|conn| store::members::accounts_after(conn, organization, now, after, wanted))?,
            );
            while nearest.len() > most {
                nearest.pop_last();
            }
        }
        let skipped = usize::try_from(page.skip()).unwrap_or(usize::MAX);
        Ok(nearest.into_iter().skip(skipped).collect())
    }

    /// Whether the actor may see the account: their own, or one they share an organization with.
    fn knows(&self, actor: &Actor, account: AccountId) -> Result<bool> {
        if sees_all(actor) || own_account(actor) == Some(account) {
            return Ok(true);
        }
        let (reach, now) = (Reach::of(actor), self.ctx.now());
        for organization in self.ctx.read(|conn| shared(conn, reach, account, now))? {
            let access = self.let_in(actor, organization)?;
            if access.is_some_and(|access| access.require(&ORG_MEMBERS_GET).is_ok()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The organizations of the actor where they have this permission.
    fn where_may(&self, actor: &Actor, permission: &Permission) -> Result<Vec<OrganizationId>> {
        let (reach, now) = (Reach::of(actor), self.ctx.now());
        let mut permitted = Vec::new();
        let mut after = OrganizationId::new(Uuid::nil());
        loop {
            let some = self.ctx.read(|conn| own(conn, reach, now, Part { after, limit: MOST }))?;
            let Some(last) = some.last().copied() else { return Ok(permitted) };
            for organization in some {
                let access = self.let_in(actor, organization)?;
                if access.is_some_and(|access| access.require(permission).is_ok()) {
                    permitted.push(organization);
                }
            }
            after = last;
        }
    }

    /// The organizations of the actor, if the account is theirs: nobody needs a permission to see where they are themselves.
    fn own_of(&self, actor: &Actor, account: AccountId) -> Result<Option<Vec<OrganizationId>>> {
        if own_account(actor) != Some(account) {
            return Ok(None);
        }
        let (reach, now) = (Reach::of(actor), self.ctx.now());
        self.ctx.read(|conn| own(conn, reach, now, Part::first(MOST))).map(Some)
    }

    /// Where these accounts may have places that the actor sees.
    fn places(
        &self,
        actor: &Actor,
        accounts: &[AccountId],
    ) -> Result<BTreeMap<OrganizationId, BTreeSet<AccountId>>> {
        let now = self.ctx.now();
        let mut places: BTreeMap<OrganizationId, BTreeSet<AccountId>> = BTreeMap::new();
        let everywhere = sees_all(actor);
        for account in accounts {
            let organizations = if everywhere {
                let all = |conn: &mut Conn| {
                    store::members::memberships::organizations_of(conn, *account, now, Part::first(MOST))
                };
                self.ctx.read(all)?
            } else {
                self.own_of(actor, *account)?.unwrap_or_default()
            };
            for organization in organizations {
                places.entry(organization).or_default().insert(*account);
            }
        }
        let others = accounts.iter().any(|account| own_account(actor) != Some(*account));
        if !everywhere && others {
            for organization in self.where_may(actor, &ORG_MEMBERS_GET)? {
                places.entry(organization).or_default().extend(accounts);
            }
        }
        Ok(places)
    }
}

fn find(conn: &mut Conn, of: &AccountRef) -> Result<Option<Account>> {
    match of {
        AccountRef::Id(id) => polity_accounts::within::account(conn, *id),
        AccountRef::Email(email) => polity_accounts::within::account_by_email(conn, email),
    }
}

/// The organizations within reach that the account is a member of.
fn shared(conn: &mut Conn, reach: Reach, account: AccountId, now: Timestamp) -> Result<Vec<OrganizationId>> {
    match reach {
        Reach::Of(mine, home) => {
            let shared = store::members::memberships::shared(conn, mine, account, now)?;
            let home = home.map(|home| is_member(conn, home, account, now)).transpose()?.flatten();
            Ok(with_home(shared, home, Part::first(i64::MAX)))
        }
        Reach::One(only) => Ok(is_member(conn, only, account, now)?.into_iter().collect()),
        Reach::All => store::members::memberships::organizations_of(conn, account, now, Part::first(MOST)),
        Reach::Nothing => Ok(Vec::new()),
    }
}

/// The organization, if the account is a member of it.
fn is_member(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<OrganizationId>> {
    Ok(store::members::find(conn, organization, account, now)?.map(|_| organization))
}

/// Those of organizations that are not deleted.
fn standing(conn: &mut Conn, employees: Vec<Employee>) -> Result<Vec<Employee>> {
    let mut standing = Vec::with_capacity(employees.len());
    for employee in employees {
        if store::organizations::status(conn, employee.organization)?.is_some() {
            standing.push(employee);
        }
    }
    Ok(standing)
}

/// Makes an account that nobody has vouched for, unless a platform administrator does.
fn make(tx: &mut Tx<'_>, actor: &Actor, maker: Option<OrganizationId>, new: &NewAccount) -> Result<Account> {
    let (account, made) = polity_accounts::within::find_or_create(tx, actor, maker, new)?;
    if !made {
        return Err(Error::new(Code::Conflict, "an account with this e-mail address exists"));
    }
    let entrusted = account.email_verified || account.platform_administrator;
    if entrusted && !actor.is_platform_administrator() {
        return Err(Error::new(Code::Forbidden, "only a platform administrator vouches for an account"));
    }
    Ok(account)
}

/// Whether the actor made the account, and calls by a credential that leaves them to see others'.
fn made(actor: &Actor, account: &Account) -> bool {
    let leaves = actor.limits().permissions.as_ref().is_none_or(|only| only.contains(&ORG_MEMBERS_GET));
    leaves && actor.id().is_some() && account.created_by == actor.id()
}

fn own_account(actor: &Actor) -> Option<AccountId> {
    actor.person().ok()
}

fn unknown() -> Error {
    Error::not_found("account")
}
