//! `kill -9` under a load of writes on SQLite: whatever was acknowledged is there after a restart, and nothing is torn.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up has failed"
)]

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use polity_accounts::{AccountFields, NewAccount, People};
use polity_directory::{Entry, Members, OrganizationFilter, OrganizationRef, Organizations};
use polity_kernel::db::{DatabaseUrl, Options};
use polity_kernel::{AccountId, Actor, Clock, Ctx, Db, IdSource, MasterKey, Page, event};
use reqwest::blocking::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How often it is killed.
const KILLS: u64 = 24;

/// Clients that write at the same time.
const WRITERS: usize = 4;

/// Acknowledged writes before the kill: at least this many, and up to as many again, by round.
const LEAST: u64 = 5;

/// What a writer was told is done.
#[derive(Debug, PartialEq, Eq)]
enum Done {
    /// The organization of this key was founded.
    Founded(String),
    /// This account became a member of the organization of this key.
    Added(String, AccountId),
    /// The organization of this key was renamed to this.
    Renamed(String, String),
    /// The organization of this key was deleted.
    Deleted(String),
}

/// The service as a process of its own.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(folder: &Path) -> Self {
        let mut child = polity(folder, &["serve"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "the service ended before it served");
            let entry: Value = serde_json::from_str(&line).unwrap();
            if entry["message"] == "serving" {
                break entry["address"].as_str().unwrap().parse().unwrap();
            }
        };
        // nobody reads on: what it logs must not fill the pipe
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { child, address }
    }

    /// SIGKILL: no destructor, no flush.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn polity(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polity"));
    command.args(arguments).env_clear().current_dir(folder);
    command.env("POLITY_DATA_DIR", folder.join("data")).env("POLITY_LISTEN", "127.0.0.1:0");
    // one founder, who is killed among very many organizations
    command.env("POLITY_ORGANIZATIONS_PER_FOUNDER", "1000000");
    command.env("POLITY_PUBLIC_URL", "http://polity.test").env("POLITY_LOG", "info");
    command
}

/// The store of the killed service, opened by the areas themselves.
struct Store {
    ctx: Ctx,
    directory: polity_directory::Service,
    people: polity_accounts::Service,
}

impl Store {
    fn open(folder: &Path) -> Self {
        let url = DatabaseUrl::Sqlite(folder.join("data/polity.db"));
        let ctx =
            Ctx::new(Db::open(&url, &Options::default()).unwrap(), Clock::machine(), IdSource::random());
        Self {
            directory: polity_directory::Service::new(
                ctx.clone(),
                &MasterKey::new([7; 32]),
                polity_directory::RoleEnding::NOTHING,
                polity_directory::Terms::without_limits(
                    Arc::new(polity_projects::Hooks::new(&MasterKey::new([7; 32]))),
                    Arc::new(polity_domains::Claims),
                ),
            ),
            people: polity_accounts::Service::new(ctx.clone(), polity_accounts::Appointing::nothing()),
            ctx,
        }
    }
}

#[test]
fn what_was_acknowledged_is_there_and_nothing_is_torn() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let folder = TempDir::new().unwrap();
    assert!(polity(folder.path(), &["migrate"]).output().unwrap().status.success());
    let token = String::from_utf8(
        polity(folder.path(), &["token", "--email", "ada@example.com", "--create"]).output().unwrap().stdout,
    )
    .unwrap();
    let guests = guests(&Store::open(folder.path()));
    let mut acknowledged = Vec::new();
    for round in 0..KILLS {
        let process = Process::start(folder.path());
        acknowledged.extend(load(process, round, token.trim(), &guests));
        check(&Store::open(folder.path()), &acknowledged, round);
    }
    assert!(acknowledged.len() as u64 >= KILLS * LEAST);
    let answered = Process::start(folder.path());
    let alive = Client::new().get(format!("http://{}/readyz", answered.address)).send().unwrap();
    assert_eq!(alive.status(), 200);
    answered.kill();
}

/// People whom the writers add.
fn guests(store: &Store) -> Vec<AccountId> {
    let guest = |number| {
        let fields =
            AccountFields { email: format!("guest{number}@example.com"), ..AccountFields::default() };
        store.people.create(&Actor::system(), NewAccount::try_from(fields).unwrap()).unwrap().id
    };
    (0..5).map(guest).collect()
}

/// Writes from several clients until enough is acknowledged, then kills the service under them.
fn load(process: Process, round: u64, token: &str, guests: &[AccountId]) -> Vec<Done> {
    let enough = LEAST + (round * 7919) % LEAST.saturating_mul(4);
    let (done, told) = std::sync::mpsc::channel();
    let (killed, start) = (Arc::new(AtomicBool::new(false)), Arc::new(Barrier::new(WRITERS)));
    let address = process.address;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (done, killed, start) = (done.clone(), Arc::clone(&killed), Arc::clone(&start));
            let (token, guests) = (token.to_owned(), guests.to_vec());
            std::thread::spawn(move || {
                let client = Client::builder().no_proxy().build().unwrap();
                start.wait();
                for number in 0.. {
                    let key = format!("org-{round}-{writer}-{number}");
                    let sent = write(&client, address, (&token, &key), &guests, |step| drop(done.send(step)));
                    if sent.is_none() {
                        assert!(killed.load(Ordering::SeqCst), "the service failed before it was killed");
                        return;
                    }
                }
            })
        })
        .collect();
    drop(done);
    let mut all: Vec<Done> = Vec::new();
    while (all.len() as u64) < enough {
        all.push(told.recv().unwrap());
    }
    killed.store(true, Ordering::SeqCst);
    process.kill();
    // what was acknowledged between the decision and the kill counts as well
    all.extend(told.iter());
    for writer in writers {
        writer.join().unwrap();
    }
    all
}

/// Founds an organization, adds people, renames it, deletes every third; absent once the service is gone.
fn write(
    client: &Client,
    address: SocketAddr,
    (token, key): (&str, &str),
    guests: &[AccountId],
    done: impl Fn(Done),
) -> Option<()> {
    let send = |method: &str, path: &str, body: Option<Value>| {
        let request =
            client.request(method.parse().unwrap(), format!("http://{address}/directory/orgs{path}"));
        let request = request.bearer_auth(token);
        let answer = match body {
            Some(body) => request.json(&body),
            None => request,
        }
        .send()
        .ok()?;
        let status = answer.status();
        // an answer that breaks off has acknowledged nothing
        answer.bytes().ok()?;
        assert!(status.is_success(), "{method} {path}: {status}");
        Some(())
    };
    send("POST", "", Some(json!({"id": key})))?;
    done(Done::Founded(key.to_owned()));
    for guest in guests {
        send("PUT", &format!("/{key}/members/{guest}"), None)?;
        done(Done::Added(key.to_owned(), *guest));
    }
    let name = format!("renamed {key}");
    send("PUT", &format!("/{key}"), Some(json!({"name": name})))?;
    done(Done::Renamed(key.to_owned(), name));
    if key.ends_with('2') {
        send("DELETE", &format!("/{key}"), None)?;
        done(Done::Deleted(key.to_owned()));
    }
    Some(())
}

/// Every acknowledged write is there, and every organization there is whole.
fn check(store: &Store, acknowledged: &[Done], round: u64) {
    assert_eq!(store.ctx.read(polity_testkit::integrity).unwrap(), "ok", "round {round}");
    let system = Actor::system();
    let entered = |key: &str| store.directory.enter(&system, &key.parse::<OrganizationRef>().unwrap());
    let latest = format!("org-{round}-");
    for done in acknowledged {
        match done {
            Done::Deleted(key) => assert!(entered(key).is_err(), "{key} is back"),
            Done::Founded(key) | Done::Added(key, _) | Done::Renamed(key, _)
                if acknowledged.contains(&Done::Deleted(key.clone()))
                    || !key.starts_with(&latest) && round % 8 != 7 => {}
            Done::Founded(key) => drop(entered(key).unwrap_or_else(|error| panic!("{key} is gone: {error}"))),
            Done::Added(key, account) => {
                let member = Members::member(&store.directory, &entered(key).unwrap(), *account);
                assert!(member.is_ok(), "{account} is not in {key}: {member:?}");
            }
            Done::Renamed(key, name) => {
                let found = Organizations::organization(&store.directory, &entered(key).unwrap()).unwrap();
                assert_eq!(found.name, *name);
            }
        }
    }
    for organization in
        Organizations::organizations(&store.directory, &system, OrganizationFilter::All, Page::first(1_000))
            .unwrap()
            .items
    {
        let access = entered(organization.key.as_str()).unwrap();
        assert!(entered(organization.alias.as_str()).is_ok(), "{organization:?} lacks its alias");
        assert!(organization.owner.is_some(), "{organization:?} has no owner");
        let members = Members::accounts(&store.directory, &access, Page::first(100)).unwrap().items;
        let events = store.ctx.read(|conn| event::latest(conn, organization.id, 100)).unwrap();
        let added = events.iter().filter(|event| event.entity == "member").count();
        // the founder came with the organization
        assert_eq!(1 + added, members.len(), "a member and the event of it come together: {organization:?}");
        assert!(events.iter().any(|event| event.entity == "organization"), "{organization:?} has no event");
    }
}
