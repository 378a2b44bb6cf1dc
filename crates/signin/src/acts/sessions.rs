//! Sessions: what identity is told of them, begun, and ended.

use polity_accounts::{AccountStatus, within};
use polity_identity::within::person;
use polity_identity::{AtBrowser, KeptSession, ProvedBy, SessionKeeping};
use polity_kernel::event::Origin;
use polity_kernel::{
    AccountId, Actor, Authentication, Code, Digest, Error, MasterKey, Result, Seal, SessionId, Tx, epoch,
};
use uuid::Uuid;

use crate::acts::linked_identities;
use crate::acts::passwords::PASSWORD;
use crate::events::{ACCOUNT_SESSIONS_ENDED, SESSION_ENDED, SESSION_STARTED};
use crate::session::{Proven, Session, SessionSettings};
use crate::store::sessions;

/// The most sessions that one person has at once; who begins another loses the oldest.
const MOST: usize = 50;

/// What people prove themselves with at a browser, and the sessions that stand for it. For [`polity_identity::Service::new`].
///
/// # Errors
/// `Invalid` for settings that cannot be meant.
pub fn at_browser(master: &MasterKey, settings: &SessionSettings) -> Result<AtBrowser> {
    settings.check()?;
    Ok(AtBrowser { authenticators: &[PASSWORD], sessions: Some(keeping(master, settings)) })
}

/// How sessions are found and kept.
pub(crate) fn keeping(master: &MasterKey, settings: &SessionSettings) -> SessionKeeping {
    SessionKeeping {
        seal: Seal::new(master, "signin.sessions"),
        idle: settings.idle,
        find: |conn, digest| Ok(sessions::by_digest(conn, digest)?.map(|session| kept(&session))),
        touch: sessions::touch,
        end_all: |tx, account| {
            linked_identities::unlink_all(tx, account)?;
            end_all_but(tx, &Actor::system(), account, None).map(drop)
        },
    }
}

fn kept(session: &Session) -> KeptSession {
    KeptSession {
        account: session.account,
        authentication: Authentication {
            at: session.auth_time,
            methods: session.methods,
            session: Some(session.id),
        },
        id: session.id,
        last_used_at: session.last_used_at,
        expires_at: session.expires_at,
    }
}

/// Begins a session whose secret has this digest.
///
/// # Errors
/// `Unauthenticated` where the account cannot be used (any more), or what was shown for it is another by now.
pub(crate) fn begin(tx: &mut Tx<'_>, proven: &Proven, session: &Session, digest: &Digest) -> Result<()> {
    let id = proven.account;
    // held alone: whatever voids the proof comes before this, or finds the session and ends it
    epoch::hold(tx, id.uuid())?.ok_or_else(void)?;
    let account = within::account(tx, id)?.filter(|account| account.status == AccountStatus::Active);
    let account = account.ok_or_else(void)?;
    if let Some(ProvedBy { authenticator, version }) = proven.proved_by
        && !(authenticator.is_present)(tx, id, version)?
    {
        return Err(void());
    }
    let present = sessions::ids_of(tx, id)?;
    end(tx, present.get(MOST - 1..).unwrap_or_default())?;
    if !account.is_proven() {
        within::prove(tx, id)?;
    }
    epoch::begin(tx, session.id.uuid())?;
    sessions::insert(tx, session, digest)?;
    tx.record(SESSION_STARTED.made(Origin::platform(&person(id)), session.id, session))
}

/// Ends the session whose secret has this digest, if there is one.
pub(crate) fn end_by_secret(tx: &mut Tx<'_>, digest: &Digest) -> Result<()> {
    let Some(session) = sessions::by_digest(tx, digest)? else { return Ok(()) };
    end_one(tx, session.account, session.id)
}

/// Ends one session of its person's.
///
/// # Errors
/// `NotFound` where they have none of this id.
pub(crate) fn end_one(tx: &mut Tx<'_>, account: AccountId, id: SessionId) -> Result<()> {
    if !sessions::ids_of(tx, account)?.contains(&id) {
        return Err(Error::not_found("session"));
    }
    end(tx, &[id])?;
    tx.record(SESSION_ENDED.done(Origin::platform(&person(account)), id))
}

/// Ends the sessions of an account, but for this one, and says how many there were.
pub(crate) fn end_all_but(
    tx: &mut Tx<'_>,
    actor: &Actor,
    account: AccountId,
    kept: Option<SessionId>,
) -> Result<usize> {
    let mut ids = sessions::ids_of(tx, account)?;
    ids.retain(|id| Some(*id) != kept);
    if ids.is_empty() {
        return Ok(0);
    }
    tx.record(ACCOUNT_SESSIONS_ENDED.done(Origin::platform(actor), account))?;
    end(tx, &ids)
}

/// Ends these, whosever they are.
pub(crate) fn end(tx: &mut Tx<'_>, ids: &[SessionId]) -> Result<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    let scopes: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    epoch::end_several(tx, &scopes)?;
    sessions::delete(tx, ids)
}

fn void() -> Error {
    Error::new(Code::Unauthenticated, "what you have shown is void by now: sign in again")
}
