//! How a request has a moment.

use uuid::Uuid;

use super::{End, MOMENT, Moment, in_moment, refuse_if_sealed, remember, remembered};
use crate::Ctx;
use crate::access::epoch::Watched;
use crate::error::Result;

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
        refuse_if_sealed(self.db().identity())
    }

    /// The epochs of the given scopes as of this moment; a scope that does not count (any more) is absent.
    ///
    /// Outside a moment, as of now.
    pub fn epochs(&self, scopes: &[Uuid]) -> Result<Vec<(Uuid, i64)>> {
        let known = match remembered(self.db().identity(), scopes) {
            Some(known) => known,
            None => {
                let version = in_moment(self.db().identity(), |moment| moment.version).flatten();
                let (read, version) = self.db().epochs(version, scopes)?;
                remember(self.db().identity(), &read, version);
                read
            }
        };
        Ok(known.into_iter().filter_map(|(scope, epoch)| Some((scope, epoch?))).collect())
    }

    /// Whether all that was watched still stands as of this moment.
    pub fn stand(&self, watched: &[Watched]) -> Result<bool> {
        let scopes: Vec<Uuid> = watched.iter().map(|watched| watched.scope).collect();
        let present = self.epochs(&scopes)?;
        Ok(watched.iter().all(|watched| present.contains(&(watched.scope, watched.epoch))))
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
