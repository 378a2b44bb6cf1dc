//! Importing files: organizations, each one whole or not at all, and rows of one organization; twice is as good as once.

mod fields;
mod roster;
mod rows;
mod shape;
mod source;

use std::path::Path;

use polity_directory::{Directory, RosterChanges};
use polity_kernel::{Actor, Result};

use source::Rows;

pub use rows::{Kind, LARGEST_BATCH, RowImport, RowReport, Tally};

/// What an import did.
#[derive(Debug, Default)]
pub struct Report {
    /// Organizations read.
    pub organizations: u64,
    /// People named by them, each once.
    pub people: u64,
    /// Groups named by them.
    pub groups: u64,
    /// What was made and changed.
    pub changes: RosterChanges,
    /// Why organizations were left out, each beginning with its place in the file.
    pub failures: Vec<String>,
}

/// How far an import has come, and how far in all.
pub type Progress<'p> = &'p mut dyn FnMut(u64, u64);

/// Imports a file of JSON or NDJSON as the platform itself.
///
/// # Errors
/// When the file cannot be read at all. An organization that cannot be imported is a failure in the report.
pub fn import(directory: &dyn Directory, file: &Path, progress: Progress<'_>) -> Result<Report> {
    let actor = Actor::system();
    let mut report = Report::default();
    let mut seen = std::collections::HashSet::new();
    let mut rows = Rows::open(file)?;
    while let Some(row) = rows.next_row()? {
        report.organizations += 1;
        let outcome = roster::read(row.value, &row.place).and_then(|roster| {
            report.groups += roster.groups.len() as u64;
            for person in &roster.people {
                seen.insert(person.account.email().as_str().to_owned());
            }
            directory.import(&actor, roster)
        });
        match outcome {
            Ok(changes) => report.changes.add(&changes),
            Err(error) => report.failures.push(placed(&row.place, error.message())),
        }
        let (at, of) = rows.position();
        progress(at, of);
    }
    report.people = seen.len() as u64;
    Ok(report)
}

/// A reason that does not name its place yet gets the organization's.
fn placed(place: &str, reason: &str) -> String {
    if reason.starts_with(place) { reason.to_owned() } else { format!("{place}: {reason}") }
}
