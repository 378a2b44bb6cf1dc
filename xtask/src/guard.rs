//! Children that never outlive us: a tiny shell stands beside each and stops it when our end of a pipe closes.
//!
//! The pipe closes when the guard is dropped, and also when this process is interrupted or killed, which no destructor
//! would notice. The shell has a process group of its own, so that Ctrl-C in a terminal reaches it only through the pipe.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::shell::Result;

/// `$1` the signal that stops the child, `$2` a folder to remove afterwards or nothing, `$3` its log; then its command.
/// Tells the child's process id on standard output.
const SHELL: &str = r#"
signal=$1 folder=$2 log=$3
shift 3
exec 3<&0
"$@" 3<&- </dev/null >>"$log" 2>&1 &
child=$!
echo "$child"
exec >&-
{ read -r _ <&3; kill -s "$signal" "$child"; } 2>/dev/null &
watch=$!
wait "$child"
status=$?
kill "$watch" 2>/dev/null
[ -z "$folder" ] || rm -rf -- "$folder"
exit "$status"
"#;

/// What to start and how to end it.
pub(crate) struct Plan {
    /// The program and its arguments.
    pub(crate) command: Vec<OsString>,
    /// Its environment on top of ours.
    pub(crate) env: Vec<(OsString, OsString)>,
    /// The name of the signal that ends it well, e.g. `TERM`.
    pub(crate) signal: &'static str,
    /// A folder to remove when it has ended.
    pub(crate) folder: Option<PathBuf>,
    /// Takes its standard output and error; appended to.
    pub(crate) log: PathBuf,
    /// Where it runs.
    pub(crate) dir: PathBuf,
}

/// A child that ends when this value goes, or when this process does, however it does.
pub(crate) struct Guarded {
    shell: Child,
    pipe: Option<ChildStdin>,
    pid: u32,
}

impl Guarded {
    /// Starts the child.
    pub(crate) fn start(plan: &Plan) -> Result<Self> {
        // made here, since the shell could tell nobody that it cannot
        File::options()
            .append(true)
            .create(true)
            .open(&plan.log)
            .map_err(|e| format!("{}: {e}", plan.log.display()))?;
        let folder = plan.folder.as_deref().map_or(OsStr::new(""), Path::as_os_str);
        let mut shell = Command::new("sh")
            .args(["-c", SHELL, "sh", plan.signal])
            .args([folder, plan.log.as_os_str()])
            .args(&plan.command)
            .envs(plan.env.iter().map(|(key, value)| (key, value)))
            .current_dir(&plan.dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let pipe = shell.stdin.take();
        let mut first = String::new();
        if let Some(output) = shell.stdout.take() {
            BufReader::new(output).read_line(&mut first)?;
        }
        let pid = first.trim().parse().map_err(|_| format!("cannot start {:?}", plan.command.first()))?;
        Ok(Self { shell, pipe, pid })
    }

    /// The child's process id.
    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// Whether the child is still there.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.shell.try_wait(), Ok(None))
    }

    /// Waits until the child ends by itself.
    pub(crate) fn wait(&mut self) -> Result {
        self.shell.wait()?;
        Ok(())
    }
}

impl Drop for Guarded {
    /// Stops the child and waits until it is gone.
    fn drop(&mut self) {
        drop(self.pipe.take());
        drop(self.shell.wait());
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, Instant};

    use super::*;

    fn plan(folder: &Path, script: &str) -> Plan {
        Plan {
            command: ["sh", "-c", script].iter().map(Into::into).collect(),
            env: vec![("GREETING".into(), "hello".into())],
            signal: "TERM",
            folder: Some(folder.join("inner")),
            log: folder.join("log"),
            dir: folder.to_path_buf(),
        }
    }

    fn wait_for(log: &Path, text: &str) {
        while fs::read_to_string(log).unwrap() != text {
            std::thread::yield_now();
        }
    }

    fn is_alive(pid: u32) -> bool {
        Path::new(&format!("/proc/{pid}")).exists()
    }

    #[test]
    fn dropping_the_guard_stops_the_child_and_removes_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inner")).unwrap();
        let mut guarded = Guarded::start(&plan(folder.path(), "echo $GREETING; exec sleep 60")).unwrap();
        let pid = guarded.pid();
        wait_for(&folder.path().join("log"), "hello\n");
        assert!(guarded.is_running() && is_alive(pid));
        drop(guarded);
        assert!(!is_alive(pid));
        assert!(!folder.path().join("inner").exists());
    }

    #[test]
    fn a_child_that_ends_by_itself_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let mut guarded = Guarded::start(&plan(folder.path(), "exit 3")).unwrap();
        let limit = Instant::now() + Duration::from_secs(10);
        while guarded.is_running() && Instant::now() < limit {
            std::thread::yield_now();
        }
        assert!(!guarded.is_running());
    }

    #[test]
    fn the_chosen_signal_is_the_one_that_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let script = "trap 'echo stopped; exit 0' TERM; echo up; while :; do sleep 0.05; done";
        let guarded = Guarded::start(&plan(folder.path(), script)).unwrap();
        let log = folder.path().join("log");
        wait_for(&log, "up\n");
        drop(guarded);
        assert_eq!(fs::read_to_string(log).unwrap(), "up\nstopped\n");
    }
}
