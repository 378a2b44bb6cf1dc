//! Who takes part: a quiet tenant, a greedy one with much of everything, and an issuer that never answers.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::bench::load::email;
use crate::http::Connection;
use crate::instance::Instance;
use crate::seed;
use crate::shell::Result;

/// The tenant that is measured.
const QUIET: &str = "siege-quiet";

/// The tenant that asks for too much.
pub(super) const GREEDY: &str = "siege-greedy";

/// Its administrators, who are in its groups and in no other organization.
const ADMINISTRATORS: usize = 4;

/// Its members who read lists.
const READERS: usize = 100;

/// Its groups: storeys of so many, each in some of the next storey.
const STOREYS: usize = 34;
const WIDTH: usize = 50;
const PARENTS: usize = 8;

/// How many groups somebody is placed in at once.
const PLACES: usize = 1_000;

/// How much to load.
#[derive(Clone, Copy, Debug)]
pub(in crate::bench) struct Size {
    /// Organizations of one person.
    pub(in crate::bench) organizations: u32,
    /// Employees of the greedy tenant.
    pub(in crate::bench) employees: u32,
}

/// What is imported, in order.
pub(in crate::bench) struct Files {
    organizations: PathBuf,
    rows: Vec<(&'static str, PathBuf)>,
}

/// Credentials and paths, asked of the service beforehand.
pub(super) struct Stage {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// The victim's credential.
    pub(super) quiet_token: String,
    /// What the victim asks for.
    pub(super) quiet_paths: Vec<String>,
    /// Credentials of the greedy tenant's administrators, and their accounts.
    pub(super) administrators: Vec<(String, String)>,
    /// Credentials of its readers.
    pub(super) readers: Vec<String>,
    /// The credential of the person of many organizations.
    pub(super) everywhere: String,
    /// Groups to be placed in.
    pub(super) groups: Vec<String>,
    /// The group that is above most others.
    pub(super) top: String,
    /// Somebody to be placed.
    pub(super) employee: String,
    /// The greedy tenant's connection to a provider that never answers.
    pub(super) connection: String,
}

/// Takes connections and answers nothing, until it is dropped.
pub(super) struct Silent {
    /// Its address as an issuer.
    pub(super) issuer: String,
    _held: Arc<Mutex<Vec<TcpStream>>>,
}

/// Writes the files to import.
pub(in crate::bench) fn write(folder: &Path, size: Size) -> Result<Files> {
    let organizations = folder.join("siege.json");
    let mut file = BufWriter::new(File::create(&organizations)?);
    let names = |word: &str, count: usize| {
        (0..count).map(|number| format!("\"{word}-{number}\"")).collect::<Vec<_>>().join(",")
    };
    let (administrators, readers) = (names("greedy-admin", ADMINISTRATORS), names("greedy-reader", READERS));
    writeln!(file, "{{\"organizations\":[")?;
    writeln!(
        file,
        "{{\"alias\":\"{QUIET}\",\"admins\":[\"quiet-admin\"],\"members\":[{}]}},",
        names("quiet", 150)
    )?;
    writeln!(file, "{{\"alias\":\"{GREEDY}\",\"admins\":[{administrators}],\"members\":[{readers}]}}")?;
    for number in 0..size.organizations {
        writeln!(file, ",{{\"alias\":\"siege-{number}\",\"admins\":[\"everywhere\"]}}")?;
    }
    writeln!(file, "]}}")?;
    file.flush()?;
    let mut rows = Vec::new();
    let mut add = |kind: &'static str, text: String| -> Result {
        let path = folder.join(format!("siege-{kind}.csv"));
        fs::write(&path, text)?;
        rows.push((kind, path));
        Ok(())
    };
    let employee = |number: u32| format!("e{number}@siege.example");
    let people = (0..size.employees).map(|number| format!("{},Employee {number}\n", employee(number)));
    add("employees", format!("email,name\n{}", people.collect::<String>()))?;
    let groups = (0..STOREYS).flat_map(|storey| (0..WIDTH).map(move |place| group(storey, place)));
    let top = group(STOREYS - 1, 0);
    let groups = groups.map(|group| {
        let kind = if group == top { "TOP" } else { "TEAM" };
        format!("{group},Group {group},{kind}\n")
    });
    add("groups", format!("group,name,type\n{}", groups.collect::<String>()))?;
    add("memberships", format!("group,member,kind,type\n{}", memberships(size.employees, &employee)))?;
    Ok(Files { organizations, rows })
}

fn group(storey: usize, place: usize) -> String {
    format!("g-{storey}-{place}")
}

/// Each group in some of the storey above, the administrators in all of the lowest, the employees anywhere.
fn memberships(employees: u32, employee: &dyn Fn(u32) -> String) -> String {
    let mut lines = String::new();
    for storey in 0..STOREYS - 1 {
        for place in 0..WIDTH {
            for step in 0..PARENTS {
                let above = group(storey + 1, (place + step * 7) % WIDTH);
                lines.push_str(&format!("{above},{},group,MEMBER\n", group(storey, place)));
            }
        }
    }
    for place in 0..WIDTH {
        for number in 0..ADMINISTRATORS {
            let administrator = email(&format!("greedy-admin-{number}"));
            lines.push_str(&format!("{},{administrator},account,MEMBER\n", group(0, place)));
        }
    }
    let places = (0..WIDTH).flat_map(|place| (0..STOREYS).map(move |storey| group(storey, place))).cycle();
    for (number, place) in (0..employees).zip(places) {
        lines.push_str(&format!("{place},{},employee,MEMBER\n", employee(number)));
    }
    lines
}

/// Imports the files.
pub(super) fn load(instance: &Instance, files: &Files) -> Result {
    instance.import(&[files.organizations.as_os_str().to_owned()])?;
    files.rows.iter().try_for_each(|(kind, file)| instance.import(&seed::rows_of(GREEDY, kind, file)))
}

/// Has the service trust an issuer that takes every question and answers none.
pub(super) fn trust_a_silent_issuer(instance: &Instance) -> Result<Silent> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let issuer = format!("http://{}", listener.local_addr()?);
    let settings = format!(
        "[[trusted_issuers]]\nissuer = \"{issuer}\"\naudience = \"siege\"\nalgorithms = [\"RS256\"]\nintrospection_endpoint = \"{issuer}/introspect\"\n\
         client_id = \"siege\"\nclient_secret = \"siege\"\n"
    );
    // people sign in from networks of their own, and providers may be on this machine
    let settings =
        format!("trusted_proxies = [\"127.0.0.1\"]\noutbound_allow = [\"127.0.0.0/8\"]\n{settings}");
    fs::write(instance.data.join("polity.toml"), settings)?;
    let held = Arc::new(Mutex::new(Vec::new()));
    let keeping = Arc::downgrade(&held);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Some(held) = keeping.upgrade() else { break };
            if let Ok(mut held) = held.lock() {
                held.push(stream);
            }
        }
    });
    Ok(Silent { issuer, _held: held })
}

impl Stage {
    /// Asks the service for what the requests name.
    pub(super) fn new(instance: &Instance, silent: &Silent) -> Result<Self> {
        let token = |login: &str| instance.token(&email(login), &["--ttl", "12h"]);
        let tokens = |word: &str, count: usize| {
            (0..count).map(|number| token(&format!("{word}-{number}"))).collect::<Result<Vec<_>>>()
        };
        let mut connection = Connection::open(instance.listen)?;
        let mut ask = |path: &str, token: &str| -> Result<Value> {
            let answer = connection.get(path, Some(token))?;
            match answer.status {
                200 => Ok(serde_json::from_str(&answer.body)?),
                status => Err(format!("GET {path} answers {status}: {}", answer.body).into()),
            }
        };
        let mut administrators = Vec::new();
        for token in tokens("greedy-admin", ADMINISTRATORS)? {
            let own = ask(&format!("/directory/orgs/{GREEDY}/user/roles"), &token)?;
            administrators.push((token, text(&own, "user_id")?));
        }
        let first = administrators.first().map(|(token, _)| token.clone()).ok_or("no administrator")?;
        let listed = |found: Value| -> Result<Vec<String>> {
            found.as_array().into_iter().flatten().map(|group| text(group, "id")).collect()
        };
        let mut groups = listed(ask("/api/v1/group?type=TEAM&limit=1000", &first)?)?;
        let top = listed(ask("/api/v1/group?type=TOP", &first)?)?.pop();
        let employees = ask("/api/v1/employee?limit=1", &first)?;
        let employee = employees.get(0).ok_or("no employee")?;
        groups.truncate(PLACES);
        Ok(Self {
            address: instance.listen,
            quiet_token: token("quiet-0")?,
            quiet_paths: vec![
                format!("/directory/orgs/{QUIET}"),
                format!("/directory/orgs/{QUIET}/members?limit=100"),
            ],
            readers: tokens("greedy-reader", READERS)?,
            everywhere: token("everywhere")?,
            administrators,
            groups,
            top: top.ok_or("the group on top is not listed")?,
            employee: text(employee, "id")?,
            connection: text(&connect(instance, &first, silent)?, "id")?,
        })
    }
}

/// Makes a connection to the provider that never answers.
fn connect(instance: &Instance, token: &str, silent: &Silent) -> Result<Value> {
    let body = format!(
        "{{\"name\":\"silent\",\"kind\":\"oidc\",\"issuer\":\"{}\",\"client_id\":\"siege\",\"client_secret\":\"siege\"}}",
        silent.issuer
    );
    let path = format!("/api/organizations/{GREEDY}/connections");
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = Connection::open(instance.listen)?.ask(request.as_bytes())?;
    match answer.status {
        201 => Ok(serde_json::from_str(&answer.body)?),
        status => Err(format!("POST {path} answers {status}: {}", answer.body).into()),
    }
}

fn text(item: &Value, member: &str) -> Result<String> {
    let found = item.get(member).and_then(Value::as_str);
    found.map(str::to_owned).ok_or_else(|| format!("no {member} in {item}").into())
}
