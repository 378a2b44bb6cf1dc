//! Sessions in the store: found by a keyed hash of their secret.

use diesel::prelude::*;
use polity_kernel::{AccountId, Conn, Digest, Methods, Result, SessionId, Timestamp};

use crate::schema::sessions;
use crate::session::{ConnectionId, Session};

/// A session as it is kept.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
struct Row {
    session_id: SessionId,
    account_id: AccountId,
    digest: Vec<u8>,
    methods: i64,
    connection_id: Option<ConnectionId>,
    network: Option<String>,
    program: Option<String>,
    created_at: Timestamp,
    auth_time: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
    version: i64,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.session_id,
            account: row.account_id,
            methods: Methods::from_bits(row.methods),
            connection: row.connection_id,
            network: row.network,
            program: row.program,
            created_at: row.created_at,
            auth_time: row.auth_time,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            version: row.version,
        }
    }
}

/// Sessions that are not over: neither come to their end nor unused since then.
#[diesel::dsl::auto_type(no_type_alias)]
fn live(now: Timestamp, unused_since: Timestamp) -> _ {
    sessions::expires_at.gt(now).and(sessions::last_used_at.gt(unused_since))
}

/// Sessions that have come to their end.
#[diesel::dsl::auto_type(no_type_alias)]
fn ended(now: Timestamp) -> _ {
    sessions::expires_at.le(now)
}

pub(crate) fn insert(conn: &mut Conn, session: &Session, digest: &Digest) -> Result<()> {
    let session = session.clone();
    let row = Row {
        session_id: session.id,
        account_id: session.account,
        digest: digest.bytes().to_vec(),
        methods: session.methods.bits(),
        connection_id: session.connection,
        network: session.network,
        program: session.program,
        created_at: session.created_at,
        auth_time: session.auth_time,
        last_used_at: session.last_used_at,
        expires_at: session.expires_at,
        version: session.version,
    };
    diesel::insert_into(sessions::table).values(row).execute(conn)?;
    Ok(())
}

/// The session whose secret has this digest, whether or not it is over.
pub(crate) fn by_digest(conn: &mut Conn, digest: &Digest) -> Result<Option<Session>> {
    let row: Option<Row> = sessions::table
        .filter(sessions::digest.eq(digest.bytes()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Session::from))
}

/// The sessions of an account that are not over, latest first; it has few.
pub(crate) fn of(
    conn: &mut Conn,
    account: AccountId,
    now: Timestamp,
    unused_since: Timestamp,
) -> Result<Vec<Session>> {
    let rows: Vec<Row> = sessions::table
        .filter(sessions::account_id.eq(account))
        .filter(live(now, unused_since))
        .order(sessions::session_id.desc())
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// The ids of all that are kept of an account's, latest first.
pub(crate) fn ids_of(conn: &mut Conn, account: AccountId) -> Result<Vec<SessionId>> {
    Ok(sessions::table
        .filter(sessions::account_id.eq(account))
        .order(sessions::session_id.desc())
        .select(sessions::session_id)
        .load(conn)?)
}

/// Up to `limit` ids of those that a connection vouched for.
pub(crate) fn ids_by(conn: &mut Conn, connection: ConnectionId, limit: i64) -> Result<Vec<SessionId>> {
    Ok(sessions::table
        .filter(sessions::connection_id.eq(connection))
        .select(sessions::session_id)
        .limit(limit)
        .load(conn)?)
}

/// Up to `limit` ids of those that are over.
pub(crate) fn ids_over(
    conn: &mut Conn,
    now: Timestamp,
    unused_since: Timestamp,
    limit: i64,
) -> Result<Vec<SessionId>> {
    let mut ids: Vec<SessionId> = sessions::table
        .filter(ended(now))
        .order(sessions::expires_at)
        .select(sessions::session_id)
        .limit(limit)
        .load(conn)?;
    let unused: Vec<SessionId> = sessions::table
        .filter(sessions::last_used_at.le(unused_since))
        .order(sessions::last_used_at)
        .select(sessions::session_id)
        .limit(limit)
        .load(conn)?;
    ids.extend(unused);
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Notes a use, unless a later one is noted already.
pub(crate) fn touch(conn: &mut Conn, id: SessionId, at: Timestamp) -> Result<()> {
    let row = sessions::table.find(id).filter(sessions::last_used_at.lt(at));
    diesel::update(row).set(sessions::last_used_at.eq(at)).execute(conn)?;
    Ok(())
}

pub(crate) fn delete(conn: &mut Conn, ids: &[SessionId]) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::session_id.eq_any(ids))).execute(conn)?)
}
