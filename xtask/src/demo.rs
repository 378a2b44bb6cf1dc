//! `cargo xtask demo`: a service with a made-up company in it, to look at; runs until Ctrl-C.

use std::fs::{self, File};
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::instance::{Instance, demo_files};
use crate::shell::{Result, root};

/// Who the printed token belongs to: an administrator of the demonstration's company.
const ADMINISTRATOR: &str = "ines-okafor@users.noreply.github.com";

/// The company's alias.
const COMPANY: &str = "harbor-lane";

/// Arguments of `cargo xtask demo`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where the service listens
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Throw away what an earlier demonstration left in `.polity-demo`
    #[arg(long)]
    fresh: bool,
}

/// Builds, seeds, starts, explains, and stays in the foreground.
pub(crate) fn run(args: &Args) -> Result {
    let data = root().join(".polity-demo");
    if args.fresh && data.exists() {
        fs::remove_dir_all(&data)?;
    }
    fs::create_dir_all(&data)?;
    // its content is nobody's to commit
    fs::write(data.join(".gitignore"), "*\n")?;
    let instance =
        Instance { binary: Instance::build_release()?, data, database_url: None, listen: args.listen };
    instance.migrate()?;
    for file in demo_files()? {
        instance.import(&file)?;
    }
    let mut service = instance.serve()?;
    service.wait_for("/readyz")?;
    let token = instance.token(ADMINISTRATOR, &["--platform-admin", "--ttl", "12h"])?;
    let token_file = instance.data.join("token");
    write_secret(&token_file, &token)?;
    println!("{}", explanation(args.listen, &token, &token_file));
    println!("  its log       {}\n\nCtrl-C stops it.", service.log.display());
    service.wait()?;
    Err(format!("the service has ended; its log is {}", service.log.display()).into())
}

/// What to do with it. The commands read the token from its file, so that they can be pasted into any terminal.
fn explanation(listen: SocketAddr, token: &str, token_file: &Path) -> String {
    let curl = format!("curl -sS -H \"Authorization: Bearer $(cat \"{}\")\"", token_file.display());
    let orgs = format!("http://{listen}/directory/orgs");
    format!(
        r#"
polity is up at http://{listen} (API documentation at http://{listen}/docs). In another terminal:

{curl} {orgs}/{COMPANY}
{curl} {orgs}/{COMPANY}/members
{curl} -X POST -H 'Content-Type: application/json' -d '{{"name": "Lighthouse Works"}}' {orgs}

  administrator {token}
  kept in       {}"#,
        token_file.display()
    )
}

/// Writes a file that only its owner may read.
fn write_secret(path: &Path, secret: &str) -> Result {
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    Ok(writeln!(file, "{secret}")?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_commands_can_be_pasted() {
        let said = explanation("127.0.0.1:8080".parse().unwrap(), "abc", Path::new("/tmp/it's/token"));
        let commands: Vec<&str> = said.lines().filter(|line| line.starts_with("curl ")).collect();
        assert_eq!(commands.len(), 3);
        assert!(commands.iter().all(|command| command.contains("http://127.0.0.1:8080/directory/orgs")));
        assert!(commands.iter().all(|command| !command.contains("abc") && !command.contains('<')));
        assert!(said.contains("administrator abc"));
    }

    #[test]
    fn the_token_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        write_secret(&path, "abc").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(&path).unwrap(), "abc\n");
    }

    #[test]
    fn the_administrator_and_the_company_are_in_the_seed() {
        let seed: String =
            demo_files().unwrap().iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        assert!(seed.contains(&format!("\"alias\": \"{COMPANY}\"")));
        assert!(
            ADMINISTRATOR.strip_suffix("@users.noreply.github.com").is_some_and(|login| seed.contains(login))
        );
    }
}
