//! What is wrong with the settings, and values that are parsed.

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or variable that cannot be read, or a key that does not exist.
    #[error("settings: {0}")]
    Unreadable(config::ConfigError),
    /// One setting's value.
    #[error("setting {key}: {problem}")]
    Setting {
        /// The key, as polity.toml has it.
        key: String,
        /// What is wrong with it; never the value of a secret.
        problem: String,
    },
}

/// What it was made from is told with it, and is no cause to be told again.
impl From<config::ConfigError> for ConfigError {
    fn from(error: config::ConfigError) -> Self {
        Self::Unreadable(error)
    }
}

impl ConfigError {
    pub(super) fn setting(key: &str, problem: impl Into<String>) -> Self {
        Self::Setting { key: key.to_owned(), problem: problem.into() }
    }
}

/// The value of a setting; what it cannot be is told with its key.
pub(super) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(
    key: &str,
    text: &str,
) -> Result<T, ConfigError> {
    text.trim().parse().map_err(|error: T::Err| ConfigError::setting(key, error.to_string()))
}
