//! Rows of NDJSON: an object a line, its fields named like the columns of CSV.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};

use polity_kernel::{Code, Error, FieldKind, Result};

use super::super::json;
use super::cells::LONGEST;
use super::cells::{Cells, Row};
use super::kind::Kind;

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
    /// The rows of a file of which so many bytes are passed over already; nothing is read yet.
    pub(super) fn new(file: File, kind: Kind, passed: u64) -> Self {
        let lines = BufReader::new(file);
        Self { kind, lines, text: Vec::new(), line: 0, read: passed, ignored: Vec::new() }
    }

    /// The next row; absent at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>> {
        if !self.advance()? {
            return Ok(None);
        }
        let cells = self.cells();
        Ok(Some(Row { line: self.line, cells }))
    }

    /// Goes on to the next line with something in it; whether there is one.
    fn advance(&mut self) -> Result<bool> {
        loop {
            self.text.clear();
            let mut length = self
                .lines
                .by_ref()
                .take(LONGEST as u64)
                .read_until(b'\n', &mut self.text)
                .map_err(Error::internal)? as u64;
            if length == 0 {
                return Ok(false);
            }
            if length == LONGEST as u64 && !self.text.ends_with(b"\n") {
                length += self.lines.skip_until(b'\n').map_err(Error::internal)? as u64;
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
        let malformed = |reason: String| Error::new(Code::Malformed, reason);
        if self.text.len() == LONGEST && !self.text.ends_with(b"\n") {
            return Err(malformed("is longer than 1 MiB".to_owned()));
        }
        let text = std::str::from_utf8(&self.text).map_err(|_| malformed("is not UTF-8".to_owned()))?;
        let members =
            json::members(text).map_err(|error| malformed(format!("is no JSON object: {error}")))?;
        if let Some(name) = json::repeated(&members) {
            return Err(malformed(format!("has {name:?} twice")));
        }
        let mut cells = Cells::default();
        let mut given = Vec::with_capacity(members.len());
        for (name, value) in members {
            let Some(column) = self.kind.column(&name) else {
                if self.ignored.len() < UNKNOWN && !self.ignored.contains(&name) {
                    self.ignored.push(name);
                }
                continue;
            };
            if given.contains(&column) {
                return Err(malformed(format!("has the column {name:?} twice")));
            }
            given.push(column);
            cells.put(column, text_of(column, value)?);
        }
        Ok(cells)
    }
}

/// What a value says: a text without space around it, a number or a word as it is written, nothing for `null`.
fn text_of(column: &'static str, value: &str) -> Result<String> {
    match value.as_bytes().first() {
        Some(b'"') => {
            let text: String = serde_json::from_str(value)
                .map_err(|_| Error::field(column, FieldKind::Malformed.told("is no text")))?;
            Ok(text.trim().to_owned())
        }
        Some(b'{' | b'[') => Err(Error::field(column, FieldKind::Type.told("must be text"))),
        _ if value == "null" => Ok(String::new()),
        _ => Ok(value.to_owned()),
    }
}

/// The names of the fields of the object in a line; none when it holds none.
pub(super) fn columns(line: &[u8]) -> Vec<String> {
    let members = std::str::from_utf8(line).ok().and_then(|line| json::members(line).ok());
    members.unwrap_or_default().into_iter().map(|(name, _)| name).collect()
}
