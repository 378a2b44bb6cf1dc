//! The service itself, as a newcomer starts it: the binary, an empty folder, a few settings.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A served store; both go when it is dropped.
pub(crate) struct Service {
    _folder: TempDir,
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
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let serves = |line: &String| {
            let entry = serde_json::from_str::<Value>(line).unwrap_or_default();
            entry.get("message").is_some_and(|message| message == "serving")
        };
        assert!(log.any(|line| serves(&line)), "the service ended before it served");
        // read on, or the service would wait for somebody who does
        std::thread::spawn(move || log.for_each(drop));
        Self { _folder: folder, child, origin }
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
