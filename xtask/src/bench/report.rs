//! The table a measurement ends with.

use std::time::Duration;

use super::wrk::Measured;

/// One measured kind of request.
pub(super) struct Row {
    /// What was asked.
    pub(super) what: String,
    /// Connections.
    pub(super) clients: u32,
    /// Every round.
    pub(super) rounds: Vec<Measured>,
    /// What they are compared with.
    pub(super) ratio: Ratio,
}

/// What a row's rounds are compared with, round by round.
pub(super) enum Ratio {
    /// Nothing.
    None,
    /// Told as a part of the framework's ceiling.
    PartOf(Vec<Measured>),
    /// Told as a multiple of what one client gets.
    TimesOf(Vec<Measured>),
    /// Told as whether 99 of 100 answers took less than so many milliseconds.
    Below(f64),
    /// Told as whether there were at least so many answers a second.
    Above(f64),
}

impl Ratio {
    fn text(&self, rounds: &[Measured]) -> String {
        let middle = |others: &[Measured]| {
            median(rounds.iter().zip(others).map(|(round, other)| round.rate() / other.rate()).collect())
        };
        match self {
            Self::None => String::new(),
            Self::PartOf(others) => format!("{:.1} %", middle(others) * 100.0),
            Self::TimesOf(others) => format!("{:.1} x", middle(others)),
            Self::Below(limit) => {
                let p99 = median(rounds.iter().map(|round| round.p99 / 1_000.0).collect());
                format!("{} {limit}", if p99 < *limit { "<" } else { "NOT <" })
            }
            Self::Above(least) => {
                let rate = median(rounds.iter().map(Measured::rate).collect());
                format!("{} {least}", if rate >= *least { ">" } else { "NOT >" })
            }
        }
    }
}

/// Everything measured on one engine.
pub(super) struct Report {
    /// The engine and its version.
    pub(super) engine: String,
    /// In the order they were measured.
    pub(super) rows: Vec<Row>,
    /// Resident memory in KiB when ready, and at the end.
    pub(super) idle_kib: u64,
    pub(super) loaded_kib: u64,
    /// From the start to the first answer of `/healthz` and of `/readyz`, a pair for each start.
    pub(super) starts: Vec<(Duration, Duration)>,
    /// How long the import took.
    pub(super) import: Duration,
}

impl Report {
    /// The table as text.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = table(&self.engine, &self.rows);
        let millis = |pick: fn(&(Duration, Duration)) -> Duration| {
            median(self.starts.iter().map(|start| pick(start).as_secs_f64() * 1_000.0).collect())
        };
        lines.push(format!(
            "resident memory: {:.1} MiB idle, {:.1} MiB after the load",
            mebibytes(self.idle_kib),
            mebibytes(self.loaded_kib)
        ));
        lines.push(format!(
            "cold start: {:.0} ms to /healthz, {:.0} ms to /readyz (median of {})",
            millis(|start| start.0),
            millis(|start| start.1),
            self.starts.len()
        ));
        lines.push(format!("import: {:.1} s", self.import.as_secs_f64()));
        lines
    }
}

/// The engine, the names of the columns, and the rows.
pub(super) fn table(engine: &str, rows: &[Row]) -> Vec<String> {
    let mut lines = vec![
        String::new(),
        engine.to_owned(),
        format!(
            "{:<44} {:>7} {:>9} {:>9} {:>9} {:>9}",
            "request", "clients", "per s", "p50 ms", "p99 ms", "ratio"
        ),
    ];
    lines.extend(rows.iter().map(Row::line));
    lines
}

impl Row {
    fn line(&self) -> String {
        let of = |pick: fn(&Measured) -> f64| median(self.rounds.iter().map(pick).collect());
        let ratio = self.ratio.text(&self.rounds);
        format!(
            "{:<44} {:>7} {:>9.0} {:>9.2} {:>9.2} {ratio:>9}",
            self.what,
            self.clients,
            of(Measured::rate),
            of(|round| round.p50) / 1_000.0,
            of(|round| round.p99) / 1_000.0
        )
    }
}

/// The middle value; of an even number, the upper one of the two. 0 for none.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// As people read it.
pub(super) fn mebibytes(kib: u64) -> f64 {
    kib as f64 / 1_024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(rate: u32) -> Measured {
        let text = format!(
            "{{\"requests\":{rate},\"micros\":1000000,\"p50\":500,\"p99\":2000,\"refused\":0,\"broken\":0}}"
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_row_tells_the_middle_round_and_its_part_of_the_ceiling() {
        let row = Row {
            what: "GET x".to_owned(),
            clients: 32,
            rounds: vec![measured(10), measured(30), measured(20)],
            ratio: Ratio::PartOf(vec![measured(100), measured(100), measured(50)]),
        };
        let words: Vec<String> = row.line().split_whitespace().map(str::to_owned).collect();
        assert_eq!(words, ["GET", "x", "32", "20", "0.50", "2.00", "30.0", "%"]);
        assert_eq!(Ratio::TimesOf(vec![measured(5)]).text(&[measured(20)]), "4.0 x");
        assert_eq!(Ratio::None.text(&[measured(20)]), "");
        assert_eq!(Ratio::Below(2.1).text(&[measured(20)]), "< 2.1");
        assert_eq!(Ratio::Above(20.0).text(&[measured(20)]), "> 20");
        assert_eq!(Ratio::Above(20.5).text(&[measured(20)]), "NOT > 20.5");
        assert_eq!(Ratio::Below(2.0).text(&[measured(20)]), "NOT < 2");
    }

    #[test]
    fn memory_is_told_in_mebibytes() {
        assert!((mebibytes(2_048) - 2.0).abs() < 1e-9);
    }
}
