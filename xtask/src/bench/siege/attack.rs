//! One attack: connections that ask for something over and over, and read the answers or not.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::http::Connection;

/// The most requests of one attack.
const MOST: u64 = 500_000;

/// How long a connection may take for one request before it is given up.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often whoever only holds connections looks whether it is over.
const PAUSE: Duration = Duration::from_millis(50);

/// Makes the request of a number.
pub(super) type Request = Box<dyn Fn(u64) -> Vec<u8> + Send + Sync>;

/// An attack.
pub(super) struct Attack {
    /// What it is called in the table.
    pub(super) name: &'static str,
    /// How many connections it has.
    pub(super) clients: usize,
    /// Whether the answers are read.
    pub(super) reads: bool,
    /// What is asked.
    pub(super) request: Request,
}

/// What an attack was answered: how often each status, 0 for a connection that broke.
pub(super) type Tally = BTreeMap<u16, u64>;

impl Attack {
    /// Goes on until it is over, or enough.
    pub(super) fn run(&self, address: SocketAddr, ended: &AtomicBool) -> Tally {
        let asked = AtomicU64::new(0);
        if !self.reads {
            return self.hold(address, ended);
        }
        let tally = Mutex::new(Tally::new());
        thread::scope(|scope| {
            for _ in 0..self.clients {
                scope.spawn(|| {
                    let mut own = Tally::new();
                    let mut connection = None;
                    while !ended.load(Ordering::Relaxed) {
                        let number = asked.fetch_add(1, Ordering::Relaxed);
                        if number >= MOST {
                            break;
                        }
                        let status = self.ask(address, &mut connection, number);
                        *own.entry(status).or_default() += 1;
                    }
                    if let Ok(mut all) = tally.lock() {
                        own.into_iter().for_each(|(status, count)| *all.entry(status).or_default() += count);
                    }
                });
            }
        });
        tally.into_inner().unwrap_or_default()
    }

    /// Asks once and returns the status; 0 when the connection broke.
    fn ask(&self, address: SocketAddr, connection: &mut Option<Connection>, number: u64) -> u16 {
        let mut present = match connection.take() {
            Some(present) => present,
            None => match Connection::patient(address, PATIENCE) {
                Ok(fresh) => fresh,
                Err(_) => {
                    // the service takes no more connections just now
                    thread::sleep(PAUSE);
                    return 0;
                }
            },
        };
        match present.exchange(&(self.request)(number)) {
            Ok(status) => {
                // a refusal may close the connection under a body that was not read
                *connection = (status < 400).then_some(present);
                status
            }
            Err(_) => 0,
        }
    }

    /// Asks on every connection and reads nothing until it is over.
    fn hold(&self, address: SocketAddr, ended: &AtomicBool) -> Tally {
        let mut held: Vec<TcpStream> = Vec::new();
        let mut broken = 0;
        for number in 0..self.clients {
            if ended.load(Ordering::Relaxed) {
                break;
            }
            let asked = TcpStream::connect(address).and_then(|mut stream| {
                stream.set_write_timeout(Some(PATIENCE))?;
                stream.write_all(&(self.request)(number as u64))?;
                Ok(stream)
            });
            match asked {
                Ok(stream) => held.push(stream),
                Err(_) => broken += 1,
            }
        }
        while !ended.load(Ordering::Relaxed) {
            thread::sleep(PAUSE);
        }
        BTreeMap::from([(0, broken)])
    }
}
