//! What is remembered of a verified credential, and the epochs it stands under.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use polity_accounts::{Account, AccountStatus, within};
use polity_kernel::{
    AccountId, Actor, Conn, Ctx, KeyId, OrganizationId, Permission, PermissionSet, Result, ServiceAccountId,
    SessionId, Timestamp, Uptime, epoch,
};
use uuid::Uuid;

use crate::owner::NO_ORGANIZATION;
use crate::refusal::Refusal;
use crate::store;
use crate::store::clients::Kept;

/// A credential that was verified: who it stands for, and what must not have moved since.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) actor: Actor,
    pub(crate) watched: Vec<Watched>,
    /// When it must be verified anew; absent: never.
    pub(crate) until: Option<Timestamp>,
    pub(crate) used: Option<Used>,
}

/// A verified credential as it is remembered.
#[derive(Clone)]
pub(crate) struct Remembered {
    pub(crate) verified: Arc<Verified>,
    pub(crate) since: Uptime,
}

/// A scope that must still count, at this epoch if one is given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watched {
    scope: Uuid,
    epoch: Option<i64>,
}

/// A credential whose uses are noted in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Use {
    /// Of an API key, by where its row is.
    Key(OrganizationId, KeyId),
    /// Of a session.
    Session(SessionId),
}

/// The credential that was used, and from which [`Uptime`] on a use of it is news, in microseconds.
#[derive(Debug)]
pub(crate) struct Used {
    pub(crate) what: Use,
    pause: Duration,
    due: AtomicU64,
}

impl Verified {
    /// Whether nothing has moved, by one read.
    pub(crate) fn stands(&self, ctx: &Ctx) -> Result<bool> {
        let present = ctx.epochs(&self.scopes())?;
        Ok(self.watched.iter().all(|watched| {
            present.iter().any(|(scope, epoch)| {
                *scope == watched.scope && watched.epoch.is_none_or(|expected| expected == *epoch)
            })
        }))
    }

    /// What must not have moved.
    pub(crate) fn scopes(&self) -> Vec<Uuid> {
        self.watched.iter().map(|watched| watched.scope).collect()
    }

    pub(crate) fn is_current(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

impl Used {
    /// A credential whose uses are noted once in a while, the next one too.
    pub(crate) const fn since(what: Use, pause: Duration) -> Self {
        Self { what, pause, due: AtomicU64::new(0) }
    }

    /// The same, of which a use was noted at that instant.
    pub(crate) fn noted(self, now: Timestamp, last: Timestamp, uptime: Uptime) -> Self {
        let since = Duration::from_micros(u64::try_from(now.micros() - last.micros()).unwrap_or(0));
        let due = uptime.micros().saturating_add(micros(self.pause.saturating_sub(since)));
        Self { due: AtomicU64::new(due), ..self }
    }

    /// Whether this use is to be noted.
    pub(crate) fn is_news(&self, now: Uptime) -> bool {
        let due = self.due.load(Ordering::Relaxed);
        let next = now.micros().saturating_add(micros(self.pause));
        now.micros() >= due
            && self.due.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Starts watching subjects. To be done before their facts are read: what moves in between is then noticed later.
pub(crate) fn watch(conn: &mut Conn, subjects: &[Uuid]) -> Result<Vec<Watched>> {
    let present = epoch::read(conn, subjects)?;
    subjects
        .iter()
        .map(|subject| {
            let (scope, epoch) =
                present.iter().find(|(scope, _)| scope == subject).copied().ok_or(Refusal::UnknownSubject)?;
            Ok(Watched { scope, epoch: Some(epoch) })
        })
        .collect()
}

/// Watches that the organization is still there; what else happens to it is the directory's business.
pub(crate) fn watch_presence(conn: &mut Conn, organization: OrganizationId) -> Result<Option<Watched>> {
    if organization == NO_ORGANIZATION {
        return Ok(None);
    }
    let present = epoch::read(conn, &[organization.uuid()])?;
    let (scope, _) = present.first().ok_or(Refusal::OrganizationGone)?;
    Ok(Some(Watched { scope: *scope, epoch: None }))
}

/// The account, if it can be used.
pub(crate) fn usable_account(conn: &mut Conn, id: AccountId) -> Result<Account> {
    let account = within::account(conn, id)?.ok_or(Refusal::UnknownSubject)?;
    match account.status {
        AccountStatus::Active => Ok(account),
        AccountStatus::Disabled => Err(Refusal::Disabled.into()),
    }
}

/// The client, if it may act.
pub(crate) fn live_client(conn: &mut Conn, id: ServiceAccountId, now: Timestamp) -> Result<Kept> {
    let kept = store::clients::by_id(conn, id)?.ok_or(Refusal::UnknownSubject)?;
    if kept.client.is_live(now) { Ok(kept) } else { Err(Refusal::Disabled.into()) }
}

/// The words that are permissions; scopes of other meaning (`openid`) are none.
pub(crate) fn permissions<'w>(words: impl Iterator<Item = &'w str>) -> PermissionSet {
    words.filter_map(|word| word.parse::<Permission>().ok()).collect()
}
