//! Which organizations an actor sees: its own, or all for a platform administrator.

use std::collections::HashMap;

use polity_kernel::{Access, AccountId, Actor, Conn, OrganizationId, Page, Paged, Permission, Result};

use crate::acts::organizations::reach;
use crate::acts::organizations::reach::{Reach, may_see, own, page_of, sees_all, sees_its_own};
use crate::permissions::{ORG_DIRECTORY_GET, ORG_MEMBERS_LIST};
use crate::service::Service;
use crate::{Organization, OrganizationSummary, Visible, store};

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
        reach::filled(&self.ctx, reach, page, &candidates, &|id| may_see(self, actor, id))
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
        reach::let_in(self, actor, organization)
    }
}
