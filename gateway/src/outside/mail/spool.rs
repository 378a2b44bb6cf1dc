//! Mail as files, for a service that knows no mail server: one `.eml` each, which any mail program opens.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use lettre::Message;
use polity_kernel::{Error, Result};
use uuid::Uuid;

/// Writes a message to the folder, readable by this user alone, since letters hold links that are as good as keys. The same id
/// is the same file, and the whole of it appears at once.
pub(super) fn write(folder: &Path, id: Uuid, message: &Message) -> Result<()> {
    let path = folder.join(format!("{id}.eml"));
    if path.exists() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(Error::internal)?;
    let draft = folder.join(format!("{id}.draft"));
    let mut options = OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(true).mode(0o600).open(&draft).map_err(Error::internal)?;
    file.write_all(&message.formatted()).map_err(Error::internal)?;
    file.sync_all().map_err(Error::internal)?;
    fs::rename(&draft, &path).map_err(Error::internal)
}
