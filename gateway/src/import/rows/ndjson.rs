//! Rows of NDJSON: an object a line, its fields named like the columns of CSV.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};

use polity_kernel::{Code, Error, Result};
use serde_json::{Map, Value};

use super::cells::{Cells, Row};
use super::kind::Kind;
use super::table::LONGEST;

/// How many unknown fields are remembered, to be told of.
const UNKNOWN: usize = 20;

/// The rows of a file.
pub(super) struct Rows {
    kind: Kind,
    lines: BufReader<File>,
    text: Vec<u8>,
    line: u64,
    read: u64,
    ignored: Vec<String>,
}

impl Rows {
    /// Nothing is read yet.
    #[expect(clippy::unnecessary_wraps, reason = "rows of CSV are opened in the same way and may fail")]
    pub(super) fn new(file: File, kind: Kind) -> Result<Self> {
        Ok(Self {
            kind,
            lines: BufReader::new(file),
            text: Vec::new(),
            line: 0,
            read: 0,
            ignored: Vec::new(),
        })
    }

    /// The next row; absent at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>> {
        if !self.advance()? {
            return Ok(None);
        }
        let cells = self.cells();
        Ok(Some(Row { line: self.line, cells }))
    }

    /// Goes on to the next line with something in it, without looking into it; whether there is one.
    pub(super) fn advance(&mut self) -> Result<bool> {
        loop {
            self.text.clear();
            let mut length = self
                .lines
                .by_ref()
                .take(LONGEST)
                .read_until(b'\n', &mut self.text)
                .map_err(Error::internal)? as u64;
            if length == 0 {
                return Ok(false);
            }
            if length == LONGEST && !self.text.ends_with(b"\n") {
                length += self.lines.skip_until(b'\n').map_err(Error::internal)? as u64;
            }
            if self.line == 0 && self.text.starts_with("\u{feff}".as_bytes()) {
                self.text.drain(..3);
            }
            self.line += 1;
            self.read += length;
            if !self.text.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    /// How many bytes are read.
    pub(super) fn position(&self) -> u64 {
        self.read
    }

    /// Fields that are none of ours, of the rows read so far.
    pub(super) fn ignored(&self) -> &[String] {
        &self.ignored
    }

    fn cells(&mut self) -> Result<Cells> {
        if self.text.len() as u64 == LONGEST && !self.text.ends_with(b"\n") {
            return Err(Error::new(Code::Malformed, "is longer than 1 MiB"));
        }
        let row: Map<String, Value> = serde_json::from_slice(&self.text)
            .map_err(|error| Error::new(Code::Malformed, format!("is no JSON object: {error}")))?;
        let mut cells = Cells::default();
        for (name, value) in row {
            let Some(column) = self.kind.column(&name) else {
                if self.ignored.len() < UNKNOWN && !self.ignored.contains(&name) {
                    self.ignored.push(name);
                }
                continue;
            };
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text.trim().to_owned(),
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                Value::Array(_) | Value::Object(_) => return Err(Error::field(column, "must be text")),
            };
            cells.put(column, text);
        }
        Ok(cells)
    }
}

/// The names of the fields of the object in a line; none when it holds none.
pub(super) fn columns(line: &[u8]) -> Vec<String> {
    serde_json::from_slice::<Map<String, Value>>(line)
        .map(|row| row.into_iter().map(|(name, _)| name).collect())
        .unwrap_or_default()
}
