//! Groups: permission first, then what [`within`] does in the transaction.

use polity_kernel::{Access, Error, Page, Paged, Result, WriteKind};

use super::Service;
use crate::permissions::{GROUPS_CREATE, GROUPS_DELETE, GROUPS_FIND, GROUPS_GET, GROUPS_LIST, GROUPS_UPDATE};
use crate::{
    Group, GroupId, GroupPatch, Groups, Member, MemberFilter, Membership, NewGroup, NewMembership, store,
    within,
};
use polity_kernel::text::printable;

impl Groups for Service {
    fn create(&self, access: &Access, new: NewGroup) -> Result<Group> {
        // an empty group changes nobody's rights
        self.ctx.write(access, WriteKind::Content, move |tx, access| {
            access.require(&GROUPS_CREATE)?;
            within::create(tx, access, &new)
        })
    }

    fn group(&self, access: &Access, id: GroupId) -> Result<Group> {
        access.require(&GROUPS_GET)?;
        self.ctx.read(|conn| within::group(conn, access.organization(), id))?.ok_or_else(unknown)
    }

    fn groups(&self, access: &Access, page: Page) -> Result<Paged<Group>> {
        access.require(&GROUPS_LIST)?;
        self.ctx.read(|conn| store::groups::page(conn, access.organization(), page))
    }

    fn by_external_id(&self, access: &Access, external_id: &str) -> Result<Group> {
        access.require(&GROUPS_FIND)?;
        // no group has an id that cannot be stored
        printable(external_id).map_err(|_| unknown())?;
        self.ctx
            .read(|conn| within::by_external_id(conn, access.organization(), external_id))?
            .ok_or_else(unknown)
    }

    fn update(&self, access: &Access, id: GroupId, patch: GroupPatch) -> Result<Group> {
        // its status decides what it passes on, and its name stands in explanations of rights
        let guard = self.guard;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&GROUPS_UPDATE)?;
            if let (Some(guard), true) = (guard, patch.status.is_some()) {
                (guard.placing)(tx, access, id)?;
            }
            within::update(tx, access, id, &patch)
        })
    }

    fn remove(&self, access: &Access, id: GroupId) -> Result<()> {
        let guard = self.guard;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&GROUPS_DELETE)?;
            within::remove(tx, access, id)?;
            guard.map_or(Ok(()), |guard| (guard.removing)(tx, access, id))
        })
    }

    fn add(&self, access: &Access, id: GroupId, new: NewMembership) -> Result<Membership> {
        let guard = self.guard;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&GROUPS_UPDATE)?;
            let placed = within::add(tx, access, id, &new)?;
            guard.map_or(Ok(()), |guard| (guard.placing)(tx, access, id))?;
            Ok(placed)
        })
    }

    fn expel(&self, access: &Access, id: GroupId, member: Member) -> Result<()> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&GROUPS_UPDATE)?;
            within::expel(tx, access, id, member)
        })
    }

    fn members(
        &self,
        access: &Access,
        id: GroupId,
        filter: MemberFilter,
        page: Page,
    ) -> Result<Paged<Membership>> {
        access.require(&GROUPS_GET)?;
        if filter.kind.as_deref().is_some_and(|kind| printable(kind).is_err()) {
            return Err(Error::field("kind", "holds a control character"));
        }
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            within::group(conn, organization, id)?.ok_or_else(unknown)?;
            store::memberships::page(conn, (organization, id), &filter, page, now)
        })
    }

    fn transitive_members(&self, access: &Access, id: GroupId, page: Page) -> Result<Paged<Member>> {
        access.require(&GROUPS_GET)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            within::group(conn, organization, id)?.ok_or_else(unknown)?;
            store::nesting::transitive_members(conn, organization, id, page, now)
        })
    }

    fn groups_of(&self, access: &Access, member: Member, page: Page) -> Result<Paged<(Group, Membership)>> {
        access.require(&GROUPS_FIND)?;
        let now = self.ctx.now();
        self.ctx.read(|conn| store::memberships::groups_of(conn, access.organization(), member, page, now))
    }
}

fn unknown() -> Error {
    Error::not_found("group")
}
