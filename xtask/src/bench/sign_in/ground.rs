//! What is there beforehand: people, their sessions, a provider's responses.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::bench::Args;
use crate::bench::load::{self, READERS};
use crate::instance::Instance;
use crate::shell::{self, Result, cargo, target_dir};

/// How many people have sessions beside the readers, at most: as many as a store has members.
const PEOPLE: u32 = 40_000;

/// The program that begins sessions and signs responses: `gateway/examples/sign_in_ground.rs`.
pub(super) struct Example(PathBuf);

impl Example {
    /// Builds it as the service is built.
    pub(super) fn build(is_debug: bool) -> Result<Self> {
        let mut build = cargo();
        build.args(["build", "--package", "polity", "--example", "sign_in_ground", "--locked"]);
        if !is_debug {
            build.arg("--release");
        }
        shell::run(&mut build)?;
        let profile = if is_debug { "debug" } else { "release" };
        Ok(Self(target_dir().join(profile).join("examples/sign_in_ground")))
    }

    /// Begins sessions for those whom the file lists, as of so long ago; the secrets of some, and how long it took.
    pub(super) fn sessions(
        &self,
        instance: &Instance,
        people: &Path,
        count: u32,
        seconds_ago: u64,
    ) -> Result<(Vec<String>, Duration)> {
        let began = Instant::now();
        let arguments: [OsString; 3] =
            [people.into(), count.to_string().into(), seconds_ago.to_string().into()];
        let said = shell::read(self.on(instance).command("sessions").args(arguments))?;
        Ok((said.lines().map(str::to_owned).collect(), began.elapsed()))
    }

    /// The entity id and the certificate of the provider whose responses these are.
    pub(super) fn provider(&self, instance: &Instance) -> Result<(String, String)> {
        let said = shell::read(&mut self.on(instance).command("provider"))?;
        let (entity, certificate) = said.split_once('\n').ok_or("the example names no provider")?;
        Ok((entity.to_owned(), certificate.trim().to_owned()))
    }

    /// Responses about somebody, each good once.
    pub(super) fn responses(
        &self,
        instance: &Instance,
        service: &Addressed<'_>,
        count: u32,
    ) -> Result<Vec<String>> {
        let Addressed { acs, audience, email } = service;
        let count = count.to_string();
        let said = shell::read(self.on(instance).command("responses").args([
            acs,
            audience,
            email,
            &count.as_str(),
        ]))?;
        Ok(said.lines().map(str::to_owned).collect())
    }

    fn on(&self, instance: &Instance) -> Instance {
        Instance {
            binary: self.0.clone(),
            data: instance.data.clone(),
            database_url: instance.database_url.clone(),
            listen: instance.listen,
        }
    }
}

/// Whom responses are for, and about.
pub(super) struct Addressed<'a> {
    pub(super) acs: &'a str,
    pub(super) audience: &'a str,
    pub(super) email: &'a str,
}

/// People with sessions, by address: those of the first organizations.
pub(super) fn people(args: &Args) -> Vec<String> {
    let size = args.size();
    let mut people: Vec<String> = READERS.iter().map(|reader| load::email(reader)).collect();
    let of = |organization| {
        let own = size.own_of(organization);
        (0..own).map(move |member| load::email(&format!("p-{organization}-{member}")))
    };
    people.extend((0..size.organizations).flat_map(of).take(args.scaled(PEOPLE) as usize));
    people
}

/// Has the service believe what a proxy on this machine says of addresses, so that not all is counted as one network's.
pub(in crate::bench) fn write_settings(instance: &Instance) -> Result {
    Ok(fs::write(instance.data.join("polity.toml"), "trusted_proxies = [\"127.0.0.1\"]\n")?)
}

/// Writes a file of lines.
pub(super) fn lines(path: &Path, lines: &[String]) -> Result {
    Ok(fs::write(path, lines.join("\n") + "\n")?)
}
