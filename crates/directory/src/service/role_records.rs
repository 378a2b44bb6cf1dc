//! Roles by id and name, and the people they were given to.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use polity_accounts::{Account, AccountStatus};
use polity_kernel::text::canonical;
use polity_kernel::{
    Access, AccountId, Conn, Error, OrganizationId, Page, Paged, Result, Timestamp, Tx, WriteKind,
};
use uuid::Uuid;

use crate::acts::members::with_accounts;
use crate::acts::roles;
use crate::acts::roles::assignments::{give, take};
use crate::acts::roles::ending;
use crate::member_query::At;
use crate::member_query::MemberInFull;
use crate::permissions::{
    ORG_ROLES_CREATE, ORG_ROLES_DELETE, ORG_ROLES_GET, ORG_ROLES_LIST, ORG_ROLES_UPDATE,
    ORG_USER_ROLES_UPDATE,
};
use crate::role::{Assignee, AssignmentId, NewRole, Role, RoleFields, RoleId, RoleKey, RolePatch};
use crate::role_carrier::{RoleCarrier, RoleInFull};
use crate::rules::authority::may_give;
use crate::rules::role_records::is_shown;
use crate::service::Service;
use crate::store::role_records::Given;
use crate::traits::RoleRecords;
use crate::{built_in, store};

/// The most people that are shown with a list of roles.
const MOST: i64 = 1_000;

/// The longest key made of a name.
const LONGEST_KEY: usize = 60;

impl RoleRecords for Service {
    fn role_records(&self, access: &Access, built_in: bool) -> Result<Vec<Role>> {
        access.require(&ORG_ROLES_LIST)?;
        if built_in {
            return Ok(built_in::ROLES.iter().filter(|role| is_shown(role)).cloned().collect());
        }
        self.ctx.read(|conn| store::roles::all(conn, access.organization()))
    }

    fn role_record(&self, access: &Access, id: RoleId) -> Result<Role> {
        access.require(&ORG_ROLES_GET)?;
        self.ctx.read(|conn| existing(conn, access.organization(), id))
    }

    fn make_role(&self, access: &Access, name: &str) -> Result<RoleInFull> {
        let name = filled(name)?;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_ROLES_CREATE)?;
            let key = key_of(tx, access.organization(), &name)?;
            let fields = RoleFields { key, name: Some(name.clone()), ..RoleFields::default() };
            let role = NewRole::try_from(fields)?.made((tx.new_id(), Some(tx.now()), access.actor().id()));
            roles::create(tx, access, &role)?;
            alone(tx, access, role)
        })
    }

    fn rename_role(&self, access: &Access, id: RoleId, name: Option<&str>) -> Result<RoleInFull> {
        let name = name.map(filled).transpose()?;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_ROLES_UPDATE)?;
            let before = roles::require_own(existing(tx, access.organization(), id)?)?;
            let after =
                before.patched(&RolePatch { name: name.clone().map(Some), ..RolePatch::default() })?;
            may_give(access, &after)?;
            roles::change(tx, access, &before, &after)?;
            alone(tx, access, after)
        })
    }

    fn delete_role(&self, access: &Access, id: RoleId) -> Result<()> {
        let ending = self.ending;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_ROLES_DELETE)?;
            let role = roles::require_own(existing(tx, access.organization(), id)?)?;
            ending::end_role(tx, access, ending, &role)
        })
    }

    fn role_carrier_count(&self, access: &Access, role: RoleId) -> Result<u64> {
        access.require(&ORG_ROLES_LIST)?;
        let at = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let role = existing(conn, at.0, role)?;
            store::role_records::count(conn, at, &role.key)
        })
    }

    fn role_carriers(&self, access: &Access, role: RoleId, page: Page) -> Result<Paged<RoleCarrier>> {
        access.require(&ORG_ROLES_LIST)?;
        let at = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let role = existing(conn, at.0, role)?;
            let rows = store::role_records::page(conn, at, &role.key, &page)?;
            let given = Paged::of(rows, &page, |(id, ..)| id.uuid());
            Ok(Paged { items: carriers(conn, at, &[role], given.items)?, next: given.next })
        })
    }

    fn roles_in_full(&self, access: &Access, roles: Vec<Role>) -> Result<Vec<RoleInFull>> {
        access.require(&ORG_ROLES_GET)?;
        let now = self.ctx.now();
        self.ctx.read(|conn| in_full(conn, access, now, roles.clone()))
    }

    fn role_carrier(&self, access: &Access, role: RoleId, id: AssignmentId) -> Result<RoleCarrier> {
        access.require(&ORG_ROLES_LIST)?;
        let at = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| carrier(conn, at, role, id))
    }

    fn give_role(&self, access: &Access, role: RoleId, account: AccountId) -> Result<RoleCarrier> {
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ROLES_UPDATE)?;
            let at = (access.organization(), tx.now());
            let carried = existing(tx, at.0, role).map_err(|_| refused("no such role"))?;
            let active = polity_accounts::within::account(tx, account)?
                .is_some_and(|account| account.status == AccountStatus::Active);
            if !active || store::members::find(tx, at.0, account, at.1)?.is_none() {
                return Err(refused("no active member"));
            }
            let assignee = Assignee::Account(account);
            let present = store::assignments::of(tx, at.0, &[assignee], at.1)?;
            if present.iter().any(|assignment| assignment.role == carried.key) {
                return Err(refused("the member has the role already"));
            }
            let given = give(tx, &*workspaces, access, (assignee, &carried), None)?;
            carrier(tx, at, role, given.id)
        })
    }

    fn take_role(&self, access: &Access, role: RoleId, id: AssignmentId) -> Result<()> {
        let workspaces = Arc::clone(&self.workspaces);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_USER_ROLES_UPDATE)?;
            let at = (access.organization(), tx.now());
            let carrier = carrier(tx, at, role, id)?;
            let role = existing(tx, at.0, role)?;
            take(tx, &*workspaces, access, Assignee::Account(carrier.member.account.id), &role.key)
        })
    }
}

/// These roles with their people, as far as the actor may list who carries them.
fn in_full(conn: &mut Conn, access: &Access, now: Timestamp, roles: Vec<Role>) -> Result<Vec<RoleInFull>> {
    let at = (access.organization(), now);
    let makers = makers(conn, &roles)?;
    let default = store::organizations::default_role(conn, at.0)?;
    let mut carried: HashMap<RoleId, Vec<RoleCarrier>> = HashMap::new();
    if access.permissions().contains(&ORG_ROLES_LIST) {
        let keys = roles.iter().map(|role| role.key.clone());
        let given = store::role_records::of(conn, at, keys, MOST)?;
        for carrier in carriers(conn, at, &roles, given)? {
            carried.entry(carrier.role).or_default().push(carrier);
        }
    }
    let in_full = |role: Role| RoleInFull {
        maker: role.created_by.and_then(|by| makers.get(&by.uuid()).cloned()),
        is_default: default == Some(role.id),
        carriers: carried.remove(&role.id).unwrap_or_default(),
        role,
    };
    Ok(roles.into_iter().map(in_full).collect())
}

/// The role that was written just now, shown to whoever wrote it.
fn alone(tx: &mut Tx<'_>, access: &Access, role: Role) -> Result<RoleInFull> {
    let now = tx.now();
    in_full(tx, access, now, vec![role])?.pop().ok_or_else(|| Error::internal("a role was lost on its way"))
}

/// The people who made these roles, by their ids; programs are none.
fn makers(conn: &mut Conn, roles: &[Role]) -> Result<HashMap<Uuid, Account>> {
    let ids: BTreeSet<Uuid> = roles.iter().filter_map(|role| role.created_by).map(|by| by.uuid()).collect();
    let ids: Vec<AccountId> = ids.into_iter().map(AccountId::new).collect();
    let found = polity_accounts::within::accounts(conn, &ids)?;
    Ok(found.into_iter().map(|account| (account.id.uuid(), account)).collect())
}

fn existing(conn: &mut Conn, organization: OrganizationId, id: RoleId) -> Result<Role> {
    roles::by_id(conn, organization, id)?.filter(is_shown).ok_or_else(unknown)
}

/// The name as it is kept.
fn filled(name: &str) -> Result<String> {
    let name = canonical(name);
    if name.is_empty() { Err(Error::field("name", "must not be blank")) } else { Ok(name) }
}

/// A key like the name that no other role has, or one like none where the name has no letters for one.
fn key_of(tx: &mut Tx<'_>, organization: OrganizationId, name: &str) -> Result<String> {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut key = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    key.truncate(LONGEST_KEY);
    if let Ok(wanted) = key.parse::<RoleKey>()
        && built_in::role_of(&wanted).is_none()
        && store::roles::find(tx, organization, &wanted)?.is_none()
    {
        return Ok(key);
    }
    Ok(tx.new_secret_id::<RoleId>().to_string())
}

fn carrier(conn: &mut Conn, at: At, role: RoleId, id: AssignmentId) -> Result<RoleCarrier> {
    let role = existing(conn, at.0, role)?;
    let given = store::role_records::find(conn, at, id)?;
    let given: Vec<Given> = given.into_iter().filter(|(_, key, ..)| *key == role.key).collect();
    let found = carriers(conn, at, &[role], given)?.pop();
    found.ok_or_else(|| Error::not_found("role membership"))
}

/// Who was given these, with their memberships; without those who are no member or whose account is disabled.
fn carriers(
    conn: &mut Conn,
    (organization, now): At,
    roles: &[Role],
    given: Vec<Given>,
) -> Result<Vec<RoleCarrier>> {
    let ids: Vec<AccountId> = given.iter().map(|(_, _, account, _)| *account).collect();
    let members = store::members::of_accounts(conn, organization, &ids, now)?;
    let full: HashMap<AccountId, MemberInFull> =
        with_accounts(conn, members)?.into_iter().map(|one| (one.account.id, one)).collect();
    let found = given.into_iter().filter_map(|(id, key, account, given_at)| {
        let role = roles.iter().find(|role| role.key == key)?.id;
        Some(RoleCarrier { id, role, member: full.get(&account)?.clone(), given_at })
    });
    Ok(found.collect())
}

fn refused(why: &'static str) -> Error {
    Error::field("__all__", why)
}

fn unknown() -> Error {
    Error::not_found("role")
}
