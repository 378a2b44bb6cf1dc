//! People at a browser: a session beside a token, the pages of signing in, SAML responses, and very many sessions.

mod ground;
mod judging;
mod report;
mod standing;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::Args;
use super::ground::Ground;
use super::load::{self, READERS};
use super::report::{Ratio, Row};
use super::wrk::{self, Load, Measured};
use crate::http;
use crate::instance::{Instance, Service};
use crate::shell::Result;

pub(super) use ground::write_settings;
use ground::{Example, lines};
use report::Report;

/// Connections of the measurements by wrk.
const CLIENTS: u32 = 32;

/// The fewest sign-in pages a second.
const PAGES: f64 = 3_000.0;

/// What is asked for and with what, for wrk.
struct Inputs {
    organizations: PathBuf,
    nobody: PathBuf,
    addresses: PathBuf,
    pages: PathBuf,
    tokens: PathBuf,
    sessions: PathBuf,
}

/// Measures everything on an instance with organizations.
pub(super) fn measure(ground: &Ground, args: &Args, folder: &Path) -> Result<Report> {
    let instance = &ground.instance;
    let example = Example::build(args.debug)?;
    let mut service = instance.serve()?;
    service.wait_for("/readyz")?;
    let idle = service.memory()?;
    let inputs = inputs(instance, args, &example)?;
    let mut rows = beside_tokens(instance, args, &inputs)?;
    rows.extend(pages(instance, args, &inputs)?);
    let judged = judging::measure(instance, &example, args)?;
    let count = args.scaled(args.sessions);
    println!("  beginning {count} sessions");
    let people = folder.join("people");
    lines(&people, &ground::people(args))?;
    let began = example.sessions(instance, &people, count, 0)?.1;
    ground.settle()?;
    rows.push(session(instance, args, &inputs, format!("the same, of {count} sessions"))?);
    let loaded = service.memory()?;
    drop(service);
    let expiry = standing::expire(ground, args, &example, &people)?;
    Ok(Report { engine: ground.engine.clone(), rows, judged, began, count, idle, loaded, expiry })
}

/// A read with a token, and the same with a session right after, in rounds.
fn beside_tokens(instance: &Instance, args: &Args, inputs: &Inputs) -> Result<Vec<Row>> {
    let (mut tokens, mut sessions) = (Vec::new(), Vec::new());
    for _ in 0..args.rounds {
        tokens.push(run(instance, args, &inputs.organizations, &inputs.tokens)?);
        sessions.push(run(instance, args, &inputs.organizations, &inputs.sessions)?);
    }
    Ok(vec![
        row("GET /directory/orgs/{id}, by token", tokens.clone(), Ratio::None),
        row("the same, by session", sessions, Ratio::PartOf(tokens)),
    ])
}

fn session(instance: &Instance, args: &Args, inputs: &Inputs, what: String) -> Result<Row> {
    let (mut tokens, mut sessions) = (Vec::new(), Vec::new());
    for _ in 0..args.rounds {
        tokens.push(run(instance, args, &inputs.organizations, &inputs.tokens)?);
        sessions.push(run(instance, args, &inputs.organizations, &inputs.sessions)?);
    }
    Ok(Row { what, clients: CLIENTS, rounds: sessions, ratio: Ratio::PartOf(tokens) })
}

fn pages(instance: &Instance, args: &Args, inputs: &Inputs) -> Result<Vec<Row>> {
    let shown = http::get(instance.listen, "/login")?;
    let cookie = shown.cookie.ok_or("the page of signing in sets no cookie")?;
    let token =
        shown.body.split("name=\"form_token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let token = token.ok_or("the page of signing in has no token")?;
    let (mut looked, mut posted) = (Vec::new(), Vec::new());
    for _ in 0..args.rounds {
        looked.push(run(instance, args, &inputs.pages, &inputs.nobody)?);
        let args_of_script = vec![inputs.addresses.as_os_str(), OsStr::new(&cookie), OsStr::new(token)];
        let load =
            Load { script: "forms.lua", args: args_of_script, clients: CLIENTS, seconds: args.seconds };
        posted.push(wrk::run(instance.listen, &load)?);
    }
    Ok(vec![
        row("GET /login, /reset", looked, Ratio::Above(PAGES)),
        row("POST /login, of an address", posted, Ratio::Above(PAGES)),
    ])
}

fn row(what: &str, rounds: Vec<Measured>, ratio: Ratio) -> Row {
    Row { what: what.to_owned(), clients: CLIENTS, rounds, ratio }
}

fn run(instance: &Instance, args: &Args, paths: &Path, credentials: &Path) -> Result<Measured> {
    let args_of_script: Vec<&OsStr> = vec![paths.as_os_str(), credentials.as_os_str()];
    let load = Load { script: "reads.lua", args: args_of_script, clients: CLIENTS, seconds: args.seconds };
    wrk::run(instance.listen, &load)
}

fn inputs(instance: &Instance, args: &Args, example: &Example) -> Result<Inputs> {
    let at = |name: &str| instance.data.join(name);
    let inputs = Inputs {
        organizations: at("organizations"),
        nobody: at("nobody"),
        addresses: at("reader-addresses"),
        pages: at("pages"),
        tokens: at("tokens"),
        sessions: at("sessions"),
    };
    let tokens = READERS.iter().map(|reader| instance.token(&load::email(reader), &["--ttl", "12h"]));
    let tokens = tokens.collect::<Result<Vec<_>>>()?;
    let readers: Vec<String> = READERS.iter().map(|reader| load::email(reader)).collect();
    lines(&inputs.addresses, &readers)?;
    let begun = u32::try_from(READERS.len()).unwrap_or(1);
    let (secrets, _) = example.sessions(instance, &inputs.addresses, begun, 0)?;
    let cookies: Vec<String> = secrets.iter().map(|secret| format!("polity={secret}")).collect();
    let organizations = (0..args.size().organizations).map(load::alias);
    let organizations: Vec<String> = organizations.map(|alias| format!("/directory/orgs/{alias}")).collect();
    lines(&inputs.organizations, &organizations)?;
    lines(&inputs.nobody, &["polity=nobody".to_owned()])?;
    lines(&inputs.pages, &["/login", "/reset", "/login?return_to=/account"].map(str::to_owned))?;
    lines(&inputs.tokens, &tokens)?;
    lines(&inputs.sessions, &cookies)?;
    Ok(inputs)
}

/// The service, once it is ready.
fn started(instance: &Instance) -> Result<Service> {
    let mut service = instance.serve()?;
    service.wait_for("/readyz")?;
    Ok(service)
}
