//! Mailed links that prove an address, in the store: found by a keyed hash of their secret.

use diesel::prelude::*;
use polity_accounts::Account;
use polity_kernel::{AccountId, Conn, Digest, Result, Timestamp};

use crate::proof::{MOST_ATTEMPTS, Purpose, RequestId};
use crate::schema::mailed_proofs as proofs;

/// A link as it is kept.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = proofs, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub(crate) account_id: AccountId,
    pub(crate) purpose: Purpose,
    /// Which request for a mail it was made for.
    pub(crate) request_id: RequestId,
    /// The address it was mailed to; the account's may have changed since.
    pub(crate) email: String,
    pub(crate) digest: Vec<u8>,
    /// The secret, for the mail to tell.
    pub(crate) sealed: Vec<u8>,
    pub(crate) asked_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// Tries at the password so far.
    pub(crate) attempts: i64,
}

impl Row {
    /// Whether the link is still about the account's address, or about one that it is to have.
    pub(crate) fn is_good_for(&self, account: &Account) -> bool {
        let has_it = account.has_email(&self.email);
        if self.purpose == Purpose::Address { !(has_it && account.email_verified) } else { has_it }
    }
}

/// Links that still work at this instant.
#[diesel::dsl::auto_type(no_type_alias)]
fn live(now: Timestamp) -> _ {
    proofs::expires_at.gt(now)
}

/// Links that do not work any more.
#[diesel::dsl::auto_type(no_type_alias)]
fn ended(now: Timestamp) -> _ {
    proofs::expires_at.le(now)
}

pub(crate) fn find(conn: &mut Conn, account: AccountId, purpose: Purpose) -> Result<Option<Row>> {
    Ok(proofs::table.find((account, purpose)).select(Row::as_select()).first(conn).optional()?)
}

pub(crate) fn by_digest(conn: &mut Conn, digest: &Digest, now: Timestamp) -> Result<Option<Row>> {
    Ok(proofs::table
        .filter(proofs::digest.eq(digest.bytes()))
        .filter(live(now))
        .select(Row::as_select())
        .first(conn)
        .optional()?)
}

/// Keeps the link in place of another of the account for the same purpose.
pub(crate) fn put(conn: &mut Conn, row: &Row) -> Result<()> {
    discard(conn, row.account_id, row.purpose)?;
    diesel::insert_into(proofs::table).values(row).execute(conn)?;
    Ok(())
}

/// Uses the link up; false when it was already.
pub(crate) fn take(conn: &mut Conn, digest: &[u8], now: Timestamp) -> Result<bool> {
    let present = proofs::table.filter(proofs::digest.eq(digest)).filter(live(now));
    Ok(diesel::delete(present).execute(conn)? == 1)
}

pub(crate) fn discard(conn: &mut Conn, account: AccountId, purpose: Purpose) -> Result<()> {
    diesel::delete(proofs::table.find((account, purpose))).execute(conn)?;
    Ok(())
}

/// Counts a try at the password; false when there were enough, or the link does not work.
pub(crate) fn attempt(conn: &mut Conn, digest: &[u8], now: Timestamp) -> Result<bool> {
    let open = proofs::table
        .filter(proofs::digest.eq(digest))
        .filter(live(now))
        .filter(proofs::attempts.lt(MOST_ATTEMPTS));
    Ok(diesel::update(open).set(proofs::attempts.eq(proofs::attempts + 1)).execute(conn)? == 1)
}

/// Deletes what has expired anyway.
pub(crate) fn forget(conn: &mut Conn, now: Timestamp) -> Result<usize> {
    Ok(diesel::delete(proofs::table.filter(ended(now))).execute(conn)?)
}
