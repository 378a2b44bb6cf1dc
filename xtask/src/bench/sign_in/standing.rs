//! Very many sessions that have ended: forgotten by the service's own job, while somebody reads.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::ground::Example;
use super::started;
use crate::bench::Args;
use crate::bench::ground::Ground;
use crate::bench::latencies::Latencies;
use crate::bench::load::{self, READERS};
use crate::http::Connection;
use crate::instance::Instance;
use crate::shell::Result;

/// Longer ago than sessions live.
const AGO: u64 = 20 * 86_400;

/// The job runs each minute; it may take as long again.
const PATIENCE: Duration = Duration::from_secs(600);

/// How long the client waits between two requests.
const PAUSE: Duration = Duration::from_millis(5);

/// What somebody who read meanwhile has waited.
pub(super) struct Expiry {
    /// How many sessions had ended.
    pub(super) ended: u64,
    /// From the first that was forgotten to the last.
    pub(super) took: Duration,
    /// Reads before any was forgotten.
    pub(super) quiet: Latencies,
    /// Reads meanwhile.
    pub(super) beside: Latencies,
}

/// Half as many sessions again as are measured have ended: the service forgets them.
pub(super) fn expire(ground: &Ground, args: &Args, example: &Example, people: &Path) -> Result<Expiry> {
    let instance = &ground.instance;
    let present = ground.count("sessions")?;
    let count = args.scaled(args.sessions) / 2;
    println!("  beginning {count} sessions that have ended");
    // each person has 50 sessions at most, and these are the older ones
    example.sessions(instance, people, count, AGO)?;
    ground.settle()?;
    let all = ground.count("sessions")?;
    let token = instance.token(&load::email(READERS[0]), &["--ttl", "1h"])?;
    let service = started(instance)?;
    let mut reads = Reads { instance, token: &token, connection: Connection::open(instance.listen)? };
    let quiet = reads.millis(Duration::from_secs(args.seconds.into()))?;
    let until = Instant::now() + PATIENCE;
    let (mut began, mut beside) = (None, Vec::new());
    let mut left = all;
    while Instant::now() < until && left > present.min(all) {
        let some = reads.millis(Duration::from_secs(1))?;
        left = ground.count("sessions")?;
        if left < all {
            began.get_or_insert_with(Instant::now);
            beside.extend(some);
        }
    }
    let took = began.map_or(Duration::ZERO, |began| began.elapsed());
    drop(service);
    let (quiet, beside) = (Latencies::of(quiet, 0), Latencies::of(beside, 0));
    Ok(Expiry { ended: all - left, took, quiet, beside })
}

struct Reads<'a> {
    instance: &'a Instance,
    token: &'a str,
    connection: Connection,
}

impl Reads<'_> {
    /// Asks for a while, and says how many milliseconds each answer took.
    fn millis(&mut self, long: Duration) -> Result<Vec<f64>> {
        let until = Instant::now() + long;
        let path = format!("/directory/orgs/{}", load::alias(0));
        let mut millis = Vec::new();
        while Instant::now() < until {
            let began = Instant::now();
            let answer = self.connection.get(&path, Some(self.token))?;
            millis.push(began.elapsed().as_secs_f64() * 1_000.0);
            if answer.status != 200 {
                return Err(
                    format!("GET {path} at {} answers {}", self.instance.listen, answer.status).into()
                );
            }
            thread::sleep(PAUSE);
        }
        Ok(millis)
    }
}
