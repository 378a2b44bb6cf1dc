//! Turns: work that is done for one organization at a time, so that none has all threads at work for it.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use polity_kernel::{Code, Error, OrganizationId, Result, RetryAfter};

/// How many of an organization may wait: few, since each of them holds a thread.
const QUEUE: usize = 1;

/// Who is at work, and how many wait for that.
#[derive(Debug, Default)]
pub(super) struct Turns {
    taken: Mutex<HashMap<OrganizationId, Desk>>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct Desk {
    busy: bool,
    waiting: usize,
}

/// The right to work for an organization, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn<'t> {
    turns: &'t Turns,
    organization: OrganizationId,
}

impl Turns {
    /// Waits for the organization's turn.
    ///
    /// # Errors
    /// `Throttled` when somebody waits already.
    pub(super) fn take(&self, organization: OrganizationId) -> Result<Turn<'_>> {
        let mut taken = self.lock();
        let desk = taken.entry(organization).or_default();
        if desk.busy {
            if desk.waiting >= QUEUE {
                let words = "the organization is being searched already; try again";
                return Err(Error::new(Code::Throttled, words).because(RetryAfter(1)));
            }
            desk.waiting += 1;
            while taken.entry(organization).or_default().busy {
                taken = self.freed.wait(taken).unwrap_or_else(PoisonError::into_inner);
            }
            taken.entry(organization).or_default().waiting -= 1;
        }
        taken.entry(organization).or_default().busy = true;
        Ok(Turn { turns: self, organization })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OrganizationId, Desk>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut taken = self.turns.lock();
        let desk = taken.entry(self.organization).or_default();
        desk.busy = false;
        if desk.waiting == 0 {
            taken.remove(&self.organization);
        }
        self.turns.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use uuid::Uuid;

    use super::*;

    const ACME: OrganizationId = OrganizationId::new(Uuid::from_u128(1));
    const GLOBEX: OrganizationId = OrganizationId::new(Uuid::from_u128(2));

    #[test]
    fn one_works_another_waits_and_a_third_is_sent_away() {
        let turns = Turns::default();
        let first = turns.take(ACME).unwrap();
        thread::scope(|scope| {
            let second = scope.spawn(|| turns.take(ACME).map(drop));
            while turns.lock().get(&ACME).is_none_or(|desk| desk.waiting == 0) {
                thread::yield_now();
            }
            assert_eq!(turns.take(ACME).unwrap_err().code(), Code::Throttled);
            drop(turns.take(GLOBEX).unwrap());
            drop(first);
            second.join().unwrap().unwrap();
        });
        assert!(turns.lock().is_empty(), "who is at rest takes no room");
    }

    #[test]
    fn a_turn_that_ends_in_a_panic_is_over() {
        let turns = Turns::default();
        let fallen = thread::scope(|scope| {
            scope
                .spawn(|| {
                    let _turn = turns.take(ACME).unwrap();
                    panic!("the work went wrong");
                })
                .join()
        });
        assert!(fallen.is_err());
        turns.take(ACME).unwrap();
    }
}
