//! What is measured on one engine, in order.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::load::{self, READERS};
use super::report::{Ratio, Report, Row};
use super::wrk::{self, Load};
use super::{Args, Size};
use crate::http::Connection;
use crate::instance::{Instance, Service};
use crate::shell::Result;

/// Connections of the read measurements.
const CLIENTS: u32 = 32;

/// Connections of the write measurements, beside those of one client.
const WRITERS: u32 = 64;

/// How many starts the cold start is the median of.
const STARTS: u32 = 5;

/// Longer than any measurement.
const TTL: &[&str] = &["--ttl", "12h"];

/// How many accounts are made members of other organizations.
const ACCOUNTS: usize = 10_000;

/// Files that tell wrk what to ask.
struct Inputs {
    healthz: PathBuf,
    organizations: PathBuf,
    pages: PathBuf,
    readers: PathBuf,
    administrator: PathBuf,
    keys: PathBuf,
    accounts: PathBuf,
}

/// Measures everything on a loaded instance.
pub(super) fn all(instance: &Instance, args: &Args, engine: String, import: Duration) -> Result<Report> {
    let starts = (0..STARTS).map(|_| start(instance).map(|(_, times)| times)).collect::<Result<Vec<_>>>()?;
    let (service, _) = start(instance)?;
    let idle_kib = service.memory()?.resident;
    let inputs = inputs(instance, args.size())?;
    let mut rows = reads(instance, args, &inputs)?;
    rows.extend(writes(instance, args, &inputs)?);
    let loaded_kib = service.memory()?.resident;
    Ok(Report { engine, rows, idle_kib, loaded_kib, starts, import })
}

/// Starts the service; how long until it lives and until it is ready.
fn start(instance: &Instance) -> Result<(Service, (Duration, Duration))> {
    let mut service = instance.serve()?;
    let alive = service.wait_for("/healthz")?;
    let ready = service.wait_for("/readyz")?;
    Ok((service, (alive, ready)))
}

fn reads(instance: &Instance, args: &Args, inputs: &Inputs) -> Result<Vec<Row>> {
    let measure = |paths: &Path| {
        let args_of_script = vec![paths.as_os_str(), inputs.readers.as_os_str()];
        let load =
            Load { script: "reads.lua", args: args_of_script, clients: CLIENTS, seconds: args.seconds };
        wrk::run(instance.listen, &load)
    };
    let row = |what: &str, rounds, ratio| Row { what: what.to_owned(), clients: CLIENTS, rounds, ratio };
    let kinds = [
        ("GET /directory/orgs/{id}", &inputs.organizations),
        ("GET /directory/orgs/{id}/members?limit=100", &inputs.pages),
    ];
    let mut ceilings = kinds.map(|_| Vec::new());
    let mut answers = kinds.map(|_| Vec::new());
    for _ in 0..args.rounds {
        for (((_, paths), ceiling), answers) in kinds.iter().zip(&mut ceilings).zip(&mut answers) {
            ceiling.push(measure(&inputs.healthz)?);
            answers.push(measure(paths)?);
        }
    }
    let mut rows = vec![row("GET /healthz", ceilings.concat(), Ratio::None)];
    for (((what, _), ceiling), answers) in kinds.iter().zip(ceilings).zip(answers) {
        rows.push(row(what, answers, Ratio::PartOf(ceiling)));
    }
    Ok(rows)
}

fn writes(instance: &Instance, args: &Args, inputs: &Inputs) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (kind, what) in
        [("organization", "POST /directory/orgs"), ("member", "PUT /directory/orgs/{id}/members/{subject}")]
    {
        let measure = |clients: u32, round: u32| {
            // new in every run, so that every creation creates
            let word = format!("Made {clients} {round}");
            let mut args_of_script =
                vec![OsStr::new(kind), inputs.administrator.as_os_str(), OsStr::new(&word)];
            args_of_script.extend([inputs.keys.as_os_str(), inputs.accounts.as_os_str()]);
            let load = Load { script: "writes.lua", args: args_of_script, clients, seconds: args.seconds };
            wrk::run(instance.listen, &load)
        };
        let (mut alone, mut together) = (Vec::new(), Vec::new());
        for round in 0..args.rounds {
            alone.push(measure(1, round)?);
            together.push(measure(WRITERS, round)?);
        }
        let row = |clients, rounds, ratio| Row { what: what.to_owned(), clients, rounds, ratio };
        rows.push(row(1, alone.clone(), Ratio::None));
        rows.push(row(WRITERS, together, Ratio::TimesOf(alone)));
    }
    Ok(rows)
}

/// Asks the service for what the requests name, and writes it down for wrk.
fn inputs(instance: &Instance, size: Size) -> Result<Inputs> {
    let readers =
        READERS.iter().map(|reader| instance.token(&load::email(reader), TTL)).collect::<Result<Vec<_>>>()?;
    let administrator = instance.token("bench@example.org", &[&["--platform-admin"], TTL].concat())?;
    let keys = keys(instance, size, &administrator)?;
    let accounts = accounts(instance, size, &administrator)?;
    let large = keys.iter().take(size.large() as usize);
    let pages = large.map(|key| format!("/directory/orgs/{key}/members?limit=100")).collect::<Vec<_>>();
    let organizations = keys.iter().map(|key| format!("/directory/orgs/{key}")).collect::<Vec<_>>();
    let write = |name: &str, lines: &[String]| -> Result<PathBuf> {
        let path = instance.data.join(name);
        fs::write(&path, lines.join("\n") + "\n")?;
        Ok(path)
    };
    Ok(Inputs {
        healthz: write("healthz", &["/healthz".to_owned()])?,
        organizations: write("organizations", &organizations)?,
        pages: write("pages", &pages)?,
        readers: write("readers", &readers)?,
        administrator: write("administrator", &[administrator])?,
        keys: write("keys", &keys)?,
        accounts: write("accounts", &accounts)?,
    })
}

/// The id of every organization.
fn keys(instance: &Instance, size: Size, token: &str) -> Result<Vec<String>> {
    let mut connection = Connection::open(instance.listen)?;
    let mut key = |organization| -> Result<String> {
        let body = ask(&mut connection, &format!("/directory/orgs/{}", load::alias(organization)), token)?;
        Ok(body.get("id").and_then(Value::as_str).ok_or("an organization without id")?.to_owned())
    };
    (0..size.organizations).map(&mut key).collect()
}

/// Accounts out of the large organizations.
fn accounts(instance: &Instance, size: Size, token: &str) -> Result<Vec<String>> {
    let mut connection = Connection::open(instance.listen)?;
    let mut accounts = Vec::new();
    for organization in 0..size.large() {
        let body =
            ask(&mut connection, &format!("/directory/orgs/{}/members", load::alias(organization)), token)?;
        accounts.extend(body.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
        if accounts.len() >= ACCOUNTS {
            break;
        }
    }
    if accounts.is_empty() { Err("the large organizations have no members".into()) } else { Ok(accounts) }
}

fn ask(connection: &mut Connection, path: &str, token: &str) -> Result<Value> {
    let response = connection.get(path, Some(token))?;
    if response.status != 200 {
        return Err(format!("GET {path} answers {}: {}", response.status, response.body).into());
    }
    Ok(serde_json::from_str(&response.body)?)
}
