//! A private PostgreSQL cluster in a temporary folder, for tests and measurements.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::guard::{Guarded, Plan};
use crate::shell::{self, Result};

/// How long a cluster may take to come up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a commit promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Nothing: as fast as it goes, for tests.
    None,
    /// What a production server promises: on disk when acknowledged.
    Full,
}

/// A running cluster with one superuser, `postgres`; it stops, and its folder goes, when this value does.
pub(crate) struct Cluster {
    // stops before the folder goes
    server: Guarded,
    folder: TempDir,
    bin: PathBuf,
    port: u16,
    password: String,
}

impl Cluster {
    /// Makes a new cluster and waits until it answers. Installs Debian's package when there is none and we are root.
    pub(crate) fn start(durability: Durability) -> Result<Self> {
        let bin = binaries()?;
        let user = unprivileged_user()?;
        let folder = tempfile::Builder::new().prefix("polity-postgres-").tempdir()?;
        let password = random_word()?;
        init(&bin, folder.path(), user, &password)?;
        let port = free_port()?;
        let server = Guarded::start(&Plan {
            command: server_command(&bin, folder.path(), port, durability, user),
            env: Vec::new(),
            // immediate: nothing of it is kept
            signal: "QUIT",
            folder: Some(folder.path().to_path_buf()),
            log: folder.path().join("log"),
            dir: folder.path().to_path_buf(),
        })?;
        let scratch = folder.path().join("scratch");
        fs::create_dir(&scratch)?;
        let mut cluster = Self { server, folder, bin, port, password };
        cluster.wait()?;
        Ok(cluster)
    }

    /// A folder of ours that goes with the cluster, also when this process is killed.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.folder.path().join("scratch")
    }

    /// The address of a database as the superuser, over loopback.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Makes an empty database.
    pub(crate) fn create_database(&self, name: &str) -> Result {
        self.psql("postgres", &format!("CREATE DATABASE {name}")).map(drop)
    }

    /// Runs SQL as the superuser and returns the bare values, a row a line.
    pub(crate) fn psql(&self, database: &str, sql: &str) -> Result<String> {
        shell::read(
            Command::new(self.bin.join("psql"))
                .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database])
                .arg("-h")
                .arg(self.folder.path())
                .args(["-p", &self.port.to_string(), "-c", sql])
                .current_dir("/"),
        )
    }

    /// The server's version, e.g. `15.18`.
    pub(crate) fn version(&self) -> Result<String> {
        Ok(self
            .psql("postgres", "SHOW server_version")?
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned())
    }

    fn wait(&mut self) -> Result {
        let limit = Instant::now() + PATIENCE;
        let port = self.port.to_string();
        while !shell::succeeds(Command::new(self.bin.join("pg_isready")).args([
            "-q",
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-d",
            "postgres",
        ])) {
            if !self.server.is_running() || Instant::now() > limit {
                let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                return Err(format!("PostgreSQL does not come up; it said:\n{log}").into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

/// The folder with PostgreSQL's programs: `PG_BIN`, else what `pg_config` says, else the usual folders, else `PATH`.
fn binaries() -> Result<PathBuf> {
    if let Some(chosen) = env::var_os("PG_BIN").map(PathBuf::from) {
        return if is_complete(&chosen) {
            Ok(chosen)
        } else {
            Err(format!("PG_BIN is {}, which has no initdb, postgres, psql and pg_isready", chosen.display())
                .into())
        };
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    println!("there is no PostgreSQL server on this machine");
    shell::install("postgresql")
        .map_err(|error| format!("the tests need PostgreSQL: set PG_BIN, or {error}"))?;
    find().ok_or_else(|| "the package was installed, but its programs are not where they should be".into())
}

fn find() -> Option<PathBuf> {
    let told =
        shell::read(Command::new("pg_config").arg("--bindir")).ok().map(|dir| PathBuf::from(dir.trim()));
    let usual = newest_first(Path::new("/usr/lib/postgresql")).into_iter().map(|version| version.join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    told.into_iter().chain(usual).chain(env::split_paths(&path)).find(|dir| is_complete(dir))
}

/// Client packages bring some of these, and a `PATH` may hold a lone wrapper; only a folder with all of them will do.
fn is_complete(dir: &Path) -> bool {
    ["initdb", "postgres", "psql", "pg_isready"].iter().all(|program| dir.join(program).is_file())
}

/// The folders named by a major version, the newest first.
fn newest_first(parent: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let version = |path: &Path| path.file_name().and_then(OsStr::to_str)?.parse::<u32>().ok();
    let mut found: Vec<(u32, PathBuf)> =
        entries.filter_map(|entry| version(&entry.path()).map(|number| (number, entry.path()))).collect();
    found.sort();
    found.into_iter().rev().map(|(_, path)| path).collect()
}

/// Whom a process runs as.
#[derive(Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

/// The user and group to run the server as when we are root, which PostgreSQL refuses.
fn unprivileged_user() -> Result<Option<User>> {
    if !shell::is_root() {
        return Ok(None);
    }
    let known = |name: &&str| shell::succeeds(Command::new("id").arg(name));
    let name =
        ["postgres", "nobody"].into_iter().find(known).ok_or("there is no user `postgres` or `nobody`")?;
    let number = |flag: &str| -> Result<u32> {
        Ok(shell::read(Command::new("id").args([flag, name]))?.trim().parse()?)
    };
    Ok(Some(User { uid: number("-u")?, gid: number("-g")? }))
}

/// Local sockets lie in our own closed folder and need no password; whoever comes over loopback does, since other
/// users of the machine can.
fn init(bin: &Path, folder: &Path, user: Option<User>, password: &str) -> Result {
    let password_file = folder.join("password");
    fs::write(&password_file, password)?;
    let mut command = Command::new(bin.join("initdb"));
    command
        .args(["--username=postgres", "--auth-local=trust", "--auth-host=scram-sha-256"])
        .args(["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions", "--no-sync"])
        .arg(option("--pwfile=", &password_file))
        .arg(option("--pgdata=", &folder.join("data")))
        .current_dir(folder)
        .stdout(File::create(folder.join("initdb.log"))?);
    if let Some(User { uid, gid }) = user {
        chown(&password_file, Some(uid), Some(gid))?;
        chown(folder, Some(uid), Some(gid))?;
        command.uid(uid).gid(gid);
    }
    shell::run(&mut command)?;
    Ok(fs::remove_file(&password_file)?)
}

fn server_command(
    bin: &Path,
    folder: &Path,
    port: u16,
    durability: Durability,
    user: Option<User>,
) -> Vec<OsString> {
    let mut command: Vec<OsString> = Vec::new();
    if let Some(User { uid, gid }) = user {
        // not the guard itself, which also has to remove what we leave in the folder
        command.extend(["setpriv".into(), "--clear-groups".into()]);
        command.extend([format!("--reuid={uid}").into(), format!("--regid={gid}").into()]);
    }
    command.extend([bin.join("postgres").into(), "-D".into(), folder.join("data").into()]);
    let mut set = |setting: OsString| command.extend(["-c".into(), setting]);
    set(option("unix_socket_directories=", folder));
    set(format!("port={port}").into());
    for setting in ["listen_addresses=127.0.0.1", "max_connections=200", "jit=off"] {
        set(setting.into());
    }
    let further: &[&str] = match durability {
        Durability::None => &[
            "shared_buffers=256MB",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "wal_level=minimal",
            "max_wal_senders=0",
        ],
        // about what its manual advises for a machine of its own
        Durability::Full => &["shared_buffers=2GB", "max_wal_size=8GB"],
    };
    for setting in further {
        set((*setting).into());
    }
    command
}

fn option(name: &str, path: &Path) -> OsString {
    let mut text = OsString::from(name);
    text.push(path);
    text
}

/// A port of the loopback nobody listens on just now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn random_word() -> Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first_by_number() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["9", "15", "common", "100"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        let names: Vec<_> =
            newest_first(parent.path()).iter().map(|path| path.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["100", "15", "9"]);
    }

    #[test]
    fn a_lone_wrapper_is_no_installation() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("postgres"), "").unwrap();
        assert!(!is_complete(dir.path()));
        for name in ["initdb", "psql", "pg_isready"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        assert!(is_complete(dir.path()));
    }

    #[test]
    fn only_a_test_cluster_gives_durability_up() {
        let command = |durability| {
            let words = server_command(Path::new("/bin"), Path::new("/tmp/x"), 1, durability, None);
            words.iter().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        assert!(command(Durability::None).contains(&"fsync=off".to_owned()));
        assert!(!command(Durability::Full).iter().any(|word| word.contains("=off") && word != "jit=off"));
    }

    #[test]
    fn a_cluster_answers_over_loopback_with_its_password_only_and_leaves_nothing_behind() {
        let cluster = Cluster::start(Durability::None).unwrap();
        let folder = cluster.folder.path().to_path_buf();
        cluster.create_database("made").unwrap();
        assert_eq!(cluster.psql("made", "SELECT current_database()").unwrap(), "made\n");
        assert_eq!(cluster.psql("made", "SHOW fsync").unwrap(), "off\n");
        let over_loopback = |url: String| {
            shell::succeeds(Command::new(cluster.bin.join("psql")).args(["-X", "-w", "-c", "SELECT 1", &url]))
        };
        assert!(over_loopback(cluster.url("made")));
        assert!(!over_loopback(format!("postgres://postgres:wrong@127.0.0.1:{}/made", cluster.port)));
        let pid = cluster.server.pid();
        fs::write(cluster.scratch().join("left behind"), "").unwrap();
        drop(cluster);
        assert!(!folder.exists());
        assert!(!Path::new(&format!("/proc/{pid}")).exists());
    }
}
