//! Accounts in the store.

use diesel::prelude::*;
use polity_kernel::db::each;
use polity_kernel::error::on_unique;
use polity_kernel::{
    AccountId, Code, Conn, Error, OrganizationId, Page, Paged, Result, SubjectId, Timestamp,
};

use crate::schema::accounts;
use crate::{Account, AccountProfile, AccountStatus, EmailAddress};
use polity_kernel::sql::{Among, List};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = accounts, primary_key(account_id), treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct Row {
    account_id: AccountId,
    email: Option<String>,
    email_verified: bool,
    #[diesel(embed)]
    profile: AccountProfile,
    platform_administrator: bool,
    status: AccountStatus,
    #[diesel(skip_update)]
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
    #[diesel(skip_update)]
    created_by: Option<SubjectId>,
    status_changed_at: Option<Timestamp>,
    status_changed_by: Option<SubjectId>,
    #[diesel(skip_update)]
    number: i64,
    /// Written by [`prove`] alone, once.
    #[diesel(skip_update)]
    proven_at: Option<Timestamp>,
    #[diesel(skip_update)]
    made_by_organization: Option<OrganizationId>,
}

pub(crate) fn find(conn: &mut Conn, id: AccountId) -> Result<Option<Account>> {
    let row: Option<Row> = accounts::table.find(id).select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Account::from))
}

pub(crate) fn find_all(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<Account>> {
    let list = List::ids(ids.iter().map(|id| id.uuid()));
    let rows: Vec<Row> = each!(conn, conn => accounts::table
        .filter(Among(accounts::account_id, list))
        .select(Row::as_select())
        .load(conn))?;
    let mut found: Vec<Account> = rows.into_iter().map(Account::from).collect();
    found.sort_by_key(|account| account.id);
    Ok(found)
}

/// What an account is called.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub struct Called {
    /// Which account.
    pub account_id: AccountId,
    /// The name of its person, where it is known.
    pub name: Option<String>,
    /// The address, where there is one.
    pub email: Option<String>,
}

/// What these accounts are called and their addresses, in no order.
pub(crate) fn called(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<Called>> {
    let list = List::ids(ids.iter().map(|id| id.uuid()));
    Ok(each!(conn, conn => accounts::table
        .filter(Among(accounts::account_id, list))
        .select(Called::as_select())
        .load(conn))?)
}

pub(crate) fn find_by_email(conn: &mut Conn, email: &EmailAddress) -> Result<Option<Account>> {
    let row: Option<Row> = accounts::table
        .filter(accounts::email.eq(email.as_str()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Account::from))
}

/// The accounts with these addresses.
pub(crate) fn ids_by_emails(conn: &mut Conn, emails: Vec<String>) -> Result<Vec<(EmailAddress, AccountId)>> {
    let list = List::words(emails);
    let rows: Vec<(Option<String>, AccountId)> = each!(conn, conn => accounts::table
        .filter(Among(accounts::email, list))
        .select((accounts::email, accounts::account_id))
        .load(conn))?;
    Ok(rows.into_iter().filter_map(|(email, id)| Some((EmailAddress::stored(email?), id))).collect())
}

/// All accounts, oldest first.
pub(crate) fn page(conn: &mut Conn, page: Page) -> Result<Paged<Account>> {
    let rows: Vec<Row> = accounts::table
        .filter(accounts::account_id.gt(AccountId::new(page.cursor())))
        .order(accounts::account_id)
        .limit(page.limit + 1)
        .offset(page.skip())
        .select(Row::as_select())
        .load(conn)?;
    let found: Vec<Account> = rows.into_iter().map(Account::from).collect();
    Ok(Paged::of(found, &page, |account| account.id.uuid()))
}

/// Those with these addresses.
pub(crate) fn find_by_emails(conn: &mut Conn, emails: Vec<String>) -> Result<Vec<Account>> {
    let list = List::words(emails);
    let rows: Vec<Row> = each!(conn, conn => accounts::table
        .filter(Among(accounts::email, list))
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Account::from).collect())
}

/// The account, with no other transaction changing it until this one ends.
pub(crate) fn hold(conn: &mut Conn, id: AccountId) -> Result<Option<Account>> {
    let row: Option<Row> = match conn {
        Conn::Postgres(conn) => {
            accounts::table.find(id).select(Row::as_select()).for_update().first(conn).optional()?
        }
        // the one writer holds everything still already
        Conn::Sqlite(conn) => accounts::table.find(id).select(Row::as_select()).first(conn).optional()?,
    };
    Ok(row.map(Account::from))
}

/// Says whether the account is in now; not when its address has an account already.
pub(crate) fn insert_if_new(conn: &mut Conn, account: &Account) -> Result<bool> {
    let row = Row::from(account);
    let inserted = each!(conn, conn => diesel::insert_into(accounts::table)
        .values(&row)
        .on_conflict(accounts::email)
        .do_nothing()
        .execute(conn))?;
    Ok(inserted == 1)
}

/// An account without an address, which nobody else can be making.
pub(crate) fn insert(conn: &mut Conn, account: &Account) -> Result<()> {
    diesel::insert_into(accounts::table).values(Row::from(account)).execute(conn)?;
    Ok(())
}

/// Notes when its person first showed to be there; false when that is noted already.
pub(crate) fn prove(conn: &mut Conn, id: AccountId, now: Timestamp) -> Result<bool> {
    let provisioned = accounts::table.find(id).filter(accounts::proven_at.is_null());
    Ok(diesel::update(provisioned).set(accounts::proven_at.eq(now)).execute(conn)? == 1)
}

pub(crate) fn update(conn: &mut Conn, account: &Account) -> Result<()> {
    diesel::update(accounts::table.find(account.id))
        .set(Row::from(account))
        .execute(conn)
        .map_err(on_unique("accounts", taken))?;
    Ok(())
}

/// An address is somebody else's.
pub(crate) fn taken() -> Error {
    Error::new(Code::Conflict, "an account with this e-mail address exists")
}

impl From<&Account> for Row {
    fn from(account: &Account) -> Self {
        Self {
            account_id: account.id,
            email: account.email.as_ref().map(EmailAddress::to_string),
            email_verified: account.email_verified,
            profile: account.profile.clone(),
            platform_administrator: account.platform_administrator,
            status: account.status,
            created_at: account.created_at,
            updated_at: account.updated_at,
            version: account.version,
            created_by: account.created_by,
            status_changed_at: account.status_changed_at,
            status_changed_by: account.status_changed_by,
            number: account.number,
            proven_at: account.proven_at,
            made_by_organization: account.made_by_organization,
        }
    }
}

impl From<Row> for Account {
    fn from(row: Row) -> Self {
        Self {
            id: row.account_id,
            email: row.email.map(EmailAddress::stored),
            email_verified: row.email_verified,
            profile: row.profile,
            platform_administrator: row.platform_administrator,
            status: row.status,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
            created_by: row.created_by,
            status_changed_at: row.status_changed_at,
            status_changed_by: row.status_changed_by,
            number: row.number,
            proven_at: row.proven_at,
            made_by_organization: row.made_by_organization,
        }
    }
}
