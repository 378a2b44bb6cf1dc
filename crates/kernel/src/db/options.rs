//! How a store is opened.

use std::time::Duration;

/// How to open a store.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections for reads (and, on PostgreSQL, writes); at least 1.
    pub connections: u32,
    /// How long a caller waits for a free connection before `Unavailable`.
    pub patience: Duration,
    /// How long a write waits while another process holds SQLite's write lock, before `Unavailable`.
    pub lock_patience: Duration,
    /// Whether very much is to be written: SQLite then keeps more pages in memory, and PostgreSQL plans every statement anew, since
    /// tables grow out of the plans that were made while they were empty.
    pub bulk: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 8,
            patience: Duration::from_secs(5),
            lock_patience: Duration::from_secs(10),
            bulk: false,
        }
    }
}
