//! The store's promises: atomic writes, epochs, jobs, and migrations that go both ways.
#![cfg(test)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use polity_kernel::db::{migrate, pending, revert_all};
use polity_kernel::event::Nothing;
use polity_kernel::job::{self, LEASE, Outcome};
use polity_kernel::{
    Access, Actor, Code, Entered, Error, FieldKind, Level, OrganizationId, PermissionSet, Standing, Watched,
    Work, WriteKind, catalogue, epoch, event, record,
};
use polity_testkit::{Engine, Kit, both_engines};
use serde::{Deserialize, Serialize};
use serde_json::json;

catalogue! {
    /// A thing was made.
    pub(crate) THING_CREATED = "thing.created": Nothing => Nothing;
    /// A thing has another name.
    /// Or none.
    pub(crate) THING_RENAMED = "thing.renamed": Thing => Option<Thing>, rights, version(2);
}

record! {
    /// A thing.
    pub(crate) struct Thing {
        /// What it is called.
        a: Option<i64>,
    }
}

fn organization(kit: &Kit) -> OrganizationId {
    kit.ctx
        .write_platform(|tx| {
            let id: OrganizationId = tx.new_id();
            epoch::begin(tx, id.uuid())?;
            Ok(id)
        })
        .unwrap()
}

fn standing(active: bool) -> Standing {
    Standing { level: Some(Level::Owner), permissions: PermissionSet::all(), active }
}

fn access(organization: OrganizationId) -> Access {
    Access::granted(organization, Actor::system(), standing(true))
}

/// Some work.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Counting {
    n: u32,
}

impl Work for Counting {
    const KIND: &'static str = "test.work";
}

fn promise(kit: &Kit) {
    kit.ctx.write_platform(|tx| tx.promise(&Counting { n: 1 })).unwrap();
}

both_engines! {
    fn a_failed_write_leaves_nothing(kit) {
        let organization = organization(kit);
        let failed = kit.ctx.write(&access(organization), WriteKind::Grants, |tx, access| {
            tx.record(THING_CREATED.done(access, 1))?;
            Err::<(), _>(Error::field("name", FieldKind::Blank))
        });
        assert_eq!(failed.unwrap_err().code(), Code::Invalid);
        assert!(kit.ctx.read(|conn| event::latest(conn, organization, 9)).unwrap().is_empty());
        let epochs = kit.ctx.read(|conn| epoch::read(conn, &[organization.uuid()])).unwrap();
        assert_eq!(epochs, [(organization.uuid(), 0)]);
    }

    fn an_event_tells_who_did_what_and_when(kit) {
        let organization = organization(kit);
        kit.ctx
            .write(&access(organization), WriteKind::Content, |tx, access| {
                tx.record(THING_RENAMED.changed(access, 7, Thing { a: Some(1) }, None))
            })
            .unwrap();
        let log = kit.ctx.read(|conn| event::latest(conn, organization, 9)).unwrap();
        let [entry] = log.as_slice() else { panic!("{log:?}") };
        assert_eq!((entry.action.as_str(), entry.entity.as_str(), entry.entity_id.as_str()), ("renamed", "thing", "7"));
        assert_eq!((entry.name(), entry.version), ("thing.renamed".to_owned(), 2));
        assert_eq!((entry.actor_kind.as_str(), entry.occurred_at), ("system", Kit::START));
        assert_eq!(entry.before.as_ref().unwrap().0, json!({"a": 1}));
        assert_eq!(entry.after, None, "nothing is no `null`");
    }

    fn only_changes_of_rights_raise_the_epoch(kit) {
        let organization = organization(kit);
        for (kind, expected) in [(WriteKind::Content, 0), (WriteKind::Grants, 1), (WriteKind::Lifecycle, 2)] {
            kit.ctx.write(&access(organization), kind, |_, _| Ok(())).unwrap();
            let epochs = kit.ctx.read(|conn| epoch::read(conn, &[organization.uuid()])).unwrap();
            assert_eq!(epochs, [(organization.uuid(), expected)], "{kind:?}");
        }
    }

    fn a_write_enters_anew_when_the_epoch_has_moved(kit) {
        let organization = organization(kit);
        let renewed = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&renewed);
        let stale = Access::as_of(Entered {
            organization,
            actor: Actor::system(),
            standing: standing(true),
            watched: vec![Watched { scope: organization.uuid(), epoch: 0 }],
            renewal: Arc::new(move |_| {
                count.fetch_add(1, Ordering::SeqCst);
                Err(Error::missing(vec!["org.things.create".parse().unwrap()]))
            }),
        });
        kit.ctx.write(&stale, WriteKind::Content, |_, _| Ok(())).unwrap();
        assert_eq!(renewed.load(Ordering::SeqCst), 0, "the epoch stands, so the access does");

        kit.ctx.write(&access(organization), WriteKind::Grants, |_, _| Ok(())).unwrap();
        let refused = kit.ctx.write(&stale, WriteKind::Content, |_, _| Ok(()));
        assert_eq!(refused.unwrap_err().code(), Code::Forbidden, "the right was revoked in between");
        assert_eq!(renewed.load(Ordering::SeqCst), 1);
    }

    fn a_suspended_organization_takes_only_lifecycle_writes(kit) {
        let organization = organization(kit);
        let suspended = Access::granted(organization, Actor::system(), standing(false));
        for kind in [WriteKind::Content, WriteKind::Grants] {
            let refused = kit.ctx.write(&suspended, kind, |_, _| Ok(())).unwrap_err();
            assert_eq!(refused.code(), Code::OrganizationInactive);
        }
        kit.ctx.write(&suspended, WriteKind::Lifecycle, |_, _| Ok(())).unwrap();
    }

    fn a_deleted_organization_takes_no_write(kit) {
        let unknown = OrganizationId::new(kit.ctx.ids().secret());
        let refused = kit.ctx.write(&access(unknown), WriteKind::Content, |_, _| Ok(())).unwrap_err();
        assert_eq!(refused.code(), Code::NotFound);
    }

    fn concurrent_writes_all_count(kit) {
        let organization = organization(kit);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        kit.ctx.write(&access(organization), WriteKind::Grants, |_, _| Ok(())).unwrap();
                    }
                });
            }
        });
        let epochs = kit.ctx.read(|conn| epoch::read(conn, &[organization.uuid()])).unwrap();
        assert_eq!(epochs, [(organization.uuid(), 80)]);
    }

    fn a_failing_write_takes_nothing_of_its_neighbours_with_it(kit) {
        let organization = organization(kit);
        std::thread::scope(|scope| {
            for thread in 0..8 {
                scope.spawn(move || {
                    for turn in 0..10 {
                        let fails = (thread + turn) % 2 == 0;
                        let result = kit.ctx.write(&access(organization), WriteKind::Content, move |tx, access| {
                            tx.record(THING_CREATED.done(access, 1))?;
                            if fails { Err(Error::field("name", FieldKind::Blank)) } else { Ok(()) }
                        });
                        assert_eq!(result.is_err(), fails);
                    }
                });
            }
        });
        assert_eq!(kit.ctx.read(|conn| event::latest(conn, organization, 99)).unwrap().len(), 40);
    }

    fn a_job_is_one_workers_until_its_lease_runs_out(kit) {
        promise(kit);
        let (a, b) = (kit.ctx.ids().secret(), kit.ctx.ids().secret());
        let job = job::lease(&kit.ctx, a).unwrap().unwrap();
        assert_eq!((job.kind.as_str(), job.work::<Counting>().unwrap()), ("test.work", Counting { n: 1 }));
        assert!(job::lease(&kit.ctx, b).unwrap().is_none(), "leased to another");

        kit.pass(LEASE + Duration::from_secs(1));
        let again = job::lease(&kit.ctx, b).unwrap().unwrap();
        job::settle(&kit.ctx, a, &job, Ok(Outcome::Done)).unwrap();
        assert_eq!(kit.ctx.read(job::backlog).unwrap(), (1, 0), "a lost lease settles nothing");
        job::settle(&kit.ctx, b, &again, Ok(Outcome::Done)).unwrap();
        assert_eq!(kit.ctx.read(job::backlog).unwrap(), (0, 0));
    }

    fn a_failing_job_is_retried_with_growing_pauses_and_then_dead(kit) {
        promise(kit);
        let worker = kit.ctx.ids().secret();
        for attempt in 0..job::MAX_ATTEMPTS {
            let job = job::lease(&kit.ctx, worker).unwrap().unwrap();
            assert_eq!(job.attempts, attempt);
            job::settle(&kit.ctx, worker, &job, Err(Error::internal("no luck"))).unwrap();
            assert!(job::lease(&kit.ctx, worker).unwrap().is_none(), "not before its pause is over");
            kit.pass(Duration::from_secs(3_600));
        }
        assert_eq!(kit.ctx.read(job::backlog).unwrap(), (0, 1));
    }

    fn a_note_is_read_by_a_later_run_and_written_by_the_holder_alone(kit) {
        promise(kit);
        let (a, b) = (kit.ctx.ids().secret(), kit.ctx.ids().secret());
        let first = job::lease(&kit.ctx, a).unwrap().unwrap();
        job::note(&kit.ctx, a, &first, json!({"step": 1})).unwrap();
        assert_eq!(job::note(&kit.ctx, b, &first, json!({"step": 9})).unwrap_err().code(), Code::Conflict);
        kit.pass(LEASE + Duration::from_secs(1));
        assert_eq!(job::note(&kit.ctx, a, &first, json!({"step": 2})).unwrap_err().code(), Code::Conflict);
        let second = job::lease(&kit.ctx, b).unwrap().unwrap();
        assert_eq!((second.id(), second.payload), (first.id(), json!({"step": 1})));
    }

    fn a_stopping_worker_gives_its_jobs_back(kit) {
        promise(kit);
        let (a, b) = (kit.ctx.ids().secret(), kit.ctx.ids().secret());
        job::lease(&kit.ctx, a).unwrap().unwrap();
        job::release(&kit.ctx, a).unwrap();
        assert!(job::lease(&kit.ctx, b).unwrap().is_some());
    }

    fn migrations_go_up_down_and_up_again(kit) {
        assert!(pending(kit.db()).unwrap().is_empty());
        let undone = revert_all(kit.db()).unwrap();
        assert_eq!(pending(kit.db()).unwrap().len(), undone.len());
        let done = migrate(kit.db()).unwrap();
        assert_eq!(done.len(), undone.len());
        assert!(migrate(kit.db()).unwrap().is_empty(), "nothing is applied twice");
    }

    fn ids_of_one_transaction_keep_their_order(kit) {
        let ids: Vec<OrganizationId> = kit.ctx.write_platform(|tx| Ok((0..100).map(|_| tx.new_id()).collect())).unwrap();
        assert!(ids.is_sorted());
    }
}

/// On SQLite a write begins when it is its turn; on PostgreSQL it waits for the organization after it has begun.
#[test]
fn a_write_that_had_to_wait_goes_by_the_time_when_it_need_not_any_more() {
    let kit = Kit::new(Engine::Postgres);
    let organization = organization(&kit);
    let waiting = "SELECT convert_to(count(*)::text, 'UTF8') AS bytes FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = $1";
    let (held, go_on) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let seen = std::thread::scope(|scope| {
        let [there, done] = [&held, &go_on].map(Arc::clone);
        let holder = scope.spawn(|| {
            kit.ctx.write_platform(move |tx| {
                epoch::hold(tx, organization.uuid())?;
                there.wait();
                done.wait();
                Ok(())
            })
        });
        held.wait();
        let waiter = scope
            .spawn(|| kit.ctx.write(&access(organization), WriteKind::Grants, |tx, _| Ok(tx.now())).unwrap());
        while kit.bytes(waiting, "Lock") == b"0" {
            std::thread::yield_now();
        }
        kit.pass(Duration::from_secs(60));
        go_on.wait();
        holder.join().unwrap().unwrap();
        waiter.join().unwrap()
    });
    assert_eq!(seen, kit.ctx.now());
}
