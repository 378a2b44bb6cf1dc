//! `cargo xtask peers`: the service against the software of others, which is installed where it is not there.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::servers;
use crate::shell::{self, Result, cargo, target_dir};

/// Tells the tests where the peers are: a folder with `node_modules`, and with a Python environment in `python`.
const PEERS: &str = "POLITY_TEST_PEERS";

/// Programs, and the Debian package that each comes with.
const PROGRAMS: [(&str, &str); 5] = [
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
    ("xmlsec1", "xmlsec1"),
    ("node", "nodejs"),
    ("npm", "npm"),
];

/// What comes from npm. A change installs anew.
const NODE: [&str; 4] =
    ["oidc-provider@9.13.3", "samlify@2.13.1", "@authenio/samlify-node-xmllint@2.0.0", "axe-core@4.14.1"];

/// What comes from Python's packages. A change installs anew.
const PYTHON: [&str; 1] = ["pysaml2==7.5.5"];

/// Arguments of `cargo xtask peers`.
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// For the test runner, after `--`
    #[arg(last = true)]
    runner: Vec<String>,
}

/// Runs the tests and passes their exit status on.
pub(crate) fn run(args: &Args) -> Result {
    let nextest = shell::succeeds(cargo().args(["nextest", "--version"]));
    let start: &[&str] = if nextest { &["nextest", "run", "--ignore-default-filter"] } else { &["test"] };
    let mut tests = cargo();
    tests.args(start).args(["--package", "polity", "--test", "peers"]).args(&args.runner);
    shell::run(tests.envs(variable()?))
}

/// What tests need to know to find the peers, which are installed where they are missing: nothing when they have been told already.
pub(crate) fn variable() -> Result<Option<(&'static str, OsString)>> {
    if env::var_os(PEERS).is_some() {
        println!("peers: those that {PEERS} names");
        return Ok(None);
    }
    for (program, package) in PROGRAMS {
        if !shell::succeeds(Command::new(program).arg("--version")) {
            shell::install(package)?;
        }
    }
    let folder = target_dir().join("peers");
    let list = folder.join("packages");
    let wanted = [NODE.as_slice(), PYTHON.as_slice()].concat().join("\n");
    // written last, so that one cut short is made anew
    if fs::read_to_string(&list).ok().as_deref() != Some(wanted.as_str()) {
        println!("peers: making {} with {}", folder.display(), wanted.replace('\n', ", "));
        make(&folder)?;
        fs::write(&list, wanted)?;
    }
    Ok(Some((PEERS, folder.into_os_string())))
}

fn make(folder: &Path) -> Result {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    servers::environment(&folder.join("python"), &PYTHON)?;
    fs::write(folder.join("package.json"), r#"{"private": true}"#)?;
    let npm = ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"];
    shell::run(Command::new("npm").args(npm).args(NODE).current_dir(folder))
}
