//! Rows of CSV (RFC 4180): a line that names the columns, then one row a line or, with quotes, over several.

use std::fs::File;
use std::io::{self, Read};

use polity_kernel::{Code, Error, FieldKind, Result};

use super::cells::{Cells, Row};
use super::kind::Kind;
use super::records::{Record, Records};

/// What may stand between two cells, the usual one first.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// What stands between two cells.
    delimiter: u8,
    /// Whether the first line says so, as spreadsheets write it, instead of naming columns.
    declared: bool,
}

/// The rows of a file.
pub(super) struct Rows {
    records: Records<File>,
    /// The column at each place of the line that names them, where it is one of ours.
    columns: Vec<Option<&'static str>>,
    ignored: Vec<String>,
    record: Record,
}

impl Dialect {
    /// What the beginning of a file shows: between its cells stands what a line `sep=;` names or, without one, whichever usual
    /// delimiter the first line has most of.
    pub(super) fn of(head: &[u8]) -> Result<Self> {
        let line = head.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        let bare = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
        let (word, named) = bare.split_at_checked(4).unwrap_or_default();
        if word.eq_ignore_ascii_case(b"sep=") {
            let first =
                named.first().copied().filter(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric());
            // spreadsheets fill the line up with empty cells
            let delimiter = first.filter(|first| *first != b'"' && named.iter().all(|byte| byte == first));
            let unclear = || malformed("line 1: sep= must name the one character that stands between cells");
            return Ok(Self { delimiter: delimiter.ok_or_else(unclear)?, declared: true });
        }
        let mut quoted = false;
        let mut counts = [0; DELIMITERS.len()];
        for byte in line {
            quoted ^= *byte == b'"';
            let known = DELIMITERS.iter().position(|delimiter| delimiter == byte);
            if let Some(count) = known.filter(|_| !quoted).and_then(|known| counts.get_mut(known)) {
                *count += 1;
            }
        }
        // of several that are as often, the last: hence from the least usual on
        let most = DELIMITERS.into_iter().zip(counts).rev().max_by_key(|(_, count)| *count);
        Ok(Self { delimiter: most.map_or(b',', |(delimiter, _)| delimiter), declared: false })
    }

    /// The record that names the columns; whether there is one.
    fn header<R: Read>(self, records: &mut Records<R>, record: &mut Record) -> io::Result<bool> {
        Ok((!self.declared || filled(records, record)?) && filled(records, record)?)
    }

    /// The names of the columns in the beginning of a file.
    pub(super) fn columns(self, head: &[u8]) -> Vec<String> {
        let (mut records, mut record) = (Records::new(head, self.delimiter, 0), Record::default());
        match self.header(&mut records, &mut record).map(|named| named.then(|| record.cells())) {
            Ok(Some(Ok(names))) => names.map(|name| String::from_utf8_lossy(name).into_owned()).collect(),
            _ => Vec::new(),
        }
    }
}

impl Rows {
    /// Reads the names of the columns from a file of which so many bytes are passed over already.
    pub(super) fn new(file: File, kind: Kind, dialect: Dialect, passed: u64) -> Result<Self> {
        let records = Records::new(file, dialect.delimiter, passed);
        let mut rows = Self { records, columns: Vec::new(), ignored: Vec::new(), record: Record::default() };
        dialect.header(&mut rows.records, &mut rows.record).map_err(Error::internal)?;
        let line = rows.record.line;
        let mut columns: Vec<Option<&'static str>> = Vec::new();
        for name in rows.record.cells().map_err(|fault| malformed(format!("line {line}: {fault}")))? {
            let name = std::str::from_utf8(name);
            let name = name.map_err(|_| malformed(format!("line {line}: is not UTF-8")))?.trim();
            let column = kind.column(name);
            if column.is_some() && columns.contains(&column) {
                return Err(malformed(format!("line {line}: the column {name:?} is there twice")));
            }
            if column.is_none() {
                rows.ignored.push(name.to_owned());
            }
            columns.push(column);
        }
        rows.columns = columns;
        match kind.needed().iter().find(|needed| !rows.has(needed)) {
            Some(lacking) => Err(malformed(format!("line {line}: the column {lacking:?} is missing"))),
            None => Ok(rows),
        }
    }

    /// The next row with something in it; absent at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>> {
        let next = filled(&mut self.records, &mut self.record);
        let more = next.map_err(|error| malformed(format!("line {}: {error}", self.record.line)))?;
        Ok(more.then(|| Row { line: self.record.line, cells: self.cells() }))
    }

    /// How many bytes are read.
    pub(super) fn position(&self) -> u64 {
        self.records.position()
    }

    /// Whether the file has this column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.contains(&Some(column))
    }

    /// Columns that are none of ours.
    pub(super) fn ignored(&self) -> &[String] {
        &self.ignored
    }

    fn cells(&self) -> Result<Cells> {
        let given = self.record.cells().map_err(malformed)?;
        let (cells, columns) = (self.record.len(), self.columns.len());
        if cells != columns {
            return Err(malformed(format!("has {cells} cells, but there are {columns} columns")));
        }
        let mut values = Cells::default();
        for (column, value) in self.columns.iter().zip(given) {
            let Some(column) = column else { continue };
            let value = std::str::from_utf8(value)
                .map_err(|_| Error::field(*column, FieldKind::Malformed.told("is not UTF-8")))?;
            values.put(column, value.trim().to_owned());
        }
        Ok(values)
    }
}

/// Goes on to the next record that is not blank; whether there is one.
fn filled<R: Read>(records: &mut Records<R>, record: &mut Record) -> io::Result<bool> {
    while records.next(record)? {
        if !record.is_blank() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn malformed(reason: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Code::Malformed, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_shows_what_parts_cells() {
        for (head, delimiter, declared) in [
            ("a,b;c;d\n,,,,", b';', false),
            ("a\tb\rc,d,e", b'\t', false),
            ("\"a,b,c\";d", b';', false),
            ("a", b',', false),
            ("sep=|\na|b", b'|', true),
            ("SEP=;\r\na;b", b';', true),
            ("\"sep=,\"\na,b", b',', true),
            ("sep=;;;\na;b;c", b';', true),
            ("sep=\t\na\tb", b'\t', true),
        ] {
            assert_eq!(Dialect::of(head.as_bytes()).unwrap(), Dialect { delimiter, declared }, "{head:?}");
        }
        for head in ["sep=\na,b", "sep=ab\n", "sep=é\n", "sep=x\n"] {
            let error = Dialect::of(head.as_bytes()).unwrap_err();
            assert_eq!(error.message(), "line 1: sep= must name the one character that stands between cells");
        }
    }
}
