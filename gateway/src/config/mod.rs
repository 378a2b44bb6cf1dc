//! Settings: what the operator chose, from the environment (`POLITY_LISTEN`) or the same key in polity.toml (`listen`).
//!
//! The environment wins over the file; what is in neither has a default. A key that does not exist is an error in both places, so
//! that a misspelt setting is never silently the default.

mod given;
mod issuer;
mod license;
mod master;
mod period;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use config::{Environment, File, FileFormat};
use ipnet::IpNet;
use polity_identity::{Registration, TrustedIssuer};
use polity_kernel::MasterKey;
use polity_kernel::db::DatabaseUrl;
use serde::Serialize;
use url::Url;

use given::Given;
pub use period::Period;

/// The file's name where it is looked for: the working directory, then the data directory.
const FILE: &str = "polity.toml";

/// What every variable of ours begins with.
const PREFIX: &str = "POLITY_";

/// Variables of the test programs; no setting.
const TEST_PREFIX: &str = "POLITY_TEST_";

/// What is logged by default: the server's own words only when something is wrong, and nothing of heads that cannot be read, which
/// it calls errors: whoever sends them would fill the log.
const LOG: &str = "info,actix_server=warn,actix_http::h1::dispatcher=off";

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
    /// Who may found organizations without being granted it.
    pub registration: Registration,
    /// The key that others are derived from; when not given, the data directory's own ([`Settings::master_key`]).
    #[serde(serialize_with = "hidden", skip_serializing_if = "Option::is_none")]
    master_key: Option<MasterKey>,
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
    /// How long a stop waits for requests under way.
    pub shutdown_timeout: Period,
    /// What licenses mean: `entitlements`, `license_keys`, `license_revocations`, `eula_version`, `free_limits`, `trial_limits`.
    #[serde(flatten, serialize_with = "license::as_given")]
    pub licensing: polity_licensing::Settings,
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

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or variable that cannot be read, or a key that does not exist.
    #[error("settings: {0}")]
    Unreadable(#[from] config::ConfigError),
    /// One setting's value.
    #[error("setting {key}: {problem}")]
    Setting {
        /// The key, as polity.toml has it.
        key: String,
        /// What is wrong with it; never the value of a secret.
        problem: String,
    },
}

impl ConfigError {
    fn setting(key: &str, problem: impl Into<String>) -> Self {
        Self::Setting { key: key.to_owned(), problem: problem.into() }
    }
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
        let data_dir = given.data_dir.unwrap_or_else(|| PathBuf::from("./.polity"));
        let workers = given.workers.unwrap_or_else(cores).max(1);
        let database_url =
            match given::secret("database_url", given.database_url, given.database_url_file.as_deref())? {
                Some(url) => parse("database_url", given::reveal(&url))?,
                None => DatabaseUrl::Sqlite(data_dir.join("polity.db")),
            };
        let master_key = given::secret("master_key", given.master_key, given.master_key_file.as_deref())?
            .map(|text| master::parse(given::reveal(&text)))
            .transpose()?;
        let listen = given.listen.as_deref().unwrap_or("127.0.0.1:8080");
        Ok(Self {
            database_connections: given
                .database_connections
                .unwrap_or_else(|| connections(&database_url, workers))
                .max(1),
            listen: parse("listen", listen)?,
            public_url: given.public_url.as_deref().map(public_url).transpose()?,
            trusted_issuers: issuer::settle(given.trusted_issuers)?,
            trusted_proxies: given
                .trusted_proxies
                .iter()
                .map(|text| network(text))
                .collect::<Result<_, _>>()?,
            registration: parse("registration", given.registration.as_deref().unwrap_or("open"))?,
            log: given.log.unwrap_or_else(|| LOG.to_owned()),
            log_format: log_format(given.log_format.as_deref().unwrap_or("json"))?,
            token_ttl: given.token_ttl.unwrap_or(Period::seconds(3_600)),
            shutdown_timeout: given.shutdown_timeout.unwrap_or(Period::seconds(30)),
            database_url,
            data_dir,
            master_key,
            workers,
            licensing,
        })
    }

    /// Makes the data directory unless it is there, and refuses a mistyped SQLite path outside it.
    pub fn prepare(&self) -> Result<(), ConfigError> {
        master::make_data_dir(&self.data_dir)?;
        self.database_url
            .require_existing_outside(&self.data_dir)
            .map_err(|error| ConfigError::setting("database_url", error.message()))
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

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(key: &str, text: &str) -> Result<T, ConfigError> {
    text.trim().parse().map_err(|error: T::Err| ConfigError::setting(key, error.to_string()))
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, ConfigError> {
    match text.trim().parse::<IpAddr>() {
        Ok(address) => Ok(address.into()),
        Err(_) => parse("trusted_proxies", text),
    }
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

fn as_text<T: std::fmt::Display, S: serde::Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn hidden<S: serde::Serializer>(_: &Option<MasterKey>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("(hidden)")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LICENSE_KEYS: &str =
        r#"[{"kid": "a", "issuer": "sales", "public_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP8"}]"#;

    fn load(pairs: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        let variables = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Settings::load(&variables, None)
    }

    fn refusal(pairs: &[(&str, &str)]) -> String {
        load(pairs).unwrap_err().to_string()
    }

    #[test]
    fn nothing_given_is_a_service_on_this_machine() {
        let settings = load(&[]).unwrap();
        assert_eq!(settings.database_url.to_string(), "sqlite:./.polity/polity.db");
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(settings.registration, Registration::Open);
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("polity.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\nworkers = 3\ntoken_ttl = \"5m\"\n").unwrap();
        let variables = HashMap::from([("POLITY_LISTEN".to_owned(), "127.0.0.1:2".to_owned())]);
        let settings = Settings::load(&variables, Some(&file)).unwrap();
        assert_eq!((settings.listen.port(), settings.workers), (2, 3));
        assert_eq!(settings.token_ttl, Period::seconds(300));
    }

    #[test]
    fn a_misspelt_key_is_an_error_in_both_places() {
        assert!(refusal(&[("POLITY_LISTN", "x")]).contains("listn"));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("polity.toml");
        std::fs::write(&file, "listn = 1\n").unwrap();
        assert!(Settings::load(&HashMap::new(), Some(&file)).unwrap_err().to_string().contains("listn"));
    }

    #[test]
    fn variables_of_others_and_of_the_tests_are_left_alone() {
        load(&[("PATH", "/bin"), ("POLITY_TEST_POSTGRES_URL", "postgres://x")]).unwrap();
    }

    #[test]
    fn a_bad_value_names_its_key() {
        for (name, value) in [
            ("POLITY_DATABASE_URL", "mysql://x"),
            ("POLITY_LISTEN", "everywhere"),
            ("POLITY_PUBLIC_URL", "https://example.com/path"),
            ("POLITY_REGISTRATION", "closed"),
            ("POLITY_LOG_FORMAT", "xml"),
            ("POLITY_MASTER_KEY", "short"),
            ("POLITY_TOKEN_TTL", "soon"),
            ("POLITY_WORKERS", "many"),
            ("POLITY_ENTITLEMENTS", "some"),
            ("POLITY_TRUSTED_PROXIES", r#"["everybody"]"#),
            ("POLITY_LICENSE_KEYS", r#"[{"kid": "a", "public_key": "short"}]"#),
        ] {
            let key = name.trim_start_matches("POLITY_").to_lowercase();
            let words = refusal(&[(name, value)]);
            assert!(words.contains(&key), "{name}: {words}");
        }
    }

    #[test]
    fn a_secret_may_be_in_a_file_but_not_in_two_places() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("url");
        std::fs::write(&file, "postgres://me:secret@host/db\n").unwrap();
        let file = file.to_str().unwrap();
        let settings = load(&[("POLITY_DATABASE_URL_FILE", file)]).unwrap();
        assert_eq!(settings.database_url.to_string(), "postgres://me@host/db");
        let words = refusal(&[("POLITY_DATABASE_URL_FILE", file), ("POLITY_DATABASE_URL", "sqlite:x")]);
        assert!(words.contains("twice"), "{words}");
    }

    #[test]
    fn what_is_printed_holds_no_secret_and_can_be_read_again() {
        let issuers = r#"[{"issuer": "https://id.example", "audience": "polity", "algorithms": ["RS256"],
            "client_id": "polity", "client_secret": "tell-nobody"}]"#;
        let key = "ab".repeat(32);
        let settings = load(&[
            ("POLITY_DATABASE_URL", "postgres://me:tell-nobody@host/db"),
            ("POLITY_MASTER_KEY", &key),
            ("POLITY_TRUSTED_ISSUERS", issuers),
            ("POLITY_ENTITLEMENTS", "licensed"),
            ("POLITY_TRUSTED_PROXIES", r#"["10.0.0.0/8", "::1"]"#),
            ("POLITY_LICENSE_KEYS", LICENSE_KEYS),
            ("POLITY_LICENSE_REVOCATIONS", r#"["burnt"]"#),
            ("POLITY_FREE_LIMITS", r#"{"members": 3}"#),
        ])
        .unwrap();
        let printed = settings.to_toml().unwrap();
        for secret in ["tell-nobody", key.as_str()] {
            assert!(!printed.contains(secret) && !format!("{settings:?}").contains(secret), "{printed}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("polity.toml");
        std::fs::write(&file, printed.replace("master_key = \"(hidden)\"\n", "")).unwrap();
        let again = Settings::load(&HashMap::new(), Some(&file)).unwrap();
        assert_eq!(again.trusted_issuers.len(), 1);
        assert_eq!(again.licensing, settings.licensing);
        assert_eq!(again.trusted_proxies, settings.trusted_proxies);
        assert_eq!((again.licensing.free.members, again.licensing.free.projects), (Some(3), None));
        assert_eq!(again.licensing.keys[0].public[31], 255);
    }
}
