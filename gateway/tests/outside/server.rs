//! A real server from a Python environment, for as long as a test needs it.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Names the environment with the servers in it; `cargo xtask test` makes one.
const PYTHON: &str = "POLITY_TEST_PYTHON";

/// A running server; it stops when dropped, and also when this program is killed, for it listens to our end of a pipe.
pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) folder: TempDir,
    child: Child,
}

impl Server {
    /// Starts one of the kinds that `servers.py` knows.
    pub(crate) fn start(kind: &str, arguments: &[&str]) -> Self {
        let environment = std::env::var_os(PYTHON)
            .map(PathBuf::from)
            .unwrap_or_else(|| panic!("no servers to test with: run `cargo xtask test`, or set {PYTHON}"));
        let folder = TempDir::new().unwrap();
        let mut child = Command::new(environment.join("bin/python"))
            .args([concat!(env!("CARGO_MANIFEST_DIR"), "/tests/outside/servers.py"), kind])
            .arg(folder.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let port = first.trim().parse().unwrap_or_else(|_| panic!("the {kind} server did not start"));
        Self { port, folder, child }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}
