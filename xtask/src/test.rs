//! `cargo xtask test`: all tests on SQLite and on a private PostgreSQL cluster, with a mail server and a bucket; nothing is skipped
//! silently.

use std::env;

use crate::peers;
use crate::postgres::{Cluster, Durability};
use crate::servers;
use crate::shell::{self, Result, cargo};

/// Tells the test kit where it may make databases: a superuser's address of the database `postgres`.
const URL: &str = "POLITY_TEST_POSTGRES_URL";

/// Arguments of `cargo xtask test`.
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// For the test runner, after `--`; with any, the documentation's examples are left out
    #[arg(last = true)]
    runner: Vec<String>,
}

/// Runs the tests and passes their exit status on.
pub(crate) fn run(args: &Args) -> Result {
    // held until the tests are through
    let mut cluster = None;
    let mut env = Vec::new();
    if env::var_os(URL).is_some() {
        println!("PostgreSQL: the server that {URL} names");
    } else {
        let started = cluster.insert(Cluster::start(Durability::None)?);
        println!("PostgreSQL: a private cluster, version {}", started.version()?);
        // what tests leave in the temporary folder (templates that outlive one test program) goes with the cluster
        env = vec![(URL, started.url("postgres").into()), ("TMPDIR", started.scratch().into_os_string())];
    }
    env.extend(servers::variable()?);
    let nextest = shell::succeeds(cargo().args(["nextest", "--version"]));
    if nextest {
        println!("left out: the tests against a browser and the providers of others (`cargo xtask peers`)");
    } else {
        println!("cargo-nextest is not installed: using `cargo test`, which leaves nothing out");
        env.extend(peers::variable()?);
    }
    let run = |arguments: &[String]| shell::run(cargo().args(arguments).envs(env.clone()));
    run(&tests(nextest, &args.runner))?;
    if args.runner.is_empty() {
        run(&["test", "--workspace", "--doc"].map(str::to_owned))?;
    } else {
        println!("left out: the documentation's examples (run without arguments for all)");
    }
    Ok(())
}

/// Cargo's arguments. A package named by the caller stands instead of all of them.
fn tests(nextest: bool, runner: &[String]) -> Vec<String> {
    let chosen = runner.iter().any(|arg| arg == "-p" || arg.starts_with("--package"));
    let start: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
    let scope: &[&str] = if chosen { &[] } else { &["--workspace"] };
    let words = start.iter().chain(scope).chain(&["--all-targets"]).copied();
    words.map(str::to_owned).chain(runner.iter().cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::tests;

    #[test]
    fn everything_runs_unless_a_package_is_named() {
        assert_eq!(tests(true, &[]), ["nextest", "run", "--workspace", "--all-targets"]);
        assert_eq!(tests(false, &[]), ["test", "--workspace", "--all-targets"]);
        let named = ["-p".to_owned(), "polity-kernel".to_owned()];
        assert_eq!(tests(true, &named), ["nextest", "run", "--all-targets", "-p", "polity-kernel"]);
    }
}
