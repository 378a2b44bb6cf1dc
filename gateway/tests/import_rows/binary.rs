//! The command itself: what it says, how it ends, and what `kill -9` leaves of it.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use polity_directory::{Entry, OrganizationRef};
use polity_kernel::db::{DatabaseUrl, Options};
use polity_kernel::{Actor, Clock, Ctx, Db, IdSource, MasterKey, checkpoint};
use tempfile::TempDir;

/// Longer than any of the imports takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// A data directory with an organization in it.
fn ground() -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("acme.ndjson"), "{\"alias\": \"acme\"}\n").unwrap();
    succeeds(folder.path(), &["migrate"]);
    succeeds(folder.path(), &["import", "acme.ndjson"]);
    folder
}

fn polity(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polity"));
    command.args(arguments).env_clear().current_dir(folder).env("POLITY_DATA_DIR", folder.join("data"));
    command
}

fn succeeds(folder: &Path, arguments: &[&str]) -> Output {
    let output = polity(folder, arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    output
}

/// What a program said, its columns no longer aligned.
fn words(bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}

#[test]
fn the_command_sums_up_and_fails_when_something_was_left_out() {
    let folder = ground();
    let file = folder.path().join("rows.csv");
    std::fs::write(
        &file,
        "email,name,manager,shoes\nann@x.example,Ann,,7\nbo@x.example,Bo,ann@x.example,8\n",
    )
    .unwrap();
    let first = succeeds(folder.path(), &["import", "--organization", "acme", "rows.csv"]);
    let expected = "\
read 2 rows of employees
employees 2 created 0 changed
reporting 1 created 0 changed
total 3 created 0 changed
";
    assert_eq!(words(&first.stdout), expected);
    assert_eq!(words(&first.stderr), "nothing was made of: shoes\n");
    let again = succeeds(folder.path(), &["import", "--org", "acme", "--as", "employees", "rows.csv"]);
    assert!(words(&again.stdout).ends_with("total 0 created 0 changed\n"), "{again:?}");

    std::fs::write(&file, format!("email,name\n{}cy@x.example,Cy\n", "nothing,Nobody\n".repeat(101)))
        .unwrap();
    let failed = polity(folder.path(), &["import", "--organization", "acme", "rows.csv"]).output().unwrap();
    assert_eq!(failed.status.code(), Some(1));
    assert!(words(&failed.stdout).contains("employees 1 created"), "{failed:?}");
    let said = words(&failed.stderr);
    assert_eq!(said.lines().filter(|line| line.starts_with("left out: line ")).count(), 100);
    assert!(said.contains("left out: line 2: email: ") && said.contains("left out: 1 more\n"), "{said}");
    assert!(said.ends_with("polity: 101 rows were left out, or a part of them\n"), "{said}");
}

#[test]
fn what_cannot_be_imported_at_all_is_said_in_a_line() {
    let folder = ground();
    std::fs::write(folder.path().join("rows.csv"), "email,name\n").unwrap();
    for (arguments, part) in [
        (&["import", "--organization", "nobody", "rows.csv"][..], "no such organization"),
        (&["import", "--organization", "acme", "missing.csv"], "missing.csv"),
        (
            &["import", "--organization", "acme", "--as", "groups", "rows.csv"],
            "the column \"group\" is missing",
        ),
        (&["import", "--as", "groups", "rows.csv"], "--organization"),
        (&["import", "--organization", "acme", "--as", "shoes", "rows.csv"], "memberships"),
    ] {
        let output = polity(folder.path(), arguments).output().unwrap();
        let said = words(&output.stderr);
        assert!(!output.status.success() && said.contains(part), "{arguments:?}: {said}");
    }
}

/// How many rows of any file are in the store, looked at from outside.
fn reached(ctx: &Ctx, folder: &Path) -> i64 {
    let directory = polity_directory::Service::new(
        ctx.clone(),
        &MasterKey::new([7; 32]),
        polity_directory::RoleEnding::NOTHING,
        polity_directory::Terms::without_limits(
            std::sync::Arc::new(polity_projects::Hooks::new(&MasterKey::new([7; 32]))),
            std::sync::Arc::new(polity_domains::Claims),
        ),
    );
    let access = directory.enter(&Actor::system(), &"acme".parse::<OrganizationRef>().unwrap()).unwrap();
    let content = std::fs::read(folder.join("rows.csv")).unwrap();
    let sum = sum(&content);
    ctx.read(|conn| checkpoint::reached(conn, access.organization(), &sum)).unwrap()
}

/// By what an import of employees knows a file again.
fn sum(content: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::new().chain_update("employees\0").chain_update(content).finalize().into()
}

#[test]
fn one_that_was_killed_goes_on_behind_its_last_batch() {
    let folder = ground();
    let row = |number: u32| {
        let manager = if number == 0 { String::new() } else { format!("p{}@x.example", (number - 1) / 20) };
        format!("p{number}@x.example,Person {number},{manager}\n")
    };
    let rows: String = (0..20_000).map(row).collect();
    let file = folder.path().join("rows.csv");
    std::fs::write(&file, format!("email,name,manager\n{rows}")).unwrap();
    let url = DatabaseUrl::Sqlite(folder.path().join("data/polity.db"));
    let ctx = Ctx::new(Db::open(&url, &Options::default()).unwrap(), Clock::machine(), IdSource::random());

    let arguments = ["import", "--organization", "acme", "--batch", "1000", "rows.csv"];
    // once on each way through the file
    for least in [3_000, 23_000] {
        let mut import =
            polity(folder.path(), &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while reached(&ctx, folder.path()) < least {
            assert!(begun.elapsed() < PATIENCE, "it does not get on");
            assert_eq!(import.try_wait().unwrap(), None, "it was through before it was killed");
            std::thread::yield_now();
        }
        import.kill().unwrap();
        import.wait().unwrap();
        assert_eq!(ctx.read(polity_testkit::integrity).unwrap(), "ok");
    }
    let cut = reached(&ctx, folder.path());
    let last = succeeds(folder.path(), &arguments);
    assert_eq!(
        words(&last.stderr),
        format!("an import of this file was cut short; going on behind row {cut}\n")
    );
    assert_eq!(reached(&ctx, folder.path()), 0, "nothing is kept of a file that is through");

    let again = succeeds(folder.path(), &arguments);
    let said = words(&again.stdout);
    assert!(said.starts_with("read 20000 rows") && said.ends_with("total 0 created 0 changed\n"), "{said}");
}
