//! Tallies count exactly, also at once, and forget what does not count any more.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::time::Duration;

use polity_kernel::db::Options;
use polity_kernel::{Code, Ctx, Db, IdSource, Result, RetryAfter, Tally, tally};
use polity_testkit::{at_once, both_engines};

const HOUR: Duration = Duration::from_hours(1);

fn count(ctx: &Ctx, deed: &'static str, of: &str) -> Result<()> {
    let of = of.to_owned();
    ctx.write_platform(move |tx| {
        Tally { deed, of: &of, most: 3, window: HOUR }.count(tx, "enough: more can be done")
    })
}

/// Seconds to wait until it may be done again.
fn wait(ctx: &Ctx) -> u64 {
    let refused = count(ctx, "knock", "ada").unwrap_err();
    assert_eq!(refused.code(), Code::Throttled);
    let cause = std::error::Error::source(&refused).unwrap().downcast_ref::<RetryAfter>().unwrap();
    assert_eq!(refused.message(), format!("enough: more can be done in {} seconds", cause.0));
    cause.0
}

both_engines! {
    fn what_is_given_back_does_not_count_and_what_is_forgotten_is_gone(kit) {
        let ctx = &kit.ctx;
        let knocks = |deed: fn(Tally<'static>, &mut polity_kernel::Tx<'_>) -> Result<()>| {
            ctx.write_platform(move |tx| deed(Tally { deed: "knock", of: "ada", most: 3, window: HOUR }, tx)).unwrap();
        };
        count(ctx, "knock", "ada").unwrap();
        knocks(Tally::take_back);
        assert_eq!(kit.rows()["tallies"], 0, "nothing is left of it");
        for _ in 0..3 {
            count(ctx, "knock", "ada").unwrap();
        }
        knocks(Tally::take_back);
        count(ctx, "knock", "ada").unwrap();
        assert_eq!(wait(ctx), 3_600);
        knocks(Tally::forget);
        count(ctx, "knock", "ada").unwrap();
    }

    fn as_many_as_may_be_within_any_hour(kit) {
        let ctx = &kit.ctx;
        for _ in 0..3 {
            count(ctx, "knock", "ada").unwrap();
            kit.pass(Duration::from_mins(10));
        }
        assert_eq!(wait(ctx), 1_800, "until the first is an hour ago");
        count(ctx, "knock", "bob").unwrap();
        count(ctx, "ring", "ada").unwrap();
        kit.pass(Duration::from_mins(30));
        count(ctx, "knock", "ada").unwrap();
        assert_eq!(wait(ctx), 600, "then until the second is");
    }

    fn what_is_refused_or_undone_is_not_counted(kit) {
        for _ in 0..3 {
            count(&kit.ctx, "knock", "ada").unwrap();
        }
        kit.pass(Duration::from_mins(59));
        for _ in 0..9 {
            assert_eq!(wait(&kit.ctx), 60);
        }
        let undone: Result<()> = kit.ctx.write_platform(|tx| {
            Tally { deed: "knock", of: "bob", most: 3, window: HOUR }.count(tx, "enough")?;
            Err(polity_kernel::Error::not_found("door"))
        });
        assert_eq!(undone.unwrap_err().code(), Code::NotFound);
        assert_eq!(kit.rows()["tallies"], 1);
    }

    fn of_rivals_exactly_as_many_win(kit) {
        let other = Db::open(kit.db().url(), &Options::default()).unwrap();
        let other = Ctx::new(other, kit.clock.clone(), IdSource::random());
        for round in 0..10 {
            let of = format!("rival {round}");
            let told = at_once(8, |rival| count(if rival % 2 == 0 { &kit.ctx } else { &other }, "knock", &of));
            assert_eq!(told.iter().filter(|told| told.is_ok()).count(), 3, "{told:?}");
            assert!(told.iter().filter_map(|told| told.as_ref().err()).all(|error| error.code() == Code::Throttled));
        }
    }

    fn what_does_not_count_any_more_is_forgotten(kit) {
        count(&kit.ctx, "knock", "ada").unwrap();
        kit.pass(Duration::from_mins(30));
        count(&kit.ctx, "knock", "bob").unwrap();
        kit.pass(Duration::from_mins(30));
        assert_eq!(kit.ctx.write_platform(tally::forget).unwrap(), 1);
        assert_eq!(kit.rows()["tallies"], 1);
    }

    fn zero_is_no_bound(kit) {
        for _ in 0..9 {
            let taken = kit.ctx.write_platform(|tx| Tally { deed: "knock", of: "ada", most: 0, window: HOUR }.take(tx));
            assert_eq!(taken.unwrap(), None);
        }
        assert_eq!(kit.rows()["tallies"], 0);
    }

    fn what_is_taken_back_was_never_counted(kit) {
        let ctx = &kit.ctx;
        let tally = || Tally { deed: "guess", of: "ada", most: 2, window: HOUR };
        let right = || ctx.write_platform(move |tx| {
            tally().count(tx, "enough")?;
            tally().take_back(tx)
        });
        let wrong = || ctx.write_platform(move |tx| tally().count(tx, "enough"));
        for _ in 0..5 {
            right().unwrap();
        }
        wrong().unwrap();
        kit.pass(Duration::from_secs(1));
        right().unwrap();
        wrong().unwrap();
        assert_eq!(right().unwrap_err().code(), Code::Throttled, "those of others still count");
        assert_eq!(at_once(4, |_| right().is_ok()), [false; 4]);
        kit.pass(HOUR);
        assert_eq!(at_once(4, |_| right().is_ok()), [true; 4]);
    }
}
