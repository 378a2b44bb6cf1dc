//! Roles by id and name, and the people they were given to.

use std::collections::{BTreeSet, HashMap};

use polity_accounts::{Account, AccountStatus};
use polity_kernel::text::{canonical, compared};
use polity_kernel::{
    Access, AccountId, Code, Conn, Error, OrganizationId, Page, Paged, Result, Tx, WriteKind,
};
use uuid::Uuid;

use super::giving::{give, may_give, take};
use super::roll::with_accounts;
use super::{At, Service, ending, roles};
use crate::permissions::{
    ROLES_CREATE, ROLES_DELETE, ROLES_GET, ROLES_LIST, ROLES_UPDATE, USER_ROLES_UPDATE,
};
use crate::role::{Assignee, AssignmentId, NewRole, Role, RoleFields, RoleId, RoleKey, RolePatch};
use crate::role_carrier::{RoleCarrier, RoleInFull};
use crate::roll::Enrolled;
use crate::store::role_records::Given;
use crate::traits::RoleRecords;
use crate::{built_in, store};

/// The most people that are shown with a list of roles.
const MOST: i64 = 1_000;

/// The longest key made of a name.
const LONGEST_KEY: usize = 60;

impl RoleRecords for Service {
    fn role_records(&self, access: &Access) -> Result<Vec<Role>> {
        access.require(&ROLES_LIST)?;
        self.ctx.read(|conn| all(conn, access.organization()))
    }

    fn role_record(&self, access: &Access, id: RoleId) -> Result<Role> {
        access.require(&ROLES_GET)?;
        self.ctx.read(|conn| existing(conn, access.organization(), id))
    }

    fn make_role(&self, access: &Access, name: &str) -> Result<Role> {
        let name = canonical(name);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ROLES_CREATE)?;
            let others = all(tx, access.organization())?;
            free(&others, &name, None)?;
            let key = key_of(tx, &others, &name);
            let fields = RoleFields { key, name: Some(name.clone()), ..RoleFields::default() };
            let role = NewRole::try_from(fields)?.made((tx.new_id(), Some(tx.now()), access.actor().id()));
            roles::create(tx, access, &role)?;
            Ok(role)
        })
    }

    fn rename_role(&self, access: &Access, id: RoleId, name: &str) -> Result<Role> {
        let name = canonical(name);
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ROLES_UPDATE)?;
            let others = all(tx, access.organization())?;
            let before = own(&others, id)?;
            free(&others, &name, Some(id))?;
            let after =
                before.patched(&RolePatch { name: Some(Some(name.clone())), ..RolePatch::default() })?;
            may_give(access, &after)?;
            roles::change(tx, access, before, &after)?;
            Ok(after)
        })
    }

    fn delete_role(&self, access: &Access, id: RoleId) -> Result<()> {
        let ending = self.ending;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ROLES_DELETE)?;
            let others = all(tx, access.organization())?;
            ending::end_role(tx, access, ending, own(&others, id)?)
        })
    }

    fn role_carrier_count(&self, access: &Access, role: RoleId) -> Result<u64> {
        access.require(&ROLES_LIST)?;
        let at = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let role = existing(conn, at.0, role)?;
            store::role_records::count(conn, at, &role.key)
        })
    }

    fn role_carriers(&self, access: &Access, role: RoleId, page: Page) -> Result<Paged<RoleCarrier>> {
        access.require(&ROLES_LIST)?;
        let at = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let role = existing(conn, at.0, role)?;
            let rows = store::role_records::page(conn, at, &role.key, &page)?;
            let given = Paged::of(rows, &page, |(id, ..)| id.uuid());
            Ok(Paged { items: carriers(conn, at, &[role], given.items)?, next: given.next })
        })
    }

    fn roles_in_full(&self, access: &Access, roles: Vec<Role>) -> Result<Vec<RoleInFull>> {
        access.require(&ROLES_GET)?;
        let at = (access.organization(), self.ctx.now());
        let lists = access.require(&ROLES_LIST).is_ok();
        let (makers, default, carriers) = self.ctx.read(|conn| {
            let makers = makers(conn, &roles)?;
            let default = store::organizations::default_role(conn, at.0)?;
            if !lists {
                return Ok((makers, default, Vec::new()));
            }
            let keys = roles.iter().map(|role| role.key.clone());
            let given = store::role_records::of(conn, at, keys, MOST)?;
            Ok((makers, default, carriers(conn, at, &roles, given)?))
        })?;
        let mut carried: HashMap<RoleId, Vec<RoleCarrier>> = HashMap::new();
        for carrier in carriers {
            carried.entry(carrier.role).or_default().push(carrier);
        }
        let in_full = |role: Role| RoleInFull {
            maker: role.created_by.and_then(|by| makers.get(&by.uuid()).cloned()),
            is_default: default == Some(role.id),
            carriers: carried.remove(&role.id).unwrap_or_default(),
            role,
        };
        Ok(roles.into_iter().map(in_full).collect())
    }

    fn role_carrier(&self, access: &Access, role: RoleId, id: AssignmentId) -> Result<RoleCarrier> {
        access.require(&ROLES_LIST)?;
        let at = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| carrier(conn, at, role, id))
    }

    fn give_role(&self, access: &Access, role: RoleId, account: AccountId) -> Result<RoleCarrier> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&USER_ROLES_UPDATE)?;
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
            let given = give(tx, access, (assignee, &carried), None)?;
            carrier(tx, at, role, given.id)
        })
    }

    fn take_role(&self, access: &Access, role: RoleId, id: AssignmentId) -> Result<()> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&USER_ROLES_UPDATE)?;
            let at = (access.organization(), tx.now());
            let carrier = carrier(tx, at, role, id)?;
            let role = existing(tx, at.0, role)?;
            take(tx, access, Assignee::Account(carrier.enrolled.account.id), &role.key)
        })
    }
}

/// The people who made these roles, by their ids; programs are none.
fn makers(conn: &mut Conn, roles: &[Role]) -> Result<HashMap<Uuid, Account>> {
    let ids: BTreeSet<Uuid> = roles.iter().filter_map(|role| role.created_by).map(|by| by.uuid()).collect();
    let ids: Vec<AccountId> = ids.into_iter().map(AccountId::new).collect();
    let found = polity_accounts::within::accounts(conn, &ids)?;
    Ok(found.into_iter().map(|account| (account.id.uuid(), account)).collect())
}

/// All roles, without those that come with a level.
fn all(conn: &mut Conn, organization: OrganizationId) -> Result<Vec<Role>> {
    let own = store::roles::all(conn, organization)?;
    Ok(built_in::ROLES.iter().filter(|role| is_shown(role)).cloned().chain(own).collect())
}

fn existing(conn: &mut Conn, organization: OrganizationId, id: RoleId) -> Result<Role> {
    roles::by_id(conn, organization, id)?.filter(is_shown).ok_or_else(unknown)
}

/// Whether a role is no level's.
pub(super) fn is_shown(role: &Role) -> bool {
    built_in::level_of_role(&role.key).is_none()
}

fn own(roles: &[Role], id: RoleId) -> Result<&Role> {
    let role = roles.iter().find(|role| role.id == id).ok_or_else(unknown)?;
    if role.built_in {
        return Err(Error::new(Code::Forbidden, "a built-in role cannot be changed"));
    }
    Ok(role)
}

/// Asks that no other role has the name. The organization is held alone, so none comes by it meanwhile.
fn free(others: &[Role], name: &str, but: Option<RoleId>) -> Result<()> {
    if name.is_empty() {
        return Err(Error::field("name", "must not be blank"));
    }
    let name = compared(name);
    let taken = others.iter().any(|other| Some(other.id) != but && compared(&other.name) == name);
    if taken { Err(Error::new(Code::Conflict, "another role has this name")) } else { Ok(()) }
}

/// A key like the name that no other role has, or one like none where the name has no letters for one.
fn key_of(tx: &mut Tx<'_>, others: &[Role], name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut key = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    key.truncate(LONGEST_KEY);
    let parsed = key.parse::<RoleKey>().ok();
    let fits = parsed
        .is_some_and(|key| built_in::role_of(&key).is_none() && !others.iter().any(|other| other.key == key));
    if fits { key } else { tx.new_secret_id::<RoleId>().to_string() }
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
    let enrolled: HashMap<AccountId, Enrolled> =
        with_accounts(conn, members)?.into_iter().map(|one| (one.account.id, one)).collect();
    let found = given.into_iter().filter_map(|(id, key, account, given_at)| {
        let role = roles.iter().find(|role| role.key == key)?.id;
        Some(RoleCarrier { id, role, enrolled: enrolled.get(&account)?.clone(), given_at })
    });
    Ok(found.collect())
}

fn refused(why: &'static str) -> Error {
    Error::field("__all__", why)
}

fn unknown() -> Error {
    Error::not_found("role")
}
