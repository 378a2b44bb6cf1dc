//! Organizations: founding, changing, suspending, deleting, and who might join them.

use std::collections::HashMap;

use polity_kernel::job::Outcome;
use polity_kernel::text::parsed_at;
use polity_kernel::{
    Access, AccountId, Actor, Code, Conn, Error, Level, OrganizationId, Page, Paged, PermissionSet, Result,
    Standing, Subject, Timestamp, Tx, WriteKind, checkpoint, epoch, event,
};

use crate::acts::organizations::reach::{Reach, may_see, own, sees_its_own};
use crate::acts::organizations::{Known, apply, end, foundation, names};
use crate::acts::terms::Means;
use crate::acts::{import, members};
use crate::import::{ImportChanges, ImportedOrganization};
use crate::organization::{
    Deletion, NewOrganization, Organization, OrganizationFields, OrganizationFilter, OrganizationPatch,
    Wanted,
};
use crate::part::Part;
use crate::permissions::{
    ORG_DIRECTORY_CREATE, ORG_DIRECTORY_DELETE, ORG_DIRECTORY_GET, ORG_DIRECTORY_LIST, ORG_DIRECTORY_UPDATE,
    ORG_MEMBERS_LIST,
};
use crate::service::Service;
use crate::store::organizations::existing;
use crate::{OrganizationSummary, Organizations, Upkeep, store};

/// Suggestions at most.
const SUGGESTIONS: usize = 10;

/// Rows of each table removed at a time, so that a purge never holds up other writers for long.
const BATCH: i64 = 500;

impl Organizations for Service {
    fn found(&self, actor: &Actor, new: NewOrganization) -> Result<Organization> {
        actor.require(&ORG_DIRECTORY_CREATE)?;
        let (actor, means) = (actor.clone(), self.means());
        self.ctx.write_platform(move |tx| {
            let made = foundation::found(tx, &means.terms, &actor, &new)?;
            begin(tx, &means, &actor, &new, made)
        })
    }

    fn organization(&self, access: &Access) -> Result<Organization> {
        access.require(&ORG_DIRECTORY_GET)?;
        self.known(access.organization())
    }

    fn update(&self, access: &Access, patch: OrganizationPatch) -> Result<Organization> {
        let means = self.means();
        // of a suspended organization nothing is changed but its status
        let kind = if patch.status.is_some() { WriteKind::Lifecycle } else { WriteKind::Grants };
        self.ctx.write(access, kind, move |tx, access| {
            access.require(&ORG_DIRECTORY_UPDATE)?;
            if patch.moves_power() {
                access.require_recent()?;
            }
            let now = tx.now();
            let before = existing(tx, access.organization(), now)?;
            let after = apply(tx, access, &means, &before, &patch)?;
            if !may_follow(&before, &after) || (!after.works() && patch.owner_email.is_some()) {
                return Err(members::inactive());
            }
            let Some(owner) = &patch.owner_email else { return Ok(after) };
            foundation::share(tx, &*means.terms.workspaces, access, &parsed_at("owner_email", owner)?)?;
            existing(tx, access.organization(), now)
        })
    }

    fn remove(&self, access: &Access, by: Deletion) -> Result<()> {
        let terms = self.terms();
        self.ctx.write(access, WriteKind::Lifecycle, move |tx, access| {
            access.require(&ORG_DIRECTORY_DELETE)?;
            if by == Deletion::Owned {
                require_owner(tx, access)?;
            }
            end(tx, &terms, access)
        })
    }

    fn available(&self, actor: &Actor, wanted: &Wanted) -> Result<bool> {
        self.require_anywhere(actor, &ORG_DIRECTORY_LIST)?;
        if wanted.name.as_deref().is_some_and(is_no_name) {
            return Ok(false);
        }
        self.ctx.read(|conn| {
            if let Some(name) = &wanted.name
                && !names::is_free(conn, name)?
            {
                return Ok(false);
            }
            if let Some(domain) = &wanted.domain
                && self.terms.domains.owner(conn, domain.as_str())?.is_some()
            {
                return Ok(false);
            }
            let Some(alias) = &wanted.alias else { return Ok(true) };
            Ok(!alias.is_reserved() && store::names::owner(conn, alias.as_str())?.is_none())
        })
    }

    fn suggestions(&self, actor: &Actor) -> Result<Vec<Organization>> {
        actor.require(&ORG_DIRECTORY_LIST)?;
        let (account, now) = (actor.person()?, self.ctx.now());
        self.ctx.read(|conn| {
            let Some(account) = polity_accounts::within::account(conn, account)? else {
                return Ok(Vec::new());
            };
            let Some(email) = account.verified_email() else { return Ok(Vec::new()) };
            let invitations = store::invitations::live_of(conn, email, now, 50)?;
            let mut candidates: Vec<OrganizationId> = invitations.iter().map(|i| i.organization).collect();
            candidates.extend(self.terms.domains.owner(conn, email.domain())?);
            joinable(conn, &candidates, account.id, now)
        })
    }

    fn organizations(
        &self,
        actor: &Actor,
        which: OrganizationFilter,
        page: Page,
    ) -> Result<Paged<Organization>> {
        match which {
            OrganizationFilter::Own => self.seen_by(actor, Reach::own(actor), &page),
            OrganizationFilter::Seen => self.seen_by(actor, Reach::of(actor), &page),
            OrganizationFilter::All => self.every(actor, &page),
        }
    }

    fn organization_count(&self, actor: &Actor) -> Result<u64> {
        let (reach, now) = (Reach::own(actor), self.ctx.now());
        if let Reach::Of(account, None) = reach
            && sees_its_own(actor)
        {
            return self.ctx.read(|conn| store::members::memberships::organization_count(conn, account, now));
        }
        let (mut found, mut after) = (0, OrganizationId::new(uuid::Uuid::nil()));
        loop {
            let some = self.ctx.read(|conn| own(conn, reach, now, Part { after, limit: Page::MAX }))?;
            let Some(last) = some.last() else { return Ok(found) };
            self.ctx.foresee(|| some.iter().map(|id| id.uuid()).collect())?;
            after = *last;
            for id in some {
                found += u64::from(may_see(self, actor, id)?);
            }
        }
    }

    fn summaries(&self, accesses: &[Access]) -> Result<Vec<OrganizationSummary>> {
        let now = self.ctx.now();
        let counted = accesses.iter().filter(|access| access.permissions().contains(&ORG_MEMBERS_LIST));
        let counted: Vec<OrganizationId> = counted.map(Access::organization).collect();
        let counts: HashMap<OrganizationId, u64> =
            self.ctx.read(|conn| store::summaries::members(conn, &counted, now))?.into_iter().collect();
        let summary = |access: &Access| {
            let organization = access.organization();
            let members = counted.contains(&organization);
            OrganizationSummary { members: members.then(|| counts.get(&organization).copied().unwrap_or(0)) }
        };
        Ok(accesses.iter().map(summary).collect())
    }

    fn owners(&self, access: &Access) -> Result<Vec<AccountId>> {
        access.require(&ORG_DIRECTORY_GET)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let owners = self.ctx.read(|conn| store::members::owners(conn, &[organization], now))?;
        Ok(owners.into_iter().map(|(_, owner)| owner).collect())
    }
}

impl Upkeep for Service {
    fn purge(&self, organization: OrganizationId) -> Result<Outcome> {
        let terms = self.terms();
        self.ctx.write_platform(move |tx| {
            if !epoch::read(tx, &[organization.uuid()])?.is_empty() {
                return Err(Error::internal(format!(
                    "{organization} is not deleted; nothing of it is purged"
                )));
            }
            let removed = polity_accounts::within::purge(tx, organization, BATCH)?
                + polity_groups::within::purge(tx, organization, BATCH)?
                + store::purge::purge(tx, organization, BATCH)?
                + terms.workspaces.purge(tx, organization, BATCH)?
                + terms.domains.purge(tx, organization, BATCH)?
                + checkpoint::purge(tx, organization)?
                + event::purge(tx, organization, BATCH)?;
            Ok(if removed == 0 { Outcome::Done } else { Outcome::Again })
        })
    }

    fn import(&self, actor: &Actor, imported: ImportedOrganization) -> Result<ImportChanges> {
        import::import(&self.ctx, self.means(), actor, imported)
    }
}

impl Service {
    fn means(&self) -> Means {
        Means { parameters: self.parameters.clone(), terms: self.terms() }
    }

    fn every(&self, actor: &Actor, page: &Page) -> Result<Paged<Organization>> {
        if !actor.is_platform_administrator() {
            return Err(Error::new(Code::Forbidden, "only a platform administrator sees every organization"));
        }
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            let ids = store::organizations::page(conn, page)?;
            let ids = Paged::of(ids, page, |id| id.uuid());
            let items = ids.items.iter().map(|id| existing(conn, *id, now)).collect::<Result<_>>()?;
            Ok(Paged { items, next: ids.next })
        })
    }
}

/// Opens the first project of an organization that begins with one, and sets what it is to be set to.
fn begin(
    tx: &mut Tx<'_>,
    means: &Means,
    actor: &Actor,
    new: &NewOrganization,
    made: Organization,
) -> Result<Organization> {
    let Some(first) = &new.first else { return Ok(made) };
    let standing = Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active: true };
    let entitled = (means.terms.entitling)(tx, made.id)?;
    let access = Access::granted(made.id, actor.clone(), standing).entitled(entitled);
    means.terms.workspaces.open_first(tx, &access, &first.project)?;
    if made.settings.patched(&first.settings) == made.settings {
        return Ok(made);
    }
    let patch = OrganizationPatch { settings: first.settings.clone(), ..OrganizationPatch::default() };
    apply(tx, &access, means, &made, &patch)
}

/// Whether no organization could be called so.
fn is_no_name(name: &str) -> bool {
    let fields = OrganizationFields { name: Some(name.to_owned()), ..OrganizationFields::default() };
    NewOrganization::try_from(fields).is_err()
}

/// Asks that an owner calls, by a credential that leaves that much to them.
fn require_owner(tx: &mut Tx<'_>, access: &Access) -> Result<()> {
    let (limits, now) = (access.actor().limits(), tx.now());
    let lowered = limits.role.is_some() || limits.level.is_some_and(|most| most < Level::Owner);
    if let Subject::Person(account) = access.actor().subject()
        && !lowered
        && let Some(member) = store::members::find(tx, access.organization(), account, now)?
        && member.level == Level::Owner
    {
        return Ok(());
    }
    access.require_level(Level::Owner)
}

impl Service {
    /// The organization as it is now, from memory where its epoch stands.
    pub(crate) fn known(&self, id: OrganizationId) -> Result<Organization> {
        let now = self.ctx.now();
        let epoch = self.epoch(id)?;
        if let Some(known) = self.organizations.get(&id)
            && Some(known.epoch) == epoch
            && known.until.is_none_or(|until| now < until)
        {
            return Ok(known.organization);
        }
        let (organization, until) = self.ctx.read(|conn| {
            let organization = existing(conn, id, now)?;
            Ok((organization, store::members::end_of_first_owner(conn, id, now)?))
        })?;
        if let Some(epoch) = epoch.filter(|_| organization.parameters.are_light()) {
            self.organizations.insert(id, Known { organization: organization.clone(), epoch, until });
        }
        Ok(organization)
    }
}

/// Whether an organization may become this: one that is suspended and stays so keeps all but its status.
fn may_follow(before: &Organization, after: &Organization) -> bool {
    if before.works() || after.works() {
        return true;
    }
    let otherwise = Organization {
        status: before.status,
        status_changed_at: before.status_changed_at,
        status_changed_by: before.status_changed_by,
        updated_at: before.updated_at,
        version: before.version,
        ..after.clone()
    };
    otherwise == *before
}

/// Those of the candidates that work and that the account is not in, each once, in order.
fn joinable(
    conn: &mut Conn,
    candidates: &[OrganizationId],
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<Organization>> {
    let mut found: Vec<Organization> = Vec::new();
    for id in candidates {
        if found.len() == SUGGESTIONS {
            break;
        }
        if found.iter().any(|seen| seen.id == *id) || store::members::find(conn, *id, account, now)?.is_some()
        {
            continue;
        }
        let organization = store::organizations::find(conn, *id, now)?;
        found.extend(organization.filter(Organization::works));
    }
    Ok(found)
}
