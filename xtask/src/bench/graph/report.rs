//! The table of the graph's measurement on one engine.

use std::time::Duration;

use super::stream::Stream;
use crate::bench::report::{Row, mebibytes, table};

/// A file that was imported.
pub(in crate::bench) struct Imported {
    /// What its rows are.
    pub(super) kind: &'static str,
    /// How many.
    pub(super) rows: u64,
    /// How long it took, the start of the program included.
    pub(super) took: Duration,
}

/// Everything measured on one engine.
pub(in crate::bench) struct Report {
    /// The engine and its version.
    pub(super) engine: String,
    /// In the order they were imported.
    pub(super) imports: Vec<Imported>,
    /// The size of the database.
    pub(super) bytes: u64,
    /// In the order they were measured.
    pub(super) rows: Vec<Row>,
    /// The whole list.
    pub(super) stream: Stream,
}

impl Report {
    /// The table as text.
    pub(in crate::bench) fn lines(&self) -> Vec<String> {
        let mut lines = table(&self.engine, &self.rows);
        lines.extend(self.imports.iter().map(Imported::line));
        lines.push(format!("database: {:.0} MiB", mebibytes(self.bytes / 1_024)));
        let Stream { bytes, took, before, most } = &self.stream;
        lines.push(format!(
            "all employees in one answer: {:.0} MiB in {:.1} s; resident memory {:.1} MiB before, at most {:.1} MiB meanwhile",
            mebibytes(bytes / 1_024),
            took.as_secs_f64(),
            mebibytes(before.resident),
            mebibytes(most.resident)
        ));
        lines.push(format!(
            "of that its own, without pages of files: {:.1} MiB before, at most {:.1} MiB",
            mebibytes(before.anonymous),
            mebibytes(most.anonymous)
        ));
        lines
    }
}

impl Imported {
    fn line(&self) -> String {
        let seconds = self.took.as_secs_f64();
        let rate = self.rows as f64 / seconds;
        format!("import of {}: {} rows in {seconds:.1} s, {rate:.0} rows/s", self.kind, self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Memory;

    #[test]
    fn an_import_and_a_stream_are_told_in_words() {
        let memory = |resident, anonymous| Memory { resident, anonymous };
        let report = Report {
            engine: "SQLite".to_owned(),
            imports: vec![Imported { kind: "groups", rows: 1_000, took: Duration::from_millis(500) }],
            bytes: 3 * 1_024 * 1_024,
            rows: Vec::new(),
            stream: Stream {
                bytes: 2_097_152,
                took: Duration::from_secs(2),
                before: memory(10_240, 5_120),
                most: memory(20_480, 6_144),
            },
        };
        let lines = report.lines();
        assert_eq!(lines[1], "SQLite");
        assert_eq!(lines[3], "import of groups: 1000 rows in 0.5 s, 2000 rows/s");
        assert_eq!(lines[4], "database: 3 MiB");
        assert!(lines[5].contains("2 MiB in 2.0 s; resident memory 10.0 MiB before, at most 20.0 MiB"));
        assert!(lines[6].ends_with("5.0 MiB before, at most 6.0 MiB"));
    }
}
