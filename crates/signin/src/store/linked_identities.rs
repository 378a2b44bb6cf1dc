//! Linked identities in the store: found by connection, issuer and subject.

use std::time::Duration;

use diesel::prelude::*;
use polity_kernel::{AccountId, Conn, OrganizationId, Result, Timestamp, each};
use uuid::Uuid;

use crate::linked_identity::{LinkedIdentity, LinkedIdentityId, ProviderSubject};
use crate::schema::linked_identities as identities;
use crate::session::ConnectionId;

/// How late a use is noted.
const NOTED: Duration = Duration::from_secs(300);

/// An identity as it is kept. The operator's connections are of the nil organization.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = identities, treat_none_as_default_value = false)]
struct Row {
    connection_id: ConnectionId,
    issuer: String,
    subject: String,
    identity_id: LinkedIdentityId,
    organization_id: OrganizationId,
    account_id: AccountId,
    email: Option<String>,
    linked_at: Timestamp,
    last_used_at: Timestamp,
}

impl From<Row> for LinkedIdentity {
    fn from(row: Row) -> Self {
        Self {
            id: row.identity_id,
            account: row.account_id,
            organization: Some(row.organization_id).filter(|id| id.uuid() != Uuid::nil()),
            at: ProviderSubject { connection: row.connection_id, issuer: row.issuer, subject: row.subject },
            email: row.email,
            linked_at: row.linked_at,
            last_used_at: row.last_used_at,
        }
    }
}

impl From<&LinkedIdentity> for Row {
    fn from(identity: &LinkedIdentity) -> Self {
        let LinkedIdentity { at, .. } = identity.clone();
        Self {
            connection_id: at.connection,
            issuer: at.issuer,
            subject: at.subject,
            identity_id: identity.id,
            organization_id: identity.organization.unwrap_or(OrganizationId::new(Uuid::nil())),
            account_id: identity.account,
            email: identity.email.clone(),
            linked_at: identity.linked_at,
            last_used_at: identity.last_used_at,
        }
    }
}

/// What the subject is linked to.
pub(crate) fn find(conn: &mut Conn, at: &ProviderSubject) -> Result<Option<LinkedIdentity>> {
    let key = (at.connection, at.issuer.as_str(), at.subject.as_str());
    let row: Option<Row> = identities::table.find(key).select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(LinkedIdentity::from))
}

/// Keeps the link; false when the subject is linked already.
pub(crate) fn insert_if_new(conn: &mut Conn, identity: &LinkedIdentity) -> Result<bool> {
    let row = Row::from(identity);
    let inserted = each!(conn, conn => diesel::insert_into(identities::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(inserted == 1)
}

/// What is linked to an account, oldest first; it has few.
pub(crate) fn of(conn: &mut Conn, account: AccountId) -> Result<Vec<LinkedIdentity>> {
    let rows: Vec<Row> = identities::table
        .filter(identities::account_id.eq(account))
        .order(identities::identity_id)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(LinkedIdentity::from).collect())
}

/// Those of these accounts that something is linked to, each once, in no order.
pub(crate) fn linked(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<AccountId>> {
    let of_these = identities::table.filter(identities::account_id.eq_any(accounts));
    Ok(of_these.select(identities::account_id).distinct().load(conn)?)
}

/// Notes a use, unless a recent one is noted already.
pub(crate) fn touch(conn: &mut Conn, id: LinkedIdentityId, at: Timestamp) -> Result<()> {
    let stale = identities::table
        .filter(identities::identity_id.eq(id))
        .filter(identities::last_used_at.lt(at.before(NOTED)));
    diesel::update(stale).set(identities::last_used_at.eq(at)).execute(conn)?;
    Ok(())
}

/// Removes one link.
pub(crate) fn delete(conn: &mut Conn, id: LinkedIdentityId) -> Result<()> {
    diesel::delete(identities::table.filter(identities::identity_id.eq(id))).execute(conn)?;
    Ok(())
}

/// Removes up to `limit` of the links that a connection made, and says how many went.
pub(crate) fn delete_by(conn: &mut Conn, connection: ConnectionId, limit: i64) -> Result<usize> {
    let ids: Vec<LinkedIdentityId> = identities::table
        .filter(identities::connection_id.eq(connection))
        .select(identities::identity_id)
        .limit(limit)
        .load(conn)?;
    Ok(diesel::delete(identities::table.filter(identities::identity_id.eq_any(ids))).execute(conn)?)
}
