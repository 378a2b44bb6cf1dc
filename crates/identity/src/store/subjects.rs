//! Pairwise subjects.

use diesel::prelude::*;
use polity_kernel::{AccountId, Conn, Result, each};

use crate::schema::pairwise_subjects;

/// What a sector calls a person.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = pairwise_subjects, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub(crate) sector: String,
    pub(crate) account_id: AccountId,
    pub(crate) subject: String,
}

/// Rows in one statement.
const CHUNK: usize = 500;

/// Which of these people the sector already has a subject for.
pub(crate) fn known(conn: &mut Conn, sector: &str, accounts: &[AccountId]) -> Result<Vec<AccountId>> {
    let mut found = Vec::new();
    for chunk in accounts.chunks(CHUNK) {
        let mut rows: Vec<AccountId> = pairwise_subjects::table
            .filter(pairwise_subjects::sector.eq(sector))
            .filter(pairwise_subjects::account_id.eq_any(chunk))
            .select(pairwise_subjects::account_id)
            .load(conn)?;
        found.append(&mut rows);
    }
    Ok(found)
}

/// Keeps subjects; those that are kept already stay.
pub(crate) fn keep(conn: &mut Conn, rows: &[Row]) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        each!(conn, conn => diesel::insert_into(pairwise_subjects::table)
            .values(chunk)
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

/// Whom the sector calls so.
pub(crate) fn resolve(conn: &mut Conn, sector: &str, subject: &str) -> Result<Option<AccountId>> {
    Ok(pairwise_subjects::table
        .filter(pairwise_subjects::subject.eq(subject))
        .filter(pairwise_subjects::sector.eq(sector))
        .select(pairwise_subjects::account_id)
        .first(conn)
        .optional()?)
}
