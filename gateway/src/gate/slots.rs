//! Places: how many of something long one caller may have under way at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use polity_kernel::{Code, Error, Result, RetryAfter};
use uuid::Uuid;

/// Who has how many of something under way.
#[derive(Clone, Debug)]
pub struct Slots(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    taken: Mutex<HashMap<Uuid, usize>>,
    most: usize,
    refusal: &'static str,
}

/// The place of one that is under way, free again when it is dropped; none at all by default.
#[derive(Debug, Default)]
pub struct Slot(Option<(Arc<Inner>, Uuid)>);

impl Slots {
    /// So many places for each. `refusal` tells who asks for one more.
    pub fn new(most: usize, refusal: &'static str) -> Self {
        Self(Arc::new(Inner { taken: Mutex::default(), most, refusal }))
    }

    /// Takes a place.
    ///
    /// # Errors
    /// `Throttled` when all are taken.
    pub fn begin(&self, whose: Uuid) -> Result<Slot> {
        let mut taken = self.0.lock();
        let count = taken.entry(whose).or_default();
        if *count >= self.0.most {
            return Err(Error::new(Code::Throttled, self.0.refusal).because(RetryAfter(1)));
        }
        *count += 1;
        Ok(Slot(Some((Arc::clone(&self.0), whose))))
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let Some((inner, whose)) = self.0.take() else { return };
        let mut taken = inner.lock();
        if let Some(count) = taken.get_mut(&whose) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_so_many_places_until_they_are_free_again() {
        let slots = Slots::new(2, "two are enough");
        let (ann, bob) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let first = slots.begin(ann).unwrap();
        let second = slots.begin(ann).unwrap();
        let refused = slots.begin(ann).unwrap_err();
        assert_eq!((refused.code(), refused.message()), (Code::Throttled, "two are enough"));
        drop(slots.begin(bob).unwrap());
        drop(first);
        drop((slots.begin(ann).unwrap(), second));
        assert!(slots.0.lock().is_empty(), "who has none takes no room");
    }
}
