//! The service itself, as a newcomer starts it: the binary, an empty folder, a few settings.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A served store; both go when it is dropped.
pub(crate) struct Service {
    folder: TempDir,
    child: Child,
    /// What stands before a path.
    pub(crate) origin: String,
}

impl Service {
    /// Starts one on a free port of this machine, which it is known by as `localhost`: a browser takes that for safe.
    pub(crate) fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let port = free_port();
        let origin = format!("http://localhost:{port}");
        let mut command = polity(&folder, &["serve"]);
        command.env("POLITY_LISTEN", format!("127.0.0.1:{port}")).env("POLITY_PUBLIC_URL", &origin);
        // the providers of a test are on this machine
        command.env("POLITY_OUTBOUND_ALLOW", r#"["127.0.0.0/8"]"#);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let serves = |line: &String| {
            let entry = serde_json::from_str::<Value>(line).unwrap_or_default();
            entry.get("message").is_some_and(|message| message == "serving")
        };
        assert!(log.any(|line| serves(&line)), "the service ended before it served");
        // read on, or the service would wait for somebody who does
        std::thread::spawn(move || log.for_each(drop));
        Self { folder, child, origin }
    }

    /// What a command on the same store prints.
    pub(crate) fn printed(&self, arguments: &[&str]) -> String {
        let mut command = polity(&self.folder, arguments);
        let output = command.env("POLITY_PUBLIC_URL", &self.origin).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// The operator, with an organization whose domain they vouch for.
    pub(crate) async fn operated(&self) -> Operator<'_> {
        let token = self.printed(&["token", "--email", "root@ops.example", "--create", "--platform-admin"]);
        let operator = Operator { service: self, token };
        let org = json!({"id": "corp", "name": "Corp", "domain": "corp.example", "domain_verified": true});
        operator.send(Method::POST, "/directory/orgs", &org).await;
        operator
    }
}

/// The operator of the service.
pub(crate) struct Operator<'s> {
    service: &'s Service,
    token: String,
}

impl Operator<'_> {
    /// Sends something that must succeed.
    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Value {
        let request = Client::new().request(method, format!("{}{path}", self.service.origin));
        let answer = request.bearer_auth(&self.token).json(body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Reads something that must be there.
    pub(crate) async fn read(&self, path: &str) -> Value {
        self.send(Method::GET, path, &json!({})).await
    }

    /// Makes a connection that serves the organization's domain, and answers its id.
    pub(crate) async fn connect(&self, mut connection: Value) -> String {
        let domains = self.read("/api/organizations/corp/domains").await;
        let ids: Vec<&Value> = domains.get("results").unwrap().as_array().unwrap().iter().collect();
        let ids: Vec<Value> = ids.into_iter().map(|domain| domain.get("id").unwrap().clone()).collect();
        connection.as_object_mut().unwrap().insert("domains".to_owned(), Value::from(ids));
        let made = self.send(Method::POST, "/api/organizations/corp/connections", &connection).await;
        made.get("id").unwrap().as_str().unwrap().to_owned()
    }

    /// What the log of a connection has of the last attempt: how it went, and what was wrong.
    pub(crate) async fn last_attempt(&self, connection: &str) -> String {
        let log = self.read(&format!("/api/organizations/corp/connections/{connection}/log")).await;
        let rows = log.get("results").unwrap_or(&log);
        let last = rows.as_array().unwrap().first().cloned().unwrap_or_default();
        let text = |name: &str| last.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        format!("{}: {}", text("outcome"), text("detail"))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn polity(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polity"));
    command.args(arguments).env_clear().current_dir(folder.path());
    command.env("POLITY_DATA_DIR", folder.path().join("data"));
    command
}

/// A port that was free a moment ago: what the service is called by must be known before it listens.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
