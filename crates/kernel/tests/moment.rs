//! Moments: what is remembered is used only while it is proven, and memory alone never stands in for the store.
#![cfg(test)]

use polity_kernel::db::Options;
use polity_kernel::{Clock, Ctx, Db, IdSource, OrganizationId, epoch};
use polity_testkit::{Engine, Kit, both_engines};
use uuid::Uuid;

fn scope(kit: &Kit) -> Uuid {
    kit.ctx
        .write_platform(|tx| {
            let id: OrganizationId = tx.new_id();
            epoch::begin(tx, id.uuid())?;
            Ok(id.uuid())
        })
        .unwrap()
}

fn raise(ctx: &Ctx, scope: Uuid) {
    ctx.write_platform(move |tx| epoch::raise(tx, scope)).unwrap();
}

/// The same store as another process would open it.
fn elsewhere(kit: &Kit) -> Ctx {
    let db = Db::open(kit.db().url(), &Options::default()).unwrap();
    Ctx::new(db, Clock::machine(), IdSource::random())
}

both_engines! {
    fn an_epoch_is_as_committed_now(kit) {
        let (scope, other) = (scope(kit), elsewhere(kit));
        assert_eq!(kit.ctx.epochs(&[scope]).unwrap(), [(scope, 0)]);
        raise(&kit.ctx, scope);
        assert_eq!(kit.ctx.epochs(&[scope]).unwrap(), [(scope, 1)], "after a write of this process");
        raise(&other, scope);
        assert_eq!(kit.ctx.epochs(&[scope]).unwrap(), [(scope, 2)], "after a write of another one");
        other.write_platform(move |tx| epoch::end(tx, scope)).unwrap();
        assert!(kit.ctx.epochs(&[scope]).unwrap().is_empty());
    }

    fn what_one_thread_read_another_remembers_and_no_thread_misses_a_write(kit) {
        let scope = scope(kit);
        let on_threads = || -> Vec<_> {
            let read = || kit.ctx.from_memory(|| kit.ctx.epochs(&[scope]).ok()).flatten();
            std::thread::scope(|threads| {
                let all: Vec<_> = (0..12).map(|_| threads.spawn(read)).collect();
                all.into_iter().map(|thread| thread.join().unwrap()).collect()
            })
        };
        for round in 0..5_i64 {
            // asked everywhere once, so that every sentinel has been woken
            on_threads();
            kit.ctx.epochs(&[scope]).unwrap();
            let known = on_threads();
            assert!(known.iter().flatten().all(|epochs| *epochs == [(scope, round)]), "{known:?}");
            assert_eq!(known.iter().any(Option::is_some), kit.engine() == Engine::Sqlite, "{known:?}");
            raise(&kit.ctx, scope);
            assert!(on_threads().iter().flatten().all(|epochs| *epochs == [(scope, round + 1)]));
        }
    }

    fn a_moment_reads_an_epoch_once_and_a_write_ends_the_proof(kit) {
        let (scope, other) = (scope(kit), elsewhere(kit));
        kit.ctx.moment(|| {
            assert_eq!(kit.ctx.epochs(&[scope]).unwrap(), [(scope, 0)]);
            raise(&other, scope);
            assert_eq!(kit.ctx.epochs(&[scope]).unwrap(), [(scope, 0)], "as of the beginning");
            kit.ctx.write_platform(|_| Ok(())).unwrap();
            assert_eq!(kit.ctx.epochs(&[scope]).unwrap(), [(scope, 1)]);
        });
        assert_eq!(kit.ctx.epochs(&[scope]).unwrap(), [(scope, 1)], "no moment outlives its work");
    }

    fn memory_answers_what_it_knows_and_nothing_else(kit) {
        let scope = scope(kit);
        assert_eq!(kit.ctx.from_memory(|| kit.ctx.epochs(&[scope]).ok()), None, "not read yet");
        kit.ctx.epochs(&[scope]).unwrap();
        let known = kit.ctx.from_memory(|| kit.ctx.epochs(&[scope]).unwrap());
        match kit.engine() {
            Engine::Sqlite => assert_eq!(known, Some(vec![(scope, 0)])),
            Engine::Postgres => assert_eq!(known, None, "others write to it unseen"),
        }
        raise(&kit.ctx, scope);
        assert_eq!(kit.ctx.from_memory(|| kit.ctx.epochs(&[scope]).ok()), None, "something was written");
    }

    fn work_on_memory_is_void_once_it_asks_for_the_store(kit) {
        let read = || kit.ctx.read(|conn| epoch::read(conn, &[])).map_err(drop);
        assert_eq!(kit.ctx.from_memory(|| read().is_ok()), None, "even when the failure is swallowed");
        assert_eq!(kit.ctx.from_memory(|| kit.ctx.write_platform(|_| Ok(())).is_ok()), None);
        assert_eq!(kit.ctx.from_memory(|| kit.ctx.needs_store().is_ok()), None);
        assert!(read().is_ok(), "afterwards the store is there again");
    }

    fn a_moment_ends_when_its_work_panics(kit) {
        let panicking = || kit.ctx.moment(|| panic!("no luck"));
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(panicking)).unwrap_err();
        let scope = scope(kit);
        kit.ctx.epochs(&[scope]).unwrap();
        raise(&elsewhere(kit), scope);
        assert_eq!(kit.ctx.epochs(&[scope]).unwrap(), [(scope, 1)]);
    }
}
