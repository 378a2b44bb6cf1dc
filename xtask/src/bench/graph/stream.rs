//! What a service needs while a whole list goes through it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::http::Connection;
use crate::instance::{Memory, Service};
use crate::shell::Result;

/// How often the memory is looked at.
const PAUSE: Duration = Duration::from_millis(5);

/// A list that went through, and what it took.
pub(super) struct Stream {
    /// The length of the answer in bytes.
    pub(super) bytes: u64,
    /// From the question to the end of the answer.
    pub(super) took: Duration,
    /// The memory just before.
    pub(super) before: Memory,
    /// The most of each kind of memory meanwhile.
    pub(super) most: Memory,
}

/// Reads the whole list of employees, keeps nothing of it, and watches the service.
pub(super) fn measure(service: &Service, address: SocketAddr, token: &str) -> Result<Stream> {
    let mut connection = Connection::open(address)?;
    // what a first request makes is no matter of the list's length
    connection.drain("/api/v1/employee?limit=1", token)?;
    let before = service.memory()?;
    let (ended, started) = (AtomicBool::new(false), Instant::now());
    let (bytes, most) = thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut most = before;
            while !ended.load(Ordering::Relaxed) {
                most = service.memory().map_or(most, |now| most.most(now));
                thread::sleep(PAUSE);
            }
            most
        });
        // nothing that crosses threads here may hold what `?` would carry away
        let bytes = connection.drain("/api/v1/employee", token).map_err(|error| error.to_string());
        ended.store(true, Ordering::Relaxed);
        (bytes, watch.join().unwrap_or(before))
    });
    Ok(Stream { bytes: bytes?, took: started.elapsed(), before, most })
}
