//! What happens at once: of rivals exactly one wins, the others are told why, and nobody ever hears of the store's troubles.

mod inviting;
mod joining;
mod names;
mod owners;
mod places;
mod roles;
mod staff;

use polity_directory::{Assignees, MemberPatch, Members, RoleAssignments, Service};
use polity_kernel::db::Options;
use polity_kernel::{Access, Actor, Code, Ctx, Db, IdSource, Level, Page, Result};
use polity_testkit::{Kit, at_once};

use crate::common::{enter, found, id_of, key, person};

/// How often each race is run.
const ROUNDS: usize = 10;

/// How many run in a race.
const RIVALS: usize = 8;

/// A way to take ownership from somebody.
type Way = fn(&Service, &Access, &Actor) -> Result<()>;

/// How many won; everybody else must have been told one of these.
fn winners<T>(results: &[Result<T>], told: &[Code]) -> usize {
    for refused in results.iter().filter_map(|result| result.as_ref().err()) {
        assert!(told.contains(&refused.code()), "{refused:?}");
    }
    results.iter().filter(|result| result.is_ok()).count()
}

/// Another node on the same store.
fn node(kit: &Kit) -> Service {
    let db = Db::open(kit.db().url(), &Options::default()).unwrap();
    crate::common::on(Ctx::new(db, kit.clock.clone(), IdSource::random()))
}

/// The owners of an organization.
fn owners(directory: &Service, organization: &str) -> usize {
    let access = enter(directory, &Actor::system(), organization);
    directory.assignments(&access, &key("owner").into(), Assignees::All, Page::first(99)).unwrap().items.len()
}

/// An organization that all of these own.
fn owned_by(directory: &Service, owners: &[Actor], organization: &str) {
    found(directory, &owners[0], organization);
    let access = enter(directory, &owners[0], organization);
    let patch = MemberPatch { level: Some(Level::Owner), expires_at: None };
    for owner in &owners[1..] {
        directory.add_member(&access, id_of(owner).into()).unwrap();
        directory.change_member(&access, id_of(owner), patch).unwrap();
    }
}

fn people(kit: &Kit, how_many: usize) -> Vec<Actor> {
    (0..how_many).map(|n| person(kit, &format!("p{n}@people.example"))).collect()
}
