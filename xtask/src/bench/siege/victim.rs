//! The tenant whose requests are measured: a few a second, each timed.

use std::thread;
use std::time::{Duration, Instant};

use super::stage::Stage;
use crate::bench::latencies::Latencies;
use crate::http::Connection;
use crate::shell::Result;

/// Connections that ask side by side.
const CLIENTS: usize = 2;

/// How long a client waits between two requests.
const PAUSE: Duration = Duration::from_millis(5);

/// How long an answer may take before the connection is given up.
const PATIENCE: Duration = Duration::from_secs(10);

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
