//! API keys.

use diesel::prelude::*;
use polity_kernel::sql::Document;
use polity_kernel::{
    AccountId, Conn, Error, KeyId, Level, OrganizationId, Page, Paged, Permission, Result, Timestamp,
};

use crate::ApiKey;
use crate::owner::NO_ORGANIZATION;
use crate::schema::{api_key_digests, api_keys};

/// A key as it is kept.
#[derive(Queryable, Insertable)]
#[diesel(table_name = api_keys, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    key_id: KeyId,
    account_id: Option<AccountId>,
    name: String,
    prefix: String,
    permissions: Option<Document>,
    level: Option<Level>,
    limited_to: Option<OrganizationId>,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    created_at: Timestamp,
    role: Option<String>,
}

/// Where a key's row is: the organization, or none for a person's key.
pub(crate) fn home(key: &ApiKey) -> OrganizationId {
    match (key.account, key.organization) {
        (None, Some(organization)) => organization,
        _ => NO_ORGANIZATION,
    }
}

impl From<&ApiKey> for Row {
    fn from(key: &ApiKey) -> Self {
        Self {
            organization_id: home(key),
            key_id: key.id,
            account_id: key.account,
            name: key.name.clone(),
            prefix: key.prefix.clone(),
            permissions: key.permissions.as_deref().map(super::clients::words),
            level: key.level,
            limited_to: key.account.and(key.organization),
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            created_at: key.created_at,
            role: key.role.clone(),
        }
    }
}

impl TryFrom<Row> for ApiKey {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let permissions: Option<Vec<Permission>> =
            row.permissions.map(|words| super::clients::parsed(&words)).transpose()?;
        let organization = if row.account_id.is_some() { row.limited_to } else { Some(row.organization_id) };
        Ok(Self {
            id: row.key_id,
            account: row.account_id,
            organization,
            name: row.name,
            prefix: row.prefix,
            permissions,
            level: row.level,
            role: row.role,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            created_at: row.created_at,
        })
    }
}

pub(crate) fn insert(conn: &mut Conn, key: &ApiKey, digest: &[u8]) -> Result<()> {
    let row = Row::from(key);
    let place = (
        api_key_digests::digest.eq(digest),
        api_key_digests::organization_id.eq(row.organization_id),
        api_key_digests::key_id.eq(row.key_id),
    );
    diesel::insert_into(api_keys::table).values(row).execute(conn)?;
    diesel::insert_into(api_key_digests::table).values(place).execute(conn)?;
    Ok(())
}

/// The key whose secret has this digest.
pub(crate) fn by_digest(conn: &mut Conn, digest: &[u8]) -> Result<Option<ApiKey>> {
    let place: Option<(OrganizationId, KeyId)> = api_key_digests::table
        .find(digest)
        .select((api_key_digests::organization_id, api_key_digests::key_id))
        .first(conn)
        .optional()?;
    let Some((organization, id)) = place else { return Ok(None) };
    let row: Option<Row> = api_keys::table.find((organization, id)).first(conn).optional()?;
    row.map(ApiKey::try_from).transpose()
}

/// One key of an organization, or of a person.
pub(crate) fn find(
    conn: &mut Conn,
    organization: OrganizationId,
    account: Option<AccountId>,
    id: KeyId,
) -> Result<Option<ApiKey>> {
    let row: Option<Row> = api_keys::table.find((organization, id)).first(conn).optional()?;
    Ok(row.map(ApiKey::try_from).transpose()?.filter(|key| key.account == account))
}

/// A page of the keys of an organization, or of a person.
pub(crate) fn page(
    conn: &mut Conn,
    organization: OrganizationId,
    account: Option<AccountId>,
    page: Page,
) -> Result<Paged<ApiKey>> {
    let mut query = api_keys::table
        .filter(api_keys::organization_id.eq(organization))
        .filter(api_keys::key_id.gt(KeyId::new(page.cursor())))
        .into_boxed();
    if let Some(account) = account {
        query = query.filter(api_keys::account_id.eq(account));
    }
    let rows: Vec<Row> =
        query.order(api_keys::key_id).limit(page.limit + 1).offset(page.skip()).load(conn)?;
    let keys = rows.into_iter().map(ApiKey::try_from).collect::<Result<Vec<_>>>()?;
    Ok(Paged::of(keys, &page, |key| key.id.uuid()))
}

polity_kernel::live!(api_keys);

/// The keys of a person that work in this organization now, at most 1000.
pub(crate) fn reaching(
    conn: &mut Conn,
    organization: OrganizationId,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<ApiKey>> {
    let rows: Vec<Row> = api_keys::table
        .filter(api_keys::organization_id.eq(NO_ORGANIZATION))
        .filter(api_keys::account_id.eq(account))
        .filter(api_keys::limited_to.is_null().or(api_keys::limited_to.eq(organization)))
        .filter(live(now))
        .order(api_keys::key_id)
        .limit(Page::MAX)
        .load(conn)?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// Up to `limit` keys of an organization that are limited to this role, in no order.
pub(crate) fn of_role(
    conn: &mut Conn,
    organization: OrganizationId,
    role: &str,
    limit: i64,
) -> Result<Vec<ApiKey>> {
    let rows: Vec<Row> = api_keys::table
        .filter(api_keys::organization_id.eq(organization))
        .filter(api_keys::role.eq(role))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(ApiKey::try_from).collect()
}

pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId, ids: &[KeyId]) -> Result<()> {
    let places = api_key_digests::table
        .filter(api_key_digests::organization_id.eq(organization))
        .filter(api_key_digests::key_id.eq_any(ids));
    diesel::delete(places).execute(conn)?;
    let rows = api_keys::table
        .filter(api_keys::organization_id.eq(organization))
        .filter(api_keys::key_id.eq_any(ids));
    diesel::delete(rows).execute(conn)?;
    Ok(())
}

/// Up to `limit` keys of an organization, in no order.
pub(crate) fn some(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<Vec<KeyId>> {
    Ok(api_keys::table
        .filter(api_keys::organization_id.eq(organization))
        .select(api_keys::key_id)
        .limit(limit)
        .load(conn)?)
}

/// Notes a use, unless a later one is noted already.
pub(crate) fn touch(conn: &mut Conn, organization: OrganizationId, id: KeyId, at: Timestamp) -> Result<()> {
    let row = api_keys::table
        .find((organization, id))
        .filter(api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(at)));
    diesel::update(row).set(api_keys::last_used_at.eq(at)).execute(conn)?;
    Ok(())
}
