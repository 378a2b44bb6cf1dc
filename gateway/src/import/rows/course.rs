//! Rows on their way from the file into the store: one thread reads ahead while another writes, a batch at a time.

use std::collections::HashSet;
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use polity_accounts::RowOutcome;
use polity_kernel::{Checkpoint, Code, Error, Result};

use super::super::fields::in_file;
use super::super::progress::Progress;
use super::cells::Cells;
use super::once::Once;
use super::report::{RowReport, Tally};
use super::table::{Source, Table};

/// Batches that are read while others are written.
const AHEAD: usize = 2;

/// The most rows that are kept to be tried again: one batch.
const MOST_BLOCKED: usize = 16_000;

/// From a row to what the store takes; nothing when the row has nothing for this way.
pub(super) type Reading<'p, T> = &'p (dyn Fn(&mut Cells) -> Result<Option<T>> + Sync);

/// One way through the file.
pub(super) struct Pass<'p, T> {
    /// What its rows make.
    pub(super) what: &'static str,
    /// What a row says on this way.
    pub(super) read: Reading<'p, T>,
    /// What the area calls a field, and what the file calls it.
    pub(super) renamed: &'p [(&'p str, &'p str)],
    /// Whether rows may stand in each other's way: those are tried again when all others are in the store.
    pub(super) again: bool,
    /// Puts a batch into the store, with the place it reaches.
    pub(super) store: &'p dyn Fn(Vec<T>, Checkpoint) -> Result<Vec<RowOutcome>>,
}

/// All ways through the file, one after the other, and how far they have come.
pub(super) struct Course<'c> {
    file: &'c Path,
    source: Source,
    /// Rows in one batch.
    batch: u64,
    /// Rows that an earlier import had done.
    reached: u64,
    /// Rows that are done, over all ways.
    done: u64,
    /// Bytes of the ways that are through, and of all.
    bytes: (u64, u64),
    /// Lines whose row was refused on the first way: on the second they would only be refused again.
    refused: HashSet<u64>,
    report: RowReport,
    progress: Progress<'c>,
}

/// What has become of a pass so far.
struct Passing<T> {
    tally: Tally,
    /// Rows in whose way others stood, with their lines.
    blocked: Vec<(u64, T)>,
}

/// Some rows of the file.
struct Batch<T> {
    /// With their lines.
    rows: Vec<(u64, T)>,
    /// Lines with a row that cannot be read, and why.
    unreadable: Vec<(u64, String)>,
    /// How many rows of the file these are.
    count: u64,
    /// Where the file is read to.
    position: u64,
}

impl<'c> Course<'c> {
    /// Nothing is done yet but what an earlier import has.
    pub(super) fn new(
        file: &'c Path,
        source: Source,
        reached: u64,
        batch: u64,
        progress: Progress<'c>,
    ) -> Self {
        let (report, refused) = (RowReport::default(), HashSet::new());
        Self { file, source, batch, reached, done: 0, bytes: (0, 0), refused, report, progress }
    }

    /// Says how many ways there will be.
    pub(super) fn begin(&mut self, passes: u64) {
        self.bytes = (0, self.source.length * passes);
    }

    /// Goes through the file once, behind the rows that are done.
    pub(super) fn go<T: Clone + Send>(&mut self, pass: &Pass<'_, T>) -> Result<()> {
        let mut way =
            Way { table: Table::open(self.file, self.source.kind)?, once: Once::of(self.source.kind) };
        self.done += way.skip(self.reached.saturating_sub(self.done))?;
        let (read, batch) = (pass.read, self.batch);
        let tally = Tally { what: pass.what, ..Tally::default() };
        let mut passing = Passing { tally, blocked: Vec::new() };
        let first = self.bytes.0 == 0;
        let ignored = thread::scope(|scope| {
            let (batches, ready) = sync_channel(AHEAD);
            let reader = scope.spawn(move || {
                way.send(read, batch, &batches);
                way.table.ignored().to_vec()
            });
            // whoever leaves here lets go of the channel, and so the reader ends too
            for batch in ready {
                let taken = batch.and_then(|batch| self.take(batch, pass, &mut passing));
                taken.map_err(|error| self.stopped(error))?;
            }
            Ok::<_, Error>(reader.join().unwrap_or_default())
        })?;
        if first {
            self.report.ignored = ignored;
        }
        if !passing.blocked.is_empty() {
            let rows = std::mem::take(&mut passing.blocked);
            let rest = Batch { rows, unreadable: Vec::new(), count: 0, position: self.source.length };
            let last = Pass { again: false, ..*pass };
            self.take(rest, &last, &mut passing).map_err(|error| self.stopped(error))?;
        }
        self.report.tallies.push(passing.tally);
        self.bytes.0 += self.source.length;
        Ok(())
    }

    /// What was done.
    pub(super) fn report(self) -> RowReport {
        self.report
    }

    /// Puts a batch into the store.
    fn take<T: Clone>(
        &mut self,
        batch: Batch<T>,
        pass: &Pass<'_, T>,
        passing: &mut Passing<T>,
    ) -> Result<()> {
        let first = self.bytes.0 == 0;
        let known = |line: &u64| !first && self.refused.contains(line);
        let mut failures: Vec<(u64, String)> =
            batch.unreadable.into_iter().filter(|(line, _)| !known(line)).collect();
        let rows: Vec<(u64, T)> = batch.rows.into_iter().filter(|(line, _)| !known(line)).collect();
        let done = self.done + batch.count;
        if !rows.is_empty() {
            let position = i64::try_from(done).map_err(Error::internal)?;
            let again = if pass.again { rows.clone() } else { Vec::new() };
            let (lines, rows): (Vec<u64>, Vec<T>) = rows.into_iter().unzip();
            let outcomes = (pass.store)(rows, Checkpoint { source: self.source.sum, position })?;
            let mut again = again.into_iter();
            for (line, outcome) in lines.into_iter().zip(outcomes) {
                match (outcome, again.next()) {
                    (RowOutcome::Blocked(_), Some(row)) if passing.blocked.len() < MOST_BLOCKED => {
                        passing.blocked.push(row);
                    }
                    (outcome, _) => {
                        let refusal = passing.tally.count(outcome);
                        let told = refusal.map(|why| why.in_words(|field| in_file(field, pass.renamed)));
                        failures.extend(told.map(|told| (line, told)));
                    }
                }
            }
        }
        failures.sort_by_key(|(line, _)| *line);
        for (line, reason) in failures {
            self.report.refuse(line, &reason);
            self.refused.insert(line);
        }
        self.done = done;
        if first {
            self.report.rows += batch.count;
        }
        (self.progress)(self.bytes.0 + batch.position, self.bytes.1);
        Ok(())
    }

    /// What a failure of the whole import says: how far it has come, unless the file is at fault.
    fn stopped(&self, error: Error) -> Error {
        if matches!(error.code(), Code::Malformed | Code::Invalid) {
            return error;
        }
        let words = format!(
            "{}; stopped behind row {}, and will go on there when it is run again",
            error.message(),
            self.done
        );
        Error::new(error.code(), words).because(error)
    }
}

/// The file on one way through it.
struct Way {
    table: Table,
    once: Once,
}

impl Way {
    /// Passes rows over that are done and returns how many there were, which is fewer than wanted at the end.
    fn skip(&mut self, wanted: u64) -> Result<u64> {
        for passed in 0..wanted {
            let Some(row) = self.table.next_row()? else { return Ok(passed) };
            // what they were about is not to come again; whether one of them had come again was told
            let _told = row.cells.map(|cells| self.once.note(&cells, row.line));
        }
        Ok(wanted)
    }

    /// Reads the file to its end, as far as somebody wants what is read.
    fn send<T>(&mut self, read: Reading<'_, T>, most: u64, batches: &SyncSender<Result<Batch<T>>>) {
        loop {
            let batch = self.next_batch(read, most);
            let last = batch.as_ref().map_or(true, |batch| batch.count < most);
            let empty = batch.as_ref().is_ok_and(|batch| batch.count == 0);
            if empty || batches.send(batch).is_err() || last {
                return;
            }
        }
    }

    fn next_batch<T>(&mut self, read: Reading<'_, T>, most: u64) -> Result<Batch<T>> {
        let mut batch = Batch { rows: Vec::new(), unreadable: Vec::new(), count: 0, position: 0 };
        while batch.count < most
            && let Some(row) = self.table.next_row()?
        {
            batch.count += 1;
            let said = row.cells.and_then(|mut cells| {
                self.once.note(&cells, row.line)?;
                read(&mut cells)
            });
            match said {
                Ok(Some(value)) => batch.rows.push((row.line, value)),
                Ok(None) => {}
                Err(error) => batch.unreadable.push((row.line, error.message().to_owned())),
            }
        }
        batch.position = self.table.position();
        Ok(batch)
    }
}
