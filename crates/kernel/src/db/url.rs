//! Where the store is: parsed once, so that a mistyped address is an error and not a new empty file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::error::{Error, FieldKind, Result};

/// A SQLite file or a PostgreSQL address. Printing it leaves out the password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:<path>`.
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`, as libpq reads it.
    Postgres(String),
}

impl DatabaseUrl {
    /// Refuses a SQLite file that is not there, unless it is to lie in `data_dir`.
    pub fn require_existing_outside(&self, data_dir: &Path) -> Result<()> {
        match self {
            Self::Sqlite(path) if !path.exists() && !path.starts_with(data_dir) => Err(Error::field(
                "database_url",
                FieldKind::NotFound.told(format!(
                    "{} does not exist; a new database is only made inside the data directory {}",
                    path.display(),
                    data_dir.display()
                )),
            )),
            _ => Ok(()),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(Error::field("database_url", FieldKind::Required.told("sqlite: needs a path")));
            }
            return Ok(Self::Sqlite(path.into()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let rule = "must be sqlite:<path> or postgres://user:password@host/database";
        Err(Error::field("database_url", FieldKind::Malformed.told(rule)))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "…".to_owned() };
    // a password may also stand among the parameters
    let rest = rest.split_once('?').map_or(rest, |(address, _)| address);
    match rest.rsplit_once('@') {
        Some((credentials, address)) => {
            let user = credentials.split_once(':').map_or(credentials, |(user, _)| user);
            format!("{scheme}://{user}@{address}")
        }
        None => format!("{scheme}://{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_schemes_are_addresses() {
        assert_eq!("sqlite:/a/b.db".parse::<DatabaseUrl>().unwrap(), DatabaseUrl::Sqlite("/a/b.db".into()));
        assert!("postgres".parse::<DatabaseUrl>().is_err());
        assert!("/a/b.db".parse::<DatabaseUrl>().is_err());
    }

    #[test]
    fn a_printed_address_has_no_password() {
        let url: DatabaseUrl = "postgres://me:secret@host:5432/db?password=secret".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://me@host:5432/db");
    }

    #[test]
    fn a_mistyped_path_makes_no_file() {
        let url = DatabaseUrl::Sqlite("/nowhere/polity.db".into());
        assert!(url.require_existing_outside(Path::new("/data")).is_err());
        assert!(
            DatabaseUrl::Sqlite("/data/polity.db".into())
                .require_existing_outside(Path::new("/data"))
                .is_ok()
        );
    }
}
