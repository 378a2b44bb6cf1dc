//! The tenant whose requests are measured: a few a second, each timed.

use std::thread;
use std::time::{Duration, Instant};

use super::stage::Stage;
use crate::http::Connection;
use crate::shell::Result;

/// Connections that ask side by side.
const CLIENTS: usize = 2;

/// How long a client waits between two requests.
const PAUSE: Duration = Duration::from_millis(5);

/// How long an answer may take before the connection is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long requests took, in milliseconds, in order; one that failed counts as the longest.
pub(super) struct Latencies {
    sorted: Vec<f64>,
    /// Requests without a good answer.
    pub(super) failed: usize,
}

impl Latencies {
    fn of(mut millis: Vec<f64>, failed: usize) -> Self {
        millis.sort_by(f64::total_cmp);
        Self { sorted: millis, failed }
    }

    /// So many of a hundred took at most this long.
    pub(super) fn percentile(&self, of_hundred: usize) -> f64 {
        let place = (self.sorted.len() * of_hundred).div_ceil(100).saturating_sub(1);
        self.sorted.get(place).copied().unwrap_or(0.0)
    }

    /// The longest.
    pub(super) fn longest(&self) -> f64 {
        self.percentile(100)
    }

    /// How many there were.
    pub(super) fn count(&self) -> usize {
        self.sorted.len()
    }
}

/// Asks for a while.
pub(super) fn measure(stage: &Stage, seconds: Duration) -> Result<Latencies> {
    let until = Instant::now() + seconds;
    let all = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(|| ask(stage, until))).collect();
        clients.into_iter().filter_map(|client| client.join().ok()).collect::<Vec<_>>()
    });
    let failed = all.iter().map(|(_, failed)| failed).sum();
    let millis: Vec<f64> = all.into_iter().flat_map(|(millis, _)| millis).collect();
    if millis.is_empty() {
        Err("the victim was not answered at all".into())
    } else {
        Ok(Latencies::of(millis, failed))
    }
}

fn ask(stage: &Stage, until: Instant) -> (Vec<f64>, usize) {
    let (mut millis, mut failed) = (Vec::new(), 0);
    let mut connection = None;
    for path in stage.quiet_paths.iter().cycle() {
        if Instant::now() >= until {
            break;
        }
        let began = Instant::now();
        let asked = match connection.take() {
            Some(present) => Ok(present),
            None => Connection::patient(stage.address, PATIENCE),
        };
        let answered = asked.and_then(|mut present: Connection| {
            let status = present.get(path, Some(&stage.quiet_token))?.status;
            Ok((present, status))
        });
        millis.push(began.elapsed().as_secs_f64() * 1_000.0);
        match answered {
            Ok((present, 200)) => connection = Some(present),
            _ => failed += 1,
        }
        thread::sleep(PAUSE);
    }
    (millis, failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let latencies = Latencies::of((1..=200).rev().map(f64::from).collect(), 0);
        assert_eq!((latencies.percentile(50), latencies.percentile(99)), (100.0, 198.0));
        assert_eq!((latencies.longest(), latencies.count()), (200.0, 200));
    }
}
