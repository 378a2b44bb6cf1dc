//! Drives a service on this machine with `wrk` and reads what it measured.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::shell::{self, Result, root};

/// What one run measured.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
pub(super) struct Measured {
    requests: f64,
    micros: f64,
    /// Microseconds that half of the answers took at most.
    pub(super) p50: f64,
    /// Microseconds that 99 of 100 answers took at most.
    pub(super) p99: f64,
    /// Answers that were not 2xx or 3xx.
    refused: u64,
    /// Connections that failed.
    broken: u64,
}

impl Measured {
    /// Answers per second.
    pub(super) fn rate(&self) -> f64 {
        self.requests / self.micros * 1_000_000.0
    }
}

/// A way to drive the service.
pub(super) struct Load<'a> {
    /// `reads.lua` or `writes.lua`.
    pub(super) script: &'static str,
    /// The script's arguments.
    pub(super) args: Vec<&'a OsStr>,
    /// Connections, each with one request under way.
    pub(super) clients: u32,
    /// How long.
    pub(super) seconds: u32,
}

/// Installs wrk when it is not there.
pub(super) fn require() -> Result {
    // wrk has no option that ends well; it prints its version all the same
    let there = |dir: PathBuf| dir.join("wrk").is_file();
    let path = std::env::var_os("PATH").unwrap_or_default();
    if std::env::split_paths(&path).any(there) { Ok(()) } else { shell::install("wrk") }
}

/// Drives the service for a while. An answer that is an error makes the whole run one: it would measure something else.
pub(super) fn run(address: SocketAddr, load: &Load<'_>) -> Result<Measured> {
    let script = root().join("xtask/src/bench").join(load.script);
    let output = shell::read(&mut command(address, load, &script))?;
    let measured = parse(&output)?;
    if measured.refused + measured.broken > 0 {
        let (refused, broken) = (measured.refused, measured.broken);
        return Err(format!("{refused} answers were errors and {broken} connections broke:\n{output}").into());
    }
    Ok(measured)
}

fn command(address: SocketAddr, load: &Load<'_>, script: &Path) -> Command {
    let mut command = Command::new("wrk");
    // one thread: it shares the machine's cores with the service
    command
        .args([
            "-t1",
            "--timeout",
            "10s",
            "-c",
            &load.clients.to_string(),
            "-d",
            &format!("{}s", load.seconds),
            "-s",
        ])
        .arg(script)
        .arg(format!("http://{address}/"))
        .arg("--")
        .args(&load.args);
    command
}

fn parse(output: &str) -> Result<Measured> {
    let line = output.lines().find_map(|line| line.strip_prefix("RESULT "));
    let line = line.ok_or_else(|| format!("wrk told no result:\n{output}"))?;
    Ok(serde_json::from_str(line)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_read_among_other_words() {
        let output = "Running 1s test\nRESULT {\"requests\":500,\"micros\":2000000,\"p50\":10,\"p99\":90,\"refused\":0,\"broken\":1}\n";
        let measured = parse(output).unwrap();
        assert_eq!((measured.rate(), measured.p99, measured.broken), (250.0, 90.0, 1));
        assert!(parse("nothing").is_err());
    }
}
