//! A bounded memory of what was computed before, for hot paths: a few locks that are hardly ever contended, and no upkeep.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher as _, Hash};
use std::sync::{PoisonError, RwLock};

/// Locks side by side, so that threads seldom meet at one.
const SHARDS: usize = 16;

/// Remembers about as many entries as it is told, and forgets those that have not been asked for longest.
///
/// Each shard has two generations. When the young one is full it becomes the old one, and what was old is forgotten; whatever is
/// asked for in between is young again.
pub struct Memory<K, V> {
    shards: [RwLock<Generations<K, V>>; SHARDS],
    hasher: RandomState,
    most: usize,
}

struct Generations<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Hash + Eq + Clone, V: Clone> Memory<K, V> {
    /// An empty memory of at most about `most` entries.
    pub fn new(most: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| {
                RwLock::new(Generations { young: HashMap::new(), old: HashMap::new() })
            }),
            hasher: RandomState::new(),
            most: (most / SHARDS / 2).max(1),
        }
    }

    /// What is remembered under the key.
    pub fn get(&self, key: &K) -> Option<V> {
        let old = {
            let shard = self.shard(key)?.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(value) = shard.young.get(key) {
                return Some(value.clone());
            }
            shard.old.get(key).cloned()
        };
        let value = old?;
        self.insert(key.clone(), value.clone());
        Some(value)
    }

    /// Remembers a value, in place of what was remembered under the key.
    pub fn insert(&self, key: K, value: V) {
        let Some(shard) = self.shard(&key) else { return };
        let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
        if shard.young.len() >= self.most && !shard.young.contains_key(&key) {
            shard.old = std::mem::take(&mut shard.young);
        }
        shard.old.remove(&key);
        shard.young.insert(key, value);
    }

    /// Forgets what is remembered under the key.
    pub fn forget(&self, key: &K) {
        let Some(shard) = self.shard(key) else { return };
        let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
        shard.young.remove(key);
        shard.old.remove(key);
    }

    fn shard(&self, key: &K) -> Option<&RwLock<Generations<K, V>>> {
        let place = self.hasher.hash_one(key) % SHARDS as u64;
        self.shards.get(usize::try_from(place).ok()?)
    }
}

impl<K, V> fmt::Debug for Memory<K, V> {
    /// Says nothing of what is remembered: it may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("most", &(self.most * SHARDS * 2)).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_can_be_replaced_and_forgotten() {
        let memory = Memory::new(100);
        assert_eq!(memory.get(&1), None);
        memory.insert(1, "a");
        memory.insert(1, "b");
        assert_eq!(memory.get(&1), Some("b"));
        memory.forget(&1);
        assert_eq!(memory.get(&1), None);
    }

    #[test]
    fn it_stays_bounded_and_keeps_what_is_asked_for() {
        let memory = Memory::new(320);
        memory.insert(0, 0);
        for n in 1..10_000 {
            memory.insert(n, n);
            assert_eq!(memory.get(&0), Some(0), "asked for all the time, after {n}");
        }
        let kept = (0..10_000).filter(|n| memory.get(n).is_some()).count();
        assert!((1..=640).contains(&kept), "{kept}");
        assert_eq!(memory.get(&9_999), Some(9_999));
    }

    #[test]
    fn an_old_value_never_comes_back_after_a_new_one() {
        let memory = Memory::new(32);
        for round in 0..1_000 {
            memory.insert(7, round);
            for n in 100..110 {
                memory.insert(n, n);
            }
            assert!(memory.get(&7).is_none_or(|value| value == round));
        }
    }
}
