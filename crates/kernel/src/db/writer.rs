//! SQLite's one writer: a thread that groups the writes waiting for it into one commit.
//!
//! A durable commit costs one wait for the disk however many writes are in it. Each write runs in its own savepoint, so one that
//! fails takes nothing with it, and its caller hears of success only after the commit.

pub(crate) mod waiting;

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::Connection;
use diesel::connection::{SimpleConnection as _, TransactionManager};

use super::conn::Conn;
use super::connector::{self, Role};
use super::file::read_only;
use super::options::Options;
use super::transaction::begin;
use super::url::DatabaseUrl;
use crate::error::{Error, Result};

/// Writes that may wait before callers are held up in sending.
const QUEUE: usize = 1_024;

/// The most writes in one commit, so that the first of them is not kept waiting for ever.
const GROUP: usize = 256;

/// Between two tries at the lock, beside the tenth of a second that SQLite itself tries for.
const PAUSE: Duration = Duration::from_millis(5);

/// Tells a caller how its write ended, once the group's commit is known.
type Acknowledge = Box<dyn FnOnce(bool) + Send>;

/// One write, and who waits for it.
struct Write {
    /// Runs it inside the group's transaction.
    run: Box<dyn FnOnce(&mut Conn) -> Acknowledge + Send>,
    /// Tells its caller why it is not run at all.
    refuse: Box<dyn FnOnce(Error) + Send>,
    /// When the lock of another process has been waited for long enough.
    deadline: Instant,
}

/// The way to the writer thread. Dropping it waits until what is queued is on disk.
pub(super) struct Writer {
    queue: Option<SyncSender<Write>>,
    thread: Option<JoinHandle<()>>,
    /// How long a write waits for another process's lock, from when its caller began to wait.
    patience: Duration,
    url: DatabaseUrl,
}

impl Writer {
    pub(super) fn start(url: &DatabaseUrl, options: &Options) -> Result<Self> {
        let bulk = options.bulk;
        let conn = connect(url, bulk)?;
        let (queue, waiting) = sync_channel(QUEUE);
        let own = url.clone();
        let thread = std::thread::Builder::new()
            .name("polity-writer".to_owned())
            .spawn(move || serve(&waiting, conn, &own, bulk))
            .map_err(Error::internal)?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
            patience: options.lock_patience,
            url: url.clone(),
        })
    }

    /// Runs the closure on the writer thread and waits until it is on disk.
    pub(super) fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = sync_channel(1);
        let refusal = reply.clone();
        let write = Write {
            run: Box::new(move |conn| {
                let result = conn.transaction(|conn| f(conn));
                Box::new(move |committed| {
                    let result = if committed { result } else { result.and(Err(not_committed())) };
                    // a caller that has gone away needs no answer
                    drop(reply.send(result));
                })
            }),
            refuse: Box::new(move |error| drop(refusal.send(Err(error)))),
            deadline: waiting::since() + self.patience,
        };
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(write).map_err(|_| stopped())?;
        let result = answer.recv().map_err(|_| stopped())?;
        // SQLite begins a transaction on a file that may only be read, and refuses the first statement that writes
        result.map_err(|error| match error.is_of_no_kind().then(|| read_only::look(&self.url)) {
            Some(Err(why)) => read_only::closed().because(why),
            _ => error,
        })
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

fn serve(waiting: &Receiver<Write>, mut conn: Conn, url: &DatabaseUrl, bulk: bool) {
    let mut queue = VecDeque::new();
    loop {
        if queue.is_empty() {
            let Ok(first) = waiting.recv() else { return };
            queue.push_back(first);
        }
        if begun(&mut conn, &mut queue, waiting, url)
            && catch_unwind(AssertUnwindSafe(|| group(&mut conn, &mut queue, waiting)))
                .is_ok_and(|group| group.is_ok())
        {
            continue;
        }
        // where there is no file, opening would make one
        if read_only::look(url).is_err() {
            continue;
        }
        // whoever was in the group has been told, or hears it from its closed channel; the connection's state is unknown
        match connect(url, bulk) {
            Ok(fresh) => conn = fresh,
            Err(error) => tracing::error!(?error, "the writer cannot open the database again"),
        }
    }
}

/// Takes the write lock, trying again while another process holds it. Each write that waits is refused when its own time is up, and all
/// at once when the file takes no writes whoever asks. Returns whether there is a transaction, and then somebody who waits for it.
fn begun(conn: &mut Conn, queue: &mut VecDeque<Write>, waiting: &Receiver<Write>, url: &DatabaseUrl) -> bool {
    loop {
        let Err(error) = begin(conn) else { return true };
        queue.extend(waiting.try_iter());
        let closed = read_only::look(url).err();
        let now = Instant::now();
        let (late, patient): (VecDeque<_>, VecDeque<_>) =
            queue.drain(..).partition(|write| closed.is_some() || write.deadline <= now);
        *queue = patient;
        if !late.is_empty() {
            tracing::error!(?error, writes = late.len(), "writes are refused: the lock is not to be had");
        }
        for write in late {
            (write.refuse)(if closed.is_some() { read_only::closed() } else { locked() });
        }
        if queue.is_empty() {
            return false;
        }
        std::thread::sleep(PAUSE);
    }
}

/// One commit: the writes that wait, and whatever else is waiting by the time they are done.
fn group(conn: &mut Conn, queue: &mut VecDeque<Write>, waiting: &Receiver<Write>) -> Result<()> {
    let mut acknowledgements = Vec::new();
    while acknowledgements.len() < GROUP
        && let Some(next) = queue.pop_front().or_else(|| waiting.try_recv().ok())
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
    catch_unwind(AssertUnwindSafe(|| (write.run)(conn))).map_err(|panic| {
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

fn connect(url: &DatabaseUrl, bulk: bool) -> Result<Conn> {
    let mut conn = connector::connect(url, Role::Writer).map_err(|error| {
        Error::unavailable("database", "the database cannot be opened for writing").because(error)
    })?;
    conn.batch_execute(BUSY)?;
    if bulk {
        conn.batch_execute(connector::SQLITE_BULK)?;
    }
    Ok(conn)
}

/// The writer asks again itself, so that it sees whose time is up.
const BUSY: &str = "PRAGMA busy_timeout = 100";

fn locked() -> Error {
    Error::unavailable("store", "another process holds the store; try again")
}

fn not_committed() -> Error {
    Error::unavailable("disk", "the change could not be written to disk")
}

fn stopped() -> Error {
    Error::unavailable("writer", "the writer has stopped")
}
