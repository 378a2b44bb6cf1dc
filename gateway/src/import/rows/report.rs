//! What an import of rows did.

use polity_accounts::{RowOutcome, RowRefusal};

/// The most failures that are told of one by one.
const MOST_TOLD: usize = 100;

/// What an import of rows did.
#[derive(Debug, Default)]
pub struct RowReport {
    /// Rows read, without those that an earlier import had done.
    pub rows: u64,
    /// What was made and changed, for each way through the file.
    pub tallies: Vec<Tally>,
    /// Columns nothing was made of, as the file names them.
    pub ignored: Vec<String>,
    /// Why rows were left out, the first hundred, each beginning with its line.
    pub failures: Vec<String>,
    /// How many rows were left out.
    pub failed: u64,
}

/// What became of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// What the rows make.
    pub what: &'static str,
    /// Rows that made something new.
    pub created: u64,
    /// Rows that changed what was there.
    pub changed: u64,
    /// Rows that found everything as they have it.
    pub unchanged: u64,
}

impl RowReport {
    /// Takes note of a row that will not do.
    pub(super) fn refuse(&mut self, line: u64, reason: &str) {
        self.failed += 1;
        if self.failures.len() < MOST_TOLD {
            self.failures.push(format!("line {line}: {reason}"));
        }
    }
}

impl Tally {
    /// Counts a row; why it will not do, if it will not.
    pub(super) fn count(&mut self, outcome: RowOutcome) -> Option<RowRefusal> {
        match outcome {
            RowOutcome::Created => self.created += 1,
            RowOutcome::Changed => self.changed += 1,
            RowOutcome::Unchanged => self.unchanged += 1,
            RowOutcome::Failed(why) | RowOutcome::Blocked(why) => return Some(why),
        }
        None
    }
}
