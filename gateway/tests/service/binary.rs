//! The binary itself: its commands, and how it stops.

use std::io::{BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A `polity` command on this data directory, with nothing of the environment.
fn polity(data_dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polity"));
    command.args(arguments).env_clear().current_dir(data_dir);
    command.env("POLITY_DATA_DIR", data_dir.join("data")).env("POLITY_LISTEN", "127.0.0.1:0");
    command.env("POLITY_PUBLIC_URL", "http://polity.test").env("POLITY_SHUTDOWN_TIMEOUT", "20s");
    command
}

fn run(data_dir: &Path, arguments: &[&str]) -> Output {
    polity(data_dir, arguments).output().unwrap()
}

fn printed(data_dir: &Path, arguments: &[&str]) -> String {
    let output = run(data_dir, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

fn complaint(data_dir: &Path, arguments: &[&str]) -> String {
    let output = run(data_dir, arguments);
    assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A served store: the process, where it listens, and the rest of its log.
struct Served {
    child: Child,
    address: SocketAddr,
    log: BufReader<std::process::ChildStderr>,
}

/// Reads the log until the service says where it listens.
fn address(log: &mut impl std::io::BufRead) -> SocketAddr {
    loop {
        let mut line = String::new();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "the service ended before it served");
        let entry: Value = serde_json::from_str(&line).unwrap();
        if entry["message"] == "serving" {
            return entry["address"].as_str().unwrap().parse().unwrap();
        }
    }
}

impl Served {
    fn start(data_dir: &Path) -> Self {
        Self::start_with(data_dir, &[])
    }

    fn start_with(data_dir: &Path, variables: &[(&str, &str)]) -> Self {
        let mut command = polity(data_dir, &["serve"]);
        command.envs(variables.iter().copied());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let address = address(&mut log);
        Self { child, address, log }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Waits for the end; returns the exit code and the log.
    fn end(mut self) -> (Option<i32>, String) {
        let mut log = String::new();
        self.log.read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code(), log)
    }

    /// Stops it once it answers, and returns its log.
    fn stopped(self) -> String {
        self.exchange("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        self.signal("TERM");
        let (code, log) = self.end();
        assert_eq!(code, Some(0), "{log}");
        log
    }

    fn exchange(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

#[test]
fn a_token_is_printed_alone_and_works() {
    let folder = TempDir::new().unwrap();
    let empty = complaint(folder.path(), &["token", "--email", "ann@example.com"]);
    assert!(empty.contains("the store was empty and has been brought to the present shape"), "{empty}");
    assert_eq!(printed(folder.path(), &["migrate"]), "nothing to do");

    let unknown = complaint(folder.path(), &["token", "--email", "ann@example.com"]);
    assert!(unknown.contains("no such account"), "{unknown}");
    let token = printed(folder.path(), &["token", "--email", "ann@example.com", "--create"]);
    let key = printed(folder.path(), &["key", "--email", "ann@example.com", "--ttl", "1h"]);
    assert!(key.starts_with("pol_") && !key.contains(char::is_whitespace));
    let narrow = printed(
        folder.path(),
        &["token", "--email", "ann@example.com", "--permission", "org.directory.create"],
    );

    let served = Served::start(folder.path());
    for (credential, status) in [(&token, "200"), (&key, "200"), (&narrow, "403")] {
        let answer = served.exchange(&format!(
            "GET /directory/orgs/suggest HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {credential}\r\nconnection: close\r\n\r\n"
        ));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    }
    served.signal("TERM");
    let (code, log) = served.end();
    assert_eq!(code, Some(0), "{log}");
    for secret in [&token, &key, &narrow] {
        assert!(!log.contains(secret.as_str()), "no credential is ever logged");
    }
    let answered: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|entry: &Value| entry["message"] == "answered")
        .collect();
    assert_eq!(answered.len(), 3);
    let span = &answered[0]["span"];
    assert_eq!(
        (&span["method"], &span["route"], &span["status"]),
        (&"GET".into(), &"/directory/orgs/suggest".into(), &200.into())
    );
    assert!(span["actor"].as_str().unwrap().starts_with("person:"), "{span}");
    assert_eq!(span["request_id"].as_str().unwrap().len(), 36);
}

/// The first letter that the service writes, once it has.
fn letter(data_dir: &Path) -> String {
    loop {
        let written = std::fs::read_dir(data_dir.join("data/mail")).into_iter().flatten();
        let paths = written.map(|entry| entry.unwrap().path());
        if let Some(path) = paths.filter(|path| path.extension().is_some_and(|kind| kind == "eml")).last() {
            return std::fs::read_to_string(path).unwrap();
        }
        std::thread::yield_now();
    }
}

#[test]
fn what_a_link_is_mailed_with_is_neither_logged_nor_counted() {
    let folder = TempDir::new().unwrap();
    printed(folder.path(), &["migrate"]);
    let token = printed(folder.path(), &["token", "--email", "ann@example.com", "--create"]);
    let served = Served::start(folder.path());
    let send = |method: &str, path: &str, (kind, body): (&str, &str)| {
        served.exchange(&format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\
             content-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ))
    };
    let form = "application/x-www-form-urlencoded";
    send("POST", "/api/organizations", (form, "name=Acme"));
    let submitted =
        "document_type=DPA&company_name=Acme&company_address=here&representative_email=g@acme.example";
    let made = send("POST", "/api/organizations/@current/legal_documents", (form, submitted));
    assert!(made.starts_with("HTTP/1.1 201"), "{made}");
    let letter = letter(folder.path());
    let secret =
        letter.lines().find_map(|line| line.trim_end().strip_prefix("http://polity.test/sign/")).unwrap();
    let page = format!("/sign/{secret}");
    assert!(send("GET", &page, (form, "")).starts_with("HTTP/1.1 200"));
    let signed = send("POST", &page, (form, "name=Grace&title=Head&consent=yes"));
    let copy =
        signed.split("/api/legal_documents/download/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(send("GET", &page, (form, "")).starts_with("HTTP/1.1 410"));
    assert!(send("GET", &format!("{page}/document.pdf"), (form, "")).starts_with("HTTP/1.1 410"));
    send("PUT", &page, (form, ""));
    send("GET", &format!("{page}/elsewhere"), (form, ""));
    let figures = send("GET", "/metrics", (form, ""));
    served.signal("TERM");
    let (_, log) = served.end();
    assert!(log.contains("/sign/{secret}") && figures.contains("/sign/{secret}"), "{log}");
    for told in [&log, &figures] {
        assert!(!told.contains(secret) && !told.contains(&copy), "{told}");
    }
}

#[test]
fn a_platform_administrator_is_made_on_request() {
    let folder = TempDir::new().unwrap();
    printed(folder.path(), &["migrate"]);
    let token =
        printed(folder.path(), &["token", "--email", "root@example.com", "--create", "--platform-admin"]);
    let served = Served::start(folder.path());
    let answer = served.exchange(&format!(
        "GET /directory/admin/orgs HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    ));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    served.signal("TERM");
    assert_eq!(served.end().0, Some(0));
}

#[test]
fn a_stop_lets_requests_under_way_finish() {
    for signal in ["TERM", "INT"] {
        let folder = TempDir::new().unwrap();
        let served = Served::start(folder.path());
        let mut under_way = TcpStream::connect(served.address).unwrap();
        let head = "POST /oauth2/token HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n\
            content-type: application/x-www-form-urlencoded\r\ncontent-length: 29\r\n\r\n";
        under_way.write_all(head.as_bytes()).unwrap();
        let mut interim = [0; 25];
        under_way.read_exact(&mut interim).unwrap();
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n", "the request has begun");
        let idle = TcpStream::connect(served.address).unwrap();

        served.signal(signal);
        let refused = std::iter::repeat_with(|| TcpStream::connect(served.address)).take(1_000_000);
        assert!(refused.into_iter().any(|attempt| attempt.is_err()), "no further connection is taken");
        under_way.write_all(b"grant_type=client_credentials").unwrap();
        let mut answer = String::new();
        under_way.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("invalid_client"), "{answer}");
        let (code, log) = served.end();
        assert_eq!(code, Some(0), "{log}");
        drop(idle);
        let left: Vec<_> =
            std::fs::read_dir(folder.path().join("data")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(
            !left.iter().any(|name| name.to_string_lossy().ends_with("-wal")),
            "the log is folded in: {left:?}"
        );
    }
}

#[test]
fn settings_are_shown_without_secrets_and_checked() {
    let folder = TempDir::new().unwrap();
    let key = "ab".repeat(32);
    let output =
        polity(folder.path(), &["serve", "--print-config"]).env("POLITY_MASTER_KEY", &key).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("listen = \"127.0.0.1:0\"") && !shown.contains(&key), "{shown}");
    assert!(!folder.path().join("data").exists(), "nothing is made by looking");

    let output = polity(folder.path(), &["serve"]).env("POLITY_LISTN", "x").output().unwrap();
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("listn"));
    let output =
        polity(folder.path(), &["serve"]).env("POLITY_DATABASE_URL", "sqlite:/no/such.db").output().unwrap();
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("/no/such.db"));
}

#[test]
fn the_document_is_printed_for_tools() {
    let folder = TempDir::new().unwrap();
    let document: Value = serde_json::from_str(&printed(folder.path(), &["openapi"])).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(!folder.path().join("data").exists(), "no store is needed");
}

#[test]
fn a_port_that_is_taken_is_said_before_the_store_is_touched() {
    let folder = TempDir::new().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = polity(folder.path(), &["serve"]).env("POLITY_LISTEN", &address).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains(&format!("cannot listen at {address}")));
}

#[test]
fn a_store_that_another_master_key_sealed_is_not_opened() {
    let folder = TempDir::new().unwrap();
    Served::start(folder.path()).stopped();
    let key = "ab".repeat(32);
    let with = |arguments: &[&str]| {
        let output = polity(folder.path(), arguments).env("POLITY_MASTER_KEY", &key).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for arguments in
        [&["serve"][..], &["serve", "--no-migrate"], &["token", "--email", "ann@example.com", "--create"]]
    {
        let (code, told) = with(arguments);
        assert_eq!(code, Some(1), "{arguments:?}: {told}");
        assert!(told.contains("sealed with another master key") && !told.contains(&key), "{told}");
    }
    Served::start(folder.path()).stopped();
}

#[test]
fn a_store_whose_master_key_is_gone_gets_no_other() {
    let folder = TempDir::new().unwrap();
    Served::start(folder.path()).stopped();
    let (key, aside) = (folder.path().join("data/master.key"), folder.path().join("aside"));
    std::fs::rename(&key, &aside).unwrap();
    for arguments in
        [&["serve"][..], &["serve", "--no-migrate"], &["token", "--email", "ann@example.com", "--create"]]
    {
        let output = polity(folder.path(), arguments).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
        assert!(told.contains("its master key is not here"), "{told}");
        assert!(!key.exists(), "no new key beside the store: {arguments:?}");
    }
    std::fs::rename(&aside, &key).unwrap();
    Served::start(folder.path()).stopped();
}

#[test]
fn heads_that_cannot_be_read_are_no_errors_of_the_service_however_it_logs() {
    let folder = TempDir::new().unwrap();
    let served = Served::start_with(folder.path(), &[("POLITY_LOG", "info")]);
    let oversized = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(200_000));
    for nonsense in [
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\u{0}\u{1}\r\n\r\n",
        "GET / HTTP/1.1\r\na b: c\r\n\r\n",
        &oversized,
    ] {
        let mut stream = TcpStream::connect(served.address).unwrap();
        // the service may have hung up before all of it is sent
        drop(stream.write_all(nonsense.as_bytes()));
        drop(stream.shutdown(std::net::Shutdown::Write));
        drop(stream.read_to_end(&mut Vec::new()));
    }
    let log = served.stopped();
    assert!(!log.contains("ERROR"), "{log}");
}

#[test]
fn what_the_service_makes_is_for_its_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let served = Served::start(folder.path());
    let data = folder.path().join("data");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for name in ["polity.db", "polity.db-wal", "polity.db-shm", "master.key"] {
        assert_eq!(mode(&data.join(name)), 0o600, "{name}");
    }
    served.stopped();
}
