//! Where documents are kept: a folder of the data directory, or an S3 bucket.
//!
//! A key is a path of letters, digits, `-`, `_` and `.`, such as `legal/0197…/dpa.pdf`; what is kept under it appears whole or not at
//! all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::future::Future;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Key;
use object_store::{ClientOptions, Error as StoreError, ObjectStoreExt as _, RetryConfig};
use polity_kernel::{Error, IdSource, Result};
use polity_legal::ObjectStore;
use secrecy::ExposeSecret as _;
use tokio::runtime::{Builder, Runtime};

use crate::config::bucket::is_plain;
use crate::config::{Bucket, Settings};
use crate::outside::outbound::turns::{Turn, Turns};

/// How long one request to a bucket may take, and all tries of it together.
const PATIENCE: Duration = Duration::from_secs(10);
const ALL_TRIES: Duration = Duration::from_secs(30);

/// How often a request to a bucket is tried again.
const RETRIES: usize = 3;

/// The documents' place.
#[derive(Debug)]
pub struct Objects(Way);

#[derive(Debug)]
enum Way {
    Folder(PathBuf),
    Bucket(Box<Remote>),
}

/// A bucket, and the runtime its requests run on: those who ask are threads that may block.
#[derive(Debug)]
struct Remote {
    store: AmazonS3,
    prefix: String,
    turns: Turns,
    /// Gone only while it is being dropped.
    runtime: Option<Runtime>,
}

impl Objects {
    /// The place that the settings name; nothing is made or asked yet.
    ///
    /// # Errors
    /// When the bucket's settings do not go together, or the system gives no thread.
    pub fn open(settings: &Settings) -> Result<Self> {
        Ok(Self(match &settings.object_store_url {
            Some(bucket) => Way::Bucket(Box::new(Remote::new(bucket)?)),
            None => Way::Folder(settings.data_dir.join("objects")),
        }))
    }
}

impl ObjectStore for Objects {
    /// When it returns, the bytes are on disk, or the bucket's.
    fn put(&self, key: &str, bytes: &[u8]) -> Result<()> {
        let key = checked(key)?;
        match &self.0 {
            Way::Folder(folder) => write(&folder.join(key), bytes).map_err(unavailable),
            Way::Bucket(remote) => remote.put(key, bytes),
        }
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let key = checked(key)?;
        match &self.0 {
            Way::Folder(folder) => present(fs::read(folder.join(key))),
            Way::Bucket(remote) => remote.get(key),
        }
    }

    fn delete(&self, key: &str) -> Result<()> {
        let key = checked(key)?;
        match &self.0 {
            Way::Folder(folder) => present(fs::remove_file(folder.join(key))).map(drop),
            Way::Bucket(remote) => remote.delete(key),
        }
    }
}

/// Only keys that mean the same in a folder and in a bucket, and lead nowhere else.
fn checked(key: &str) -> Result<&str> {
    match key.split('/').all(is_plain) {
        true => Ok(key),
        false => Err(Error::internal(format!("not a key of an object: {key:?}"))),
    }
}

/// Nothing is there: no failure, but nothing.
fn present<T>(result: std::io::Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

/// Writes beside the place and moves there, so that a reader never meets half of it, nor does the next start after a crash.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // a name that no key can have
    let draft = folder.join(format!(".{}", IdSource::random().secret()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let written =
        file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        drop(fs::remove_file(&draft));
    }
    written?;
    File::open(folder)?.sync_all()
}

fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::unavailable("documents", "documents cannot be reached now").because(source)
}

impl Remote {
    fn new(bucket: &Bucket) -> Result<Self> {
        // another caller may have been first; then nothing is to be done
        drop(rustls::crypto::ring::default_provider().install_default());
        // `from_env` asks the machine for credentials, which ours replace
        let mut builder = match &bucket.credentials {
            Some((key, secret)) => {
                AmazonS3Builder::new().with_access_key_id(key).with_secret_access_key(secret.expose_secret())
            }
            None => AmazonS3Builder::from_env(),
        };
        builder = builder
            .with_bucket_name(&bucket.name)
            .with_client_options(ClientOptions::new().with_timeout(PATIENCE))
            .with_retry(RetryConfig {
                max_retries: RETRIES,
                retry_timeout: ALL_TRIES,
                ..RetryConfig::default()
            });
        if let Some(region) = &bucket.region {
            builder = builder.with_region(region);
        }
        if let Some(endpoint) = &bucket.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("polity-objects")
            .enable_all()
            .build()
            .map_err(Error::internal)?;
        Ok(Self {
            store: builder.build().map_err(Error::internal)?,
            prefix: bucket.prefix.clone(),
            turns: Turns::default(),
            runtime: Some(runtime),
        })
    }

    fn key(&self, key: &str) -> Key {
        match self.prefix.as_str() {
            "" => Key::from(key),
            prefix => Key::from(format!("{prefix}/{key}")),
        }
    }

    /// A request for the organization that the key names.
    fn turn(&self, key: &str) -> Result<Option<Turn>> {
        let named = key.split('/').find_map(|part| part.parse().ok());
        named.map(|organization| self.turns.begin(organization)).transpose()
    }

    fn put(&self, key: &str, bytes: &[u8]) -> Result<()> {
        let _turn = self.turn(key)?;
        let bytes = bytes.to_vec();
        found(self.wait(self.store.put(&self.key(key), bytes.into()))?).map(drop)
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let _turn = self.turn(key)?;
        let key = self.key(key);
        let read = async { self.store.get(&key).await?.bytes().await };
        Ok(found(self.wait(read)?)?.map(|bytes| bytes.to_vec()))
    }

    fn delete(&self, key: &str) -> Result<()> {
        let _turn = self.turn(key)?;
        found(self.wait(self.store.delete(&self.key(key)))?).map(drop)
    }

    fn wait<T>(&self, future: impl Future<Output = T>) -> Result<T> {
        let runtime = self.runtime.as_ref().ok_or_else(|| Error::internal("the object store has ended"))?;
        Ok(runtime.block_on(future))
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        // waiting for it is forbidden where the last to hold the store may be: on a thread of the server
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn found<T>(result: object_store::Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use polity_kernel::Code;

    use super::*;

    fn folder() -> (tempfile::TempDir, Objects) {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects(Way::Folder(folder.path().join("objects")));
        (folder, objects)
    }

    #[test]
    fn what_is_kept_in_a_folder_is_read_back_until_it_is_deleted() {
        let (folder, objects) = folder();
        assert_eq!(objects.get("legal/a.pdf").unwrap(), None);
        objects.put("legal/a.pdf", b"first").unwrap();
        objects.put("legal/a.pdf", b"second").unwrap();
        assert_eq!(objects.get("legal/a.pdf").unwrap().unwrap(), b"second");
        let path = folder.path().join("objects/legal/a.pdf");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft stays behind");
        objects.delete("legal/a.pdf").unwrap();
        objects.delete("legal/a.pdf").unwrap();
        assert_eq!(objects.get("legal/a.pdf").unwrap(), None);
    }

    #[test]
    fn a_key_leads_nowhere_else() {
        let (_folder, objects) = folder();
        for key in ["", "/etc/passwd", "../x", "a/../b", "a//b", ".hidden", "a\\b", "ä", "a b", "a/"] {
            assert_eq!(objects.put(key, b"x").unwrap_err().code(), Code::Internal, "{key}");
        }
    }

    #[test]
    fn a_place_that_cannot_be_written_is_unavailable() {
        let (folder, objects) = folder();
        fs::write(folder.path().join("objects"), "a file").unwrap();
        assert_eq!(objects.put("a", b"x").unwrap_err().code(), Code::Unavailable);
    }
}
