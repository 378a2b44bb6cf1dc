//! Rows of organizations.

use std::collections::HashMap;

use diesel::prelude::*;
use polity_kernel::db::each;
use polity_kernel::sql::Document;
use polity_kernel::sql::{Among, List};
use polity_kernel::{AccountId, Conn, Error, OrganizationId, Page, Result, SubjectId, Timestamp};

use super::{domains, members};
use crate::names::{Alias, Key};
use crate::organization::{Organization, PrimaryDomain, Status};
use crate::role::RoleId;
use crate::schema::organizations;
use crate::settings::{MediaId, Settings, StatisticsMethod};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = organizations, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    key: String,
    alias: String,
    name: String,
    description: Option<String>,
    logo_url: Option<String>,
    external_sales_force_id: Option<String>,
    status: Status,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
    profile: Option<Document>,
    created_by: Option<SubjectId>,
    status_changed_at: Option<Timestamp>,
    status_changed_by: Option<SubjectId>,
    parameters: Option<Document>,
    members_can_invite: Option<bool>,
    logo_media_id: Option<MediaId>,
    enforce_2fa: Option<bool>,
    members_can_use_personal_api_keys: bool,
    allow_publicly_shared_resources: bool,
    is_ai_data_processing_approved: Option<bool>,
    default_experiment_stats_method: Option<StatisticsMethod>,
    default_anonymize_ips: bool,
    default_role_id: Option<RoleId>,
}

pub(crate) fn insert(conn: &mut Conn, organization: &Organization) -> Result<()> {
    diesel::insert_into(organizations::table).values(row(organization)?).execute(conn)?;
    Ok(())
}

/// Writes everything but id, key, founder and founding date.
pub(crate) fn update(conn: &mut Conn, organization: &Organization) -> Result<()> {
    let new = row(organization)?;
    diesel::update(organizations::table.find(organization.id))
        .set((
            organizations::alias.eq(new.alias),
            organizations::name.eq(new.name),
            organizations::description.eq(new.description),
            organizations::logo_url.eq(new.logo_url),
            organizations::external_sales_force_id.eq(new.external_sales_force_id),
            organizations::status.eq(new.status),
            organizations::updated_at.eq(new.updated_at),
            organizations::version.eq(new.version),
            organizations::profile.eq(new.profile),
            organizations::status_changed_at.eq(new.status_changed_at),
            organizations::status_changed_by.eq(new.status_changed_by),
            organizations::parameters.eq(new.parameters),
            organizations::members_can_invite.eq(new.members_can_invite),
            organizations::logo_media_id.eq(new.logo_media_id),
            organizations::enforce_2fa.eq(new.enforce_2fa),
            organizations::members_can_use_personal_api_keys.eq(new.members_can_use_personal_api_keys),
            organizations::allow_publicly_shared_resources.eq(new.allow_publicly_shared_resources),
            organizations::is_ai_data_processing_approved.eq(new.is_ai_data_processing_approved),
            organizations::default_experiment_stats_method.eq(new.default_experiment_stats_method),
            organizations::default_anonymize_ips.eq(new.default_anonymize_ips),
            organizations::default_role_id.eq(new.default_role_id),
        ))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn delete(conn: &mut Conn, id: OrganizationId) -> Result<()> {
    diesel::delete(organizations::table.find(id)).execute(conn)?;
    Ok(())
}

/// How many there are that this person founded.
pub(crate) fn count_by(conn: &mut Conn, founder: AccountId) -> Result<i64> {
    let theirs = organizations::created_by.eq(SubjectId::new(founder.uuid()));
    Ok(organizations::table.filter(theirs).count().get_result(conn)?)
}

/// Whether the organization works; absent once it is deleted.
pub(crate) fn status(conn: &mut Conn, id: OrganizationId) -> Result<Option<Status>> {
    Ok(organizations::table.find(id).select(organizations::status).first(conn).optional()?)
}

/// Who founded the organization; absent for one that is deleted, or that polity itself made.
pub(crate) fn founder(conn: &mut Conn, id: OrganizationId) -> Result<Option<SubjectId>> {
    let row: Option<Option<SubjectId>> =
        organizations::table.find(id).select(organizations::created_by).first(conn).optional()?;
    Ok(row.flatten())
}

/// What the organization says about members who invite; absent: nothing.
pub(crate) fn members_can_invite(conn: &mut Conn, id: OrganizationId) -> Result<Option<bool>> {
    Ok(organizations::table.find(id).select(organizations::members_can_invite).first(conn)?)
}

/// The role given to whoever becomes a member.
pub(crate) fn default_role(conn: &mut Conn, id: OrganizationId) -> Result<Option<RoleId>> {
    Ok(organizations::table.find(id).select(organizations::default_role_id).first(conn)?)
}

/// The sealed secrets among the organization's parameters.
pub(crate) fn secret_parameters(conn: &mut Conn, id: OrganizationId) -> Result<Option<Vec<u8>>> {
    Ok(organizations::table.find(id).select(organizations::secret_parameters).first(conn)?)
}

/// Keeps the sealed secrets among the organization's parameters.
pub(crate) fn set_secret_parameters(
    conn: &mut Conn,
    id: OrganizationId,
    sealed: Option<Vec<u8>>,
) -> Result<()> {
    diesel::update(organizations::table.find(id))
        .set(organizations::secret_parameters.eq(sealed))
        .execute(conn)?;
    Ok(())
}

/// What programs call the organization; absent once it is deleted.
pub(crate) fn key(conn: &mut Conn, id: OrganizationId) -> Result<Option<Key>> {
    let key: Option<String> =
        organizations::table.find(id).select(organizations::key).first(conn).optional()?;
    Ok(key.map(Key::stored))
}

/// One page of all organizations, by id.
pub(crate) fn page(conn: &mut Conn, page: &Page) -> Result<Vec<OrganizationId>> {
    Ok(organizations::table
        .filter(organizations::organization_id.gt(OrganizationId::new(page.cursor())))
        .order(organizations::organization_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(organizations::organization_id)
        .load(conn)?)
}

/// The organization with its primary domain and first owner.
pub(crate) fn find(conn: &mut Conn, id: OrganizationId, now: Timestamp) -> Result<Option<Organization>> {
    let row: Option<Row> = organizations::table.find(id).select(Row::as_select()).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let domain = domains::primary(conn, id)?;
    let owner = members::first_owner(conn, id, now)?;
    organization(row, domain, owner).map(Some)
}

/// These organizations, ordered by id; one that does not exist is left out.
pub(crate) fn find_all(conn: &mut Conn, ids: &[OrganizationId], now: Timestamp) -> Result<Vec<Organization>> {
    let list = List::ids(ids.iter().map(|id| id.uuid()));
    let rows: Vec<Row> = each!(conn, conn => organizations::table
        .filter(Among(organizations::organization_id, list))
        .select(Row::as_select())
        .load(conn))?;
    let mut primary: HashMap<OrganizationId, PrimaryDomain> =
        domains::primaries(conn, ids)?.into_iter().collect();
    let mut owners: HashMap<OrganizationId, AccountId> = HashMap::new();
    for (id, owner) in members::owners(conn, ids, now)? {
        owners.entry(id).or_insert(owner);
    }
    let whole = |row: Row| {
        let (domain, owner) = (primary.remove(&row.organization_id), owners.remove(&row.organization_id));
        organization(row, domain, owner)
    };
    let mut found = rows.into_iter().map(whole).collect::<Result<Vec<_>>>()?;
    found.sort_unstable_by_key(|organization| organization.id);
    Ok(found)
}

fn organization(row: Row, domain: Option<PrimaryDomain>, owner: Option<AccountId>) -> Result<Organization> {
    let parameters = row.parameters.map(|parameters| serde_json::from_value(parameters.0)).transpose();
    let profile = row.profile.map(|profile| serde_json::from_value(profile.0)).transpose();
    Ok(Organization {
        id: row.organization_id,
        key: Key::stored(row.key),
        alias: Alias::stored(row.alias),
        name: row.name,
        description: row.description,
        logo_url: row.logo_url,
        external_sales_force_id: row.external_sales_force_id,
        domain,
        owner,
        status: row.status,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
        profile: profile.map_err(Error::internal)?,
        created_by: row.created_by,
        settings: Settings {
            members_can_invite: row.members_can_invite,
            logo_media_id: row.logo_media_id,
            enforce_second_factor: row.enforce_2fa,
            members_can_use_personal_keys: row.members_can_use_personal_api_keys,
            allows_public_sharing: row.allow_publicly_shared_resources,
            approves_ai_processing: row.is_ai_data_processing_approved,
            statistics_method: row.default_experiment_stats_method,
            anonymizes_addresses: row.default_anonymize_ips,
            default_role: row.default_role_id,
        },
        status_changed_at: row.status_changed_at,
        status_changed_by: row.status_changed_by,
        parameters: parameters.map_err(Error::internal)?.unwrap_or_default(),
    })
}

fn row(organization: &Organization) -> Result<Row> {
    let parameters = serde_json::to_value(&organization.parameters).map_err(Error::internal)?;
    let profile = organization.profile.as_ref().map(serde_json::to_value).transpose();
    let settings = &organization.settings;
    Ok(Row {
        organization_id: organization.id,
        key: organization.key.as_str().to_owned(),
        alias: organization.alias.as_str().to_owned(),
        name: organization.name.clone(),
        description: organization.description.clone(),
        logo_url: organization.logo_url.clone(),
        external_sales_force_id: organization.external_sales_force_id.clone(),
        status: organization.status,
        created_at: organization.created_at,
        updated_at: organization.updated_at,
        version: organization.version,
        profile: profile.map_err(Error::internal)?.map(Document),
        created_by: organization.created_by,
        status_changed_at: organization.status_changed_at,
        status_changed_by: organization.status_changed_by,
        parameters: Some(Document(parameters)),
        members_can_invite: settings.members_can_invite,
        logo_media_id: settings.logo_media_id,
        enforce_2fa: settings.enforce_second_factor,
        members_can_use_personal_api_keys: settings.members_can_use_personal_keys,
        allow_publicly_shared_resources: settings.allows_public_sharing,
        is_ai_data_processing_approved: settings.approves_ai_processing,
        default_experiment_stats_method: settings.statistics_method,
        default_anonymize_ips: settings.anonymizes_addresses,
        default_role_id: settings.default_role,
    })
}

/// The organization, which an access proves to exist unless it was deleted just now.
pub(crate) fn existing(conn: &mut Conn, id: OrganizationId, now: Timestamp) -> Result<Organization> {
    find(conn, id, now)?.ok_or_else(|| Error::not_found("organization"))
}
