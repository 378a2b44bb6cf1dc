//! `cargo xtask bench`: speed and memory of a release build, on each engine, over loopback.
//!
//! Reads run in rounds, and in each round `/healthz` (the framework's own ceiling, driven by the same client) is measured
//! right before every kind of request, so that a ratio compares neighbors. Times are medians of the rounds.

mod load;
mod measure;
mod report;
mod wrk;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use load::Size;

use crate::instance::{Instance, free_address};
use crate::postgres::{Cluster, Durability};
use crate::shell::{self, Result};

/// Arguments of `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Measure on this engine only
    #[arg(long)]
    engine: Option<Engine>,
    /// How many organizations to load
    #[arg(long, default_value_t = 10_000)]
    organizations: u32,
    /// How many members to load, over all organizations
    #[arg(long, default_value_t = 200_000)]
    members: u32,
    /// How long each measurement takes
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=60))]
    seconds: u32,
    /// How often each is repeated
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=10))]
    rounds: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

/// Builds, loads and measures, and prints one table.
pub(crate) fn run(args: &Args) -> Result {
    wrk::require()?;
    let binary = Instance::build_release()?;
    let folder = tempfile::Builder::new().prefix("polity-bench-").tempdir()?;
    let file_system = shell::read(Command::new("stat").args(["-f", "-c", "%T"]).arg(folder.path()))?;
    println!("durable means on {} (TMPDIR chooses another place)", file_system.trim());
    let file = folder.path().join("load.json");
    let members = load::write(&file, args.size())?;
    println!("loading {} organizations with {members} members on each engine", args.organizations);
    let mut lines = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if args.engine.is_none_or(|chosen| chosen == engine) {
            lines.extend(on_engine(engine, args, &binary, &file)?.lines());
        }
    }
    println!("{}", lines.join("\n"));
    println!(
        "\nratio: %, to /healthz right before; x, to one client. Medians of {} rounds of {} s; wrk ran on the same cores.",
        args.rounds, args.seconds
    );
    Ok(())
}

fn on_engine(engine: Engine, args: &Args, binary: &Path, file: &Path) -> Result<report::Report> {
    let data = file.with_file_name(format!("{engine:?}").to_lowercase());
    fs::create_dir(&data)?;
    // held until the measurement is through
    let cluster = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(Cluster::start(Durability::Full)?),
    };
    let mut name = "SQLite".to_owned();
    let mut database_url = None;
    if let Some(cluster) = &cluster {
        cluster.create_database("polity")?;
        name = format!("PostgreSQL {}", cluster.version()?);
        database_url = Some(cluster.url("polity"));
    }
    let instance = Instance { binary: binary.to_path_buf(), data, database_url, listen: free_address()? };
    instance.migrate()?;
    let started = Instant::now();
    instance.import(file)?;
    let import = started.elapsed();
    if let Some(cluster) = &cluster {
        // what autovacuum would have done by the time anybody looks
        cluster.psql("polity", "VACUUM ANALYZE")?;
    }
    println!("measuring on {name}");
    measure::all(&instance, args, name, import)
}

impl Args {
    fn size(&self) -> Size {
        Size { organizations: self.organizations.max(2), members: self.members }
    }
}
