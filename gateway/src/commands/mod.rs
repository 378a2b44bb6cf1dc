//! The commands of the binary.
//!
//! What they print for programs goes to the standard output, everything else to the standard error.

mod credential;
mod import;
mod output;
mod serve;

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use polity_kernel::{Code, Ctx, db};

pub use output::Failure;
use output::print;

use crate::areas::Polity;
use crate::boot;
use crate::config::{Settings, Variables};
use crate::mount::FAMILIES;
use crate::openapi;

/// A self-hosted directory of organizations.
#[derive(Debug, Parser)]
#[command(name = "polity", version, about)]
pub struct Arguments {
    /// Read settings from this file instead of polity.toml in the working or the data directory.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring the store to the present shape and serve until told to stop (SIGTERM or SIGINT).
    Serve(serve::Serve),
    /// Bring the store to the present shape and say what was done.
    Migrate,
    /// Bring organizations with their people, teams and roles, or the rows of one, into the directory; see docs/import.md.
    Import(import::Import),
    /// Print an access token for a person.
    Token(credential::Token),
    /// Make an API key of a person or an organization and print it.
    Key(credential::Key),
    /// Print the OpenAPI document of all routes.
    Openapi,
}

/// Runs one command to its end.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    if let Command::Openapi = arguments.command {
        return print(&openapi::text(FAMILIES));
    }
    let settings = Settings::load(&variables(), arguments.config.as_deref())?;
    match arguments.command {
        Command::Serve(serve) => serve.run(&settings),
        Command::Migrate => migrate(&settings),
        Command::Import(import) => import.run(&assembled(&settings)?),
        Command::Token(token) => print(&token.run(&assembled(&settings)?)?),
        Command::Key(key) => print(&key.run(&assembled(&settings)?)?),
        Command::Openapi => Ok(()),
    }
}

/// The failure and its causes, in one line.
pub fn in_words(failure: &(dyn Error + 'static)) -> String {
    let mut words = match failure.downcast_ref::<polity_kernel::Error>() {
        Some(error) if matches!(error.code(), Code::Internal | Code::Unavailable) => {
            error.message().to_owned()
        }
        // it tells what its cause says
        Some(error) => return error.message().to_owned(),
        None => failure.to_string(),
    };
    let mut cause = failure.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

/// The environment; what is not UTF-8 is no variable of ours.
fn variables() -> Variables {
    std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect()
}

fn migrate(settings: &Settings) -> Result<(), Failure> {
    settings.prepare()?;
    let applied = db::migrate(boot::open(settings)?.db())?;
    print(&if applied.is_empty() { "nothing to do".to_owned() } else { applied.join("\n") })
}

/// The areas, for a command that works on the store itself, beside a running service or without one.
fn assembled(settings: &Settings) -> Result<Polity, Failure> {
    settings.prepare()?;
    let ctx = boot::open_for_bulk(settings)?;
    // nobody serves an empty store, and whoever begins with it need not know of its shape
    if db::is_empty(ctx.db())? {
        db::migrate(ctx.db())?;
        drop(writeln!(std::io::stderr(), "the store was empty and has been brought to the present shape"));
    }
    refuse_old_shape(&ctx)?;
    let identity = boot::identity_settings(&ctx, settings, settings.listen)?;
    let polity = boot::assemble(&ctx, identity, settings)?;
    polity.identity.prove_master_key()?;
    Ok(polity)
}

/// A command that is not about the shape of the store must not change it under a running service.
fn refuse_old_shape(ctx: &Ctx) -> Result<(), Failure> {
    let missing = db::pending(ctx.db())?;
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the store is not of the present shape; run `polity migrate` first (missing: {})",
        missing.join(", ")
    )
    .into())
}
