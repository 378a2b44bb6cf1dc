//! The file of a SQLite store: who may read it.

pub(crate) mod read_only;
pub(crate) mod writable;

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Makes the file, empty and for this user alone, unless it is there; SQLite gives what it puts beside it the same mode. It would make
/// the file itself, for everybody to read.
pub(super) fn make_private(path: &Path) {
    // whatever fails here fails again when SQLite opens it, which has words for it
    drop(OpenOptions::new().write(true).create_new(true).mode(0o600).open(path));
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use crate::db::{Db, Options};

    #[test]
    fn a_store_that_is_made_is_for_this_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/polity.db", folder.path().display()).parse().unwrap();
        let db = Db::open(&url, &Options::default()).unwrap();
        db.write(|conn| {
            diesel::connection::SimpleConnection::batch_execute(conn, "CREATE TABLE t (x)")?;
            Ok(())
        })
        .unwrap();
        let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        let modes = ["polity.db", "polity.db-wal", "polity.db-shm"].map(mode);
        assert_eq!(modes, [0o600; 3], "{modes:?}");
    }
}
