//! Where the rows come from: a JSON file with a list of organizations, or NDJSON with one a line.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use polity_kernel::{Code, Error, Result};
use serde::Deserialize;
use serde_json::Value;

use super::encoding;
use super::json::Checked;

/// The largest JSON file, in bytes, which is read as a whole; NDJSON has no limit.
const LARGEST: u64 = 512 * 1024 * 1024;

/// The longest line of NDJSON, in bytes: one organization with all its people.
const LONGEST: u64 = 256 * 1024 * 1024;

/// How much of a file shows what it is written in, in bytes.
const HEAD: u64 = 16;

/// One organization as it stands in the file.
pub(super) struct Row {
    /// Where: `organizations[3]` or `line 4`.
    pub(super) place: String,
    /// What, as yet unread; or why it cannot be.
    pub(super) value: Result<Value>,
}

impl Row {
    /// An organization of which nothing may be said twice.
    fn of(place: String, told: Checked) -> Self {
        let value = match told.twice {
            None => Ok(told.value),
            Some(path) => {
                Err(Error::new(Code::Malformed, "is given twice").in_place(format!("{place}.{path}")))
            }
        };
        Self { place, value }
    }
}

/// The organizations of a file, one after the other.
pub(super) enum Rows {
    Whole { rows: VecDeque<(usize, Checked)>, of: u64 },
    Lines { lines: BufReader<File>, line: u64, read: u64, of: u64 },
}

#[derive(Deserialize)]
struct Whole {
    organizations: VecDeque<Checked>,
}

impl Rows {
    /// Opens a file; one whose first line is a whole object without `organizations` is NDJSON.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let cannot = |error: std::io::Error| {
            Error::new(Code::Invalid, format!("{}: {error}", path.display())).because(error)
        };
        let mut file = File::open(path).map_err(cannot)?;
        let of = file.metadata().map_err(cannot)?.len();
        let mut head = Vec::new();
        (&file).take(HEAD).read_to_end(&mut head).map_err(cannot)?;
        let mark = encoding::mark(&head).map_err(|error| {
            Error::new(error.code(), format!("{}: {}", path.display(), error.message())).because(error)
        })?;
        let mark = SeekFrom::Start(mark as u64);
        file.seek(mark).map_err(cannot)?;
        let first = first_line(BufReader::new(&file)).map_err(cannot)?;
        let lines = serde_json::from_slice::<Value>(&first)
            .is_ok_and(|value| value.is_object() && value.get("organizations").is_none());
        file.seek(mark).map_err(cannot)?;
        if lines {
            return Ok(Self::Lines { lines: BufReader::new(file), line: 0, read: 0, of });
        }
        if of > LARGEST {
            return Err(Error::new(
                Code::Invalid,
                "the file is too large for JSON; write NDJSON, an organization a line",
            ));
        }
        let whole: Whole = serde_json::from_reader(BufReader::new(file))
            .map_err(|error| Error::new(Code::Malformed, format!("{}: {error}", path.display())))?;
        let of = whole.organizations.len() as u64;
        Ok(Self::Whole { rows: whole.organizations.into_iter().enumerate().collect(), of })
    }

    /// The next organization; absent at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>> {
        match self {
            Self::Whole { rows, .. } => {
                Ok(rows.pop_front().map(|(index, told)| Row::of(format!("organizations[{index}]"), told)))
            }
            Self::Lines { lines, line, read, .. } => loop {
                let mut text = Vec::new();
                let length = lines.take(LONGEST).read_until(b'\n', &mut text).map_err(Error::internal)?;
                if length == 0 {
                    return Ok(None);
                }
                *line += 1;
                *read += length as u64;
                if text.trim_ascii().is_empty() {
                    continue;
                }
                let place = format!("line {line}");
                return Ok(Some(match serde_json::from_slice::<Checked>(&text) {
                    Ok(told) => Row::of(place, told),
                    Err(error) => {
                        let value = Err(Error::new(Code::Malformed, format!("is not JSON: {error}")));
                        Row { place, value }
                    }
                }));
            },
        }
    }

    /// How far, and how far in all: organizations of JSON, bytes of NDJSON.
    pub(super) fn position(&self) -> (u64, u64) {
        match self {
            Self::Whole { rows, of } => (of.saturating_sub(rows.len() as u64), *of),
            Self::Lines { read, of, .. } => (*read, *of),
        }
    }
}

/// The first line that is not empty.
fn first_line(file: impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut file = file.take(LONGEST);
    let mut line = Vec::new();
    while file.read_until(b'\n', &mut line)? > 0 && line.trim_ascii().is_empty() {
        line.clear();
    }
    Ok(line)
}
