//! What a service stands on: the store, the clock and the ids, and the one way to write.

use crate::error::{Code, Error, Result};
use crate::{Access, Bounds, Clock, Conn, Db, IdSource, Timestamp, Tx, Uptime, access::epoch};

/// What every service is made of. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ctx {
    db: Db,
    clock: Clock,
    ids: IdSource,
    bounds: Bounds,
}

/// What a write changes, and so what it must hold while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteKind {
    /// Things that nobody's rights hang on. Other such writes may run beside it.
    Content,
    /// How things hang together (who reports to whom): nobody's rights hang on it, but what is looked up first must still be so
    /// when it is written. Waits for all other writes of the organization and holds them off; leaves the epoch as it is.
    Structure,
    /// Who may do what: members, roles, role-carrying groups. Raises the organization's epoch.
    Grants,
    /// Whether the organization works, or is there at all. Raises the epoch, and is also possible while the organization is suspended:
    /// so for a change of its status and its deletion alone.
    Lifecycle,
}

impl Ctx {
    /// A context for services; an embedder makes one and hands a clone to each.
    pub fn new(db: Db, clock: Clock, ids: IdSource) -> Self {
        Self { db, clock, ids, bounds: Bounds::default() }
    }

    /// The same context in which so much may be made; without it, as much as [`Bounds::default`] says.
    #[must_use]
    pub fn bounded_by(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How long the process has run, by which the age of what is remembered is judged.
    pub fn uptime(&self) -> Uptime {
        self.clock.uptime()
    }

    /// The store, for what is no service's business: migrations, readiness, jobs.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Where ids and keys come from.
    pub fn ids(&self) -> &IdSource {
        &self.ids
    }

    /// Reads what is committed. The closure may run twice when a connection turns out to be broken.
    pub fn read<T>(&self, f: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        self.db.read(f)
    }

    /// Changes something inside an organization, all or nothing, and returns once it is on disk.
    ///
    /// The closure is handed an access that holds *now*: if an epoch that `access` watches has moved since it was made, the actor enters anew
    /// first. So ask for permissions inside. It may run several times (a lost race is run again),
    /// hence `Fn`.
    ///
    /// # Errors
    /// `OrganizationInactive` for a suspended organization unless the kind is `Lifecycle`; `NotFound` once it is deleted.
    pub fn write<T: Send + 'static>(
        &self,
        access: &Access,
        kind: WriteKind,
        f: impl Fn(&mut Tx<'_>, &Access) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (access, clock) = (access.clone(), self.clock.clone());
        self.write_platform(move |tx| {
            let access = hold(tx, &clock, &access, kind)?;
            f(tx, &access)
        })
    }

    /// Changes something that belongs to no organization, all or nothing.
    pub fn write_platform<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (clock, ids, bounds) = (self.clock.clone(), self.ids.clone(), self.bounds);
        self.db.write(move |conn| f(&mut Tx::new(conn, clock.now(), &ids, bounds)))
    }
}

/// Locks what the access watches, and the organization's epoch in any case, for the length of the transaction, and renews the access if
/// anything has moved. All writes lock in the order of the scopes.
fn hold(tx: &mut Tx<'_>, clock: &Clock, access: &Access, kind: WriteKind) -> Result<Access> {
    let own = access.organization().uuid();
    let watches_own = access.watched().iter().any(|watched| watched.scope == own);
    let stands = match access.watched() {
        // here all are shared, so that one statement takes them; entering anew tells of an organization that is no more
        several @ [_, _, ..] if kind == WriteKind::Content && watches_own => epoch::share_all(tx, several)?,
        watched => {
            let (before, rest) = watched.split_at(watched.partition_point(|watched| watched.scope < own));
            let (of_own, after) = rest.split_at(rest.partition_point(|watched| watched.scope == own));
            let before_stand = epoch::share_all(tx, before)?;
            let held = match kind {
                WriteKind::Content => epoch::share(tx, own)?,
                WriteKind::Structure => epoch::hold(tx, own)?,
                WriteKind::Grants | WriteKind::Lifecycle => epoch::raise(tx, own)?.map(|raised| raised - 1),
            };
            let held = held.ok_or_else(|| Error::not_found("organization"))?;
            let own_stands = of_own.iter().all(|watched| watched.epoch == held);
            epoch::share_all(tx, after)? && before_stand && own_stands
        }
    };
    // whoever was here first may have been so at a later time: what ended for them has not begun again
    tx.catch_up(clock.now());
    let access = if stands { access.clone() } else { access.renewed(tx)? }.in_write(tx.now());
    if !access.is_active() && kind != WriteKind::Lifecycle {
        return Err(Error::new(Code::OrganizationInactive, "organization is inactive"));
    }
    Ok(access)
}
