//! `cargo xtask license`: hands on to the crate that signs, which is built when it is asked for.

use std::ffi::OsString;

use crate::shell::{self, Result, cargo};

/// What is handed on.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// `--help` tells
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

/// Runs it, where we were started: the signing key is a file beside whoever asks.
pub(crate) fn run(args: &Args) -> Result {
    let manifest = shell::root().join("Cargo.toml");
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "xtask-license", "--manifest-path"]).arg(manifest);
    shell::run(command.arg("--").args(&args.rest).current_dir(std::env::current_dir()?))
}
