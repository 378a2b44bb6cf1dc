//! How passwords are kept: Argon2id with a key of our own, worked out by a few threads that do nothing else.

mod threads;
mod waiting;

pub(crate) use waiting::Waiting;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use polity_kernel::{Error, IdSource, Result, Seal};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::Password;
use threads::Threads;

/// Hashes passwords (Argon2id, 19 MiB, two passes) with a key from the master key, so that the store alone is no use to who guesses.
///
/// As many threads as there are processors do it, each in memory of its own that it uses again, so that guesses take neither the memory
/// nor the threads of everybody. Few wait for them, those who are known and each network apart: [`threads`].
pub(crate) struct Hasher {
    key: Zeroizing<Vec<u8>>,
    threads: Threads,
}

impl Hasher {
    pub(crate) fn new(seal: &Seal) -> Self {
        let key = Zeroizing::new(seal.digest(&[b"key"]).bytes().to_vec());
        Self { key, threads: Threads::new() }
    }

    /// The hash as it is kept: a PHC string with a salt of its own.
    ///
    /// # Errors
    /// `Throttled` when too many wait already.
    pub(crate) fn hash(&self, ids: &IdSource, password: &str, waiting: Waiting) -> Result<String> {
        let random = ids.key();
        let salt = random.first_chunk::<16>().copied().ok_or_else(|| Error::internal("salt"))?;
        let output = self.output(password, &salt, &Params::DEFAULT, waiting)?;
        let kept = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&Params::DEFAULT).map_err(broken)?,
            salt: Some(Salt::new(&salt).map_err(broken)?),
            hash: Some(Output::new(output.as_slice()).map_err(broken)?),
        };
        Ok(kept.to_string())
    }

    /// Whether the password is the one of this hash. Without a hash it is not, which takes as long to find out.
    ///
    /// # Errors
    /// `Throttled` when too many wait already.
    pub(crate) fn is_of(
        &self,
        ids: &IdSource,
        password: &str,
        hash: Option<&str>,
        waiting: Waiting,
    ) -> Result<bool> {
        // longer ones are nobody's, and need not be looked at
        let fits = password.len() <= Password::LONGEST * 4;
        let (password, hash) = if fits { (password, hash) } else { ("", None) };
        let Some(hash) = hash else { return self.hash(ids, password, waiting).map(|_| false) };
        let kept = PasswordHash::new(hash).map_err(broken)?;
        let (Some(salt), Some(expected)) = (&kept.salt, &kept.hash) else { return Ok(false) };
        let params = Params::try_from(&kept).map_err(broken)?;
        let output = self.output(password, salt.as_ref(), &params, waiting)?;
        Ok(output.ct_eq(expected.as_bytes()).into())
    }

    /// What Argon2id makes of a password, a salt and its parameters, worked out on one of the threads.
    fn output(
        &self,
        password: &str,
        salt: &[u8],
        params: &Params,
        waiting: Waiting,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let (key, password) = (self.key.clone(), Zeroizing::new(password.to_owned()));
        let (salt, params) = (salt.to_vec(), params.clone());
        self.threads.run(waiting, move |memory: &mut Vec<Block>| {
            memory.resize(memory.len().max(params.block_count()), Block::new());
            let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
            let argon = Argon2::new_with_secret(&key, Algorithm::Argon2id, Version::V0x13, params);
            let mut output = Zeroizing::new(vec![0; length]);
            let argon = argon.map_err(broken)?;
            argon
                .hash_password_into_with_memory(
                    password.as_bytes(),
                    &salt,
                    &mut output,
                    memory.as_mut_slice(),
                )
                .map_err(broken)?;
            Ok(output)
        })
    }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHasher as _, PasswordVerifier as _};
    use polity_kernel::MasterKey;

    use super::*;

    fn hasher() -> Hasher {
        Hasher::new(&Seal::new(&MasterKey::new([7; 32]), "test"))
    }

    #[test]
    fn a_hash_is_of_its_password_alone_and_has_its_own_salt() {
        let (hasher, ids) = (hasher(), IdSource::random());
        let hash = || hasher.hash(&ids, "correct horse", Waiting::Known).unwrap();
        let (one, other) = (hash(), hash());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && one != other, "{one}");
        let is_of = |password, hash| hasher.is_of(&ids, password, hash, Waiting::Known).unwrap();
        assert!(is_of("correct horse", Some(&one)) && is_of("correct horse", Some(&other)));
        assert!(!is_of("wrong horse", Some(&one)) && !is_of("correct horse", None));
    }

    #[test]
    fn what_was_kept_before_is_the_same() {
        let (hasher, ids) = (hasher(), IdSource::random());
        let argon =
            Argon2::new_with_secret(&hasher.key, Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
                .unwrap();
        let theirs = argon.hash_password_with_salt(b"correct horse", &[9; 16]).unwrap().to_string();
        assert!(hasher.is_of(&ids, "correct horse", Some(&theirs), Waiting::Known).unwrap());
        let ours = hasher.hash(&ids, "correct horse", Waiting::Known).unwrap();
        argon.verify_password(b"correct horse", ours.as_str()).unwrap();
    }
}
