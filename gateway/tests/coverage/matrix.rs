//! The access matrix: every route × every actor → status, kept in `output/access.txt` and reviewed by eye.
//!
//! `POLITY_BLESS=1` writes the file anew. `s-member` and `s-owner` are of a suspended organization; `narrowed` is the owner by an API
//! key that is good for `org.directory.get` only; `program` is the organization's service account that may read.

use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use polity::gate::guesses::Patience;
use polity::gate::pace::Pace;
use polity_testkit::{Kit, both_engines};

use crate::cell::{ACTORS, Cast, Cell};
use crate::ground::common::Service;
use crate::ground::license::verification;
use crate::{Line, lines};

/// How long after a letter another one is sent.
const A_MINUTE: Duration = Duration::from_mins(1);

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/output/access.txt");

both_engines! {
    fn who_may_do_what(kit) {
        let found = table(kit);
        if std::env::var_os("POLITY_BLESS").is_some() {
            std::fs::write(Path::new(FILE), &found).unwrap();
        }
        let kept = std::fs::read_to_string(FILE).unwrap_or_default();
        let differing: String = found
            .lines()
            .filter(|line| !kept.lines().any(|other| other == *line))
            .map(|line| format!("+{line}\n"))
            .chain(kept.lines().filter(|line| !found.lines().any(|other| other == *line)).map(|line| format!("-{line}\n")))
            .collect();
        assert_eq!(differing, "", "tests/output/access.txt says otherwise; POLITY_BLESS=1 writes it anew");
        assert_eq!(found, kept);
    }
}

/// The matrix as text.
fn table(kit: &Kit) -> String {
    let many = NonZeroU32::new(1_000_000).unwrap();
    let service = Service::start_set(kit, Patience { burst: many, per_minute: many }, |settings| {
        settings.licensing.keys = vec![verification()];
        settings.stranger_pace = Pace { per_minute: 0, per_hour: 0 };
    });
    let cast = Cast::new(&service);
    let mut text =
        String::from("Status by route and actor; made by a test, see gateway/tests/coverage/matrix.rs.\n\n");
    let lines = lines();
    let width = lines.iter().map(|line| line.path.len()).max().unwrap();
    write!(text, "{:<6} {:<width$}", "", "").unwrap();
    for actor in ACTORS {
        write!(text, " {actor:>9}").unwrap();
    }
    // a request that is refused or only reads disturbs nobody: the actor's next one finds everything as it was
    let mut cells: Vec<Option<Cell>> = ACTORS.iter().map(|_| None).collect();
    for (row, Line { method, path, .. }) in lines.iter().enumerate() {
        write!(text, "\n{method:<6} {path:<width$}").unwrap();
        for (column, actor) in ACTORS.iter().enumerate() {
            let cell = cells[column]
                .take()
                .unwrap_or_else(|| Cell::found(&service, &cast, format!("cell-{row}-{column}"), actor));
            if path.ends_with("/resend") {
                kit.pass(A_MINUTE);
            }
            let caller = cell.caller(&service, &cast, actor);
            let answer = cell.ask(&service, &caller, (method, path));
            assert!(answer.code() < 500, "{method} {path} as {actor}: {answer:?}");
            write!(text, " {:>9}", answer.code()).unwrap();
            if *method == "GET" || answer.code() >= 400 {
                cells[column] = Some(cell);
            }
        }
    }
    text.push('\n');
    text
}
