//! A file of rows, CSV or NDJSON, read a row at a time.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::Path;

use polity_kernel::{Code, Error, Result};
use sha2::{Digest as _, Sha256};

use super::cells::Row;
use super::kind::Kind;
use super::{csv, ndjson};

/// The longest row, in bytes. Without a bound, a quote that is never closed would take the whole file into memory.
pub(super) const LONGEST: u64 = 1024 * 1024;

/// How much of a file is looked at to see what it is, and read at once to sum it up, in bytes.
const CHUNK: usize = 64 * 1024;

/// A file of rows.
pub(super) enum Table {
    Csv(csv::Rows),
    Ndjson(ndjson::Rows),
}

/// A file, what its rows are, and a sum by which it is known again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    /// What its rows are.
    pub(super) kind: Kind,
    /// SHA-256 of what its rows are and of its content.
    pub(super) sum: [u8; 32],
    /// Its length in bytes.
    pub(super) length: u64,
}

impl Source {
    /// Reads the file once; what its rows are is seen from its columns when nobody says it.
    pub(super) fn read(path: &Path, kind: Option<Kind>) -> Result<Self> {
        let kind = match kind {
            Some(kind) => kind,
            None => guess(path)?,
        };
        let mut file = open(path)?;
        let mut sum = Sha256::new();
        // the same rows may be read as something else later
        sum.update(kind.name());
        sum.update([0]);
        let (mut chunk, mut length) = (vec![0; CHUNK], 0);
        loop {
            let read = file.read(&mut chunk).map_err(|error| unreadable(path, error))?;
            let Some(part) = chunk.get(..read).filter(|part| !part.is_empty()) else { break };
            sum.update(part);
            length += read as u64;
        }
        Ok(Self { kind, sum: sum.finalize().into(), length })
    }
}

impl Table {
    /// Opens a file whose rows are of this kind.
    pub(super) fn open(path: &Path, kind: Kind) -> Result<Self> {
        let mut file = open(path)?;
        let head = head(path, &mut file)?;
        file.rewind().map_err(|error| unreadable(path, error))?;
        let table = if is_ndjson(&head) {
            ndjson::Rows::new(file, kind).map(Self::Ndjson)
        } else {
            csv::Rows::new(file, kind, csv::delimiter(&head)).map(Self::Csv)
        };
        table.map_err(|error| named(path, &error))
    }

    /// The next row; absent at the end. A failure ends the reading: where the next row begins is not known.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>> {
        match self {
            Self::Csv(rows) => rows.next_row(),
            Self::Ndjson(rows) => rows.next_row(),
        }
    }

    /// Passes rows over and returns how many there were, which is fewer than wanted at the end.
    pub(super) fn skip(&mut self, wanted: u64) -> Result<u64> {
        for passed in 0..wanted {
            let more = match self {
                Self::Csv(rows) => rows.advance()?,
                Self::Ndjson(rows) => rows.advance()?,
            };
            if !more {
                return Ok(passed);
            }
        }
        Ok(wanted)
    }

    /// How many bytes are read.
    pub(super) fn position(&self) -> u64 {
        match self {
            Self::Csv(rows) => rows.position(),
            Self::Ndjson(rows) => rows.position(),
        }
    }

    /// Whether rows may have a value in this column.
    pub(super) fn may_have(&self, column: &str) -> bool {
        match self {
            Self::Csv(rows) => rows.has(column),
            // each row has columns of its own
            Self::Ndjson(_) => true,
        }
    }

    /// Columns nothing is made of, as the file names them; of NDJSON, those of the rows read so far.
    pub(super) fn ignored(&self) -> &[String] {
        match self {
            Self::Csv(rows) => rows.ignored(),
            Self::Ndjson(rows) => rows.ignored(),
        }
    }
}

fn guess(path: &Path) -> Result<Kind> {
    let head = head(path, &mut open(path)?)?;
    let line = first_line(&head);
    let columns =
        if is_ndjson(&head) { ndjson::columns(line) } else { csv::columns(line, csv::delimiter(&head)) };
    Kind::of_columns(columns.iter().map(String::as_str)).ok_or_else(|| {
        let reason = "the columns do not tell what the rows are; say it with --as, or see docs/import.md";
        named(path, &Error::new(Code::Malformed, reason))
    })
}

/// The beginning of a file, without a byte order mark and empty lines.
fn head(path: &Path, file: &mut File) -> Result<Vec<u8>> {
    let mut head = Vec::new();
    file.take(CHUNK as u64).read_to_end(&mut head).map_err(|error| unreadable(path, error))?;
    let text = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&head);
    Ok(text.trim_ascii_start().to_vec())
}

fn first_line(head: &[u8]) -> &[u8] {
    head.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// No line of CSV that names columns begins so.
fn is_ndjson(head: &[u8]) -> bool {
    head.first() == Some(&b'{')
}

fn open(path: &Path) -> Result<File> {
    let file = File::open(path).map_err(|error| unreadable(path, error))?;
    if file.metadata().is_ok_and(|of| !of.is_file()) {
        // it is read once to know it again, and then once or twice more
        return Err(named(path, &Error::new(Code::Invalid, "is no regular file")));
    }
    Ok(file)
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    Error::new(Code::Invalid, format!("{}: {error}", path.display())).because(error)
}

fn named(path: &Path, error: &Error) -> Error {
    Error::new(error.code(), format!("{}: {}", path.display(), error.message()))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use tempfile::TempDir;

    use super::*;

    /// A file with this content, and the folder that goes with the test.
    fn file(content: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("rows");
        std::fs::write(&path, content).unwrap();
        (folder, path)
    }

    /// What is read: of each row its line, and its values in these columns or why there are none.
    fn told(content: impl AsRef<[u8]>, columns: &[&str]) -> Vec<(u64, String)> {
        let (_folder, path) = file(content);
        let mut table = Table::open(&path, Source::read(&path, None).unwrap().kind).unwrap();
        let mut rows = Vec::new();
        while let Some(row) = table.next_row().unwrap() {
            let values = |mut cells: super::super::cells::Cells| {
                columns
                    .iter()
                    .map(|column| cells.take(column).unwrap_or_default())
                    .collect::<Vec<_>>()
                    .join("|")
            };
            rows.push((row.line, row.cells.map_or_else(|error| error.message().to_owned(), values)));
        }
        rows
    }

    fn refused(content: impl AsRef<[u8]>) -> String {
        let (_folder, path) = file(content);
        let source = Source::read(&path, None);
        let read = source.and_then(|source| {
            let mut table = Table::open(&path, source.kind)?;
            while table.next_row()?.is_some() {}
            Ok(())
        });
        let error = read.unwrap_err();
        error.message().rsplit("rows: ").next().unwrap_or_default().to_owned()
    }

    fn row(line: u64, values: &str) -> (u64, String) {
        (line, values.to_owned())
    }

    #[test]
    fn both_formats_say_the_same() {
        let csv = "email,name\nada@x.example,Ada\nbo@x.example,\n";
        let ndjson =
            "{\"email\":\"ada@x.example\",\"name\":\"Ada\"}\n{\"email\":\"bo@x.example\",\"name\":null}\n";
        let values: Vec<String> = told(csv, &["email", "name"]).into_iter().map(|row| row.1).collect();
        assert_eq!(values, ["ada@x.example|Ada", "bo@x.example|"]);
        assert_eq!(values, told(ndjson, &["email", "name"]).into_iter().map(|row| row.1).collect::<Vec<_>>());
    }

    #[test]
    fn csv_is_read_with_marks_quotes_and_other_delimiters() {
        let columns = ["email", "first_name", "bio"];
        for content in [
            "email,First Name,bio\r\na@x.example,\"O'Neil, \"\"Ann\"\"\",\"two\nlines\"\r\n\r\nb@x.example, Bo ,\r\n",
            "\u{feff}email;First Name;bio\na@x.example;\"O'Neil, \"\"Ann\"\"\";\"two\nlines\"\n\nb@x.example; Bo ;",
            "\n email\tfirst-name\tBIO\na@x.example\t\"O'Neil, \"\"Ann\"\"\"\t\"two\nlines\"\n\nb@x.example\t Bo \t\n",
        ] {
            let rows = told(content, &columns);
            let first = rows[0].0;
            assert_eq!(
                rows,
                [row(first, "a@x.example|O'Neil, \"Ann\"|two\nlines"), row(first + 3, "b@x.example|Bo|")]
            );
        }
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        assert_eq!(
            told("email\n\na@x\n\n\"b\n@x\"\n\nc@x", &["email"]),
            [row(3, "a@x"), row(5, "b\n@x"), row(8, "c@x")]
        );
        assert_eq!(
            told("\n{\"email\":\"a@x\"}\n\n{\"email\":\"b@x\"}", &["email"]),
            [row(2, "a@x"), row(4, "b@x")]
        );
    }

    #[test]
    fn a_bad_row_leaves_the_others() {
        let rows = told(b"email,name\na@x\nb@x,\xff\nc@x,C,more\nd@x,D\n", &["email", "name"]);
        let expected = [
            row(2, "has 1 cells, but there are 2 columns"),
            row(3, "name: is not UTF-8"),
            row(4, "has 3 cells, but there are 2 columns"),
            row(5, "d@x|D"),
        ];
        assert_eq!(rows, expected);

        let long = format!(
            "{{\"email\":\"a@x\"}}\n{{\"email\":\"{}\"}}\n[]\n{{\"email\":[]}}\n{{\"email\":7}}",
            "x".repeat(2_000_000)
        );
        let rows = told(long, &["email"]);
        assert_eq!(rows[1], row(2, "is longer than 1 MiB"));
        assert!(rows[2].1.starts_with("is no JSON object: "), "{rows:?}");
        assert_eq!(rows[3..], [row(4, "email: must be text"), row(5, "7")]);
    }

    #[test]
    fn what_cannot_be_told_apart_into_rows_ends_the_reading() {
        let open = format!("email\na@x\n\"{}", "x".repeat(2_000_000));
        assert!(refused(open).contains("longer than 1 MiB"));
        for (content, reason) in [
            ("", "the columns do not tell"),
            ("who\na@x\n", "the columns do not tell"),
            ("[]", "the columns do not tell"),
            ("email,Email\n", "line 1: the column \"Email\" is there twice"),
        ] {
            assert!(refused(content).starts_with(reason), "{content:?}: {}", refused(content));
        }
        let (_folder, path) = file("name\nAda\n");
        let error = Table::open(&path, Kind::Groups).map(drop).unwrap_err();
        assert!(error.message().ends_with("line 1: the column \"group\" is missing"), "{error}");
        assert!(
            Source::read(path.parent().unwrap(), None).unwrap_err().message().ends_with("is no regular file")
        );
    }

    #[test]
    fn columns_nothing_is_made_of_are_told() {
        for content in
            ["email,salary\na@x,7\n", "{\"email\":\"a@x\",\"salary\":7}\n{\"salary\":8,\"email\":\"b@x\"}"]
        {
            let (_folder, path) = file(content);
            let mut table = Table::open(&path, Kind::Employees).unwrap();
            while table.next_row().unwrap().is_some() {}
            assert_eq!(table.ignored(), ["salary"]);
            assert_eq!(table.position(), content.len() as u64);
        }
    }

    #[test]
    fn rows_are_passed_over_without_a_look() {
        for content in
            ["email\na@x\n\"b\n@x\"\nc@x\n", "{\"email\":\"a@x\"}\n{nonsense\n{\"email\":\"c@x\"}\n"]
        {
            let (_folder, path) = file(content);
            let mut table = Table::open(&path, Kind::Employees).unwrap();
            assert_eq!(table.skip(2).unwrap(), 2);
            let mut third = table.next_row().unwrap().unwrap().cells.unwrap();
            assert_eq!(third.take("email").as_deref(), Some("c@x"));
            assert_eq!(table.skip(2).unwrap(), 0);
        }
    }

    #[test]
    fn a_file_is_known_again_by_its_content_and_what_its_rows_are() {
        let (_one, one) = file("group,member\ng,a@x\n");
        let (_two, two) = file("group,member\ng,a@x\n");
        let (_three, three) = file("group,member\ng,b@x\n");
        let sum = |path: &Path, kind| Source::read(path, kind).unwrap().sum;
        assert_eq!(sum(&one, None), sum(&two, Some(Kind::Memberships)));
        assert_ne!(sum(&one, None), sum(&three, None));
        assert_ne!(sum(&one, None), sum(&one, Some(Kind::Groups)));
        assert_eq!(Source::read(&one, None).unwrap().length, 19);
    }
}
