//! SQLite's one writer: a thread that groups the writes waiting for it into one commit.
//!
//! A durable commit costs one wait for the disk however many writes are in it. Each write runs in its own savepoint, so one that
//! fails takes nothing with it, and its caller hears of success only after the commit.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use diesel::Connection;
use diesel::connection::{SimpleConnection as _, TransactionManager};

use super::connector::{self, Role};
use super::{Conn, DatabaseUrl, begin};
use crate::error::{Code, Error, Result};

/// Writes that may wait before callers are held up in sending.
const QUEUE: usize = 1_024;

/// The most writes in one commit, so that the first of them is not kept waiting for ever.
const GROUP: usize = 256;

/// Tells a caller how its write ended, once the group's commit is known.
type Acknowledge = Box<dyn FnOnce(bool) + Send>;

/// Runs one write inside the group's transaction.
type Write = Box<dyn FnOnce(&mut Conn) -> Acknowledge + Send>;

/// The way to the writer thread. Dropping it waits until what is queued is on disk.
pub(super) struct Writer {
    queue: Option<SyncSender<Write>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(url: &DatabaseUrl, bulk: bool) -> Result<Self> {
        let mut conn = connect(url)?;
        if bulk {
            conn.batch_execute(connector::SQLITE_BULK)?;
        }
        let (queue, waiting) = sync_channel(QUEUE);
        let url = url.clone();
        let thread = std::thread::Builder::new()
            .name("polity-writer".to_owned())
            .spawn(move || serve(&waiting, conn, &url))
            .map_err(Error::internal)?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs the closure on the writer thread and waits until it is on disk.
    pub(super) fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = sync_channel(1);
        let write: Write = Box::new(move |conn| {
            let result = conn.transaction(|conn| f(conn));
            Box::new(move |committed| {
                let result = if committed { result } else { result.and(Err(not_committed())) };
                // a caller that has gone away needs no answer
                drop(reply.send(result));
            })
        });
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(write).map_err(|_| stopped())?;
        answer.recv().map_err(|_| stopped())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        let Some(thread) = self.thread.take() else { return };
        // a write may hold the last clone of the store, and a thread cannot wait for itself
        if thread.thread().id() != std::thread::current().id() {
            drop(thread.join());
        }
    }
}

fn serve(waiting: &Receiver<Write>, mut conn: Conn, url: &DatabaseUrl) {
    while let Ok(first) = waiting.recv() {
        if catch_unwind(AssertUnwindSafe(|| group(&mut conn, first, waiting)))
            .is_ok_and(|group| group.is_ok())
        {
            continue;
        }
        // whoever was in the group has been told, or hears it from its closed channel; the connection's state is unknown
        match connect(url) {
            Ok(fresh) => conn = fresh,
            Err(error) => tracing::error!(?error, "the writer cannot open the database again"),
        }
    }
}

/// One commit: the first write and whatever is waiting by the time it is done.
fn group(conn: &mut Conn, first: Write, waiting: &Receiver<Write>) -> Result<()> {
    begin(conn).inspect_err(|error| tracing::error!(?error, "the writer cannot begin"))?;
    let mut acknowledgements = vec![run(conn, first)?];
    while acknowledgements.len() < GROUP
        && let Ok(next) = waiting.try_recv()
    {
        match run(conn, next) {
            Ok(acknowledge) => acknowledgements.push(acknowledge),
            Err(error) => {
                acknowledgements.into_iter().for_each(|acknowledge| acknowledge(false));
                return Err(error);
            }
        }
    }
    let committed = <Conn as Connection>::TransactionManager::commit_transaction(conn);
    let on_disk = committed.is_ok();
    acknowledgements.into_iter().for_each(|acknowledge| acknowledge(on_disk));
    committed.map_err(|error| {
        tracing::error!(%error, "a group of writes did not commit");
        Error::from(error)
    })
}

/// A panic in one write must not end the writer: its group is undone, and a fresh connection goes on.
fn run(conn: &mut Conn, write: Write) -> Result<Acknowledge> {
    catch_unwind(AssertUnwindSafe(|| write(conn))).map_err(|panic| {
        let words = describe(panic.as_ref());
        tracing::error!(panic = words, "a write panicked");
        Error::internal(format!("a write panicked: {words}"))
    })
}

fn describe(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}

fn connect(url: &DatabaseUrl) -> Result<Conn> {
    connector::connect(url, Role::Writer).map_err(|error| {
        Error::new(Code::Unavailable, "the database cannot be opened for writing").because(error)
    })
}

fn not_committed() -> Error {
    Error::new(Code::Unavailable, "the change could not be written to disk")
}

fn stopped() -> Error {
    Error::new(Code::Unavailable, "the writer has stopped")
}
