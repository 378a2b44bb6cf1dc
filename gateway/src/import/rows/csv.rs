//! Rows of CSV (RFC 4180): a line that names the columns, then one row a line or, with quotes, over several.

use std::fs::File;
use std::io::{self, Read};

use csv::{ByteRecord, ErrorKind, ReaderBuilder, Terminator};
use polity_kernel::{Code, Error, Result};

use super::cells::{Cells, Row};
use super::kind::Kind;
use super::table::LONGEST;

/// What may stand between two cells, the usual one first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The rows of a file.
pub(super) struct Rows {
    reader: csv::Reader<Bounded>,
    /// The column at each place of the line that names them, where it is one of ours.
    columns: Vec<Option<&'static str>>,
    ignored: Vec<String>,
    record: ByteRecord,
}

impl Rows {
    /// Reads the names of the columns.
    pub(super) fn new(file: File, kind: Kind, delimiter: u8) -> Result<Self> {
        let bounded = Bounded { file, left: LONGEST, last: b'\n' };
        let reader = builder(delimiter).from_reader(bounded);
        let mut rows = Self { reader, columns: Vec::new(), ignored: Vec::new(), record: ByteRecord::new() };
        rows.advance()?;
        for name in &rows.record.clone() {
            let name = std::str::from_utf8(name).map_err(|_| malformed("line 1: is not UTF-8"))?.trim();
            let column = kind.column(name);
            if column.is_some_and(|column| rows.has(column)) {
                return Err(malformed(format!("line 1: the column {name:?} is there twice")));
            }
            if column.is_none() {
                rows.ignored.push(name.to_owned());
            }
            rows.columns.push(column);
        }
        match kind.needed().iter().find(|needed| !rows.has(needed)) {
            Some(lacking) => Err(malformed(format!("line 1: the column {lacking:?} is missing"))),
            None => Ok(rows),
        }
    }

    /// The next row; absent at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>> {
        Ok(self.advance()?.then(|| Row { line: self.line(), cells: self.cells() }))
    }

    /// Goes on to the next row without looking into it; whether there is one.
    pub(super) fn advance(&mut self) -> Result<bool> {
        loop {
            self.reader.get_mut().left = LONGEST;
            let line = self.reader.position().line();
            if !self.reader.read_byte_record(&mut self.record).map_err(|error| broken(&error, line))? {
                return Ok(false);
            }
            // an empty line that ends with a carriage return
            let empty = self.record.len() == 1 && self.record.as_slice().trim_ascii().is_empty();
            if !empty {
                return Ok(true);
            }
        }
    }

    /// How many bytes are read.
    pub(super) fn position(&self) -> u64 {
        self.reader.position().byte()
    }

    /// Whether the file has this column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.contains(&Some(column))
    }

    /// Columns that are none of ours.
    pub(super) fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// The line the row begins in: the reader stands behind its last one, and tells where it stood before empty lines.
    fn line(&self) -> u64 {
        let within = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count();
        self.reader.position().line().saturating_sub(within as u64 + 1)
    }

    fn cells(&self) -> Result<Cells> {
        let (cells, columns) = (self.record.len(), self.columns.len());
        if cells != columns {
            return Err(malformed(format!("has {cells} cells, but there are {columns} columns")));
        }
        let mut values = Cells::default();
        for (column, value) in self.columns.iter().zip(&self.record) {
            let Some(column) = column else { continue };
            let value = std::str::from_utf8(value).map_err(|_| Error::field(*column, "is not UTF-8"))?;
            values.put(column, value.trim().to_owned());
        }
        Ok(values)
    }
}

/// What stands between the cells: whichever is most often in the line that names them.
pub(super) fn delimiter(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    // of several that are as often, the last: hence from the least usual on
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// The names of the columns in a line.
pub(super) fn columns(line: &[u8], delimiter: u8) -> Vec<String> {
    let mut names = ByteRecord::new();
    match builder(delimiter).from_reader(line).read_byte_record(&mut names) {
        Ok(_) => names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect(),
        Err(_) => Vec::new(),
    }
}

/// Rows of any number of cells are let through, so that a wrong one is one row's failure. A carriage return at the end of a
/// line is white space at the end of its last cell, which is trimmed.
fn builder(delimiter: u8) -> ReaderBuilder {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).flexible(true).has_headers(false).terminator(Terminator::Any(b'\n'));
    builder
}

fn broken(error: &csv::Error, line: u64) -> Error {
    match error.kind() {
        ErrorKind::Io(error) => malformed(format!("line {line}: {error}")),
        _ => malformed(format!("line {line}: is no CSV")),
    }
}

fn malformed(reason: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Code::Malformed, reason)
}

/// A file of which only so much is read for one row, and whose last line ends.
struct Bounded {
    file: File,
    left: u64,
    last: u8,
}

impl Read for Bounded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other(
                "the row that begins here is longer than 1 MiB; is a quote not closed?",
            ));
        }
        let mut read = self.file.read(into)?;
        if let (0, Some(end)) = (read, into.first_mut().filter(|_| self.last != b'\n')) {
            *end = b'\n';
            read = 1;
        }
        self.last = read.checked_sub(1).and_then(|last| into.get(last)).copied().unwrap_or(b'\n');
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}
