//! `cargo xtask bench`: speed and memory of a release build, on each engine, over loopback.
//!
//! The part `directory` drives many organizations with many clients. Its reads run in rounds, and in each round `/healthz`
//! (the framework's own ceiling, driven by the same client) is measured right before every kind of request, so that a ratio
//! compares neighbors. The part `graph` drives one large organization with one client. Times are medians of the rounds. The part `siege` measures one
//! tenant's reads beside attacks of others. The part `sign-in` is about sessions and how they begin.

mod graph;
mod ground;
mod latencies;
mod load;
mod measure;
mod report;
mod siege;
mod sign_in;
mod wrk;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use ground::Ground;
use load::Size;

use crate::instance::Instance;
use crate::shell::{self, Result};

/// Arguments of `cargo xtask bench`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Measure this part only
    #[arg(long)]
    part: Option<Part>,
    /// Measure on this engine only
    #[arg(long)]
    engine: Option<Engine>,
    /// How many organizations the part `directory` loads
    #[arg(long, default_value_t = 10_000)]
    organizations: u32,
    /// How many members it loads, over all organizations
    #[arg(long, default_value_t = 200_000)]
    members: u32,
    /// How many employees the part `graph` loads
    #[arg(long, default_value_t = 1_000_000)]
    employees: u32,
    /// How many groups it loads
    #[arg(long, default_value_t = 100_000)]
    groups: u32,
    /// How many sessions the part `sign-in` begins
    #[arg(long, default_value_t = 1_000_000)]
    sessions: u32,
    /// Multiplies all five, to try it small
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// How long each measurement takes
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=60))]
    seconds: u32,
    /// How often each is repeated
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=10))]
    rounds: u32,
    /// Measure a debug build, which says nothing about speed
    #[arg(long)]
    debug: bool,
    /// Measure this binary instead of building one
    #[arg(long, conflicts_with = "debug")]
    binary: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Directory,
    Graph,
    Siege,
    SignIn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

/// Builds, loads and measures, and prints a table for each part and engine.
pub(crate) fn run(args: &Args) -> Result {
    if args.part != Some(Part::Siege) {
        wrk::require()?;
    }
    let binary = match &args.binary {
        Some(binary) => std::path::absolute(binary)?,
        None if args.debug => Instance::build_debug()?,
        None => Instance::build_release()?,
    };
    let folder = tempfile::Builder::new().prefix("polity-bench-").tempdir()?;
    let file_system = shell::read(Command::new("stat").args(["-f", "-c", "%T"]).arg(folder.path()))?;
    println!("durable means on {} (TMPDIR chooses another place)", file_system.trim());
    let mut lines = Vec::new();
    for part in [Part::Directory, Part::Graph, Part::Siege, Part::SignIn] {
        if args.part.is_none_or(|chosen| chosen == part) {
            lines.extend(match part {
                Part::Directory => directory(args, &binary, folder.path())?,
                Part::Graph => graph(args, &binary, folder.path())?,
                Part::Siege => siege(args, &binary, folder.path())?,
                Part::SignIn => sign_in(args, &binary, folder.path())?,
            });
        }
    }
    println!("{}", lines.join("\n"));
    println!(
        "\nratio: %, to /healthz right before; x, to one client; <, p99 to its goal in ms. Medians of {} rounds of {} s; wrk ran on the same cores.",
        args.rounds, args.seconds
    );
    Ok(())
}

fn directory(args: &Args, binary: &Path, folder: &Path) -> Result<Vec<String>> {
    let file = folder.join("load.json");
    let size = args.size();
    let members = load::write(&file, size)?;
    println!("loading {} organizations with {members} members on each engine", size.organizations);
    args.on_each(binary, &folder.join("directory"), |ground| {
        let started = Instant::now();
        ground.instance.import(&[file.as_os_str().to_owned()])?;
        let import = started.elapsed();
        ground.settle()?;
        println!("measuring on {}", ground.engine);
        Ok(measure::all(&ground.instance, args, ground.engine.clone(), import)?.lines())
    })
}

fn graph(args: &Args, binary: &Path, folder: &Path) -> Result<Vec<String>> {
    let size = args.graph_size();
    println!("loading {} employees and {} groups on each engine", size.employees, size.groups);
    let (organization, rows) = graph::write(folder, size)?;
    args.on_each(binary, &folder.join("graph"), |ground| {
        let imports = graph::import(&ground.instance, &organization, &rows)?;
        ground.settle()?;
        println!("measuring on {}", ground.engine);
        Ok(graph::measure(ground, args, imports)?.lines())
    })
}

fn siege(args: &Args, binary: &Path, folder: &Path) -> Result<Vec<String>> {
    let size = siege::Size { organizations: args.scaled(15_000), employees: args.scaled(10_000).max(1_000) };
    let files = siege::write(folder, size)?;
    println!("loading the tenants of the siege on each engine");
    args.on_each(binary, &folder.join("siege"), |ground| {
        println!("measuring on {}", ground.engine);
        Ok(siege::measure(ground, args, &files)?.lines())
    })
}

fn sign_in(args: &Args, binary: &Path, folder: &Path) -> Result<Vec<String>> {
    let file = folder.join("sign-in.json");
    load::write(&file, args.size())?;
    println!("loading people who sign in on each engine");
    args.on_each(binary, &folder.join("sign-in"), |ground| {
        sign_in::write_settings(&ground.instance)?;
        ground.instance.import(&[file.as_os_str().to_owned()])?;
        ground.settle()?;
        println!("measuring on {}", ground.engine);
        Ok(sign_in::measure(ground, args, folder)?.lines())
    })
}

impl Args {
    /// Runs a measurement on each engine that is wanted, each on an instance of its own.
    fn on_each(
        &self,
        binary: &Path,
        folder: &Path,
        measure: impl Fn(&Ground) -> Result<Vec<String>>,
    ) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        for engine in [Engine::Sqlite, Engine::Postgres] {
            if self.engine.is_none_or(|chosen| chosen == engine) {
                let data = folder.with_extension(format!("{engine:?}").to_lowercase());
                lines.extend(measure(&Ground::new(engine, binary, &data)?)?);
            }
        }
        Ok(lines)
    }

    fn size(&self) -> Size {
        let organizations = self.scaled(self.organizations).max(2);
        Size { organizations, members: self.scaled(self.members) }
    }

    fn graph_size(&self) -> graph::Size {
        graph::Size {
            // enough for a unit of a thousand
            employees: self.scaled(self.employees).max(1_000),
            groups: self.scaled(self.groups),
        }
    }

    fn scaled(&self, number: u32) -> u32 {
        (f64::from(number) * self.scale) as u32
    }
}
