//! `cargo xtask ci`: everything a submission must pass, in order, timed; the first failure ends it.

use std::env;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::shell::{self, Result, cargo, root};
use crate::{peers, test, tidy};

/// How a step that did not fail went.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    /// Not run, and why.
    LeftOut(String),
}

struct Step {
    name: &'static str,
    run: fn() -> Result<Outcome>,
}

const STEPS: &[Step] = &[
    Step { name: "fmt", run: fmt },
    Step { name: "clippy", run: clippy },
    Step { name: "doc", run: doc },
    Step { name: "tidy", run: tidied },
    Step { name: "deny", run: deny },
    Step { name: "test", run: tested },
    Step { name: "peers", run: met },
];

/// Runs every step.
pub(crate) fn run() -> Result {
    let mut report = Vec::new();
    let result = run_steps(STEPS, &mut report);
    println!("\n{}", report.join("\n"));
    result
}

/// Runs the steps up to the first failure; the report gets a line for each, the ones not reached included.
fn run_steps(steps: &[Step], report: &mut Vec<String>) -> Result {
    let mut failure = None;
    for step in steps {
        if failure.is_some() {
            report.push(format!("{:<8} not reached", step.name));
            continue;
        }
        println!("\n== {} ==", step.name);
        let started = Instant::now();
        let result = (step.run)();
        let time = seconds(started.elapsed());
        match result {
            Ok(Outcome::Passed) => report.push(format!("{:<8} passed   {time}", step.name)),
            Ok(Outcome::LeftOut(why)) => {
                println!("left out: {why}");
                report.push(format!("{:<8} left out {time}  {why}", step.name));
            }
            Err(error) => {
                report.push(format!("{:<8} FAILED   {time}  {error}", step.name));
                failure = Some(error);
            }
        }
    }
    failure.map_or(Ok(()), Err)
}

fn seconds(time: Duration) -> String {
    format!("{:6.1} s", time.as_secs_f64())
}

fn fmt() -> Result<Outcome> {
    shell::run(cargo().args(["fmt", "--all", "--check"]))?;
    Ok(Outcome::Passed)
}

/// The first step that resolves dependencies: it also proves that Cargo.lock is up to date.
fn clippy() -> Result<Outcome> {
    shell::run(cargo().args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))?;
    Ok(Outcome::Passed)
}

fn doc() -> Result<Outcome> {
    shell::run(
        cargo()
            .args(["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    Ok(Outcome::Passed)
}

fn tidied() -> Result<Outcome> {
    tidy::run()?;
    Ok(Outcome::Passed)
}

fn tested() -> Result<Outcome> {
    test::run(&test::Args::default())?;
    Ok(Outcome::Passed)
}

fn met() -> Result<Outcome> {
    peers::run(&peers::Args::default())?;
    Ok(Outcome::Passed)
}

/// What is known against the crates we use. Their licenses and sources are also checked by `tidy`, which needs no tool.
fn deny() -> Result<Outcome> {
    if !shell::succeeds(cargo().args(["deny", "--version"])) {
        return Ok(Outcome::LeftOut(
            "cargo-deny is not installed (licenses and sources are checked by tidy)".to_owned(),
        ));
    }
    shell::run(cargo().args(["deny", "--all-features", "check", "licenses", "bans", "sources"]))?;
    if !advisories().is_some_and(|dir| has_content(&dir)) {
        return Ok(Outcome::LeftOut("advisories: their database is not on this machine".to_owned()));
    }
    shell::run(cargo().args(["deny", "--all-features", "check", "--disable-fetch", "advisories"]))?;
    Ok(Outcome::Passed)
}

/// Where cargo-deny keeps the advisory database.
fn advisories() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|dir| dir.join(".cargo")))?;
    // a relative CARGO_HOME is relative to where cargo runs
    Some(root().join(home).join("advisory-dbs"))
}

fn has_content(dir: &Path) -> bool {
    dir.read_dir().is_ok_and(|mut entries| entries.next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failure_ends_the_run_and_the_report_says_what_was_not_reached() {
        let steps = [
            Step { name: "good", run: || Ok(Outcome::Passed) },
            Step { name: "absent", run: || Ok(Outcome::LeftOut("no tool".to_owned())) },
            Step { name: "bad", run: || Err("broken".into()) },
            Step { name: "last", run: || Ok(Outcome::Passed) },
        ];
        let mut report = Vec::new();
        let error = run_steps(&steps, &mut report).unwrap_err();
        assert_eq!(error.to_string(), "broken");
        let words: Vec<&str> = report.iter().filter_map(|line| line.split_whitespace().nth(1)).collect();
        assert_eq!(words, ["passed", "left", "FAILED", "not"]);
    }
}
