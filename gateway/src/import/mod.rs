//! Importing files: organizations, each one whole or not at all, and rows of one organization; twice is as good as once.

mod encoding;
mod fields;
mod json;
mod organizations;
mod progress;
mod rows;
mod shape;
mod source;
mod unlisted;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use polity_directory::{Directory, ImportChanges};
use polity_kernel::{Actor, Code, Error, Result};
use serde_json::Value;

use source::Rows;

pub use progress::Progress;
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
    pub changes: ImportChanges,
    /// Why organizations were left out, each beginning with its place in the file.
    pub failures: Vec<String>,
}

/// Imports a file of JSON or NDJSON as the platform itself.
///
/// # Errors
/// When the file cannot be read at all. An organization that cannot be imported is a failure in the report.
pub fn import(directory: &dyn Directory, file: &Path, progress: Progress<'_>) -> Result<Report> {
    let actor = Actor::system();
    let mut report = Report::default();
    let (mut seen, mut places) = (HashSet::new(), HashMap::new());
    let mut rows = Rows::open(file)?;
    while let Some(row) = rows.next_row()? {
        report.organizations += 1;
        let value = row.value.and_then(|value| first_of_its_key(value, &row.place, &mut places));
        let outcome = value.and_then(|value| organizations::read(value, &row.place)).and_then(|imported| {
            report.groups += imported.groups.len() as u64;
            for person in &imported.people {
                seen.insert(person.account.email().as_str().to_owned());
            }
            directory.import(&actor, imported)
        });
        match outcome {
            Ok(changes) => report.changes.add(&changes),
            Err(error) => {
                let place = error.place().unwrap_or(&row.place);
                report.failures.push(format!("{place}: {}", error.message()));
            }
        }
        let (at, of) = rows.position();
        progress(at, of);
    }
    report.people = seen.len() as u64;
    Ok(report)
}

/// The organization, unless the file has one of the same key further up: the second would be taken for a change of the first.
fn first_of_its_key(value: Value, place: &str, places: &mut HashMap<String, String>) -> Result<Value> {
    let text = |field: &str| value.get(field).and_then(Value::as_str);
    let Some(key) = text("key").or_else(|| text("alias")) else { return Ok(value) };
    match places.entry(key.trim().to_lowercase()) {
        Entry::Occupied(first) => {
            let reason = format!("is the organization of {} already", first.get());
            Err(Error::new(Code::Invalid, reason).in_place(format!("{place} ({key})")))
        }
        Entry::Vacant(free) => {
            free.insert(place.to_owned());
            Ok(value)
        }
    }
}
