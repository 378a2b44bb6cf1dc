//! The master key: given, or made on first start and kept in the data directory where only this user reads it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use polity_kernel::{IdSource, MasterKey};

use super::problem::ConfigError;

/// The file's name in the data directory.
const FILE: &str = "master.key";

/// A key as text: 32 bytes as 64 hexadecimal digits or as base64url (with or without padding).
pub(super) fn parse(text: &str) -> Result<MasterKey, ConfigError> {
    let text = text.trim();
    let bytes = if text.len() == 64 { from_hex(text) } else { from_base64(text) };
    bytes.map(MasterKey::new).ok_or_else(|| {
        ConfigError::setting("master_key", "must be 32 random bytes as base64url or as 64 hexadecimal digits")
    })
}

/// Whether the data directory has a key.
pub(super) fn is_there(data_dir: &Path) -> bool {
    data_dir.join(FILE).exists()
}

/// The data directory's key, made if there is none yet. Two processes that start at once end up with the same one.
pub(super) fn find_or_make(data_dir: &Path) -> Result<MasterKey, ConfigError> {
    let path = data_dir.join(FILE);
    let problem = |error: io::Error| ConfigError::setting("data_dir", format!("{}: {error}", path.display()));
    if !path.try_exists().map_err(problem)? {
        make(data_dir, &path).map_err(problem)?;
    }
    parse(&fs::read_to_string(&path).map_err(problem)?)
}

/// The whole file appears at once: a reader never meets half a key, and only the first of two makers wins.
fn make(data_dir: &Path, path: &Path) -> io::Result<()> {
    let key = URL_SAFE_NO_PAD.encode(IdSource::random().key());
    let draft = data_dir.join(format!("{FILE}.{}", IdSource::random().secret()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(format!("{key}\n").as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => File::open(data_dir)?.sync_all(),
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let bytes: Option<Vec<u8>> = text
        .as_bytes()
        .chunks_exact(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    bytes?.try_into().ok()
}

fn from_base64(text: &str) -> Option<[u8; 32]> {
    let text = text.trim_end_matches('=');
    URL_SAFE_NO_PAD.decode(text).or_else(|_| STANDARD_NO_PAD.decode(text)).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use polity_kernel::Seal;

    use super::super::private;
    use super::*;

    fn same(a: &MasterKey, b: &MasterKey) -> bool {
        Seal::new(a, "test").digest(&[b"x"]) == Seal::new(b, "test").digest(&[b"x"])
    }

    #[test]
    fn the_first_start_makes_a_key_that_the_next_finds() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");
        private::make_data_dir(&data_dir).unwrap();
        let made = find_or_make(&data_dir).unwrap();
        assert!(same(&made, &find_or_make(&data_dir).unwrap()));
        let mode = fs::metadata(data_dir.join(FILE)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        assert_eq!(fs::read_dir(&data_dir).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_key_is_32_bytes_in_either_spelling() {
        let hex = "00".repeat(31) + "ff";
        let base64 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP8";
        assert!(same(&parse(&hex).unwrap(), &parse(base64).unwrap()));
        assert!(same(&parse(&hex).unwrap(), &parse(&format!("{base64}=\n")).unwrap()));
        for bad in ["", "secret", &"0".repeat(63), &"x".repeat(64), &"A".repeat(42)] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }
}
