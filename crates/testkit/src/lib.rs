//! What tests stand on: a fresh store on either engine, a clock that stands still, ids that count, people who signed in.
//!
//! ```text
//! both_engines! {
//!     fn a_name_is_taken_once(kit) {
//!         let groups = polity_groups::Service::new(kit.ctx.clone(), Guard::NOTHING);
//!         …
//!     }
//! }
//! ```
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod actor;
mod race;
mod refusal;
mod statements;
mod store;

use std::collections::BTreeMap;
use std::time::Duration;

use polity_kernel::{Bounds, Clock, Ctx, Db, IdSource, Timestamp};

pub use actor::{acting, limited, narrowed, permissions};
pub use race::at_once;
pub use store::{Engine, Store, integrity};

/// A migrated, empty store with a clock that stands at [`Kit::START`]. Its files and databases go with it.
#[derive(Debug)]
pub struct Kit {
    /// What services are made of.
    pub ctx: Ctx,
    /// The clock inside `ctx`.
    pub clock: Clock,
    store: Store,
}

impl Kit {
    /// 2026-01-15T12:00:00Z, when every test begins.
    pub const START: Timestamp = Timestamp::from_seconds(1_768_478_400);

    /// A fresh store on this engine; ids are random.
    pub fn new(engine: Engine) -> Self {
        Self::with_ids(engine, IdSource::random())
    }

    /// A fresh store on this engine with ids that count up from 1.
    pub fn counting(engine: Engine) -> Self {
        Self::with_ids(engine, IdSource::counting())
    }

    fn with_ids(engine: Engine, ids: IdSource) -> Self {
        let store = Store::new(engine);
        let clock = Clock::fixed(Self::START);
        // tests that are not about them make as much as they like
        let ctx = Ctx::new(store.db().clone(), clock.clone(), ids).bounded_by(Bounds::NONE);
        Self { ctx, clock, store }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        self.store.engine()
    }

    /// The store.
    pub fn db(&self) -> &Db {
        self.store.db()
    }

    /// What `act` comes to, and how many statements it sends to the store for it: what it reads, whatever the engine.
    pub fn statements<T>(&self, act: impl FnOnce() -> T) -> (T, usize) {
        statements::of(act)
    }

    /// How many rows each table has: what a refused request must leave as it was.
    pub fn rows(&self) -> BTreeMap<String, i64> {
        self.store.rows()
    }

    /// Runs statements behind the services' backs: for putting the store into a state that an earlier version left.
    pub fn execute(&self, statements: &'static str) {
        self.ctx.write_platform(|tx| store::execute(tx, statements)).expect("the statements run");
    }

    /// The rows of each table as text, in order: what a refused request must leave as it was, to the letter.
    pub fn contents(&self) -> BTreeMap<String, Vec<String>> {
        self.store.contents()
    }

    /// The column `bytes` of the one row a query with one text parameter finds: for looking at the store behind the services' backs.
    pub fn bytes(&self, query: &str, parameter: &str) -> Vec<u8> {
        store::bytes(self.db(), query, parameter)
    }

    /// Everything the store keeps: SQLite's files as they are, PostgreSQL's rows as text (bytes among them in hexadecimal). For
    /// making sure that something is nowhere in it.
    pub fn dump(&self) -> Vec<u8> {
        self.store.dump()
    }

    /// From now on the store itself refuses whatever is written to this table, until [`Kit::accept`]: a failure in the middle of a
    /// transaction.
    pub fn refuse(&self, table: &'static str) {
        let engine = self.engine();
        let begun = self.ctx.write_platform(move |tx| refusal::begin(tx, engine, table));
        begun.expect("the table can be made to refuse");
    }

    /// Lets the store take what is written to this table again.
    pub fn accept(&self, table: &'static str) {
        let engine = self.engine();
        let ended = self.ctx.write_platform(move |tx| refusal::end(tx, engine, table));
        ended.expect("the table refuses until now");
    }

    /// From now on the whole store takes no writes: a PostgreSQL database for reading only, a SQLite file that is not in its place.
    pub fn close(&self) {
        self.store.close();
    }

    /// Moves the clock forward.
    pub fn pass(&self, duration: Duration) {
        self.clock.advance(duration);
    }
}

/// Declares tests that run on both engines: `name::sqlite` and `name::postgres`. The argument is a `&Kit`.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$meta:meta])* fn $name:ident($kit:ident) $body:block)+) => {
        $(
            #[cfg(test)]
            mod $name {
                use super::*;

                $(#[$meta])*
                fn body($kit: &$crate::Kit) $body

                #[test]
                fn sqlite() {
                    body(&$crate::Kit::new($crate::Engine::Sqlite));
                }

                #[test]
                fn postgres() {
                    body(&$crate::Kit::new($crate::Engine::Postgres));
                }
            }
        )+
    };
}
