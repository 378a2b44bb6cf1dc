//! How many errands there are at once for one organization.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use polity_kernel::{Code, Error, OrganizationId, Result};

/// The most at once for each organization; one that wants more is told so at once, since whoever waits holds a thread.
const EACH: usize = 4;

/// Counts errands under way. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turns(Arc<Mutex<HashMap<OrganizationId, usize>>>);

/// An errand under way, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Turns,
    organization: OrganizationId,
}

impl Turns {
    /// Begins an errand for this organization.
    ///
    /// # Errors
    /// `Throttled` when as many are under way as may be.
    pub(crate) fn begin(&self, organization: OrganizationId) -> Result<Turn> {
        let mut all = self.lock();
        let under_way = all.entry(organization).or_insert(0);
        if *under_way >= EACH {
            return Err(Error::new(
                Code::Throttled,
                "the organization waits for too many other servers at once",
            ));
        }
        *under_way += 1;
        Ok(Turn { turns: self.clone(), organization })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OrganizationId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut all = self.turns.lock();
        if let Some(under_way) = all.get_mut(&self.organization) {
            *under_way -= 1;
            if *under_way == 0 {
                all.remove(&self.organization);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_organization_has_four_at_once_and_others_theirs() {
        let turns = Turns::default();
        let [one, other] = [1, 2].map(|n| OrganizationId::new(Uuid::from_u128(n)));
        let mut held: Vec<Turn> = (0..EACH).map(|_| turns.begin(one).unwrap()).collect();
        assert_eq!(turns.begin(one).unwrap_err().code(), Code::Throttled);
        turns.begin(other).unwrap();
        held.pop();
        held.push(turns.begin(one).unwrap());
        drop(held);
        assert!(turns.lock().is_empty());
    }
}
