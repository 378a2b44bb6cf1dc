//! Records of CSV to the letter of RFC 4180 §2, but that a line may end in CR, LF or both, and that any one byte may part cells.

use std::io::{self, Read};

use super::cells::LONGEST;

/// How much is read at once, in bytes; of a long record more and more.
const CHUNK: usize = 64 * 1024;

/// One record, whether it will do or not.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The line it begins in, the first being 1.
    pub(super) line: u64,
    /// The cells one after another, without the quotes around them.
    text: Vec<u8>,
    /// Where in the text each cell ends.
    ends: Vec<usize>,
    fault: Option<Fault>,
}

/// Why a record cannot be taken apart into cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// A quote is still open at the end of the file; so many lines below the record's first.
    Open(u64),
    /// A quote inside a cell that does not begin with one.
    Inside(u64),
    /// Something between the quote that closes a cell and the end of the cell, which begins there.
    Behind(u64),
    /// More than a row may have, and a quote may be the reason.
    Long,
}

/// What the bytes from the beginning of a record on come to.
enum Step {
    /// A record of so many bytes and lines.
    Whole(usize, u64),
    /// A cell that begins so many bytes behind the record cannot be told from what follows.
    Broken(Fault, usize),
    /// The record goes on.
    More,
}

/// What comes of one cell.
enum Cell {
    /// It is whole, and a delimiter, a line's end or the end of the source is behind it.
    Whole,
    Broken(Fault),
    More,
}

/// A way through the bytes from the beginning of a record on.
struct Cursor<'b> {
    bytes: &'b [u8],
    delimiter: u8,
    /// Whether the source ends with these bytes.
    complete: bool,
    at: usize,
    /// How many lines ended on the way.
    lines: u64,
}

/// The records of a source, one after another.
pub(super) struct Records<R> {
    source: R,
    delimiter: u8,
    buffer: Vec<u8>,
    /// Where in the buffer the next record begins.
    start: usize,
    /// Whether all of the source is in the buffer.
    ended: bool,
    /// The line the next record begins in.
    line: u64,
    /// How many bytes lie before the next record.
    position: u64,
    /// How much is read at once.
    chunk: usize,
}

impl Record {
    /// The cells, or why there are none.
    pub(super) fn cells(&self) -> Result<impl Iterator<Item = &[u8]>, String> {
        match self.fault {
            Some(fault) => Err(fault.in_words(self.line)),
            None => Ok(self.split()),
        }
    }

    /// How many cells there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is nothing in it but white space.
    pub(super) fn is_blank(&self) -> bool {
        let blank = |cell: &[u8]| std::str::from_utf8(cell).is_ok_and(|text| text.trim().is_empty());
        self.fault.is_none() && self.split().all(blank)
    }

    fn split(&self) -> impl Iterator<Item = &[u8]> {
        let mut from = 0;
        self.ends.iter().map(move |end| {
            let cell = self.text.get(from..*end).unwrap_or_default();
            from = *end;
            cell
        })
    }

    /// Takes the bytes apart.
    fn read(&mut self, mut cursor: Cursor<'_>) -> Step {
        self.text.clear();
        self.ends.clear();
        self.fault = None;
        loop {
            let begin = cursor.at;
            match cursor.cell(&mut self.text) {
                Cell::Whole => self.ends.push(self.text.len()),
                Cell::Broken(fault) => return Step::Broken(fault, begin),
                Cell::More => return Step::More,
            }
            if cursor.here() == Some(cursor.delimiter) {
                cursor.at += 1;
                continue;
            }
            return match line_end(cursor.rest(), cursor.complete) {
                Some((_, length)) => Step::Whole(cursor.at + length, cursor.lines + 1),
                None if cursor.complete => Step::Whole(cursor.at, cursor.lines + 1),
                None => Step::More,
            };
        }
    }
}

impl<'b> Cursor<'b> {
    fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn here(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Goes behind the cell that begins here, and adds what is in it to the text.
    fn cell(&mut self, text: &mut Vec<u8>) -> Cell {
        if self.here() == Some(b'"') {
            return self.quoted(text);
        }
        let (rest, delimiter) = (self.rest(), self.delimiter);
        let ends = |byte: &u8| *byte == delimiter || matches!(byte, b'\n' | b'\r' | b'"');
        let length = match rest.iter().position(ends) {
            Some(length) => length,
            None if self.complete => rest.len(),
            None => return Cell::More,
        };
        text.extend_from_slice(rest.get(..length).unwrap_or_default());
        self.at += length;
        if self.here() == Some(b'"') { Cell::Broken(Fault::Inside(self.lines)) } else { Cell::Whole }
    }

    fn quoted(&mut self, text: &mut Vec<u8>) -> Cell {
        let begun = self.lines;
        self.at += 1;
        loop {
            let rest = self.rest();
            let Some(length) = rest.iter().position(|byte| *byte == b'"') else {
                return if self.complete { Cell::Broken(Fault::Open(begun)) } else { Cell::More };
            };
            let part = rest.get(..length).unwrap_or_default();
            text.extend_from_slice(part);
            self.lines += line_ends(part);
            self.at += length + 1;
            match self.here() {
                // two stand for one
                Some(b'"') => text.push(b'"'),
                None if !self.complete => return Cell::More,
                None | Some(b'\n' | b'\r') => return Cell::Whole,
                Some(byte) if byte == self.delimiter => return Cell::Whole,
                Some(_) => return Cell::Broken(Fault::Behind(begun)),
            }
            self.at += 1;
        }
    }
}

impl Fault {
    fn in_words(self, line: u64) -> String {
        // the record's own line is told by whoever tells of the record
        let place =
            |lines: u64| if lines == 0 { String::new() } else { format!(" in line {}", line + lines) };
        match self {
            Self::Open(lines) => format!("a quote is opened{} and never closed", place(lines)),
            Self::Inside(lines) => {
                format!("a quote stands{} inside a cell that does not begin with one", place(lines))
            }
            Self::Behind(lines) => {
                format!("a quote is opened{} and closed before the end of its cell", place(lines))
            }
            Self::Long => "is longer than 1 MiB; is a quote not closed?".to_owned(),
        }
    }
}

impl<R: Read> Records<R> {
    /// The records of a source of which so many bytes are passed over already.
    pub(super) fn new(source: R, delimiter: u8, position: u64) -> Self {
        let buffer = Vec::new();
        Self { source, delimiter, buffer, start: 0, ended: false, line: 1, position, chunk: CHUNK }
    }

    /// Puts the next record in the place of this one, and says whether there is one. Behind one that is broken the next begins
    /// with the line that follows the beginning of the broken cell, so that no other is taken for a part of it.
    pub(super) fn next(&mut self, record: &mut Record) -> io::Result<bool> {
        loop {
            record.line = self.line;
            let held = self.buffer.len() - self.start;
            if held == 0 && self.ended {
                return Ok(false);
            }
            let bytes = self.buffer.get(self.start..).unwrap_or_default();
            let bytes = bytes.get(..LONGEST).unwrap_or(bytes);
            let complete = self.ended && bytes.len() == held;
            let cursor = Cursor { bytes, delimiter: self.delimiter, complete, at: 0, lines: 0 };
            match record.read(cursor) {
                Step::Whole(length, lines) => {
                    self.pass(length, lines);
                    return Ok(true);
                }
                Step::Broken(fault, cell) => {
                    record.fault = Some(fault);
                    self.pass_line(cell)?;
                    return Ok(true);
                }
                Step::More if held >= LONGEST => {
                    record.fault = Some(Fault::Long);
                    self.pass_line(0)?;
                    return Ok(true);
                }
                Step::More => self.fill()?,
            }
        }
    }

    /// How many bytes are done.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Passes over the rest of the line that is so many bytes on, and all before it.
    fn pass_line(&mut self, ahead: usize) -> io::Result<()> {
        let before = self.buffer.get(self.start..self.start + ahead).unwrap_or_default();
        self.pass(ahead, line_ends(before));
        loop {
            let bytes = self.buffer.get(self.start..).unwrap_or_default();
            if let Some((at, length)) = line_end(bytes, self.ended) {
                self.pass(at + length, 1);
                return Ok(());
            }
            // a CR at the end may have its LF behind it
            let known =
                if self.ended { bytes.len() } else { bytes.len() - usize::from(bytes.ends_with(b"\r")) };
            self.pass(known, 0);
            if self.ended {
                return Ok(());
            }
            self.fill()?;
        }
    }

    fn pass(&mut self, bytes: usize, lines: u64) {
        self.start += bytes;
        self.position += bytes as u64;
        self.line += lines;
    }

    /// Reads on, twice as far as there is already, so that a long record is not looked through too often.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let wanted = self.buffer.len().max(self.chunk);
        let read = (&mut self.source).take(wanted as u64).read_to_end(&mut self.buffer)?;
        self.ended = read < wanted;
        Ok(())
    }
}

/// Where the line ends, and in how many bytes; nothing when that is not to be seen yet.
fn line_end(bytes: &[u8], complete: bool) -> Option<(usize, usize)> {
    let at = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => Some((at, 2)),
        (Some(b'\r'), None) if !complete => None,
        _ => Some((at, 1)),
    }
}

/// How many lines end in here, as an editor counts them.
fn line_ends(bytes: &[u8]) -> u64 {
    let mut before = b'\n';
    let ends = bytes.iter().filter(|byte| {
        let second = before == b'\r' && **byte == b'\n';
        before = **byte;
        matches!(byte, b'\n' | b'\r') && !second
    });
    ends.count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each record with its line, its cells in brackets; the same however many bytes are read at once.
    fn read(text: &str) -> Vec<String> {
        let all = |chunk: usize| {
            let mut records = Records { chunk, ..Records::new(text.as_bytes(), b',', 0) };
            let (mut record, mut told) = (Record::default(), Vec::new());
            while records.next(&mut record).unwrap() {
                let cells = record.cells().map(|cells| {
                    cells.map(|cell| format!("[{}]", String::from_utf8_lossy(cell))).collect::<String>()
                });
                told.push(format!("{} {}", record.line, cells.unwrap_or_else(|fault| fault)));
            }
            assert_eq!(records.position(), text.len() as u64);
            told
        };
        let told = all(CHUNK);
        for chunk in [1, 2, 3, 7] {
            assert_eq!(all(chunk), told, "{chunk} bytes at a time: {text:?}");
        }
        told
    }

    #[test]
    fn cells_are_what_the_standard_says() {
        for (text, cells) in [
            ("a,b", &["1 [a][b]"][..]),
            ("a,\n", &["1 [a][]"]),
            (" a , b \n", &["1 [ a ][ b ]"]),
            ("\"a\",\"\"\n", &["1 [a][]"]),
            ("\"a,b\",\"c\"\"d\"\"\"\n", &["1 [a,b][c\"d\"]"]),
            ("\"a\r\nb\",c\r\nd,e", &["1 [a\r\nb][c]", "3 [d][e]"]),
            ("a\rb\r\nc\nd\r", &["1 [a]", "2 [b]", "3 [c]", "4 [d]"]),
            ("\"a\rb\nc\"\rd", &["1 [a\rb\nc]", "4 [d]"]),
            ("a\n\n\r\rb", &["1 [a]", "2 []", "3 []", "4 []", "5 [b]"]),
        ] {
            assert_eq!(read(text), cells, "{text:?}");
        }
    }

    #[test]
    fn a_misplaced_quote_is_told_of_where_it_began_and_takes_no_other_record_with_it() {
        for (text, told) in [
            ("a,\"b\nc,d\n", &["1 a quote is opened and never closed", "2 [c][d]"][..]),
            ("a,\"b\rc,\"d\"\r", &["1 a quote is opened and closed before the end of its cell", "2 [c][d]"]),
            ("a,b\"c\"\nd", &["1 a quote stands inside a cell that does not begin with one", "2 [d]"]),
            ("a, \"b\"\nd", &["1 a quote stands inside a cell that does not begin with one", "2 [d]"]),
            ("\"a\" ,b\nd", &["1 a quote is opened and closed before the end of its cell", "2 [d]"]),
            ("\"a\"\"\nd", &["1 a quote is opened and never closed", "2 [d]"]),
            ("\"a\n\",\"b\nc", &["1 a quote is opened in line 2 and never closed", "3 [c]"]),
            (
                "\"a\n\",b\"\r\nc",
                &["1 a quote stands in line 2 inside a cell that does not begin with one", "3 [c]"],
            ),
            ("a\n\"", &["1 [a]", "2 a quote is opened and never closed"]),
        ] {
            assert_eq!(read(text), told, "{text:?}");
        }
    }

    #[test]
    fn what_is_too_long_is_one_records_fault() {
        let long = "x".repeat(1_100_000);
        let told = "is longer than 1 MiB; is a quote not closed?";
        assert_eq!(
            read(&format!("a\n{long}\nb")),
            ["1 [a]".to_owned(), format!("2 {told}"), "3 [b]".to_owned()]
        );
        let open = format!("\"a\n{}b", "b\n".repeat(600_000));
        let all = read(&open);
        assert_eq!((all[0].as_str(), all[1].as_str(), all.len()), (&*format!("1 {told}"), "2 [b]", 600_002));
    }

    #[test]
    fn nothing_but_white_space_is_blank() {
        let blank = |text: &str| {
            let mut record = Record::default();
            Records::new(text.as_bytes(), b',', 0).next(&mut record).unwrap();
            record.is_blank()
        };
        for (text, expected) in
            [("\n", true), (",, ,\n", true), ("\"\",\u{a0}\n", true), (",x", false), ("\"", false)]
        {
            assert_eq!(blank(text), expected, "{text:?}");
        }
    }
}
