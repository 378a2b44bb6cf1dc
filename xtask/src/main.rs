//! Development tasks of polity, run as `cargo xtask <task>`: a thin dispatcher, one small file per task.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks to whoever runs it"
)]

mod bench;
mod ci;
mod company;
mod demo;
mod docs;
mod guard;
mod http;
mod instance;
mod license;
mod peers;
mod postgres;
mod seed;
mod servers;
mod shell;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use shell::Result;

/// Development tasks of polity.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run all tests on SQLite and on a private PostgreSQL cluster
    Test(test::Args),
    /// Run the tests against a browser and the providers of others
    Peers(peers::Args),
    /// Run everything a submission must pass, in order
    Ci,
    /// Check the rules of the house that no compiler checks
    Tidy,
    /// Write the generated pages docs/routes.md and docs/errors.md
    Routes,
    /// Bring a database to the present schema
    Migrate(instance::MigrateArgs),
    /// Load the made-up companies of the demonstration
    Seed(seed::Args),
    /// Issue license keys
    #[command(disable_help_flag = true)]
    License(license::Args),
    /// Build, seed and start a service to look at
    Demo(demo::Args),
    /// Measure speed and memory of a release build
    Bench(bench::Args),
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            shell::exit_code(error.as_ref())
        }
    }
}

fn run(task: Task) -> Result {
    match task {
        Task::Test(args) => test::run(&args),
        Task::Peers(args) => peers::run(&args),
        Task::Ci => ci::run(),
        Task::Tidy => tidy::run(),
        Task::Routes => docs::write(),
        Task::Migrate(args) => instance::migrate(&args),
        Task::Seed(args) => seed::run(&args),
        Task::License(args) => license::run(&args),
        Task::Demo(args) => demo::run(&args),
        Task::Bench(args) => bench::run(&args),
    }
}
