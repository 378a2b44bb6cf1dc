//! Memberships: permission first, then what [`acts`](crate::acts) do in the transaction.

use polity_accounts::EmployeeId;
use polity_kernel::{
    Access, AccountId, Conn, Error, FieldKind, OrganizationId, Page, Paged, Result, Timestamp, Tx, WriteKind,
};
use uuid::Uuid;

use crate::acts::groups;
use crate::permissions::{ORG_GROUPS_FIND, ORG_GROUPS_GET, ORG_GROUPS_UPDATE};
use crate::service::{Service, require_printable, unknown};
use crate::store::memberships::Wanted;
use crate::{
    Changes, Group, GroupId, Guard, Member, MemberFilter, Membership, Memberships, NewMembership, Placement,
    store,
};

impl Memberships for Service {
    fn add(&self, access: &Access, id: GroupId, new: NewMembership) -> Result<Membership> {
        let guard = self.guard;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_GROUPS_UPDATE)?;
            let placed = groups::add(tx, access, id, &new)?;
            may_be_in(tx, access, guard, placed.member)?;
            (guard.placing)(tx, access, &[id])?;
            Ok(placed)
        })
    }

    fn remove_member(&self, access: &Access, id: GroupId, member: Member) -> Result<()> {
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_GROUPS_UPDATE)?;
            groups::remove_member(tx, access, id, member)
        })
    }

    fn members(
        &self,
        access: &Access,
        id: GroupId,
        filter: MemberFilter,
        page: Page,
    ) -> Result<Paged<Membership>> {
        access.require(&ORG_GROUPS_GET)?;
        require_printable(filter.kind.as_deref())?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            groups::group(conn, organization, id)?.ok_or_else(unknown)?;
            let wanted = Wanted { organization, group: id, filter: &filter, now };
            let found = store::memberships::page(conn, wanted, page)?;
            self.present(conn, organization, found, now)
        })
    }

    fn transitive_members(
        &self,
        access: &Access,
        id: GroupId,
        filter: MemberFilter,
        page: Page,
    ) -> Result<Paged<Membership>> {
        access.require(&ORG_GROUPS_GET)?;
        require_printable(filter.kind.as_deref())?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            groups::group(conn, organization, id)?.ok_or_else(unknown)?;
            let wanted = Wanted { organization, group: id, filter: &filter, now };
            let found = store::transitive::page(conn, wanted, page)?;
            self.present(conn, organization, found, now)
        })
    }

    fn groups_of(&self, access: &Access, member: Member, page: Page) -> Result<Paged<(Group, Membership)>> {
        access.require(&ORG_GROUPS_FIND)?;
        let (organization, now) = (access.organization(), self.ctx.now());
        self.ctx.read(|conn| {
            let account = member.account();
            let own = self.guard.belonging.among(conn, organization, account.as_slice(), now)?;
            if account.is_some() && own.is_empty() {
                return Ok(Paged { items: Vec::new(), next: None });
            }
            store::memberships::groups_of(conn, organization, member, page, now)
        })
    }

    fn set_groups_of(&self, access: &Access, member: Member, places: Vec<Placement>) -> Result<Changes> {
        if places.len() > Placement::MAX {
            return Err(Error::field(
                "groups",
                FieldKind::TooMany(Placement::MAX).told(format!("names more than {} groups", Placement::MAX)),
            ));
        }
        let guard = self.guard;
        self.ctx.write(access, WriteKind::Grants, move |tx, access| {
            access.require(&ORG_GROUPS_UPDATE)?;
            let changes = groups::set_groups_of(tx, access, member, &places)?;
            if !places.is_empty() {
                may_be_in(tx, access, guard, member)?;
            }
            let joined: Vec<GroupId> = changes.added.iter().map(|membership| membership.group).collect();
            if !joined.is_empty() {
                (guard.placing)(tx, access, &joined)?;
            }
            Ok(changes)
        })
    }

    fn entity(&self, access: &Access, id: Uuid) -> Result<Member> {
        if !access.permissions().contains(&ORG_GROUPS_UPDATE) {
            access.require(&ORG_GROUPS_FIND)?;
        }
        let organization = access.organization();
        self.ctx.read(|conn| {
            let (employee, group) = (EmployeeId::new(id), GroupId::new(id));
            if polity_accounts::within::employee(conn, organization, employee)?.is_some() {
                return Ok(Member::Employee(employee));
            }
            if groups::group(conn, organization, group)?.is_some() {
                return Ok(Member::Group(group));
            }
            let account = polity_accounts::within::account(conn, AccountId::new(id))?;
            account.map(|account| Member::Account(account.id)).ok_or_else(|| Error::not_found("entity"))
        })
    }
}

impl Service {
    /// Those of a page who count as being in the group: a membership of the organization that has ended takes its places with it. So a page
    /// may have fewer than were asked for, and yet not be the last.
    fn present(
        &self,
        conn: &mut Conn,
        organization: OrganizationId,
        mut found: Paged<Membership>,
        now: Timestamp,
    ) -> Result<Paged<Membership>> {
        let accounts: Vec<AccountId> =
            found.items.iter().filter_map(|place| place.member.account()).collect();
        let members = self.guard.belonging.among(conn, organization, &accounts, now)?;
        found.items.retain(|place| place.member.account().is_none_or(|account| members.contains(&account)));
        Ok(found)
    }
}

/// Asks that an account is a member's.
fn may_be_in(tx: &mut Tx<'_>, access: &Access, guard: Guard, member: Member) -> Result<()> {
    let (organization, now) = (access.organization(), tx.now());
    member.account().map_or(Ok(()), |account| guard.belonging.require(tx, organization, account, now))
}
