//! The table of signing in on one engine.

use std::time::Duration;

use super::judging::Judged;
use super::standing::Expiry;
use crate::bench::report::{Row, mebibytes, table};
use crate::instance::Memory;

/// 99 of 100 SAML responses are judged within so many milliseconds.
const JUDGED: f64 = 5.0;

/// Everything measured on one engine.
pub(in crate::bench) struct Report {
    /// The engine and its version.
    pub(super) engine: String,
    pub(super) rows: Vec<Row>,
    pub(super) judged: Vec<Judged>,
    /// How long it took to begin the sessions, and how many these are.
    pub(super) began: Duration,
    pub(super) count: u32,
    /// The memory when ready, and with all sessions there.
    pub(super) idle: Memory,
    pub(super) loaded: Memory,
    pub(super) expiry: Expiry,
}

impl Report {
    /// The table as text.
    pub(in crate::bench) fn lines(&self) -> Vec<String> {
        let mut lines = table(&self.engine, &self.rows);
        lines.extend(self.judged.iter().map(Judged::line));
        lines.push(format!(
            "{} sessions begun in {:.1} s; resident memory {:.1} MiB idle, {:.1} MiB after the load",
            self.count,
            self.began.as_secs_f64(),
            mebibytes(self.idle.resident),
            mebibytes(self.loaded.resident)
        ));
        let Expiry { ended, took, quiet, beside } = &self.expiry;
        lines.push(format!(
            "{ended} ended sessions forgotten by the job in {:.0} s; a read meanwhile: p50 {:.2} ms, p99 {:.2} ms, longest {:.1} ms \
             (before: {:.2}, {:.2}, {:.1})",
            took.as_secs_f64(),
            beside.percentile(50),
            beside.percentile(99),
            beside.longest(),
            quiet.percentile(50),
            quiet.percentile(99),
            quiet.longest()
        ));
        lines
    }
}

impl Judged {
    fn line(&self) -> String {
        let Self { clients, latencies } = self;
        let p99 = latencies.percentile(99);
        let goal = if p99 <= JUDGED { "<" } else { "NOT <" };
        format!(
            "{:<44} {clients:>7} {:>9} {:>9.2} {p99:>9.2} {:>9}",
            "POST of a SAML response",
            latencies.count(),
            latencies.percentile(50),
            format!("{goal} {JUDGED}")
        )
    }
}
