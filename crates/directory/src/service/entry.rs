//! Entering an organization: where an actor's rights are computed, and remembered under the organization's epoch.

use std::sync::Arc;

use polity_kernel::{
    Access, AccountId, Actor, Code, Conn, Entitlements, Error, Feature, Level, OrganizationId, PermissionSet,
    Result, Standing, Subject, Timestamp, epoch,
};

use super::{Entitling, Service, joining};
use crate::grants::{Grants, Holdings, earliest};
use crate::member::Member;
use crate::organization::Status;
use crate::permissions::LEVEL_UPDATE;
use crate::role::Assignee;
use crate::store;
use crate::{Entry, OrganizationRef, built_in, within};

/// An access and until when it holds even though its epoch stands: something in it may expire.
#[derive(Clone)]
pub(super) struct Remembered {
    access: Access,
    until: Option<Timestamp>,
    /// Not so for a person whom others made a member, until they name the organization themselves.
    is_accepted: bool,
}

/// How an actor stands in an organization.
struct Stand {
    standing: Standing,
    until: Option<Timestamp>,
    is_accepted: bool,
}

impl Entry for Service {
    fn enter(&self, actor: &Actor, reference: &OrganizationRef) -> Result<Access> {
        let standing = self.standing(actor, reference)?;
        // in a suspended organization nothing is written, this included
        if standing.is_accepted || !standing.access.is_active() {
            return Ok(standing.access);
        }
        self.take_up_membership(&standing.access)
    }

    fn look_in(&self, actor: &Actor, reference: &OrganizationRef) -> Result<Access> {
        self.standing(actor, reference).map(|standing| standing.access)
    }

    fn watched(&self, reference: &OrganizationRef) -> Option<uuid::Uuid> {
        self.names.get(reference).map(|(organization, _)| organization.uuid())
    }

    fn home(&self, actor: &Actor) -> Result<Option<OrganizationId>> {
        if let Some(only) = actor.limits().organization {
            return Ok(Some(only));
        }
        if let Some(home) = actor.home() {
            return Ok(Some(home.organization));
        }
        let Some(account) = actor.subject().member() else { return Ok(None) };
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            if let Some((organization, _)) = store::active_projects::find(conn, account)?
                && store::members::find(conn, organization, account, now)?
                    .is_some_and(|member| member.accepted_at.is_some())
            {
                return Ok(Some(organization));
            }
            let two = store::memberships::taken_up_by(conn, account, Level::Member, now, 2)?;
            Ok(if let [only] = two[..] { Some(only) } else { None })
        })
    }

    fn require_own_key(&self, access: &Access) -> Result<()> {
        let (organization, now) = (access.organization(), self.ctx.now());
        let Subject::Person(account) = access.actor().subject() else { return Ok(()) };
        if access.level() >= Some(Level::Admin)
            || !access.entitlements(now).includes(Feature::OrganizationSecuritySettings)
            || self.known(organization)?.settings.members_can_use_personal_keys
        {
            return Ok(());
        }
        // a key may be good for less than its owner, whose level is what counts
        let member = self.ctx.read(|conn| store::members::find(conn, organization, account, now))?;
        match member {
            Some(member) if member.level < Level::Admin => {
                let words = "the organization does not let its members use API keys of their own";
                Err(Error::new(Code::Forbidden, words))
            }
            _ => Ok(()),
        }
    }

    fn locate(&self, reference: &OrganizationRef) -> Result<Option<OrganizationId>> {
        self.ctx.read(|conn| store::names::resolve(conn, reference))
    }

    fn entitlements(&self, access: &Access) -> Entitlements {
        access.entitlements(self.ctx.now()).clone()
    }
}

impl Service {
    /// How the actor stands in the organization of this name as of now, remembered where it can be.
    fn standing(&self, actor: &Actor, reference: &OrganizationRef) -> Result<Remembered> {
        let now = self.ctx.now();
        let (organization, epoch) = self.present(reference)?;
        let key = (actor.clone(), organization);
        if let Some(known) = self.standings.get(&key)
            && known.access.epoch() == Some(epoch)
            && known.until.is_none_or(|until| now < until)
        {
            return Ok(known);
        }
        let fresh = self.ctx.read(|conn| compute(conn, &self.entitling, (actor, organization), now))?;
        self.standings.insert(key, fresh.clone());
        Ok(fresh)
    }

    /// Takes up the membership of a person who names the organization, and lets them in as they stand then.
    fn take_up_membership(&self, access: &Access) -> Result<Access> {
        let (organization, actor) = (access.organization(), access.actor().clone());
        let entitling = Arc::clone(&self.entitling);
        self.ctx.needs_store()?;
        self.ctx.write_platform(move |tx| {
            joining::hold(tx, organization)?;
            let now = tx.now();
            let account = actor.subject().member().ok_or_else(unknown)?;
            let present = store::members::find(tx, organization, account, now)?.ok_or_else(unknown)?;
            joining::accept(tx, &actor, &present)?;
            compute(tx, &entitling, (&actor, organization), now).map(|fresh| fresh.access)
        })
    }

    /// The organization of this name and its epoch.
    fn present(&self, reference: &OrganizationRef) -> Result<(OrganizationId, i64)> {
        if let Some((organization, epoch)) = self.names.get(reference)
            && self.epoch(organization)? == Some(epoch)
        {
            return Ok((organization, epoch));
        }
        let (found, settled) = self.ctx.read(|conn| {
            let organization = store::names::resolve(conn, reference)?.ok_or_else(unknown)?;
            let epoch = epoch_of(conn, organization)?;
            // before the epoch was read the name may have gone to another organization
            let settled = store::names::resolve(conn, reference)? == Some(organization);
            Ok(((organization, epoch), settled))
        })?;
        if settled {
            self.names.insert(reference.clone(), found);
        }
        Ok(found)
    }

    /// An organization's epoch as of this moment; absent once it is deleted.
    pub(super) fn epoch(&self, organization: OrganizationId) -> Result<Option<i64>> {
        Ok(self.ctx.epochs(&[organization.uuid()])?.first().map(|(_, epoch)| *epoch))
    }
}

/// What the actor may do here. The epoch is read first: what is read after it can only be newer, never older.
fn compute(
    conn: &mut Conn,
    entitling: &Entitling,
    (actor, organization): (&Actor, OrganizationId),
    now: Timestamp,
) -> Result<Remembered> {
    let epoch = epoch_of(conn, organization)?;
    let Stand { standing, until, is_accepted } = stands(conn, actor, organization, now)?;
    let entitled = entitling(conn, organization)?;
    let (again, entitling) = (actor.clone(), Arc::clone(entitling));
    let renewal = Arc::new(move |tx: &mut polity_kernel::Tx<'_>| {
        let now = tx.now();
        compute(tx, &entitling, (&again, organization), now).map(|fresh| fresh.access)
    });
    let access = Access::as_of(epoch, renewal, organization, actor.clone(), standing).entitled(entitled);
    Ok(Remembered { access, until, is_accepted })
}

/// What the actor may do here, computed now; to be asked for permissions alone.
pub(super) fn afresh(
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
pub(super) struct Held {
    pub(super) holdings: Holdings,
    until: Option<Timestamp>,
}

/// Everything that gives an account rights here; absent for one that is no member.
pub(super) fn holdings(
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
pub(super) fn held(conn: &mut Conn, member: &Member, now: Timestamp) -> Result<Held> {
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
/// the permission to use it
/// (decision 19).
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
        if !only.contains(&LEVEL_UPDATE) {
            level = level.map(|level| level.min(Level::Member));
        }
    }
    if let Some(most) = limits.level {
        permissions = permissions.intersection(&built_in::role_of_level(most).gives());
        level = level.map(|level| level.min(most));
    }
    if let Some(role) = &limits.role {
        let role = within::role(conn, organization, role)?;
        let most = role.as_ref().and_then(|role| built_in::level_of_role(&role.key));
        permissions = role.map_or_else(PermissionSet::none, |role| permissions.intersection(&role.gives()));
        level = level.map(|level| level.min(most.unwrap_or(Level::Member)));
    }
    Ok(Standing { level, permissions, active })
}

/// An access that permits nothing: it only says whose change another area's records tell of.
pub(super) fn attribution(actor: &Actor, organization: OrganizationId) -> Access {
    let standing = Standing { level: None, permissions: PermissionSet::none(), active: true };
    Access::granted(organization, actor.clone(), standing)
}

fn epoch_of(conn: &mut Conn, organization: OrganizationId) -> Result<i64> {
    let epochs = epoch::read(conn, &[organization.uuid()])?;
    epochs.first().map(|(_, epoch)| *epoch).ok_or_else(unknown)
}

fn unknown() -> Error {
    Error::not_found("organization")
}
