//! The binary: parses the command line and says in one line what went wrong.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use polity::commands::{self, Arguments};

fn main() -> ExitCode {
    match commands::run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // with no standard error there is nobody left to tell
            drop(writeln!(std::io::stderr(), "polity: {}", commands::in_words(failure.as_ref())));
            ExitCode::FAILURE
        }
    }
}
