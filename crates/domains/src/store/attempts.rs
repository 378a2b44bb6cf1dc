//! The logs of connections.

use diesel::prelude::*;
use polity_kernel::{Conn, OrganizationId, Result, Timestamp};

use crate::connection::attempt::{Attempt, AttemptId, AttemptOutcome, MOST_ATTEMPTS, Step};
use crate::schema::connection_attempts as attempts;
use crate::{Connection, ConnectionId};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = attempts)]
struct Row {
    organization_id: OrganizationId,
    connection_id: ConnectionId,
    attempt_id: AttemptId,
    occurred_at: Timestamp,
    step: Step,
    outcome: AttemptOutcome,
    words: String,
}

/// Notes an attempt; those that are too many go, the oldest first.
pub(crate) fn insert(conn: &mut Conn, connection: &Connection, attempt: &Attempt) -> Result<()> {
    let (organization, id) = (connection.organization, connection.id);
    let row = Row {
        organization_id: organization,
        connection_id: id,
        attempt_id: attempt.id,
        occurred_at: attempt.at,
        step: attempt.step,
        outcome: attempt.outcome,
        words: attempt.words.clone(),
    };
    diesel::insert_into(attempts::table).values(row).execute(conn)?;
    let last: Option<AttemptId> = attempts::table
        .filter(attempts::organization_id.eq(organization))
        .filter(attempts::connection_id.eq(id))
        .order(attempts::attempt_id.desc())
        .select(attempts::attempt_id)
        .offset(MOST_ATTEMPTS)
        .first(conn)
        .optional()?;
    if let Some(last) = last {
        let old = attempts::table
            .filter(attempts::organization_id.eq(organization))
            .filter(attempts::connection_id.eq(id))
            .filter(attempts::attempt_id.le(last));
        diesel::delete(old).execute(conn)?;
    }
    Ok(())
}

/// What is kept, the newest first.
pub(crate) fn all(conn: &mut Conn, organization: OrganizationId, id: ConnectionId) -> Result<Vec<Attempt>> {
    let rows: Vec<Row> = attempts::table
        .filter(attempts::organization_id.eq(organization))
        .filter(attempts::connection_id.eq(id))
        .order(attempts::attempt_id.desc())
        .limit(MOST_ATTEMPTS)
        .select(Row::as_select())
        .load(conn)?;
    let told = |row: Row| Attempt {
        id: row.attempt_id,
        at: row.occurred_at,
        step: row.step,
        outcome: row.outcome,
        words: row.words,
    };
    Ok(rows.into_iter().map(told).collect())
}

pub(crate) fn delete(conn: &mut Conn, organization: OrganizationId, id: ConnectionId) -> Result<()> {
    let those = attempts::table
        .filter(attempts::organization_id.eq(organization))
        .filter(attempts::connection_id.eq(id));
    diesel::delete(those).execute(conn)?;
    Ok(())
}
