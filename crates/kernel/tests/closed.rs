//! A store that takes no writes: held by another process, open for reading only, or in a deadlock with itself.
#![cfg(test)]

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use polity_kernel::db::{DatabaseUrl, Options, waiting_since};
use polity_kernel::{Code, Ctx, Db, OrganizationId, Result, epoch};
use polity_testkit::{Engine, Kit, at_once, both_engines};

const PATIENCE: Duration = Duration::from_millis(600);

/// The same store, opened once more with these options.
fn again(kit: &Kit, options: &Options) -> Ctx {
    Ctx::new(Db::open(kit.db().url(), options).unwrap(), kit.clock.clone(), kit.ctx.ids().clone())
}

fn begin(ctx: &Ctx) -> Result<OrganizationId> {
    ctx.write_platform(|tx| {
        let id: OrganizationId = tx.new_id();
        epoch::begin(tx, id.uuid())?;
        Ok(id)
    })
}

/// Another process that holds the write lock until it is dropped.
fn holder(kit: &Kit) -> SqliteConnection {
    let DatabaseUrl::Sqlite(path) = kit.db().url() else { panic!("only SQLite has one lock") };
    let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    conn.batch_execute("BEGIN IMMEDIATE").unwrap();
    conn
}

fn code(result: Result<OrganizationId>) -> Code {
    result.unwrap_err().code()
}

#[test]
fn writes_that_wait_for_a_lock_give_up_each_at_its_own_time() {
    let kit = Kit::new(Engine::Sqlite);
    let ctx = again(&kit, &Options { lock_patience: PATIENCE, ..Options::default() });
    let mut holder = holder(&kit);
    let begun = Instant::now();
    let waited = at_once(12, |_| {
        assert_eq!(code(begin(&ctx)), Code::Unavailable);
        begun.elapsed()
    });
    assert!(waited.iter().all(|waited| *waited >= PATIENCE), "{waited:?}");
    assert!(begun.elapsed() < 3 * PATIENCE, "one after the other would be twelve times: {waited:?}");
    // a caller that has waited elsewhere has no patience left
    let late = Instant::now();
    assert_eq!(code(waiting_since(begun, || begin(&ctx))), Code::Unavailable);
    assert!(late.elapsed() < PATIENCE, "{:?}", late.elapsed());
    holder.batch_execute("COMMIT").unwrap();
    begin(&ctx).unwrap();
}

#[test]
fn a_lock_that_is_let_go_in_time_fails_nobody() {
    let kit = Kit::new(Engine::Sqlite);
    let mut holder = holder(&kit);
    let waiting = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            waiting.store(true, Ordering::SeqCst);
            begin(&kit.ctx)
        });
        while !waiting.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        holder.batch_execute("COMMIT").unwrap();
        writer.join().unwrap().unwrap();
    });
}

/// The same store, for reading only.
fn closed(kit: &Kit) -> Ctx {
    let url = match kit.db().url() {
        DatabaseUrl::Sqlite(path) => DatabaseUrl::Sqlite(format!("file:{}?mode=ro", path.display()).into()),
        url @ DatabaseUrl::Postgres(_) => {
            kit.close();
            url.clone()
        }
    };
    Ctx::new(Db::open(&url, &Options::default()).unwrap(), kit.clock.clone(), kit.ctx.ids().clone())
}

both_engines! {
    fn a_store_for_reading_only_is_unavailable_to_writes_and_says_so_before(kit) {
        kit.db().require_writable().unwrap();
        let known = begin(&kit.ctx).unwrap();
        let ctx = closed(kit);
        let refused = begin(&ctx).unwrap_err();
        assert_eq!((refused.code(), refused.message()), (Code::Unavailable, "the store takes no writes now"));
        assert_eq!(ctx.db().require_writable().unwrap_err().code(), Code::Unavailable);
        assert_eq!(ctx.read(|conn| epoch::read(conn, &[known.uuid()])).unwrap().len(), 1, "it is read");
    }
}

/// Two writes that each hold what the other wants: PostgreSQL ends one of them, which is run again.
#[test]
fn the_victim_of_a_deadlock_is_run_again() {
    let kit = Kit::new(Engine::Postgres);
    let rows = [begin(&kit.ctx).unwrap(), begin(&kit.ctx).unwrap()].map(OrganizationId::uuid);
    let both = std::sync::Arc::new(Barrier::new(2));
    let written = at_once(2, |n| {
        let (both, first) = (std::sync::Arc::clone(&both), AtomicBool::new(true));
        kit.ctx.write_platform(move |tx| {
            epoch::raise(tx, rows[n])?;
            if first.swap(false, Ordering::SeqCst) {
                both.wait();
            }
            epoch::raise(tx, rows[1 - n]).map(|raised| raised.is_some())
        })
    });
    assert!(written.into_iter().all(|written| written.unwrap()));
    let epochs = kit.ctx.read(|conn| epoch::read(conn, &rows)).unwrap();
    assert!(epochs.iter().all(|(_, epoch)| *epoch == 2), "{epochs:?}");
}

#[test]
fn a_session_that_the_server_ends_is_replaced() {
    let kit = Kit::new(Engine::Postgres);
    let ctx = again(&kit, &Options { connections: 1, ..Options::default() });
    let end = |ctx: &Ctx| {
        ctx.read(|conn| {
            let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                         WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'polity'";
            Ok(diesel::RunQueryDsl::execute(diesel::sql_query(ended), conn)?)
        })
    };
    begin(&ctx).unwrap();
    assert!(end(&kit.ctx).unwrap() >= 1);
    begin(&ctx).unwrap();
    assert!(end(&ctx).unwrap() >= 1);
    kit.ctx.read(|conn| epoch::read(conn, &[])).unwrap();
    begin(&kit.ctx).unwrap();
}
