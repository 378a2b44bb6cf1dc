//! A file of rows, CSV or NDJSON, read a row at a time.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use polity_kernel::{Code, Error, Result};
use sha2::{Digest as _, Sha256};

use super::super::encoding;
use super::cells::Row;
use super::csv::Dialect;
use super::kind::Kind;
use super::{csv, ndjson};

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
        let head = Head::read(path, &mut file)?;
        file.seek(SeekFrom::Start(head.mark)).map_err(|error| unreadable(path, error))?;
        let table = match head.dialect {
            None => Ok(Self::Ndjson(ndjson::Rows::new(file, kind, head.mark))),
            Some(dialect) => csv::Rows::new(file, kind, dialect, head.mark).map(Self::Csv),
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

/// The beginning of a file, by which it is seen what the file is.
struct Head {
    /// How many bytes its byte order mark has.
    mark: u64,
    /// What follows the mark and empty lines.
    text: Vec<u8>,
    /// How its CSV is written; NDJSON when absent.
    dialect: Option<Dialect>,
}

impl Head {
    fn read(path: &Path, file: &mut File) -> Result<Self> {
        let mut head = Vec::new();
        file.take(CHUNK as u64).read_to_end(&mut head).map_err(|error| unreadable(path, error))?;
        let mark = encoding::mark(&head).map_err(|error| named(path, &error))?;
        let text = head.get(mark..).unwrap_or_default().trim_ascii_start().to_vec();
        // no line of CSV that names columns begins so
        let dialect = if text.starts_with(b"{") { None } else { Some(Dialect::of(&text)) };
        let dialect = dialect.transpose().map_err(|error| named(path, &error))?;
        Ok(Self { mark: mark as u64, text, dialect })
    }
}

fn guess(path: &Path) -> Result<Kind> {
    let head = Head::read(path, &mut open(path)?)?;
    let columns = match head.dialect {
        None => ndjson::columns(head.text.split(|byte| *byte == b'\n').next().unwrap_or_default()),
        Some(dialect) => dialect.columns(&head.text),
    };
    Kind::of_columns(columns.iter().map(String::as_str)).ok_or_else(|| {
        let reason = "the columns do not tell what the rows are; say it with --as, or see docs/import.md";
        named(path, &Error::new(Code::Malformed, reason))
    })
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
    fn a_misplaced_quote_takes_no_row_with_it() {
        let content = "email,bio\na@x,\"likes tea\nb@x,B\n c@x,\"C\" \nd@x,5\" pipe\n\"e@x\",\"E\"";
        let expected = [
            row(2, "a quote is opened and never closed"),
            row(3, "b@x|B"),
            row(4, "a quote is opened and closed before the end of its cell"),
            row(5, "a quote stands inside a cell that does not begin with one"),
            row(6, "e@x|E"),
        ];
        assert_eq!(
            told(content.replace(" c@x,\"C\" \nd@x,5\" pipe\n\"e@x\",\"E\"", ""), &["email", "bio"]),
            expected[..2]
        );
        let closed = content.replace("\"likes tea", "likes tea");
        assert_eq!(told(closed, &["email", "bio"])[2..], expected[2..]);
    }

    #[test]
    fn lines_may_end_in_any_way_and_rows_of_nothing_are_none() {
        let columns = ["email", "first_name"];
        let expected = |lines: [u64; 2]| [row(lines[0], "a@x|A"), row(lines[1], "b@x|B")];
        for (content, lines) in [
            ("email,first name\ra@x,A\rb@x,B", [2, 3]),
            ("email,first\u{a0}name\ra@x,A\r\nb@x,B\r", [2, 3]),
            ("sep=,\r\nemail,first name\r\na@x,A\r\n\"\", \r\nb@x,B\r\n", [3, 5]),
            ("sep=|\n\nemail|first name\na@x|A\nb@x|B\n", [4, 5]),
            (",,\n\u{a0}email\u{a0},first name,\n,,\na@x,A,\n,,\n\nb@x,B,x\n,,", [4, 7]),
            ("\u{feff}sep=;\nemail;first name\na@x;A\nb@x;B\n;", [3, 4]),
        ] {
            assert_eq!(told(content, &columns), expected(lines), "{content:?}");
        }
    }

    #[test]
    fn numbers_keep_their_digits_and_nothing_is_said_twice() {
        let columns = ["email", "employee_number"];
        let number = |number: &str| {
            let csv = told(format!("email,employee_number\na@x,{number}\n"), &columns).remove(0).1;
            let ndjson = told(format!("{{\"email\":\"a@x\",\"employee_number\":{number}}}"), &columns);
            assert_eq!(ndjson[0].1, csv);
            csv
        };
        for digits in ["123", "12345678901234567890", "123456789012345678901234", "1.0", "1.10", "1e2", "-0"]
        {
            assert_eq!(number(digits), format!("a@x|{digits}"));
        }
        assert_eq!(told("email,employee_number\na@x,00123", &columns), [row(2, "a@x|00123")]);
        let bare = told("{\"email\":\"a@x\"}\n{\"email\":\"a@x\",\"employee_number\":00123}", &columns);
        assert!(bare[1].1.starts_with("is no JSON object: invalid number"), "{bare:?}");
        for (object, reason) in [
            ("{\"email\":\"a@x\",\"name\":\"A\",\"name\":\"B\"}", "has \"name\" twice"),
            ("{\"email\":\"a@x\",\"E-Mail\":\"x\",\"E-Mail\":\"x\"}", "has \"E-Mail\" twice"),
            ("{\"email\":\"a@x\",\"Email\":\"b@x\"}", "has the column \"Email\" twice"),
        ] {
            assert_eq!(told(object, &columns), [row(1, reason)]);
        }
    }

    #[test]
    fn what_cannot_be_told_apart_into_rows_ends_the_reading() {
        for (content, reason) in [
            ("email,\"name\na@x,A\n", "the columns do not tell"),
            ("sep=x\nemail\n", "line 1: sep= must name"),
            ("\u{feff}\u{feff}email\na@x\n", "begins with two byte order marks"),
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
        let utf16: Vec<u8> = "\u{feff}email\na@x".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(refused(utf16).starts_with("is UTF-16"));
        let (_folder, path) = file("\nemail,\"name\na@x,A\n");
        let error = Table::open(&path, Kind::Employees).map(drop).unwrap_err();
        assert!(error.message().ends_with("line 2: a quote is opened and never closed"), "{error}");
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
