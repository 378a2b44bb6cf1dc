//! Groups: permission first, then what [`acts`](crate::acts) do in the transaction.

use polity_kernel::text::printable;
use polity_kernel::{Access, Error, Page, Paged, Result, WriteKind};

use crate::acts::groups;
use crate::permissions::{
    ORG_GROUPS_CREATE, ORG_GROUPS_DELETE, ORG_GROUPS_FIND, ORG_GROUPS_GET, ORG_GROUPS_LIST, ORG_GROUPS_UPDATE,
};
use crate::service::{Service, unknown};
use crate::{
    Group, GroupFilter, GroupId, GroupPatch, GroupProfile, GroupProfilePatch, Groups, NewGroup, service,
    store,
};

impl Groups for Service {
    fn create(&self, access: &Access, new: NewGroup) -> Result<Group> {
        // an empty group changes nobody's rights
        self.ctx.write(access, WriteKind::Content, move |tx, access| {
            access.require(&ORG_GROUPS_CREATE)?;
            groups::create(tx, access, &new)
        })
    }

    fn group(&self, access: &Access, id: GroupId) -> Result<Group> {
        access.require(&ORG_GROUPS_GET)?;
        self.ctx.read(|conn| groups::group(conn, access.organization(), id))?.ok_or_else(unknown)
    }

    fn groups(&self, access: &Access, filter: GroupFilter, page: Page) -> Result<Paged<Group>> {
        access.require(&ORG_GROUPS_LIST)?;
        service::require_printable(filter.kind.as_deref())?;
        self.ctx.read(|conn| store::groups::page(conn, access.organization(), &filter, page))
    }

    fn by_external_id(&self, access: &Access, external_id: &str) -> Result<Group> {
        access.require(&ORG_GROUPS_FIND)?;
        // no group has an id that cannot be stored
        printable(external_id).map_err(|_| unknown())?;
        self.ctx
            .read(|conn| groups::by_external_id(conn, access.organization(), external_id))?
            .ok_or_else(unknown)
    }

    fn update(&self, access: &Access, id: GroupId, patch: GroupPatch) -> Result<Group> {
        // its status decides what it passes on, and its name stands in explanations of rights
        let guard = self.guard;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_GROUPS_UPDATE)?;
            if patch.status.is_some() {
                (guard.placing)(tx, access, &[id])?;
            }
            groups::update(tx, access, id, &patch)
        })
    }

    fn remove(&self, access: &Access, id: GroupId) -> Result<()> {
        let guard = self.guard;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_GROUPS_DELETE)?;
            groups::remove(tx, access, id)?;
            (guard.removing)(tx, access, id)
        })
    }

    fn profile(&self, access: &Access, id: GroupId) -> Result<GroupProfile> {
        self.group(access, id)?.profile.ok_or_else(|| Error::not_found("group profile"))
    }

    fn set_profile(&self, access: &Access, id: GroupId, profile: GroupProfile) -> Result<GroupProfile> {
        // nobody's rights hang on it, but no other change of the group may come between reading and writing it
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&ORG_GROUPS_UPDATE)?;
            groups::show(tx, access, id, |_| profile.clone().checked())
        })
    }

    fn patch_profile(&self, access: &Access, id: GroupId, patch: GroupProfilePatch) -> Result<GroupProfile> {
        self.ctx.write(access, WriteKind::Structure, move |tx, access| {
            access.require(&ORG_GROUPS_UPDATE)?;
            groups::show(tx, access, id, |known| known.clone().patched(patch.clone()).checked())
        })
    }
}
