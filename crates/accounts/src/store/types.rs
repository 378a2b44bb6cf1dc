//! Account types in the store.

use std::collections::BTreeSet;

use diesel::prelude::*;
use polity_kernel::db::purge;
use polity_kernel::error::on_unique;
use polity_kernel::sql::Document;
use polity_kernel::{Code, Conn, Error, OrganizationId, Page, Paged, Permission, Result, Timestamp};
use serde::{Deserialize, Serialize};

use crate::account_type::names;
use crate::schema::account_types;
use crate::{
    AccountType, AccountTypeId, Agreement, GrantedRole, Requirements, Specifications, TypeCode, TypeStatus,
};

/// Permissions as a list of their names.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Names(#[serde(with = "names")] pub(super) BTreeSet<Permission>);

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = account_types, primary_key(organization_id, account_type_id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
struct Row {
    organization_id: OrganizationId,
    account_type_id: AccountTypeId,
    #[diesel(skip_update)]
    code: String,
    name: String,
    description: Option<String>,
    status: TypeStatus,
    requirements: Document<Requirements>,
    specifications: Document<Specifications>,
    agreements: Document<Vec<Agreement>>,
    subscriptions: Document<Vec<String>>,
    permissions: Document<Names>,
    roles: Document<Vec<GrantedRole>>,
    #[diesel(skip_update)]
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
    Ok(row.map(AccountType::from))
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
    let types = rows.into_iter().map(AccountType::from).collect();
    Ok(Paged::of(types, &page, |account_type: &AccountType| account_type.id.uuid()))
}

pub(crate) fn insert(conn: &mut Conn, organization: OrganizationId, new: &AccountType) -> Result<()> {
    let taken = || Error::new(Code::Conflict, "an account type with this code exists");
    diesel::insert_into(account_types::table)
        .values(Row::of(organization, new))
        .execute(conn)
        .map_err(on_unique("account_types", taken))?;
    Ok(())
}

pub(crate) fn update(conn: &mut Conn, organization: OrganizationId, changed: &AccountType) -> Result<()> {
    diesel::update(account_types::table.find((organization, changed.id)))
        .set(Row::of(organization, changed))
        .execute(conn)?;
    Ok(())
}

/// Deletes up to `limit` rows of the organization.
pub(crate) fn purge(conn: &mut Conn, organization: OrganizationId, limit: i64) -> Result<usize> {
    Ok(purge!(conn, organization, limit, account_types, account_type_id, AccountTypeId))
}

impl Row {
    fn of(organization: OrganizationId, of: &AccountType) -> Self {
        Self {
            organization_id: organization,
            account_type_id: of.id,
            code: of.code.to_string(),
            name: of.name.clone(),
            description: of.description.clone(),
            status: of.status,
            requirements: Document(of.requirements),
            specifications: Document(of.specifications.clone()),
            agreements: Document(of.agreements.clone()),
            subscriptions: Document(of.subscriptions.clone()),
            permissions: Document(Names(of.permissions.clone())),
            roles: Document(of.roles.clone()),
            created_at: of.created_at,
            updated_at: of.updated_at,
            version: of.version,
        }
    }
}

impl From<Row> for AccountType {
    fn from(row: Row) -> Self {
        Self {
            id: row.account_type_id,
            code: TypeCode::stored(row.code),
            name: row.name,
            description: row.description,
            status: row.status,
            requirements: row.requirements.0,
            specifications: row.specifications.0,
            agreements: row.agreements.0,
            subscriptions: row.subscriptions.0,
            permissions: row.permissions.0.0,
            roles: row.roles.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}
