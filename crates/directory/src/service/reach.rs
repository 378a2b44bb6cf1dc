//! Which organizations an actor sees: its own, or all for a platform administrator.

use polity_kernel::{Access, Actor, Conn, OrganizationId, Page, Paged, Permission, Result};

use crate::acts::organizations::reach;
use crate::acts::organizations::reach::{Reach, may_see, own, page_of, sees_all, sees_its_own};
use crate::service::Service;
use crate::{Organization, store};

impl Service {
    /// A page of the organizations within reach that the actor may see.
    pub(super) fn seen_by(&self, actor: &Actor, reach: Reach, page: &Page) -> Result<Paged<Organization>> {
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
