//! What a member may do in an organization, computed from what is stored.

use std::sync::Arc;

use polity_kernel::{
    Access, AccountId, Actor, Conn, Entered, Error, Level, OrganizationId, PermissionSet, Result, Standing,
    Timestamp, Watched, epoch,
};

use crate::acts::roles;
use crate::acts::terms::Entitling;
use crate::member::Member;
use crate::organization::Status;
use crate::permissions::ORG_LEVEL_UPDATE;
use crate::role::assignment::Assignee;
use crate::role::grants::{Grants, Holdings, earliest};
use crate::{role::built_in, store};

/// An access and until when it holds even though its epoch stands: something in it may expire.
#[derive(Clone)]
pub(crate) struct Remembered {
    pub(crate) access: Access,
    pub(crate) until: Option<Timestamp>,
    /// Not so for a person whom others made a member, until they name the organization themselves.
    pub(crate) is_accepted: bool,
}

/// How an actor stands in an organization.
struct Stand {
    standing: Standing,
    until: Option<Timestamp>,
    is_accepted: bool,
}

/// What the actor may do here. The epoch is read first: what is read after it can only be newer, never older.
pub(crate) fn compute(
    conn: &mut Conn,
    entitling: &Entitling,
    actor: &Actor,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Remembered> {
    let epoch = epoch_of(conn, organization)?;
    let Stand { standing, until, is_accepted } = stands(conn, actor, organization, now)?;
    let entitled = entitling(conn, organization)?;
    let (again, entitling) = (actor.clone(), Arc::clone(entitling));
    let renewal = Arc::new(move |tx: &mut polity_kernel::Tx<'_>| {
        let now = tx.now();
        compute(tx, &entitling, &again, organization, now).map(|fresh| fresh.access)
    });
    let watched = vec![Watched { scope: organization.uuid(), epoch }];
    let entered = Entered { organization, actor: actor.clone(), standing, watched, renewal };
    let access = Access::as_of(entered).entitled(entitled);
    Ok(Remembered { access, until, is_accepted })
}

/// What the actor may do here, computed now; to be asked for permissions alone.
pub(crate) fn afresh(
    conn: &mut Conn,
    actor: &Actor,
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Access> {
    let stand = stands(conn, actor, organization, now)?;
    Ok(Access::granted(organization, actor.clone(), stand.standing))
}

/// How the actor stands here, and when the first of what gives it that ends.
fn stands(conn: &mut Conn, actor: &Actor, organization: OrganizationId, now: Timestamp) -> Result<Stand> {
    let status = store::organizations::status(conn, organization)?.ok_or_else(unknown)?;
    let Stand { standing, until, is_accepted } = whole(conn, actor, organization, now)?;
    let standing = narrowed(conn, organization, standing, actor)?;
    let standing = Standing { active: status == Status::Active, ..standing };
    Ok(Stand { standing, until, is_accepted })
}

/// How the actor stands before the credential takes anything away.
fn whole(conn: &mut Conn, actor: &Actor, organization: OrganizationId, now: Timestamp) -> Result<Stand> {
    if actor.limits().organization.is_some_and(|only| only != organization) {
        return Err(unknown());
    }
    let member = match actor.subject().member() {
        Some(account) => store::members::find(conn, organization, account, now)?,
        None => None,
    };
    if actor.is_platform_administrator() {
        let (level, until) = member.map_or((None, None), |member| (Some(member.level), member.expires_at));
        let standing = Standing { level, permissions: PermissionSet::all(), active: true };
        // who may enter everywhere takes nothing up by it
        return Ok(Stand { standing, until, is_accepted: true });
    }
    if let Some(member) = member {
        return of_member(conn, &member, now);
    }
    match actor.home() {
        Some(home) if home.organization == organization => {
            let standing = Standing { level: None, permissions: home.permissions.clone(), active: true };
            Ok(Stand { standing, until: None, is_accepted: true })
        }
        _ => Err(unknown()),
    }
}

fn of_member(conn: &mut Conn, member: &Member, now: Timestamp) -> Result<Stand> {
    let is_accepted = member.accepted_at.is_some();
    let Held { holdings, until } = held(conn, member, now)?;
    let permissions = Grants::of(&holdings).permissions();
    let standing = Standing { level: Some(holdings.level), permissions, active: true };
    Ok(Stand { standing, until, is_accepted })
}

/// Whoever founded an organization for others runs it as an owner does while none of those has taken that up.
fn acts_as_owner(conn: &mut Conn, member: &Member, now: Timestamp) -> Result<bool> {
    if member.level != Level::Admin {
        return Ok(false);
    }
    let founder = store::organizations::founder(conn, member.organization)?;
    if founder.is_none_or(|founder| founder.uuid() != member.account.uuid()) {
        return Ok(false);
    }
    Ok(!store::members::is_owned(conn, member.organization, now)?)
}

/// Everything that gives a member rights, and when the first of it ends.
pub(crate) struct Held {
    pub(crate) holdings: Holdings,
    until: Option<Timestamp>,
}

/// Everything that gives an account rights here; absent for one that is no member.
pub(crate) fn holdings(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<Holdings>> {
    match store::members::find(conn, organization, account, now)? {
        Some(member) => held(conn, &member, now).map(|held| Some(held.holdings)),
        None => Ok(None),
    }
}

/// Everything that gives a member rights here.
pub(crate) fn held(conn: &mut Conn, member: &Member, now: Timestamp) -> Result<Held> {
    let (organization, account) = (member.organization, member.account);
    // a person is in the groups of their account, and in those of the employee they are
    let employee = polity_accounts::within::employee_of(conn, organization, account)?;
    let mut starts = vec![polity_groups::Member::Account(account)];
    starts.extend(employee.map(|employee| polity_groups::Member::Employee(employee.id)));
    let groups = polity_groups::within::chains(conn, organization, &starts, now)?;
    let mut carriers = vec![Assignee::Account(account)];
    carriers.extend(groups.iter().filter_map(|chain| chain.group()).map(Assignee::Group));
    let assignments = store::assignments::of(conn, organization, &carriers, now)?;
    let account_types = polity_accounts::within::holdings(conn, organization, account, now)?;
    let own_roles = if assignments.is_empty() { Vec::new() } else { store::roles::all(conn, organization)? };
    let ends = assignments.iter().map(|assignment| assignment.expires_at);
    let until = earliest(
        ends.chain(groups.iter().map(|chain| chain.expires_at))
            .chain(account_types.iter().map(|holding| holding.expires_at))
            .chain([member.expires_at]),
    );
    let level = if acts_as_owner(conn, member, now)? { Level::Owner } else { member.level };
    let holdings = Holdings { level, assignments, groups, account_types, own_roles };
    Ok(Held { holdings, until })
}

/// What the credential leaves of it. A credential that names permissions carries no level, since levels would give more, unless it names
/// the permission to use it (docs/decisions/0019).
fn narrowed(
    conn: &mut Conn,
    organization: OrganizationId,
    standing: Standing,
    actor: &Actor,
) -> Result<Standing> {
    let limits = actor.limits();
    let Standing { mut level, mut permissions, active } = standing;
    if let Some(only) = &limits.permissions {
        permissions = permissions.intersection(only);
        if !only.contains(&ORG_LEVEL_UPDATE) {
            level = level.map(|level| level.min(Level::Member));
        }
    }
    if let Some(most) = limits.level {
        permissions = permissions.intersection(&built_in::role_of_level(most).gives());
        level = level.map(|level| level.min(most));
    }
    if let Some(role) = &limits.role {
        let role = roles::role(conn, organization, role)?;
        let most = role.as_ref().and_then(|role| built_in::level_of_role(&role.key));
        permissions = role.map_or_else(PermissionSet::none, |role| permissions.intersection(&role.gives()));
        level = level.map(|level| level.min(most.unwrap_or(Level::Member)));
    }
    Ok(Standing { level, permissions, active })
}

/// An access that permits nothing: it only says whose change another area's records tell of.
pub(crate) fn attribution(actor: &Actor, organization: OrganizationId) -> Access {
    let standing = Standing { level: None, permissions: PermissionSet::none(), active: true };
    Access::granted(organization, actor.clone(), standing)
}

pub(crate) fn epoch_of(conn: &mut Conn, organization: OrganizationId) -> Result<i64> {
    let epochs = epoch::read(conn, &[organization.uuid()])?;
    epochs.first().map(|(_, epoch)| *epoch).ok_or_else(unknown)
}

pub(crate) fn unknown() -> Error {
    Error::not_found("organization")
}
