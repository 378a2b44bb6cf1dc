//! Moments: the span of one request, in which an epoch that was read once is not read again.
//!
//! A moment may also do without the store ([`Ctx::from_memory`]): then it answers from what is remembered, or not at all. What is
//! remembered is proven by epochs; on SQLite these are mirrored in memory while nothing is written, so a request for what is at hand needs no
//! blocking thread.

use std::cell::RefCell;

use uuid::Uuid;

use crate::db::{Known, Version};
use crate::error::{Code, Error, Result};
use crate::{Ctx, Db};

thread_local! {
    static MOMENT: RefCell<Option<Moment>> = const { RefCell::new(None) };
}

#[derive(Default)]
struct Moment {
    /// Which store it is a moment of; others are not concerned.
    store: usize,
    /// Whether the store may not be asked.
    sealed: bool,
    /// Whether it was asked nonetheless.
    asked: bool,
    /// The version of the mirror at the beginning.
    version: Option<Version>,
    epochs: Vec<Known>,
}

/// Ends the moment also when its work panics.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        MOMENT.with_borrow_mut(|moment| *moment = None);
    }
}

impl Ctx {
    /// Runs the work as one moment: what is proven at its beginning is taken to hold to its end. A write ends the proof.
    pub fn moment<T>(&self, work: impl FnOnce() -> T) -> T {
        self.begin(false);
        let _end = End;
        work()
    }

    /// Runs the work as one moment on what is remembered. Absent: it needed the store (on PostgreSQL always), and whatever
    /// it did or returned is void.
    pub fn from_memory<T>(&self, work: impl FnOnce() -> T) -> Option<T> {
        if !self.db().has_mirror() {
            return None;
        }
        self.begin(true);
        let _end = End;
        let result = work();
        let asked = MOMENT.with_borrow(|moment| moment.as_ref().is_none_or(|moment| moment.asked));
        if asked { None } else { Some(result) }
    }

    /// Says that what follows needs the store or takes long, so that a moment on memory ends here.
    ///
    /// # Errors
    /// In such a moment.
    pub fn needs_store(&self) -> Result<()> {
        refuse_if_sealed(self.db())
    }

    /// The epochs of the given scopes as of this moment; a scope that does not count (any more) is absent.
    ///
    /// Outside a moment, as of now.
    pub fn epochs(&self, scopes: &[Uuid]) -> Result<Vec<(Uuid, i64)>> {
        let known = match remembered(self.db(), scopes) {
            Some(known) => known,
            None => {
                let version = in_moment(self.db(), |moment| moment.version).flatten();
                let (read, version) = self.db().epochs(version, scopes)?;
                remember(self.db(), &read, version);
                read
            }
        };
        Ok(known.into_iter().filter_map(|(scope, epoch)| Some((scope, epoch?))).collect())
    }

    /// Reads the epochs that this moment is going to be asked for, all at once, where each time costs a round trip.
    pub fn foresee(&self, scopes: impl FnOnce() -> Vec<Uuid>) -> Result<()> {
        if self.db().has_mirror() { Ok(()) } else { self.epochs(&scopes()).map(drop) }
    }

    fn begin(&self, sealed: bool) {
        let moment = Moment { store: self.db().identity(), sealed, ..Moment::default() };
        MOMENT.with_borrow_mut(|present| *present = Some(moment));
    }
}

/// Refuses to go to the store in a moment on memory, and notes that it was tried.
pub(crate) fn refuse_if_sealed(db: &Db) -> Result<()> {
    in_moment(db, |moment| {
        if moment.sealed {
            moment.asked = true;
            return Err(Error::new(Code::Unavailable, "not at hand"));
        }
        Ok(())
    })
    .unwrap_or(Ok(()))
}

/// Ends the proof: something has changed.
pub(crate) fn forget(db: &Db) {
    in_moment(db, |moment| {
        moment.epochs.clear();
        moment.version = None;
    });
}

fn remembered(db: &Db, scopes: &[Uuid]) -> Option<Vec<Known>> {
    in_moment(db, |moment| {
        scopes.iter().map(|scope| moment.epochs.iter().find(|(known, _)| known == scope).copied()).collect()
    })
    .flatten()
}

fn remember(db: &Db, read: &[Known], version: Option<Version>) {
    in_moment(db, |moment| {
        moment.epochs.extend_from_slice(read);
        moment.version = version;
    });
}

fn in_moment<T>(db: &Db, f: impl FnOnce(&mut Moment) -> T) -> Option<T> {
    MOMENT.with_borrow_mut(|moment| moment.as_mut().filter(|moment| moment.store == db.identity()).map(f))
}
