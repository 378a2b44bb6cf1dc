//! Organizations: founding, changing, suspending, deleting, and who might join them.

use std::sync::Arc;

use polity_accounts::EmailAddress;
use polity_kernel::job::Outcome;
use polity_kernel::text::parsed_at;
use polity_kernel::{
    Access, Actor, Code, Conn, Error, OrganizationId, Page, Paged, Result, Timestamp, WriteKind, checkpoint,
    epoch, event,
};

use crate::acts::import::Means;
use crate::acts::organizations::{Known, apply, end, founding, names};
use crate::acts::{import, members};
use crate::import::{ImportChanges, ImportedOrganization};
use crate::names::Key;
use crate::organization::{NewOrganization, Organization, OrganizationFields, OrganizationPatch, Wanted};
use crate::permissions::{
    ORG_DIRECTORY_CREATE, ORG_DIRECTORY_DELETE, ORG_DIRECTORY_GET, ORG_DIRECTORY_LIST, ORG_DIRECTORY_UPDATE,
};
use crate::service::Service;
use crate::store::organizations::existing;
use crate::{Organizations, store};

/// Suggestions at most (contract directory, decision 9).
const SUGGESTIONS: usize = 10;

/// Rows of each table removed at a time, so that a purge never holds up other writers for long.
const BATCH: i64 = 500;

impl Organizations for Service {
    fn found(&self, actor: &Actor, new: NewOrganization) -> Result<Organization> {
        actor.require(&ORG_DIRECTORY_CREATE)?;
        let (actor, terms) = (actor.clone(), self.terms());
        self.ctx
            .write_platform(move |tx| founding::found(tx, &terms.entitling, &*terms.workspaces, &actor, &new))
    }

    fn found_for(&self, actor: &Actor, new: NewOrganization, owner: &EmailAddress) -> Result<Organization> {
        actor.require(&ORG_DIRECTORY_CREATE)?;
        let (actor, owner, terms) = (actor.clone(), owner.clone(), self.terms());
        self.ctx.write_platform(move |tx| {
            founding::found_for(tx, &terms.entitling, &*terms.workspaces, &actor, (&new, &owner))
        })
    }

    fn organization(&self, access: &Access) -> Result<Organization> {
        access.require(&ORG_DIRECTORY_GET)?;
        self.known(access.organization())
    }

    fn key(&self, access: &Access) -> Result<Key> {
        let key = self.ctx.read(|conn| store::organizations::key(conn, access.organization()))?;
        key.ok_or_else(|| Error::not_found("organization"))
    }

    fn update(&self, access: &Access, patch: OrganizationPatch) -> Result<Organization> {
        let (seal, workspaces) = (self.parameters.clone(), Arc::clone(&self.terms.workspaces));
        // of a suspended organization nothing is changed but its status
        let kind = if patch.status.is_some() { WriteKind::Lifecycle } else { WriteKind::Grants };
        self.ctx.write(access, kind, move |tx, access| {
            access.require(&ORG_DIRECTORY_UPDATE)?;
            let now = tx.now();
            let before = existing(tx, access.organization(), now)?;
            let after = apply(tx, access, &seal, (&before, &patch))?;
            if !may_follow(&before, &after) || (!after.works() && patch.owner_email.is_some()) {
                return Err(members::inactive());
            }
            let Some(owner) = &patch.owner_email else { return Ok(after) };
            founding::share(tx, &*workspaces, access, &parsed_at("owner_email", owner)?)?;
            existing(tx, access.organization(), now)
        })
    }

    fn remove(&self, access: &Access) -> Result<()> {
        let workspaces = Arc::clone(&self.terms.workspaces);
        self.ctx.write(access, WriteKind::Lifecycle, move |tx, access| {
            access.require(&ORG_DIRECTORY_DELETE)?;
            end(tx, &*workspaces, access)
        })
    }

    fn available(&self, actor: &Actor, wanted: &Wanted) -> Result<bool> {
        self.require_anywhere(actor, &ORG_DIRECTORY_LIST)?;
        self.ctx.read(|conn| {
            if let Some(domain) = &wanted.domain
                && store::domains::owner(conn, domain.as_str())?.is_some()
            {
                return Ok(false);
            }
            let Some(alias) = &wanted.alias else { return Ok(true) };
            Ok(!alias.is_reserved() && store::names::owner(conn, alias.as_str())?.is_none())
        })
    }

    fn name_available(&self, actor: &Actor, name: &str) -> Result<bool> {
        self.require_anywhere(actor, &ORG_DIRECTORY_LIST)?;
        let fields = OrganizationFields { name: Some(name.to_owned()), ..OrganizationFields::default() };
        if NewOrganization::try_from(fields).is_err() {
            return Ok(false);
        }
        self.ctx.read(|conn| names::is_free(conn, name))
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
            candidates.extend(store::domains::owner(conn, email.domain())?);
            joinable(conn, &candidates, account.id, now)
        })
    }

    fn all(&self, actor: &Actor, page: Page) -> Result<Paged<Organization>> {
        if !actor.is_platform_administrator() {
            return Err(Error::new(Code::Forbidden, "only a platform administrator sees every organization"));
        }
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            let ids = store::organizations::page(conn, &page)?;
            let ids = Paged::of(ids, &page, |id| id.uuid());
            let items = ids.items.iter().map(|id| existing(conn, *id, now)).collect::<Result<_>>()?;
            Ok(Paged { items, next: ids.next })
        })
    }

    fn purge(&self, organization: OrganizationId) -> Result<Outcome> {
        let workspaces = Arc::clone(&self.terms.workspaces);
        self.ctx.write_platform(move |tx| {
            if !epoch::read(tx, &[organization.uuid()])?.is_empty() {
                return Err(Error::internal(format!(
                    "{organization} is not deleted; nothing of it is purged"
                )));
            }
            let removed = polity_accounts::within::purge(tx, organization, BATCH)?
                + polity_groups::within::purge(tx, organization, BATCH)?
                + store::purge::purge(tx, organization, BATCH)?
                + workspaces.purge(tx, organization, BATCH)?
                + checkpoint::purge(tx, organization)?
                + event::purge(tx, organization, BATCH)?;
            Ok(if removed == 0 { Outcome::Done } else { Outcome::Again })
        })
    }

    fn import(&self, actor: &Actor, imported: ImportedOrganization) -> Result<ImportChanges> {
        let means = Means { parameters: self.parameters.clone(), terms: self.terms() };
        import::import(&self.ctx, means, actor, imported)
    }
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
    account: polity_kernel::AccountId,
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
