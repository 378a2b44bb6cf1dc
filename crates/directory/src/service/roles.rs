//! Roles: making them, handing them out, and explaining what follows.

use polity_kernel::{
    Access, AccountId, Code, Conn, Error, Event, Level, OrganizationId, Page, Paged, PermissionSet, Result,
    Subject, Timestamp, Tx, WriteKind,
};
use uuid::Uuid;
use validator::Validate;

use super::{Service, entry, members};
use crate::grants::{Granted, Grants};
use crate::member::{Member, MemberPatch};
use crate::permissions::{
    ROLES_CREATE, ROLES_DELETE, ROLES_GET, ROLES_LIST, ROLES_UPDATE, USER_PERMISSIONS_LIST, USER_ROLES_UPDATE,
};
use crate::role::{Assignee, AssignmentId, NewRole, Role, RoleAssignment, RoleId, RoleKey, RolePatch, Stage};
use crate::{Roles, built_in, store};

/// The most roles an organization makes itself: they are read as a whole.
const MOST: i64 = 500;

impl Roles for Service {
    fn roles(&self, access: &Access) -> Result<Vec<Role>> {
        access.require(&ROLES_LIST)?;
        let own = self.ctx.read(|conn| store::roles::all(conn, access.organization()))?;
        Ok(built_in::ROLES.iter().cloned().chain(own).collect())
    }

    fn role(&self, access: &Access, key: &RoleKey) -> Result<Role> {
        access.require(&ROLES_GET)?;
        self.ctx.read(|conn| existing(conn, access.organization(), key))
    }

    fn create_role(&self, access: &Access, new: NewRole) -> Result<Role> {
        new.validate()?;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ROLES_CREATE)?;
            let role = made(&new);
            may_give(access, &role)?;
            if built_in::role_of(&role.key).is_some() {
                return Err(Error::new(Code::Conflict, "this role id is a built-in role's"));
            }
            if store::roles::count(tx, access.organization())? >= MOST {
                return Err(Error::new(Code::Conflict, format!("an organization has at most {MOST} roles")));
            }
            insert(tx, access, &role)?;
            Ok(role)
        })
    }

    fn update_role(&self, access: &Access, key: &RoleKey, patch: RolePatch) -> Result<Role> {
        patch.validate()?;
        let key = key.clone();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ROLES_UPDATE)?;
            let before = own(tx, access.organization(), &key)?;
            let after = patched(&before, &patch);
            may_give(access, &after)?;
            let now = tx.now();
            store::roles::update(tx, access.organization(), now, &after)?;
            record_update(tx, access, (&before, &after))?;
            Ok(after)
        })
    }

    fn remove_role(&self, access: &Access, key: &RoleKey) -> Result<()> {
        let key = key.clone();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ROLES_DELETE)?;
            let before = own(tx, access.organization(), &key)?;
            store::roles::delete(tx, access.organization(), &key)?;
            store::assignments::forget_role(tx, access.organization(), &key)?;
            tx.record(Event::new(access, "deleted", "role", &key).before(&before))
        })
    }

    fn assignments(&self, access: &Access, key: &RoleKey, page: Page) -> Result<Paged<RoleAssignment>> {
        access.require(&ROLES_LIST)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let rows = self.ctx.read(|conn| {
            existing(conn, organization, key)?;
            match built_in::level_of_role(key) {
                Some(level) => {
                    let members = store::members::page(conn, organization, Some(level), now, &page)?;
                    Ok(members.iter().map(of_level).collect())
                }
                None => store::assignments::page(conn, organization, key, now, &page),
            }
        })?;
        Ok(Paged::of(rows, &page, |assignment| assignment.id.uuid()))
    }

    fn roles_of(&self, access: &Access, account: AccountId) -> Result<Vec<RoleAssignment>> {
        require_self_or(access, account)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| carried(conn, organization, account, now))
    }

    fn grant(
        &self,
        access: &Access,
        assignee: Assignee,
        key: &RoleKey,
        expires_at: Option<Timestamp>,
    ) -> Result<RoleAssignment> {
        let key = key.clone();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&USER_ROLES_UPDATE)?;
            if expires_at.is_some_and(|end| end <= tx.now()) {
                return Err(Error::field("expires_at", "is in the past"));
            }
            let role = existing(tx, access.organization(), &key)?;
            give(tx, access, (assignee, &role), expires_at)
        })
    }

    fn revoke(&self, access: &Access, assignee: Assignee, key: &RoleKey) -> Result<()> {
        let key = key.clone();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&USER_ROLES_UPDATE)?;
            existing(tx, access.organization(), &key)?;
            take(tx, access, assignee, &key)
        })
    }

    fn set_roles(
        &self,
        access: &Access,
        account: AccountId,
        keys: &[RoleKey],
    ) -> Result<Vec<RoleAssignment>> {
        let keys = keys.to_vec();
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&USER_ROLES_UPDATE)?;
            let (organization, now) = (access.organization(), tx.now());
            let member = members::existing(tx, organization, account, now)?;
            let level = keys.iter().filter_map(built_in::level_of_role).max().unwrap_or(Level::Member);
            members::change(tx, access, &member, MemberPatch { level: Some(level), expires_at: None })?;
            for gone in
                carried(tx, organization, account, now)?.iter().filter(|had| !keys.contains(&had.role))
            {
                take(tx, access, Assignee::Account(account), &gone.role)?;
            }
            for key in keys.iter().filter(|key| built_in::level_of_role(key).is_none()) {
                let role = existing(tx, organization, key)
                    .map_err(|_| Error::field("roles", format!("no such role: {key}")))?;
                give(tx, access, (Assignee::Account(account), &role), None)?;
            }
            carried(tx, organization, account, now)
        })
    }

    fn permissions(&self, access: &Access) -> Result<PermissionSet> {
        self.ctx.read(|conn| defined(conn, access.organization()))
    }

    fn explain(&self, access: &Access, account: AccountId) -> Result<Vec<Granted>> {
        require_self_or(access, account)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let (holdings, _) = entry::holdings(conn, organization, account, now)?
                .ok_or_else(|| Error::not_found("member"))?;
            Ok(Grants::of(&holdings).explained(&defined(conn, organization)?))
        })
    }
}

/// Writes a new role.
pub(super) fn insert(tx: &mut Tx<'_>, access: &Access, role: &Role) -> Result<()> {
    let id: RoleId = tx.new_id();
    let now = tx.now();
    store::roles::insert(tx, access.organization(), (id, now), role)?;
    tx.record(Event::new(access, "created", "role", &role.key).after(role))
}

/// Tells that a role changed.
pub(super) fn record_update(tx: &mut Tx<'_>, access: &Access, (before, after): (&Role, &Role)) -> Result<()> {
    tx.record(Event::new(access, "updated", "role", &after.key).before(before).after(after))
}

/// Asks that the actor may give what the role gives. Permissions an organization made up for its own products are its
/// role administrators' to give; polity's own need holding.
pub(super) fn may_give(access: &Access, role: &Role) -> Result<()> {
    if role.permissions.is_all() && !access.permissions().is_all() {
        return Err(Error::new(Code::Forbidden, "only an owner gives ownership"));
    }
    access.require_all(role.permissions.iter().filter(|permission| built_in::KNOWN.contains(permission)))
}

/// A role of the organization, built in or own.
pub(super) fn existing(conn: &mut Conn, organization: OrganizationId, key: &RoleKey) -> Result<Role> {
    match built_in::role_of(key) {
        Some(role) => Ok(role.clone()),
        None => store::roles::find(conn, organization, key)?.ok_or_else(|| Error::not_found("role")),
    }
}

/// The role that comes with a member's level, as an assignment.
pub(super) fn of_level(member: &Member) -> RoleAssignment {
    RoleAssignment {
        id: AssignmentId::new(member.id.uuid()),
        role: built_in::role_of_level(member.level).key.clone(),
        assignee: Assignee::Account(member.account),
        expires_at: member.expires_at,
    }
}

/// What a member carries directly, the level's role first.
fn carried(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<RoleAssignment>> {
    let member = members::existing(conn, organization, account, now)?;
    let mut all = vec![of_level(&member)];
    all.extend(store::assignments::of(conn, organization, &[Assignee::Account(account)], now)?);
    Ok(all)
}

fn give(
    tx: &mut Tx<'_>,
    access: &Access,
    (assignee, role): (Assignee, &Role),
    expires_at: Option<Timestamp>,
) -> Result<RoleAssignment> {
    may_give(access, role)?;
    let (organization, now) = (access.organization(), tx.now());
    match (assignee, built_in::level_of_role(&role.key)) {
        (Assignee::Account(account), Some(level)) => {
            let member = members::existing(tx, organization, account, now)?;
            let patch = MemberPatch { level: Some(level), expires_at: None };
            return Ok(of_level(&members::change(tx, access, &member, patch)?));
        }
        (Assignee::Group(_), Some(Level::Owner)) => {
            return Err(Error::field("role", "ownership belongs to people, not to groups"));
        }
        (Assignee::Account(account), None) => drop(members::existing(tx, organization, account, now)?),
        (Assignee::Group(group), _) => {
            polity_groups::within::group(tx, organization, group)?
                .ok_or_else(|| Error::not_found("group"))?;
        }
    }
    let id = AssignmentId::new(tx.new_id::<Uuid>());
    let assignment = RoleAssignment { id, role: role.key.clone(), assignee, expires_at };
    if store::assignments::upsert(tx, organization, now, &assignment)? {
        tx.record(Event::new(access, "granted", "role", &role.key).after(&assignment))?;
    }
    store::assignments::of(tx, organization, &[assignee], now)?
        .into_iter()
        .find(|carried| carried.role == role.key)
        .ok_or_else(|| Error::internal("an assignment just written is not there"))
}

fn take(tx: &mut Tx<'_>, access: &Access, assignee: Assignee, key: &RoleKey) -> Result<()> {
    let (organization, now) = (access.organization(), tx.now());
    if let (Assignee::Account(account), Some(level)) = (assignee, built_in::level_of_role(key)) {
        let member = members::existing(tx, organization, account, now)?;
        if member.level == level {
            let patch = MemberPatch { level: Some(Level::Member), expires_at: None };
            members::change(tx, access, &member, patch)?;
        }
        return Ok(());
    }
    if store::assignments::delete(tx, organization, assignee, key)? {
        tx.record(Event::new(access, "revoked", "role", key).before(assignee))?;
    }
    Ok(())
}

/// Everything the roles of an organization give.
fn defined(conn: &mut Conn, organization: OrganizationId) -> Result<PermissionSet> {
    let mut union = built_in::KNOWN.clone();
    for role in store::roles::all(conn, organization)? {
        union.extend(&role.gives());
    }
    Ok(union)
}

fn own(conn: &mut Conn, organization: OrganizationId, key: &RoleKey) -> Result<Role> {
    if built_in::role_of(key).is_some() {
        return Err(Error::new(Code::Conflict, "a built-in role cannot be changed"));
    }
    store::roles::find(conn, organization, key)?.ok_or_else(|| Error::not_found("role"))
}

/// Everybody sees what they are given; others' needs `org.user.permissions.list`.
fn require_self_or(access: &Access, account: AccountId) -> Result<()> {
    if access.actor().subject() == Subject::Person(account) {
        return Ok(());
    }
    access.require(&USER_PERMISSIONS_LIST)
}

/// The role as it begins.
pub(super) fn made(new: &NewRole) -> Role {
    Role {
        key: new.key.clone(),
        name: new.name.clone().unwrap_or_else(|| new.key.to_string()),
        namespace: new.namespace.clone().unwrap_or_default(),
        description: new.description.clone(),
        stage: new.stage.unwrap_or(Stage::Ga),
        permissions: new.permissions.iter().cloned().collect(),
        built_in: false,
    }
}

fn patched(before: &Role, patch: &RolePatch) -> Role {
    let mut after = before.clone();
    after.name = patch.name.clone().unwrap_or(after.name);
    after.namespace = patch.namespace.clone().unwrap_or(after.namespace);
    after.description = patch.description.clone().unwrap_or(after.description);
    after.stage = patch.stage.unwrap_or(after.stage);
    after.permissions =
        patch.permissions.clone().map_or(after.permissions, |list| list.into_iter().collect());
    after
}
