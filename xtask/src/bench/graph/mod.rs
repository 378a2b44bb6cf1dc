//! One large organization as a graph: who reports to whom and which groups are in which, driven by one client.

mod load;
mod paths;
mod report;
mod stream;

use std::fs;
use std::path::Path;
use std::time::Instant;

pub(super) use load::{Size, write};

use load::{ADMINISTRATOR, ALIAS, Rows};
use report::{Imported, Report};

use super::Args;
use super::ground::Ground;
use super::load::email;
use super::report::{Ratio, Row};
use super::wrk::{self, Load};
use crate::instance::Instance;
use crate::seed;
use crate::shell::Result;

/// Loads the organization and its rows, and says how long each file took.
pub(super) fn import(instance: &Instance, organization: &Path, rows: &[Rows]) -> Result<Vec<Imported>> {
    instance.import(&[organization.as_os_str().to_owned()])?;
    let timed = |rows: &Rows| -> Result<Imported> {
        let started = Instant::now();
        instance.import(&seed::rows_of(ALIAS, rows.kind, &rows.file))?;
        Ok(Imported { kind: rows.kind, rows: rows.count, took: started.elapsed() })
    };
    rows.iter().map(timed).collect()
}

/// Measures everything on a loaded instance.
pub(super) fn measure(ground: &Ground, args: &Args, imports: Vec<Imported>) -> Result<Report> {
    let instance = &ground.instance;
    let bytes = ground.size()?;
    let mut service = instance.serve()?;
    service.wait_for("/readyz")?;
    let token = instance.token(&email(ADMINISTRATOR), &["--ttl", "12h"])?;
    instance.takes_up(&token, ALIAS)?;
    // first, while the memory is that of a service that has just begun
    let stream = stream::measure(&service, instance.listen, &token)?;
    let company = load::company(args.graph_size().employees);
    let kinds = paths::write(instance, &company, &token)?;
    let readers = instance.data.join("graph-readers");
    fs::write(&readers, format!("{token}\n"))?;
    let mut rows = Vec::new();
    for kind in kinds {
        let one = || alone(instance, args, &kind.paths, &readers);
        let rounds = (0..args.rounds).map(|_| one()).collect::<Result<Vec<_>>>()?;
        let ratio = kind.goal.map_or(Ratio::None, Ratio::Below);
        rows.push(Row { what: kind.what.to_owned(), clients: 1, rounds, ratio });
    }
    Ok(Report { engine: ground.engine.clone(), imports, bytes, rows, stream })
}

/// One client that asks for one path after the other, each chosen at random.
fn alone(instance: &Instance, args: &Args, paths: &Path, readers: &Path) -> Result<wrk::Measured> {
    let args_of_script = vec![paths.as_os_str(), readers.as_os_str()];
    let load = Load { script: "reads.lua", args: args_of_script, clients: 1, seconds: args.seconds };
    wrk::run(instance.listen, &load)
}
