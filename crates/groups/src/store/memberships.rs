//! Memberships in the store.

use diesel::prelude::*;
use polity_kernel::db::each;
use polity_kernel::sql::{Among, List};
use polity_kernel::text::canonical;
use polity_kernel::{Conn, OrganizationId, Page, Paged, Result, SubjectId, Timestamp};
use uuid::Uuid;

use super::{ROWS, groups};
use crate::schema::{group_members as members, groups as tables};
use crate::{Group, GroupId, Member, MemberFilter, MemberKind, Membership};

polity_kernel::id!(MemberId, "The bare id of whatever is in a group.");

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = members, primary_key(organization_id, group_id, member_id, member_kind))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct Row {
    organization_id: OrganizationId,
    group_id: GroupId,
    member_id: MemberId,
    member_kind: MemberKind,
    kind: String,
    expires_at: Option<Timestamp>,
    #[diesel(skip_update)]
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
    #[diesel(skip_update)]
    created_by: Option<SubjectId>,
    kind_key: String,
}

polity_kernel::live!(members);

/// The membership, also when it has expired.
pub(crate) fn find(
    conn: &mut Conn,
    organization: OrganizationId,
    group: GroupId,
    member: Member,
) -> Result<Option<Membership>> {
    let row: Option<Row> = members::table
        .find((organization, group, MemberId::new(member.uuid()), member.kind()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Membership::from))
}

/// Everything in the group, also what has expired.
pub(crate) fn all(conn: &mut Conn, organization: OrganizationId, group: GroupId) -> Result<Vec<Membership>> {
    let rows: Vec<Row> = members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::group_id.eq(group))
        .order((members::member_id, members::member_kind))
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Membership::from).collect())
}

/// Every place the member has, also where it has expired.
pub(crate) fn all_of(
    conn: &mut Conn,
    organization: OrganizationId,
    member: Member,
) -> Result<Vec<Membership>> {
    let rows: Vec<Row> = members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::member_kind.eq(member.kind()))
        .filter(members::member_id.eq(MemberId::new(member.uuid())))
        .order(members::group_id)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Membership::from).collect())
}

/// Every place that these members of one kind have, also where it has expired.
pub(crate) fn all_of_these(
    conn: &mut Conn,
    organization: OrganizationId,
    kind: MemberKind,
    ids: &[Uuid],
) -> Result<Vec<Membership>> {
    let list = List::ids(ids.iter().copied());
    let rows: Vec<Row> = each!(conn, conn => members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::member_kind.eq(kind))
        .filter(Among(members::member_id, list))
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Membership::from).collect())
}

/// Which members of a group are wanted, as of an instant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'f> {
    pub(crate) organization: OrganizationId,
    pub(crate) group: GroupId,
    pub(crate) filter: &'f MemberFilter,
    pub(crate) now: Timestamp,
}

/// What is in the group itself.
pub(crate) fn page(conn: &mut Conn, wanted: Wanted<'_>, page: Page) -> Result<Paged<Membership>> {
    let Wanted { organization, group, filter, now } = wanted;
    let mut query = members::table
        .filter(members::organization_id.eq(organization))
        .filter(members::group_id.eq(group))
        .filter(members::member_id.gt(MemberId::new(page.cursor())))
        .filter(live(now))
        .order((members::member_id, members::member_kind))
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .into_boxed();
    if let Some(kind) = filter.member_kind {
        query = query.filter(members::member_kind.eq(kind));
    }
    if let Some(id) = filter.member_id {
        query = query.filter(members::member_id.eq(MemberId::new(id)));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(members::kind_key.eq(canonical(kind).to_lowercase()));
    }
    let rows: Vec<Row> = query.load(conn)?;
    let found: Vec<Membership> = rows.into_iter().map(Membership::from).collect();
    Ok(Paged::of(found, &page, |membership| membership.member.uuid()))
}

/// The groups the member is in itself at this instant.
pub(crate) fn groups_of(
    conn: &mut Conn,
    organization: OrganizationId,
    member: Member,
    page: Page,
    now: Timestamp,
) -> Result<Paged<(Group, Membership)>> {
    let rows: Vec<(groups::Row, Row)> = members::table
        .inner_join(tables::table.on(
            tables::organization_id.eq(members::organization_id).and(tables::group_id.eq(members::group_id)),
        ))
        .filter(members::organization_id.eq(organization))
        .filter(members::member_kind.eq(member.kind()))
        .filter(members::member_id.eq(MemberId::new(member.uuid())))
        .filter(members::group_id.gt(GroupId::new(page.cursor())))
        .filter(live(now))
        .order(members::group_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select((groups::Row::as_select(), Row::as_select()))
        .load(conn)?;
    let found: Vec<(Group, Membership)> =
        rows.into_iter().map(|(group, membership)| (group.into(), membership.into())).collect();
    Ok(Paged::of(found, &page, |(group, _)| group.id.uuid()))
}

pub(crate) fn insert(conn: &mut Conn, organization: OrganizationId, new: &Membership) -> Result<()> {
    diesel::insert_into(members::table).values(Row::of(organization, new)).execute(conn)?;
    Ok(())
}

/// Inserts many at once.
pub(crate) fn insert_all(conn: &mut Conn, organization: OrganizationId, new: &[Membership]) -> Result<()> {
    for new in new.chunks(ROWS) {
        let rows: Vec<Row> = new.iter().map(|membership| Row::of(organization, membership)).collect();
        each!(&mut *conn, conn => diesel::insert_into(members::table).values(&rows).execute(conn))?;
    }
    Ok(())
}

pub(crate) fn update(conn: &mut Conn, organization: OrganizationId, changed: &Membership) -> Result<()> {
    let member = changed.member;
    diesel::update(members::table.find((
        organization,
        changed.group,
        MemberId::new(member.uuid()),
        member.kind(),
    )))
    .set(Row::of(organization, changed))
    .execute(conn)?;
    Ok(())
}

/// Removes the membership and says whether there was one.
pub(crate) fn remove(
    conn: &mut Conn,
    organization: OrganizationId,
    group: GroupId,
    member: Member,
) -> Result<bool> {
    let row = members::table.find((organization, group, MemberId::new(member.uuid()), member.kind()));
    Ok(diesel::delete(row).execute(conn)? == 1)
}

/// Removes everything that is in the group.
pub(crate) fn remove_all(conn: &mut Conn, organization: OrganizationId, group: GroupId) -> Result<()> {
    diesel::delete(members::table)
        .filter(members::organization_id.eq(organization))
        .filter(members::group_id.eq(group))
        .execute(conn)?;
    Ok(())
}

/// Removes the member from wherever it is.
pub(crate) fn remove_all_of(conn: &mut Conn, organization: OrganizationId, member: Member) -> Result<()> {
    diesel::delete(members::table)
        .filter(members::organization_id.eq(organization))
        .filter(members::member_kind.eq(member.kind()))
        .filter(members::member_id.eq(MemberId::new(member.uuid())))
        .execute(conn)?;
    Ok(())
}

/// Deletes up to `limit` rows of the organization, in the order of the primary key.
pub(crate) fn purge(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    let of_it = members::organization_id.eq(organization);
    let doomed: Vec<(GroupId, MemberId)> = members::table
        .filter(of_it)
        .order((members::group_id, members::member_id, members::member_kind))
        .limit(limit)
        .select((members::group_id, members::member_id))
        .load(conn)?;
    let Some((group, member)) = doomed.last().copied() else { return Ok(0) };
    // the first bound alone is a range of the key; the second only trims its last group
    Ok(diesel::delete(members::table)
        .filter(of_it)
        .filter(members::group_id.le(group))
        .filter(members::group_id.lt(group).or(members::member_id.le(member)))
        .execute(conn)?)
}

impl Row {
    fn of(organization: OrganizationId, membership: &Membership) -> Self {
        Self {
            organization_id: organization,
            group_id: membership.group,
            member_id: MemberId::new(membership.member.uuid()),
            member_kind: membership.member.kind(),
            kind: membership.kind.clone(),
            expires_at: membership.expires_at,
            created_at: membership.created_at,
            updated_at: membership.updated_at,
            version: membership.version,
            created_by: membership.created_by,
            kind_key: membership.kind.to_lowercase(),
        }
    }
}

impl From<Row> for Membership {
    fn from(row: Row) -> Self {
        Self {
            group: row.group_id,
            member: Member::of(row.member_kind, row.member_id.uuid()),
            kind: row.kind,
            expires_at: row.expires_at,
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}
