//! `cargo xtask demo`: a service with made-up companies in it, to look at; runs until Ctrl-C.

use std::fs::{self, File};
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::Value;

use crate::http::Connection;
use crate::instance::Instance;
use crate::seed;
use crate::shell::{Result, root};

/// Who the printed token belongs to: an administrator of the demonstration's first company.
const ADMINISTRATOR: &str = "ines-okafor@users.noreply.github.com";

/// The first company's alias.
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
        Instance { binary: Instance::build_demo()?, data, database_url: None, listen: args.listen };
    instance.migrate()?;
    for arguments in seed::imports(&instance.data)? {
        instance.import(&arguments)?;
    }
    let mut service = instance.serve()?;
    service.wait_for("/readyz")?;
    let token = instance.token(ADMINISTRATOR, &["--platform-admin", "--ttl", "12h"])?;
    let token_file = instance.data.join("token");
    write_secret(&token_file, &token)?;
    let people = people(&instance)?;
    println!("{}", explanation(args.listen, &people, &token, &token_file));
    println!("  its log       {}\n\nCtrl-C stops it.", service.log.display());
    service.wait()?;
    Err(format!("the service has ended; its log is {}", service.log.display()).into())
}

/// Somebody of the large company with many above them, and somebody with many below: their ids.
fn people(instance: &Instance) -> Result<[String; 2]> {
    let company = seed::large();
    let token = instance.token(&company.email(0), &["--ttl", "15m"])?;
    instance.takes_up(&token, seed::LARGE)?;
    let mut connection = Connection::open(instance.listen)?;
    let mut id = |person: u32| -> Result<String> {
        let name = company.full_name(person).replace(' ', "%20");
        let path = format!("/api/v1/employee/by-name/{name}");
        let answer = connection.get(&path, Some(&token))?;
        let found: Value = serde_json::from_str(&answer.body)?;
        let id = found.pointer("/0/id").and_then(Value::as_str);
        Ok(id.ok_or_else(|| format!("GET {path} answers {}: {}", answer.status, answer.body))?.to_owned())
    };
    Ok([id(company.size() - 1)?, id(company.level(2).start)?])
}

/// What to do with it. The commands read the token from its file, so that they can be pasted into any terminal.
fn explanation(listen: SocketAddr, [low, high]: &[String; 2], token: &str, token_file: &Path) -> String {
    let curl = format!("curl -sS -H \"Authorization: Bearer $(cat \"{}\")\"", token_file.display());
    let orgs = format!("http://{listen}/directory/orgs");
    let large = format!("{curl} -H 'X-Organization: {}'", seed::LARGE);
    let employees = format!("http://{listen}/api/v1/employee");
    let v1 = format!("http://{listen}/v1");
    let api = format!("http://{listen}/api/organizations/{COMPANY}");
    format!(
        r#"
polity is up at http://{listen} (API documentation at http://{listen}/docs). In another terminal:

{curl} {orgs}/{COMPANY}
{curl} {orgs}/{COMPANY}/members
{curl} -X POST -H 'Content-Type: application/json' -d '{{"name": "Lighthouse Works"}}' {orgs}

Of a company of a thousand people, somebody's way to the top, and who is below somebody:

{large} {employees}/{low}/chain
{large} '{employees}/by-manager/{high}?depth=all'

A new customer with their first project, whose secret key the answer shows, and what they are licensed for:

{curl} -X POST -H 'Content-Type: application/json' -d '{{"organizationName": "Sparrow Freight", "accountName": "Production", "eulaAccepted": true}}' {v1}/organizations
{curl} {v1}/organizations/sparrow-freight/license

Somebody whose name you only half know, and an invitation, whose letter becomes a file in `{}/mail`:

{curl} '{api}/members?search=amra+deitz'
{curl} -X POST -H 'Content-Type: application/json' -d '{{"target_email": "ada@example.com", "level": 8}}' {api}/invites

  administrator {token}
  kept in       {}"#,
        token_file.parent().unwrap_or(token_file).display(),
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
        let people = ["low".to_owned(), "high".to_owned()];
        let listen = "127.0.0.1:8080".parse().unwrap();
        let said = explanation(listen, &people, "abc", Path::new("/tmp/it's/token"));
        let commands: Vec<&str> = said.lines().filter(|line| line.starts_with("curl ")).collect();
        let at = |path: &str| {
            let address = format!("http://127.0.0.1:8080{path}");
            commands.iter().filter(|command| command.contains(&address)).count()
        };
        assert_eq!((commands.len(), at("/directory/orgs"), at("/api/v1/employee/")), (9, 3, 2));
        assert_eq!((at("/v1/organizations"), at("/api/organizations/harbor-lane/")), (2, 2));
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
        let files = seed::organizations().unwrap();
        let seed: String = files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        assert!(seed.contains(&format!("\"alias\": \"{COMPANY}\"")));
        assert!(
            ADMINISTRATOR.strip_suffix("@users.noreply.github.com").is_some_and(|login| seed.contains(login))
        );
    }
}
