//! Challenges to passkeys: made, and answered once by the browser that was asked.

use polity_accounts::EmailAddress;
use polity_identity::Secret;
use polity_kernel::{AccountId, Digest, MasterKey, Result, Seal, Tx};

use crate::store::ceremonies;
use crate::store::ceremonies::Row;
use crate::{BrowserDigest, Passkey};

/// Makes challenges and knows them again. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ceremonies(Seal);

/// What a challenge is for, and in which browser it is to be answered.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) purpose: Purpose,
    pub(crate) browser: BrowserDigest,
}

/// What whoever is asked is to do.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// To make a passkey.
    Registration,
    /// To show a passkey.
    Assertion,
    /// To show another second factor.
    SecondFactor,
}

/// A challenge that was answered.
pub(crate) struct Answered {
    /// Who was to answer it; absent where anybody might.
    pub(crate) account: Option<AccountId>,
}

impl Ceremonies {
    pub(crate) fn new(master: &MasterKey) -> Self {
        Self(Seal::new(master, "signin.passkeys"))
    }

    /// Makes a challenge for this account, or for anybody.
    pub(crate) fn begin(&self, tx: &mut Tx<'_>, asked: Asked, account: Option<AccountId>) -> Result<Vec<u8>> {
        let challenge = tx.ids().key();
        let digest = self.digest(asked, &challenge).bytes().to_vec();
        let expires_at = tx.now().after(Passkey::TIME);
        ceremonies::insert(tx, &Row { digest, account_id: account, expires_at })?;
        Ok(challenge.to_vec())
    }

    /// Uses a challenge up; absent where this browser has none for this purpose.
    pub(crate) fn take(&self, tx: &mut Tx<'_>, asked: Asked, challenge: &[u8]) -> Result<Option<Answered>> {
        let now = tx.now();
        let row = ceremonies::take(tx, &self.digest(asked, challenge), now)?;
        Ok(row.map(|row| Answered { account: row.account_id }))
    }

    /// What the row of what was asked is found by.
    pub(crate) fn digest(&self, asked: Asked, challenge: &[u8]) -> Digest {
        let purpose: &[u8] = match asked.purpose {
            Purpose::Registration => b"registration",
            Purpose::Assertion => b"assertion",
            Purpose::SecondFactor => b"second factor",
        };
        self.0.digest(&[purpose, asked.browser.bytes(), challenge])
    }

    /// What a browser that holds this is told from others by.
    pub(crate) fn browser(&self, held: &Secret) -> BrowserDigest {
        BrowserDigest::from(self.0.digest(&[b"browser", held.reveal().as_bytes()]))
    }

    /// By what authenticators know an account; it tells nothing of it.
    pub(crate) fn user_handle(&self, account: AccountId) -> Vec<u8> {
        self.0.digest(&[b"user", account.uuid().as_bytes()]).bytes().to_vec()
    }

    /// The id of a credential that there is not, for an address that has none: the same each time, and as long as one of those that are about.
    pub(crate) fn made_up(&self, email: &EmailAddress) -> Vec<u8> {
        let digest = self.0.digest(&[b"made up", email.as_str().as_bytes()]);
        let length = self.0.digest(&[b"made up length", email.as_str().as_bytes()]).bytes().first().copied();
        let length = match length.unwrap_or_default() % 3 {
            0 => 16,
            1 => 20,
            _ => 32,
        };
        digest.bytes().get(..length).unwrap_or_default().to_vec()
    }
}
