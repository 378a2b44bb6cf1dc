//! One polity with its data: which binary, which store, which address; and the tasks that only call its commands.

use std::ffi::OsString;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::guard::{Guarded, Plan};
use crate::http;
use crate::shell::{self, Result, cargo, target_dir};

/// How long a service may take to be ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// Arguments of `cargo xtask migrate`.
#[derive(clap::Args)]
pub(crate) struct MigrateArgs {
    /// The database; without it, the one that polity's own configuration names
    #[arg(long)]
    database_url: Option<String>,
}

/// Brings a database to the present schema.
pub(crate) fn migrate(args: &MigrateArgs) -> Result {
    shell::run(debug_binary(args.database_url.as_deref()).arg("migrate"))
}

/// The binary that the tests build, on this database or the one that its own configuration names.
pub(crate) fn debug_binary(database_url: Option<&str>) -> Command {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "polity", "--"]);
    command.envs(database_url.map(|url| ("POLITY_DATABASE_URL", url)));
    command
}

/// One polity with its data.
pub(crate) struct Instance {
    /// The program.
    pub(crate) binary: PathBuf,
    /// Its data directory.
    pub(crate) data: PathBuf,
    /// Its database, when not SQLite in the data directory.
    pub(crate) database_url: Option<String>,
    /// Where it listens.
    pub(crate) listen: SocketAddr,
}

impl Instance {
    /// Builds the release binary.
    pub(crate) fn build_release() -> Result<PathBuf> {
        shell::run(cargo().args(["build", "--release", "--package", "polity", "--locked"]))?;
        Ok(target_dir().join("release/polity"))
    }

    /// Builds the binary for a first look: made in a third of the time, and fast enough.
    pub(crate) fn build_demo() -> Result<PathBuf> {
        shell::run(cargo().args(["build", "--profile", "demo", "--package", "polity", "--locked"]))?;
        Ok(target_dir().join("demo/polity"))
    }

    /// Builds the debug binary.
    pub(crate) fn build_debug() -> Result<PathBuf> {
        shell::run(cargo().args(["build", "--package", "polity", "--locked"]))?;
        Ok(target_dir().join("debug/polity"))
    }

    /// A command of polity on this data.
    pub(crate) fn command(&self, command: &str) -> Command {
        let mut polity = Command::new(&self.binary);
        // a polity.toml that lies about elsewhere is not meant
        polity.arg(command).envs(self.env()).current_dir(&self.data);
        polity
    }

    /// Brings the database to the present schema.
    pub(crate) fn migrate(&self) -> Result {
        shell::run(&mut self.command("migrate"))
    }

    /// Loads a file: `polity import` with these arguments.
    pub(crate) fn import(&self, arguments: &[OsString]) -> Result {
        shell::run(self.command("import").args(arguments))
    }

    /// An access token for this person, who is made when unknown.
    pub(crate) fn token(&self, email: &str, more: &[&str]) -> Result<String> {
        let said = shell::read(self.command("token").args(["--email", email, "--create"]).args(more))?;
        Ok(said.trim().to_owned())
    }

    /// Has the person of this token take up a membership that was imported, by naming the organization: from then on, being in one
    /// organization only, they need not name it again.
    pub(crate) fn takes_up(&self, token: &str, organization: &str) -> Result {
        let path = format!("/directory/orgs/{organization}");
        let answer = http::Connection::open(self.listen)?.get(&path, Some(token))?;
        match answer.status {
            200 => Ok(()),
            status => Err(format!("GET {path} answers {status}: {}", answer.body).into()),
        }
    }

    /// Starts the service without waiting for it.
    pub(crate) fn serve(&self) -> Result<Service> {
        let log = self.data.join("polity.log");
        let started = Instant::now();
        let process = Guarded::start(&Plan {
            command: vec![self.binary.clone().into(), "serve".into()],
            env: self.env(),
            signal: "TERM",
            folder: None,
            log: log.clone(),
            dir: self.data.clone(),
        })?;
        Ok(Service { process, log, started, address: self.listen })
    }

    fn env(&self) -> Vec<(OsString, OsString)> {
        let mut env = vec![
            ("POLITY_DATA_DIR".into(), self.data.clone().into_os_string()),
            ("POLITY_LISTEN".into(), self.listen.to_string().into()),
            ("POLITY_PUBLIC_URL".into(), format!("http://{}", self.listen).into()),
        ];
        if let Some(url) = &self.database_url {
            env.push(("POLITY_DATABASE_URL".into(), url.into()));
        }
        env
    }
}

/// An address of the loopback that nobody else uses just now.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(SocketAddrV4::new(Ipv4Addr::LOCALHOST, crate::postgres::free_port()?).into())
}

/// A running service; SIGTERM and a wait for its end when the value goes.
pub(crate) struct Service {
    process: Guarded,
    /// What it has logged.
    pub(crate) log: PathBuf,
    /// Just before it was started.
    started: Instant,
    address: SocketAddr,
}

impl Service {
    /// Waits until this path answers 200 and returns how long after the start that was.
    pub(crate) fn wait_for(&mut self, path: &str) -> Result<Duration> {
        let limit = self.started + PATIENCE;
        loop {
            if http::get(self.address, path).is_ok_and(|response| response.status == 200) {
                return Ok(self.started.elapsed());
            }
            if !self.process.is_running() || Instant::now() > limit {
                let log = fs::read_to_string(&self.log).unwrap_or_default();
                let last: Vec<&str> = log.lines().rev().take(20).collect();
                let last: Vec<&str> = last.into_iter().rev().collect();
                return Err(format!(
                    "the service does not answer {path}; its last words:\n{}",
                    last.join("\n")
                )
                .into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Its memory now.
    pub(crate) fn memory(&self) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.pid()))?;
        Memory::read(&status).ok_or_else(|| "/proc tells no VmRSS and RssAnon".into())
    }

    /// Waits until it ends by itself.
    pub(crate) fn wait(&mut self) -> Result {
        self.process.wait()
    }
}

/// How much of the machine's memory a process has, in KiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    /// In all: also pages of files, which the system takes back when it needs them.
    pub(crate) resident: u64,
    /// What it has made itself.
    pub(crate) anonymous: u64,
}

impl Memory {
    /// The larger of each.
    pub(crate) fn most(self, other: Self) -> Self {
        Self { resident: self.resident.max(other.resident), anonymous: self.anonymous.max(other.anonymous) }
    }

    fn read(status: &str) -> Option<Self> {
        let field = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        Some(Self { resident: field("VmRSS:")?, anonymous: field("RssAnon:")? })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Stands in for the binary: tells its arguments and the settings it was given.
    fn stand_in(folder: &Path, script: &str) -> Instance {
        let binary = folder.join("stand-in");
        fs::write(&binary, format!("#!/bin/sh\n{script}\n")).unwrap();
        assert!(shell::succeeds(Command::new("chmod").arg("+x").arg(&binary)));
        let database_url = Some("postgres://elsewhere".to_owned());
        Instance { binary, data: folder.to_path_buf(), database_url, listen: free_address().unwrap() }
    }

    #[test]
    fn commands_get_the_instance_by_environment() {
        let folder = tempfile::tempdir().unwrap();
        let instance = stand_in(folder.path(), r#"echo "$@ $POLITY_DATABASE_URL $POLITY_LISTEN""#);
        let said = instance.token("a@example.org", &["--platform-admin"]).unwrap();
        let expected = format!(
            "token --email a@example.org --create --platform-admin postgres://elsewhere {}",
            instance.listen
        );
        assert_eq!(said, expected);
    }

    #[test]
    fn a_service_that_ends_at_once_is_reported_with_its_last_words() {
        let folder = tempfile::tempdir().unwrap();
        let mut service = stand_in(folder.path(), "echo the port is taken; exit 1").serve().unwrap();
        let error = service.wait_for("/readyz").unwrap_err().to_string();
        assert!(error.ends_with("its last words:\nthe port is taken"), "{error}");
    }

    #[test]
    fn memory_is_read_from_the_kernels_words() {
        let read = Memory::read("Name:\tx\nVmRSS:\t   18320 kB\nRssAnon:\t    9000 kB\n");
        assert_eq!(read, Some(Memory { resident: 18_320, anonymous: 9_000 }));
        assert_eq!(Memory::read("Name:\tx\n"), None);
    }
}
