//! The table of a siege on one engine.

use super::attack::Tally;
use crate::bench::latencies::Latencies;
use crate::bench::report::mebibytes;
use crate::instance::Memory;

/// The longest that any of the victim's requests may take, in milliseconds.
const LONGEST: f64 = 100.0;

/// How many times longer than alone 99 of 100 of them may take.
const TIMES: f64 = 10.0;

/// The most memory of its own that the service may have, in MiB.
const MEMORY: f64 = 300.0;

/// The victim alone and beside one attack.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) clients: usize,
    pub(super) quiet: Latencies,
    pub(super) beside: Latencies,
    pub(super) tally: Tally,
    /// The memory just before.
    pub(super) before: Memory,
    /// The most of each kind meanwhile.
    pub(super) most: Memory,
}

/// Everything measured on one engine.
pub(in crate::bench) struct Report {
    /// The engine and its version.
    pub(super) engine: String,
    /// In the order they were measured.
    pub(super) lines: Vec<Line>,
}

impl Report {
    /// The table as text.
    pub(in crate::bench) fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            String::new(),
            format!("{}: another tenant's GET beside an attack, in ms; own memory in MiB", self.engine),
            format!(
                "{:<40} {:>7} {:>15} {:>7} {:>7} {:>7} {:>6} {:>13}  goals, answers to the attack",
                "attack", "clients", "alone p50 / p99", "p50", "p99", "max", "times", "memory"
            ),
        ];
        lines.extend(self.lines.iter().map(Line::text));
        lines.push(format!(
            "goals: p99 at most {TIMES} times what it is alone, none over {LONGEST} ms, at most {MEMORY} MiB; 0 is a connection that broke"
        ));
        lines
    }
}

impl Line {
    fn text(&self) -> String {
        let alone = format!("{:.2} / {:.2}", self.quiet.percentile(50), self.quiet.percentile(99));
        let memory =
            format!("{:.0} -> {:.0}", mebibytes(self.before.anonymous), mebibytes(self.most.anonymous));
        let answers: Vec<String> =
            self.tally.iter().map(|(status, count)| format!("{status}: {count}")).collect();
        format!(
            "{:<40} {:>7} {alone:>15} {:>7.2} {:>7.2} {:>7.1} {:>6.1} {memory:>13}  {}; {}",
            self.name,
            self.clients,
            self.beside.percentile(50),
            self.beside.percentile(99),
            self.beside.longest(),
            self.times(),
            self.goals(),
            answers.join(", ")
        )
    }

    fn times(&self) -> f64 {
        self.beside.percentile(99) / self.quiet.percentile(99).max(f64::EPSILON)
    }

    /// Which goals were missed, in words.
    fn goals(&self) -> String {
        let mut missed = Vec::new();
        if self.times() > TIMES {
            missed.push("NOT p99".to_owned());
        }
        if self.beside.longest() > LONGEST {
            missed.push("NOT max".to_owned());
        }
        if mebibytes(self.most.anonymous) > MEMORY {
            missed.push("NOT memory".to_owned());
        }
        if self.beside.failed > 0 {
            missed.push(format!("{} of {} failed", self.beside.failed, self.beside.count()));
        }
        if missed.is_empty() { "met".to_owned() } else { missed.join(", ") }
    }
}
