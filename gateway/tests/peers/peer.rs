//! A program of somebody else, for as long as a test needs it.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Names the folder with the peers in it; `cargo xtask peers` makes one.
const PEERS: &str = "POLITY_TEST_PEERS";

/// A running program; it stops when dropped, and with it whatever it has started.
pub(crate) struct Peer {
    /// The line by which it told that it is there.
    pub(crate) told: String,
    child: Child,
}

impl Peer {
    /// Starts a program and waits for the line of its output for which `told` gives something.
    pub(crate) fn start(mut command: Command, told: impl Fn(&str) -> Option<String>) -> Self {
        let name = format!("{:?}", command.get_program());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let line = lines.find_map(|line| told(&line));
        let told = line.unwrap_or_else(|| panic!("{name} did not start"));
        // read on: one that nobody listens to ends when it says more
        std::thread::spawn(move || lines.for_each(drop));
        Self { told, child }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        drop(Command::new("kill").args(["-s", "KILL", "--", &group]).status());
        drop(self.child.wait());
    }
}

/// A file of the folder with the peers.
pub(crate) fn file(path: &str) -> PathBuf {
    let folder = std::env::var_os(PEERS).map(PathBuf::from);
    folder
        .unwrap_or_else(|| panic!("no peers to test with: run `cargo xtask peers`, or set {PEERS}"))
        .join(path)
}
