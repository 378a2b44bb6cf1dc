//! Passwords as people choose them, and how they are kept.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use polity_kernel::{Code, Error, IdSource, Result, Seal};
use zeroize::Zeroizing;

/// A password somebody chose: 8 to 128 characters of any kind. Printing it shows nothing.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// The fewest characters.
    pub const SHORTEST: usize = 8;

    /// The most characters.
    pub const LONGEST: usize = 128;

    /// Takes the text in exactly as it is.
    ///
    /// # Errors
    /// `Invalid` at `password`.
    pub fn new(text: impl Into<String>) -> Result<Self> {
        let text = Zeroizing::new(text.into());
        let refuse = |why: &str| Err(Error::field("password", why));
        match text.chars().take(Self::LONGEST + 1).count() {
            0 => refuse("is required"),
            1..Self::SHORTEST => refuse("is shorter than 8 characters"),
            length if length > Self::LONGEST => refuse("is longer than 128 characters"),
            _ => Ok(Self(text)),
        }
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Hashes passwords (Argon2id, 19 MiB, two passes) with a key from the master key, so that the store alone is no use to who guesses.
///
/// At most as many at once as there are processors, and few more wait: guesses must not take the memory or the threads of everybody.
pub(crate) struct Hashing {
    key: Zeroizing<Vec<u8>>,
    most: usize,
    desk: Mutex<Desk>,
    freed: Condvar,
}

#[derive(Default)]
struct Desk {
    busy: usize,
    waiting: usize,
}

/// Hashings that may wait: few, since each of them holds a thread that could write.
const QUEUE: usize = 8;

impl Hashing {
    pub(crate) fn new(seal: &Seal) -> Self {
        let most = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let key = Zeroizing::new(seal.digest(&[b"key"]).bytes().to_vec());
        Self { key, most, desk: Mutex::default(), freed: Condvar::new() }
    }

    /// The hash as it is kept: a PHC string with a salt of its own.
    ///
    /// # Errors
    /// `Throttled` when too many wait already.
    pub(crate) fn hash(&self, ids: &IdSource, password: &str) -> Result<String> {
        let _place = self.place()?;
        let random = ids.key();
        let salt = random.first_chunk::<16>().ok_or_else(|| Error::internal("salt"))?;
        let hash = self.argon()?.hash_password_with_salt(password.as_bytes(), salt);
        Ok(hash.map_err(|error| Error::internal(error.to_string()))?.to_string())
    }

    /// Whether the password is the one of this hash. Without a hash it is not, which takes as long to find out.
    ///
    /// # Errors
    /// `Throttled` when too many wait already.
    pub(crate) fn is_of(&self, ids: &IdSource, password: &str, hash: Option<&str>) -> Result<bool> {
        // longer ones are nobody's, and need not be looked at
        let fits = password.len() <= Password::LONGEST * 4;
        let (password, hash) = if fits { (password, hash) } else { ("", None) };
        let Some(hash) = hash else { return self.hash(ids, password).map(|_| false) };
        let _place = self.place()?;
        Ok(self.argon()?.verify_password(password.as_bytes(), hash).is_ok())
    }

    fn argon(&self) -> Result<Argon2<'_>> {
        Argon2::new_with_secret(&self.key, Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
            .map_err(|error| Error::internal(error.to_string()))
    }

    fn lock(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self) -> Result<Place<'_>> {
        let mut desk = self.lock();
        if desk.busy >= self.most {
            if desk.waiting >= QUEUE {
                return Err(Error::new(Code::Throttled, "too many passwords at once; try again"));
            }
            desk.waiting += 1;
            while desk.busy >= self.most {
                desk = self.freed.wait(desk).unwrap_or_else(PoisonError::into_inner);
            }
            desk.waiting -= 1;
        }
        desk.busy += 1;
        Ok(Place(self))
    }
}

/// The right to hash, until it is dropped.
struct Place<'h>(&'h Hashing);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.lock().busy -= 1;
        self.0.freed.notify_one();
    }
}
