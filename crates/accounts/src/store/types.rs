//! Account types in the store.

use diesel::prelude::*;
use polity_kernel::db::purge;
use polity_kernel::error::on_unique;
use polity_kernel::sql::Document;
use polity_kernel::{Code, Conn, Error, OrganizationId, Page, Paged, Result, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::account_type::names;
use crate::schema::account_types;
use crate::{AccountType, AccountTypeId, TypeCode, TypeStatus};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = account_types, primary_key(organization_id, account_type_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    account_type_id: AccountTypeId,
    code: String,
    name: String,
    description: Option<String>,
    status: TypeStatus,
    requirements: Document,
    specifications: Document,
    agreements: Document,
    subscriptions: Document,
    permissions: Document,
    roles: Document,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
}

pub(crate) fn find(
    conn: &mut Conn,
    organization: OrganizationId,
    code: &TypeCode,
) -> Result<Option<AccountType>> {
    let row: Option<Row> = account_types::table
        .filter(account_types::organization_id.eq(organization))
        .filter(account_types::code.eq(code.as_str()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(AccountType::try_from).transpose()
}

pub(crate) fn page(conn: &mut Conn, organization: OrganizationId, page: Page) -> Result<Paged<AccountType>> {
    let rows: Vec<Row> = account_types::table
        .filter(account_types::organization_id.eq(organization))
        .filter(account_types::account_type_id.gt(AccountTypeId::new(page.cursor())))
        .order(account_types::account_type_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .load(conn)?;
    let types = rows.into_iter().map(AccountType::try_from).collect::<Result<_>>()?;
    Ok(Paged::of(types, &page, |account_type: &AccountType| account_type.id.uuid()))
}

pub(crate) fn insert(conn: &mut Conn, organization: OrganizationId, new: &AccountType) -> Result<()> {
    let taken = || Error::new(Code::Conflict, "an account type with this code exists");
    diesel::insert_into(account_types::table)
        .values(Row::of(organization, new)?)
        .execute(conn)
        .map_err(on_unique("account_types", taken))?;
    Ok(())
}

pub(crate) fn update(conn: &mut Conn, organization: OrganizationId, changed: &AccountType) -> Result<()> {
    diesel::update(account_types::table.find((organization, changed.id)))
        .set(Row::of(organization, changed)?)
        .execute(conn)?;
    Ok(())
}

/// Deletes up to `limit` rows of the organization.
pub(crate) fn purge(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    Ok(purge!(conn, organization, limit, account_types, account_type_id, AccountTypeId))
}

impl Row {
    fn of(organization: OrganizationId, of: &AccountType) -> Result<Self> {
        Ok(Self {
            organization_id: organization,
            account_type_id: of.id,
            code: of.code.to_string(),
            name: of.name.clone(),
            description: of.description.clone(),
            status: of.status,
            requirements: document(of.requirements)?,
            specifications: document(&of.specifications)?,
            agreements: document(&of.agreements)?,
            subscriptions: document(&of.subscriptions)?,
            permissions: Document(
                names::serialize(&of.permissions, serde_json::value::Serializer).map_err(Error::internal)?,
            ),
            roles: document(&of.roles)?,
            created_at: of.created_at,
            updated_at: of.updated_at,
            version: of.version,
        })
    }
}

impl TryFrom<Row> for AccountType {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.account_type_id,
            code: TypeCode::stored(row.code),
            name: row.name,
            description: row.description,
            status: row.status,
            requirements: value(row.requirements)?,
            specifications: value(row.specifications)?,
            agreements: value(row.agreements)?,
            subscriptions: value(row.subscriptions)?,
            permissions: names::deserialize(row.permissions.0).map_err(Error::internal)?,
            roles: value(row.roles)?,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}

fn document(value: impl Serialize) -> Result<Document> {
    serde_json::to_value(value).map(Document).map_err(Error::internal)
}

pub(super) fn value<T: DeserializeOwned>(document: Document) -> Result<T> {
    serde_json::from_value(document.0).map_err(Error::internal)
}
