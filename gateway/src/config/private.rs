//! The data directory: made for this user alone, and closed to others where an earlier version or an unpacked backup left it open.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

use super::problem::ConfigError;

/// What in the directory holds secrets or the store.
const FILES: [&str; 5] = ["master.key", "polity.db", "polity.db-wal", "polity.db-shm", "polity.toml"];

/// Folders of letters and documents.
const FOLDERS: [&str; 2] = ["mail", "objects"];

/// Makes the directory unless it is there, and closes it and what is in it to everybody else.
pub(super) fn make_data_dir(data_dir: &Path) -> Result<(), ConfigError> {
    let problem = |what: &str, error: std::io::Error| {
        ConfigError::setting("data_dir", format!("{} cannot be {what}: {error}", data_dir.display()))
    };
    DirBuilder::new().recursive(true).mode(0o700).create(data_dir).map_err(|error| problem("made", error))?;
    if !is_ours(data_dir).map_err(|error| problem("read", error))? {
        return Ok(());
    }
    close(data_dir, 0o700).map_err(|error| problem("closed to other users", error))?;
    for (names, mode) in [(FILES.as_slice(), 0o600), (FOLDERS.as_slice(), 0o700)] {
        for name in names {
            close(&data_dir.join(name), mode).map_err(|error| problem("closed to other users", error))?;
        }
    }
    Ok(())
}

/// Whether the directory is new or holds what a start of this service made: a folder that was named by mistake is not to be closed to those
/// who work in it.
fn is_ours(data_dir: &Path) -> std::io::Result<bool> {
    let is_empty = fs::read_dir(data_dir)?.next().is_none();
    Ok(is_empty || FILES.iter().any(|name| data_dir.join(name).exists()))
}

/// Takes away what others may; what is not there needs none of it.
fn close(path: &Path, most: u32) -> std::io::Result<()> {
    let present = match fs::metadata(path) {
        Ok(found) => found.permissions().mode() & 0o777,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if present & !most == 0 {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(present & most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_data_directory_is_for_this_user_alone_also_where_it_was_not() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("a/data");
        make_data_dir(&data_dir).unwrap();
        assert_eq!(mode(&data_dir), 0o700);
        fs::create_dir(data_dir.join("mail")).unwrap();
        for name in FILES {
            fs::write(data_dir.join(name), "x").unwrap();
            fs::set_permissions(data_dir.join(name), Permissions::from_mode(0o644)).unwrap();
        }
        for open in [data_dir.clone(), data_dir.join("mail")] {
            fs::set_permissions(open, Permissions::from_mode(0o755)).unwrap();
        }
        make_data_dir(&data_dir).unwrap();
        assert_eq!((mode(&data_dir), mode(&data_dir.join("mail"))), (0o700, 0o700));
        assert!(FILES.iter().all(|name| mode(&data_dir.join(name)) == 0o600));
    }

    #[test]
    fn a_folder_that_others_work_in_stays_open_to_them() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("theirs"), "x").unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        make_data_dir(folder.path()).unwrap();
        assert_eq!(mode(folder.path()), 0o755);
    }
}
