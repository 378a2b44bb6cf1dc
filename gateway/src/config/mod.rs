//! Settings: what the operator chose, from the environment (`POLITY_LISTEN`) or the same key in polity.toml (`listen`).
//!
//! The environment wins over the file; what is in neither has a default. A key that does not exist is an error in both places, so
//! that a misspelt setting is never silently the default.

pub(crate) mod bucket;
mod domains;
mod given;
mod issuer;
mod legal;
mod license;
mod master;
mod period;
mod private;
mod problem;
mod smtp;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use config::{Environment, File, FileFormat};
use ipnet::IpNet;
use lettre::message::Mailbox;
use polity_identity::{Registration, TrustedIssuer};
use polity_kernel::db::DatabaseUrl;
use polity_kernel::{Bounds, MasterKey};
use secrecy::SecretString;
use serde::Serialize;
use url::Url;

use crate::gate::pace::Pace;
pub use bucket::Bucket;
pub use domains::NameServers;
use given::Given;
pub use legal::ProviderAccount;
pub use period::Period;
pub use problem::ConfigError;
use problem::parse;
pub use smtp::{Encryption, SmtpServer};

/// The file's name where it is looked for: the working directory, then the data directory.
const FILE: &str = "polity.toml";

/// What every variable of ours begins with.
const PREFIX: &str = "POLITY_";

/// Variables of the test programs; no setting.
const TEST_PREFIX: &str = "POLITY_TEST_";

/// What is logged by default: the server's own words only when something is wrong.
const LOG: &str = "info,actix_server=warn";

/// Variables by name, as [`std::env::vars`] gives them.
pub type Variables = HashMap<String, String>;

/// What the operator chose, with defaults filled in. Serializes without secrets, for `--print-config`.
#[derive(Debug, Serialize)]
pub struct Settings {
    /// The store; by default `polity.db` in the data directory.
    #[serde(serialize_with = "as_text")]
    pub database_url: DatabaseUrl,
    /// Where the service keeps what it makes itself; by default `.polity` in the working directory.
    pub data_dir: PathBuf,
    /// The address to listen at; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How clients reach the service, without a trailing slash; by default the address it listens at.
    pub public_url: Option<String>,
    /// Outside issuers whose tokens are taken.
    #[serde(serialize_with = "issuer::without_secrets")]
    pub trusted_issuers: Vec<TrustedIssuer>,
    /// The networks whose proxies say where a request comes from (`X-Forwarded-For`).
    pub trusted_proxies: Vec<IpNet>,
    /// The networks beside public addresses where servers may be that others than the operator have named.
    pub outbound_allow: Vec<IpNet>,
    /// The name servers that are asked for the records of e-mail domains; by default the machine's own.
    #[serde(serialize_with = "some_as_text", skip_serializing_if = "Option::is_none")]
    pub dns_resolver: Option<NameServers>,
    /// How e-mail domains are proven: `domain_challenge_prefix`, `domain_recheck`.
    #[serde(flatten, serialize_with = "domains::as_given")]
    pub domains: polity_domains::Settings,
    /// Who may found organizations without being granted it.
    pub registration: Registration,
    /// The key that others are derived from; when not given, the data directory's own ([`Settings::master_key`]).
    #[serde(serialize_with = "hidden", skip_serializing_if = "Option::is_none")]
    master_key: Option<MasterKey>,
    /// The server that takes the service's mail; without one, mail is written as files to `mail` in the data directory.
    #[serde(serialize_with = "some_as_text", skip_serializing_if = "Option::is_none")]
    pub smtp_url: Option<SmtpServer>,
    /// Whom mail comes from; by default `polity` at the host of the public URL.
    #[serde(serialize_with = "as_text")]
    pub mail_from: Mailbox,
    /// Where documents are kept; without it, in `objects` in the data directory.
    #[serde(serialize_with = "some_as_text", skip_serializing_if = "Option::is_none")]
    pub object_store_url: Option<Bucket>,
    /// What to log: a level, or directives such as `info,polity=debug`.
    pub log: String,
    /// How to log.
    pub log_format: LogFormat,
    /// Connections of the pool.
    pub database_connections: u32,
    /// Threads that serve connections.
    pub workers: usize,
    /// How long access tokens of this issuer live.
    pub token_ttl: Period,
    /// How long a session at a browser lives without being used.
    pub session_idle: Period,
    /// How long it lives in any case.
    pub session_lifetime: Period,
    /// How long a stop waits for requests under way.
    pub shutdown_timeout: Period,
    /// How often API keys may ask `/api/organizations`, those of an organization together: `key_requests_per_minute`,
    /// `key_requests_per_hour`.
    #[serde(flatten, serialize_with = "pace_as_given")]
    pub key_pace: Pace,
    /// How much one person or organization may make, and how often, each bound by its own name.
    #[serde(flatten)]
    pub bounds: Bounds,
    /// How often those without a credential may do what needs none, by address; no setting.
    #[serde(skip)]
    pub stranger_pace: Pace,
    /// What licenses mean: `entitlements`, `license_keys`, `license_revocations`, `eula_version`, `free_limits`, `trial_limits`.
    #[serde(flatten, serialize_with = "license::as_given")]
    pub licensing: polity_licensing::Settings,
    /// What legal documents say of the operator: `vendor_name`, `vendor_address`, `dpa_template`, `baa_template`,
    /// `legal_webhook_secret`.
    #[serde(flatten, serialize_with = "legal::as_given")]
    pub legal: polity_legal::Settings,
    /// The account with a provider that has legal documents signed; without one they are signed through links of our own.
    #[serde(flatten, serialize_with = "legal::provider_as_given")]
    pub legal_provider: Option<ProviderAccount>,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object per line, for machines.
    Json,
    /// Words and colours, for people.
    Pretty,
}

impl Settings {
    /// Reads the settings from these variables and from a file: this one, or else polity.toml in the working directory, or else in
    /// the data directory, if there is one.
    pub fn load(variables: &Variables, file: Option<&Path>) -> Result<Self, ConfigError> {
        let ours: Variables = variables
            .iter()
            .filter(|(name, _)| name.starts_with(PREFIX) && !name.starts_with(TEST_PREFIX))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let mut builder = config::Config::builder();
        if let Some(path) = file.map(Path::to_path_buf).or_else(|| find(&ours)) {
            builder = builder.add_source(File::from(path).format(FileFormat::Toml));
        }
        let environment = Environment::with_prefix("POLITY").prefix_separator("_").ignore_empty(true);
        let given: Given = builder.add_source(environment.source(Some(ours))).build()?.try_deserialize()?;
        Self::settle(given)
    }

    /// Checks what was given and fills in the rest.
    fn settle(mut given: Given) -> Result<Self, ConfigError> {
        let licensing = license::settle(&mut given)?;
        let legal = legal::settle(&mut given)?;
        let legal_provider = legal::provider(&mut given, &legal)?;
        let domains = domains::settle(&mut given)?;
        let dns_resolver = domains::name_servers(&given)?;
        let bounds = given.bounds();
        let data_dir = given.data_dir.unwrap_or_else(|| PathBuf::from("./.polity"));
        let workers = given.workers.unwrap_or_else(cores).max(1);
        let database_url = secret("database_url", given.database_url, given.database_url_file.as_deref())?
            .unwrap_or_else(|| DatabaseUrl::Sqlite(data_dir.join("polity.db")));
        let master_key = given::secret("master_key", given.master_key, given.master_key_file.as_deref())?
            .map(|text| master::parse(given::reveal(&text)))
            .transpose()?;
        let public_url = given.public_url.as_deref().map(public_url).transpose()?;
        let listen = given.listen.as_deref().unwrap_or("127.0.0.1:8080");
        Ok(Self {
            database_connections: given
                .database_connections
                .unwrap_or_else(|| connections(&database_url, workers))
                .max(1),
            listen: parse("listen", listen)?,
            mail_from: mail_from(given.mail_from.as_deref(), public_url.as_deref())?,
            public_url,
            smtp_url: secret("smtp_url", given.smtp_url, given.smtp_url_file.as_deref())?,
            object_store_url: secret(
                "object_store_url",
                given.object_store_url,
                given.object_store_url_file.as_deref(),
            )?,
            trusted_issuers: issuer::settle(given.trusted_issuers)?,
            trusted_proxies: networks("trusted_proxies", &given.trusted_proxies)?,
            outbound_allow: networks("outbound_allow", &given.outbound_allow)?,
            dns_resolver,
            domains,
            registration: parse("registration", given.registration.as_deref().unwrap_or("open"))?,
            log: given.log.unwrap_or_else(|| LOG.to_owned()),
            log_format: log_format(given.log_format.as_deref().unwrap_or("json"))?,
            token_ttl: given.token_ttl.unwrap_or(Period::seconds(3_600)),
            session_idle: given.session_idle.unwrap_or(Period::seconds(12 * 3_600)),
            session_lifetime: given.session_lifetime.unwrap_or(Period::seconds(14 * 86_400)),
            shutdown_timeout: given.shutdown_timeout.unwrap_or(Period::seconds(30)),
            key_pace: Pace {
                per_minute: given.key_requests_per_minute.unwrap_or(Pace::KEYS.per_minute),
                per_hour: given.key_requests_per_hour.unwrap_or(Pace::KEYS.per_hour),
            },
            bounds,
            stranger_pace: Pace::STRANGERS,
            database_url,
            data_dir,
            master_key,
            workers,
            licensing,
            legal,
            legal_provider,
        })
    }

    /// Makes the data directory unless it is there, closes it to other users, and refuses a mistyped SQLite path outside it.
    pub fn prepare(&self) -> Result<(), ConfigError> {
        private::make_data_dir(&self.data_dir)?;
        self.database_url
            .require_existing_outside(&self.data_dir)
            .map_err(|error| ConfigError::setting("database_url", error.message()))
    }

    /// Whether [`Settings::master_key`] would make a key.
    pub fn lacks_master_key(&self) -> bool {
        self.master_key.is_none() && !master::is_there(&self.data_dir)
    }

    /// The key that others are derived from: the one given, or the data directory's, made there on the first start.
    pub fn master_key(&self) -> Result<MasterKey, ConfigError> {
        match &self.master_key {
            Some(key) => Ok(key.clone()),
            None => master::find_or_make(&self.data_dir),
        }
    }

    /// The settings as a polity.toml, secrets left out.
    pub fn to_toml(&self) -> Result<String, ConfigError> {
        toml::to_string(self).map_err(|error| ConfigError::setting("(all)", error.to_string()))
    }
}

/// polity.toml in the working directory, or else in the data directory.
fn find(variables: &Variables) -> Option<PathBuf> {
    let data_dir = variables.get("POLITY_DATA_DIR").map_or("./.polity", String::as_str);
    [PathBuf::from(FILE), Path::new(data_dir).join(FILE)].into_iter().find(|path| path.is_file())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// SQLite's readers never wait for the network, so as many as read at once are enough; PostgreSQL's connections also write.
fn connections(url: &DatabaseUrl, workers: usize) -> u32 {
    match url {
        DatabaseUrl::Sqlite(_) => u32::try_from(2 * workers + 2).unwrap_or(u32::MAX),
        DatabaseUrl::Postgres(_) => 16,
    }
}

/// A setting that holds a secret, given as it is or as the file that holds it.
fn secret<T: std::str::FromStr<Err: std::fmt::Display>>(
    key: &str,
    value: Option<SecretString>,
    file: Option<&Path>,
) -> Result<Option<T>, ConfigError> {
    given::secret(key, value, file)?.map(|text| parse(key, given::reveal(&text))).transpose()
}

/// Networks, or single addresses.
fn networks(key: &str, texts: &[String]) -> Result<Vec<IpNet>, ConfigError> {
    let network = |text: &String| match text.trim().parse::<IpAddr>() {
        Ok(address) => Ok(address.into()),
        Err(_) => parse(key, text),
    };
    texts.iter().map(network).collect()
}

fn log_format(text: &str) -> Result<LogFormat, ConfigError> {
    match text {
        "json" => Ok(LogFormat::Json),
        "pretty" => Ok(LogFormat::Pretty),
        _ => Err(ConfigError::setting("log_format", "must be one of: json, pretty")),
    }
}

fn public_url(text: &str) -> Result<String, ConfigError> {
    let url: Url = parse("public_url", text)?;
    let plain = matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
    if !plain || url.path() != "/" || !url.username().is_empty() {
        return Err(ConfigError::setting("public_url", "must be http(s)://host[:port] and nothing else"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whom mail comes from. An address literal such as `polity@[192.0.2.1]` would be refused by most who are to read it.
fn mail_from(given: Option<&str>, public_url: Option<&str>) -> Result<Mailbox, ConfigError> {
    if let Some(given) = given {
        return parse("mail_from", given);
    }
    let url = public_url.and_then(|text| Url::parse(text).ok());
    let host = url.as_ref().and_then(Url::domain).unwrap_or("localhost");
    parse("mail_from", &format!("polity@{host}"))
}

fn some_as_text<T: std::fmt::Display, S: serde::Serializer>(
    value: &Option<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&value.as_ref().map_or(String::new(), T::to_string))
}

fn as_text<T: std::fmt::Display, S: serde::Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn pace_as_given<S: serde::Serializer>(pace: &Pace, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shown {
        key_requests_per_minute: u32,
        key_requests_per_hour: u32,
    }
    let Pace { per_minute: key_requests_per_minute, per_hour: key_requests_per_hour } = *pace;
    Shown { key_requests_per_minute, key_requests_per_hour }.serialize(serializer)
}

fn hidden<S: serde::Serializer>(_: &Option<MasterKey>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("(hidden)")
}

#[cfg(test)]
mod tests;
