//! An empty instance on one engine, to be loaded and measured.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::Engine;
use crate::instance::{Instance, free_address};
use crate::postgres::{Cluster, Durability};
use crate::shell::{self, Result};

/// The database on a cluster of ours.
const DATABASE: &str = "polity";

/// A migrated, empty instance; a cluster of its own stops with it.
pub(super) struct Ground {
    /// The instance.
    pub(super) instance: Instance,
    /// The engine and its version.
    pub(super) engine: String,
    cluster: Option<Cluster>,
}

impl Ground {
    /// Makes the instance in a new folder.
    pub(super) fn new(engine: Engine, binary: &Path, data: &Path) -> Result<Self> {
        fs::create_dir(data)?;
        let cluster = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Cluster::start(Durability::Full)?),
        };
        let mut name = "SQLite".to_owned();
        let mut database_url = None;
        if let Some(cluster) = &cluster {
            cluster.create_database(DATABASE)?;
            name = format!("PostgreSQL {}", cluster.version()?);
            database_url = Some(cluster.url(DATABASE));
        }
        let instance = Instance {
            binary: binary.to_path_buf(),
            data: data.to_path_buf(),
            database_url,
            listen: free_address()?,
        };
        instance.migrate()?;
        Ok(Self { instance, engine: name, cluster })
    }

    /// Does what autovacuum would have done by the time anybody looks.
    pub(super) fn settle(&self) -> Result {
        match &self.cluster {
            Some(cluster) => cluster.psql(DATABASE, "VACUUM ANALYZE").map(drop),
            None => Ok(()),
        }
    }

    /// How many rows a table has.
    pub(super) fn count(&self, table: &str) -> Result<u64> {
        let query = format!("SELECT count(*) FROM {table}");
        let said = match &self.cluster {
            Some(cluster) => cluster.psql(DATABASE, &query)?,
            None => shell::read(
                Command::new("sqlite3").arg("-readonly").arg(self.instance.data.join("polity.db")).arg(query),
            )?,
        };
        Ok(said.trim().parse()?)
    }

    /// The size of the database, in bytes.
    pub(super) fn size(&self) -> Result<u64> {
        match &self.cluster {
            Some(cluster) => {
                let size = cluster.psql(DATABASE, &format!("SELECT pg_database_size('{DATABASE}')"))?;
                Ok(size.trim().parse()?)
            }
            None => Ok(fs::metadata(self.instance.data.join("polity.db"))?.len()),
        }
    }
}
