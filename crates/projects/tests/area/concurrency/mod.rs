//! What happens at once: of rivals exactly one wins, the others are told why, and nobody ever hears of the store's troubles.

mod apps;
mod projects;

use polity_kernel::db::Options;
use polity_kernel::{Actor, Code, Ctx, Db, IdSource, Result};
use polity_testkit::{Kit, at_once};

use crate::areas::Areas;
use crate::common::person;

/// How often each race is run.
const ROUNDS: usize = 10;

/// How many run in a race.
const RIVALS: usize = 8;

/// How many won; everybody else must have been told one of these.
fn winners<T>(results: &[Result<T>], told: &[Code]) -> usize {
    for refused in results.iter().filter_map(|result| result.as_ref().err()) {
        assert!(told.contains(&refused.code()), "{refused:?}");
    }
    results.iter().filter(|result| result.is_ok()).count()
}

/// Another node on the same store.
fn node(kit: &Kit) -> Areas {
    let db = Db::open(kit.db().url(), &Options::default()).unwrap();
    Areas::of(Ctx::new(db, kit.clock.clone(), IdSource::random()))
}

fn people(kit: &Kit, how_many: usize) -> Vec<Actor> {
    (0..how_many).map(|n| person(kit, &format!("p{n}@people.example"))).collect()
}
