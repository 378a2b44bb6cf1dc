//! Running other programs: from the repository's root, saying what failed, passing exit statuses on.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

/// `Ok`, or words for whoever ran the task.
pub(crate) type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

/// A program that ended badly.
#[derive(Debug)]
struct Failed {
    program: String,
    status: ExitStatus,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ended with {}", self.program, self.status)
    }
}

impl Error for Failed {}

/// The status this process ends with: the failed program's own where there is one, so that a caller sees through us.
pub(crate) fn exit_code(error: &(dyn Error + 'static)) -> ExitCode {
    let inner = error.downcast_ref::<Failed>().and_then(|failed| failed.status.code());
    inner
        .and_then(|code| u8::try_from(code).ok())
        .filter(|code| *code != 0)
        .map_or(ExitCode::FAILURE, ExitCode::from)
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where cargo puts what it builds.
pub(crate) fn target_dir() -> PathBuf {
    let dir = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    root().join(dir)
}

/// What cargo tells a program that it runs of that program's package. Build scripts go by the same names: a cargo inside would take our
/// package's for theirs, and build again whatever asks for them.
const OURS: [&str; 6] = [
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_CRATE_NAME",
    "CARGO_BIN_NAME",
    "CARGO_PRIMARY_PACKAGE",
    "OUT_DIR",
];

/// The cargo that runs us, at the root, as if it had been started by hand.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|name| OURS.iter().any(|ours| name.starts_with(ours))) {
            command.env_remove(name);
        }
    }
    command.current_dir(root());
    command
}

/// Runs a program on our own terminal to its end.
pub(crate) fn run(command: &mut Command) -> Result {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    checked(command, status)
}

/// Runs a program to its end and returns what it wrote to standard output; its standard error is ours.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| cannot_start(command, &error))?;
    checked(command, output.status)?;
    Ok(String::from_utf8(output.stdout)?)
}

/// Whether the program starts and ends well; what it says is dropped. For asking whether something is installed.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Whether we may install packages and must not run PostgreSQL as ourselves.
pub(crate) fn is_root() -> bool {
    read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Installs a Debian package, saying so; needs root and `apt-get`.
///
/// # Errors
/// Says what to do by hand when we are not root, have no `apt-get`, or the installation fails.
pub(crate) fn install(package: &str) -> Result {
    if !is_root() || !succeeds(Command::new("apt-get").arg("--version")) {
        return Err(
            format!("install {package} (Debian: `apt-get install {package}`) and run this again").into()
        );
    }
    println!("installing Debian's package {package}");
    run(Command::new("apt-get").args(["update", "-qq"]))?;
    run(Command::new("apt-get")
        .args(["install", "-y", "-qq", "--no-install-recommends", package])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdout(Stdio::null()))
}

fn checked(command: &Command, status: ExitStatus) -> Result {
    if status.success() { Ok(()) } else { Err(Box::new(Failed { program: line(command), status })) }
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("cannot start `{}`: {error}", line(command))
}

/// The command as one would type it, without its environment, which may hold secrets.
fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_program_and_keeps_its_status() {
        let error = run(Command::new("sh").args(["-c", "exit 7"])).unwrap_err();
        assert_eq!(error.to_string(), "`sh -c exit 7` ended with exit status: 7");
        assert_eq!(exit_code(error.as_ref()), ExitCode::from(7));
    }

    #[test]
    fn a_failure_without_a_program_is_plain() {
        let error: Box<dyn Error> = "no".into();
        assert_eq!(exit_code(error.as_ref()), ExitCode::FAILURE);
    }

    #[test]
    fn what_a_program_says_is_read() {
        assert_eq!(read(Command::new("echo").arg("hello")).unwrap(), "hello\n");
        assert!(read(&mut Command::new("no-such-program-here")).is_err());
        assert!(!succeeds(&mut Command::new("no-such-program-here")));
    }
}
