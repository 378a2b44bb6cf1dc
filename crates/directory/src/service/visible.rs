//! Which organizations an actor sees: its own, or all for a platform administrator.

use polity_kernel::{Access, AccountId, Actor, Code, Conn, OrganizationId, Page, Paged, Permission, Result};

use crate::acts::organizations::reach::{Candidates, Reach, count, own, page_of, sees_all, sees_its_own};
use crate::acts::organizations::summaries;
use crate::permissions::ORG_DIRECTORY_GET;
use crate::service::Service;
use crate::{Entry as _, Organization, OrganizationSummary, Visible, store};

impl Visible for Service {
    fn organizations_of(&self, actor: &Actor, page: Page) -> Result<Paged<Organization>> {
        self.seen_by(actor, Reach::of(actor), &page)
    }

    fn own_organizations(&self, actor: &Actor, page: Page) -> Result<Paged<Organization>> {
        self.seen_by(actor, Reach::own(actor), &page)
    }

    fn own_organization_count(&self, actor: &Actor) -> Result<u64> {
        let (reach, now) = (Reach::own(actor), self.ctx.now());
        if let Reach::Of(account, None) = reach
            && sees_its_own(actor)
        {
            return self.ctx.read(|conn| store::memberships::organization_count(conn, account, now));
        }
        let (mut found, mut after) = (0, OrganizationId::new(uuid::Uuid::nil()));
        loop {
            let some = self.ctx.read(|conn| own(conn, reach, now, (after, Page::MAX)))?;
            let Some(last) = some.last() else { return Ok(found) };
            self.ctx.foresee(|| some.iter().map(|id| id.uuid()).collect())?;
            after = *last;
            for id in some {
                found += u64::from(self.may_see(actor, id)?);
            }
        }
    }

    fn summaries(&self, accesses: &[Access]) -> Result<Vec<OrganizationSummary>> {
        let now = self.ctx.now();
        self.ctx.read(|conn| summaries::all(conn, accesses, now))
    }

    fn owners(&self, access: &Access) -> Result<Vec<AccountId>> {
        access.require(&ORG_DIRECTORY_GET)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        let owners = self.ctx.read(|conn| store::members::owners(conn, &[organization], now))?;
        Ok(owners.into_iter().map(|(_, owner)| owner).collect())
    }
}

impl Service {
    /// A page of the organizations within reach that the actor may see.
    fn seen_by(&self, actor: &Actor, reach: Reach, page: &Page) -> Result<Paged<Organization>> {
        let now = self.ctx.now();
        let all = match reach {
            Reach::All => sees_all(actor),
            // every member may see an organization: nothing need be computed of each
            Reach::Of(_, None) => sees_its_own(actor),
            Reach::Of(_, Some(_)) | Reach::One(_) | Reach::Nothing => false,
        };
        if all {
            let found: Paged<Organization> = self.ctx.read(|conn| {
                let ids = page_of(conn, reach, now, page)?;
                let ids = Paged::of(ids, page, |id| id.uuid());
                let items = store::organizations::find_all(conn, &ids.items, now)?;
                Ok(Paged { items, next: ids.next })
            })?;
            // whoever lists them is likely to enter them next
            self.ctx.foresee(|| found.items.iter().map(|one| one.id.uuid()).collect())?;
            return Ok(found);
        }
        let candidates = move |conn: &mut Conn, reach, part| own(conn, reach, now, part);
        self.seen(reach, page, &candidates, &|id| self.may_see(actor, id))
    }

    /// A page of those candidates that are kept. Pages are filled, so that one with a successor is never empty.
    pub(crate) fn seen(
        &self,
        reach: Reach,
        page: &Page,
        candidates: Candidates<'_>,
        keeps: &dyn Fn(OrganizationId) -> Result<bool>,
    ) -> Result<Paged<Organization>> {
        let (now, part) = (self.ctx.now(), page.limit + 1);
        let wanted = page.limit + 1 + page.skip();
        let mut kept = Vec::new();
        let mut after = OrganizationId::new(page.cursor());
        loop {
            let some = self.ctx.read(|conn| candidates(conn, reach, (after, part)))?;
            self.ctx.foresee(|| some.iter().map(|id| id.uuid()).collect())?;
            let exhausted = count(&some) < part;
            for id in some {
                after = id;
                if keeps(id)? {
                    kept.push(id);
                }
                if count(&kept) == wanted {
                    break;
                }
            }
            if exhausted || count(&kept) == wanted {
                break;
            }
        }
        kept.drain(..usize::try_from(page.skip()).unwrap_or(usize::MAX).min(kept.len()));
        let ids = Paged::of(kept, page, |id| id.uuid());
        let items = self.ctx.read(|conn| store::organizations::find_all(conn, &ids.items, now))?;
        Ok(Paged { items, next: ids.next })
    }

    /// Whether the actor may see the organization.
    pub(crate) fn may_see(&self, actor: &Actor, organization: OrganizationId) -> Result<bool> {
        if sees_all(actor) {
            return Ok(true);
        }
        Ok(self.let_in(actor, organization)?.is_some_and(|access| access.require(&ORG_DIRECTORY_GET).is_ok()))
    }

    /// Asks for a permission with no organization in mind: a program that belongs to one has what it may do there.
    pub(crate) fn require_anywhere(&self, actor: &Actor, permission: &Permission) -> Result<()> {
        let refused = match (actor.require(permission), actor.home()) {
            (Err(refused), Some(home)) => (refused, home.organization),
            (answer, _) => return answer,
        };
        match self.let_in(actor, refused.1)? {
            Some(access) => access.require(permission),
            None => Err(refused.0),
        }
    }

    /// The way into an organization; absent where there is none for the actor.
    pub(crate) fn let_in(&self, actor: &Actor, organization: OrganizationId) -> Result<Option<Access>> {
        match self.look_in(actor, &organization.into()) {
            Ok(access) => Ok(Some(access)),
            Err(error) if error.code() == Code::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
