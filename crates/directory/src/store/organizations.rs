//! Rows of organizations.

use std::collections::HashMap;

use diesel::prelude::*;
use polity_kernel::db::each;
use polity_kernel::sql::{Among, Document, List};
use polity_kernel::{AccountId, Conn, Error, OrganizationId, Page, Result, SubjectId, Timestamp};

use super::members;
use crate::organization::domain::DomainName;
use crate::organization::facts::OrganizationFacts;
use crate::organization::names::{Alias, Key};
use crate::organization::parameter::Parameters;
use crate::organization::settings::{ProductSettings, Settings};
use crate::organization::{Organization, PrimaryDomain, Status};
use crate::role::RoleId;
use crate::schema::organizations;

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = organizations, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    key: String,
    created_at: Timestamp,
    created_by: Option<SubjectId>,
    #[diesel(embed)]
    changing: Changing,
}

/// All but id, key, founder and founding date, which never change.
#[derive(Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = organizations, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Changing {
    alias: String,
    name: String,
    status: Status,
    updated_at: Timestamp,
    version: i64,
    status_changed_at: Option<Timestamp>,
    status_changed_by: Option<SubjectId>,
    parameters: Option<Document<Parameters>>,
    domain: Option<String>,
    domain_verified: bool,
    #[diesel(embed)]
    facts: FactsRow,
    #[diesel(embed)]
    settings: SettingsRow,
}

#[derive(Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = organizations, treat_none_as_default_value = false, treat_none_as_null = true)]
struct FactsRow {
    description: Option<String>,
    logo_url: Option<String>,
    external_sales_force_id: Option<String>,
    profile: Option<Document<OrganizationFacts>>,
}

#[derive(Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = organizations, treat_none_as_default_value = false, treat_none_as_null = true)]
struct SettingsRow {
    members_can_invite: Option<bool>,
    enforce_2fa: Option<bool>,
    members_can_use_personal_api_keys: bool,
    default_role_id: Option<RoleId>,
    product_settings: Option<Document<ProductSettings>>,
}

pub(crate) fn insert(conn: &mut Conn, organization: &Organization) -> Result<()> {
    let row = Row {
        organization_id: organization.id,
        key: organization.key.as_str().to_owned(),
        created_at: organization.created_at,
        created_by: organization.created_by,
        changing: changing(organization),
    };
    diesel::insert_into(organizations::table).values(row).execute(conn)?;
    Ok(())
}

/// Writes everything but id, key, founder and founding date.
pub(crate) fn update(conn: &mut Conn, organization: &Organization) -> Result<()> {
    diesel::update(organizations::table.find(organization.id)).set(changing(organization)).execute(conn)?;
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

/// The organization with its first owner.
pub(crate) fn find(conn: &mut Conn, id: OrganizationId, now: Timestamp) -> Result<Option<Organization>> {
    let row: Option<Row> = organizations::table.find(id).select(Row::as_select()).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let owner = members::first_owner(conn, id, now)?;
    Ok(Some(organization(row, owner)))
}

/// These organizations, ordered by id; one that does not exist is left out.
pub(crate) fn find_all(conn: &mut Conn, ids: &[OrganizationId], now: Timestamp) -> Result<Vec<Organization>> {
    let list = List::ids(ids.iter().map(|id| id.uuid()));
    let rows: Vec<Row> = each!(conn, conn => organizations::table
        .filter(Among(organizations::organization_id, list))
        .select(Row::as_select())
        .load(conn))?;
    let mut owners: HashMap<OrganizationId, AccountId> = HashMap::new();
    for (id, owner) in members::owners(conn, ids, now)? {
        owners.entry(id).or_insert(owner);
    }
    let whole = |row: Row| {
        let owner = owners.remove(&row.organization_id);
        organization(row, owner)
    };
    let mut found = rows.into_iter().map(whole).collect::<Vec<_>>();
    found.sort_unstable_by_key(|organization| organization.id);
    Ok(found)
}

fn organization(row: Row, owner: Option<AccountId>) -> Organization {
    let changing = row.changing;
    let verified = changing.domain_verified;
    Organization {
        id: row.organization_id,
        key: Key::stored(row.key),
        alias: Alias::stored(changing.alias),
        name: changing.name,
        has_profile: changing.facts.profile.is_some(),
        facts: changing.facts.read(),
        domain: changing.domain.map(|name| PrimaryDomain { name: DomainName::stored(name), verified }),
        owner,
        status: changing.status,
        created_at: row.created_at,
        updated_at: changing.updated_at,
        version: changing.version,
        created_by: row.created_by,
        settings: changing.settings.read(),
        status_changed_at: changing.status_changed_at,
        status_changed_by: changing.status_changed_by,
        parameters: held(changing.parameters),
    }
}

fn changing(organization: &Organization) -> Changing {
    Changing {
        alias: organization.alias.as_str().to_owned(),
        name: organization.name.clone(),
        status: organization.status,
        updated_at: organization.updated_at,
        version: organization.version,
        status_changed_at: organization.status_changed_at,
        status_changed_by: organization.status_changed_by,
        parameters: Some(Document(organization.parameters.clone())),
        domain: organization.domain.as_ref().map(|domain| domain.name.to_string()),
        domain_verified: organization.domain.as_ref().is_some_and(|domain| domain.verified),
        facts: FactsRow::of(organization),
        settings: SettingsRow::of(&organization.settings),
    }
}

impl FactsRow {
    fn of(organization: &Organization) -> Self {
        let facts = &organization.facts;
        Self {
            description: facts.description.clone(),
            logo_url: facts.logo_url.clone(),
            external_sales_force_id: facts.external_sales_force_id.clone(),
            profile: organization.has_profile.then(|| Document(facts.clone())),
        }
    }

    fn read(self) -> OrganizationFacts {
        OrganizationFacts {
            description: self.description,
            logo_url: self.logo_url,
            external_sales_force_id: self.external_sales_force_id,
            ..held(self.profile)
        }
    }
}

impl SettingsRow {
    fn of(settings: &Settings) -> Self {
        Self {
            members_can_invite: settings.members_can_invite,
            enforce_2fa: settings.enforce_2fa,
            members_can_use_personal_api_keys: settings.members_can_use_personal_api_keys,
            default_role_id: settings.default_role_id,
            product_settings: (!settings.products.is_empty()).then(|| Document(settings.products.clone())),
        }
    }

    fn read(self) -> Settings {
        Settings {
            members_can_invite: self.members_can_invite,
            enforce_2fa: self.enforce_2fa,
            members_can_use_personal_api_keys: self.members_can_use_personal_api_keys,
            default_role_id: self.default_role_id,
            products: held(self.product_settings),
        }
    }
}

/// What a column of JSON holds; the first value of its kind where it holds nothing.
fn held<T: Default>(column: Option<Document<T>>) -> T {
    column.map_or_else(T::default, |Document(held)| held)
}

/// The organization, which an access proves to exist unless it was deleted just now.
pub(crate) fn existing(conn: &mut Conn, id: OrganizationId, now: Timestamp) -> Result<Organization> {
    find(conn, id, now)?.ok_or_else(|| Error::not_found("organization"))
}
