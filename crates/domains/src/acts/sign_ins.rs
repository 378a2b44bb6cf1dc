//! Sign-ins under way: kept sealed until they come back, and logged in words.

use std::time::Duration;

use polity_identity::Secret;
use polity_kernel::{Digest, Error, IdSource, Result, Seal, Timestamp, Tx};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::connection::arrival::SignInPurpose;
use crate::connection::attempt::{Attempt, AttemptOutcome, Step};
use crate::connection::code::Binding;
use crate::connection::external::ExternalIdentity;
use crate::connection::rejection::Rejection;
use crate::store;
use crate::store::flows::{Row, Stage};
use crate::{Connection, ConnectionId};

/// How long somebody may take at the provider.
pub(crate) const AWAY: Duration = Duration::from_secs(600);

/// How long what was judged waits for its browser.
pub(crate) const BACK: Duration = Duration::from_secs(120);

/// What is known of a sign-in while the browser is at the provider.
#[derive(Serialize, Deserialize)]
pub(crate) struct Away {
    /// The id of a SAML request; else empty.
    pub(crate) request_id: String,
    nonce: Zeroizing<String>,
    verifier: Zeroizing<String>,
    pub(crate) return_to: Option<String>,
    /// The version of the connection by which it began.
    pub(crate) version: i64,
}

/// What was judged, until its browser comes for it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Back {
    pub(crate) identity: ExternalIdentity,
    pub(crate) return_to: Option<String>,
    pub(crate) unsolicited: bool,
}

/// A sign-in to keep.
pub(crate) struct Flow<'f> {
    pub(crate) stage: Stage,
    pub(crate) connection: &'f Connection,
    pub(crate) purpose: SignInPurpose,
    /// The keyed hash of what the browser is known by.
    pub(crate) browser: Option<Vec<u8>>,
    pub(crate) expires_at: Timestamp,
}

impl Away {
    pub(crate) fn new(binding: &Binding, return_to: Option<String>, version: i64) -> Self {
        Self {
            request_id: String::new(),
            nonce: Zeroizing::new(binding.nonce.reveal().to_owned()),
            verifier: Zeroizing::new(binding.verifier.reveal().to_owned()),
            return_to,
            version,
        }
    }

    /// What binds the answer that has come back with this state.
    pub(crate) fn binding(&self, state: Secret) -> Binding {
        Binding {
            state,
            nonce: Secret::new(self.nonce.as_str()),
            verifier: Secret::new(self.verifier.as_str()),
        }
    }
}

impl Flow<'_> {
    /// The row under what brings it back.
    pub(crate) fn row<T: Serialize>(self, seal: &Seal, ids: &IdSource, key: &str, inside: &T) -> Result<Row> {
        let digest = digest(seal, self.stage, key);
        let inside = Zeroizing::new(serde_json::to_vec(inside).map_err(Error::internal)?);
        Ok(Row {
            sealed: seal.seal(ids, &place(&digest, self.connection.id), &inside)?,
            digest: digest.bytes().to_vec(),
            stage: self.stage,
            organization_id: self.connection.organization,
            connection_id: self.connection.id,
            purpose: self.purpose,
            browser: self.browser,
            expires_at: self.expires_at,
        })
    }
}

/// Takes the sign-in that this brings back, once.
pub(crate) fn take(tx: &mut Tx<'_>, seal: &Seal, stage: Stage, key: &str) -> Result<Option<Row>> {
    let now = tx.now();
    store::flows::take(tx, stage, &digest(seal, stage, key), now)
}

/// What is sealed in a sign-in that was taken with this.
pub(crate) fn opened<T: DeserializeOwned>(seal: &Seal, row: &Row, key: &str) -> Result<T> {
    let digest = digest(seal, row.stage, key);
    let inside = seal.open(&place(&digest, row.connection_id), &row.sealed)?;
    serde_json::from_slice(&inside).map_err(Error::internal)
}

/// The keyed hash of what a browser is known by.
pub(crate) fn browser(seal: &Seal, cookie: &Secret) -> Digest {
    seal.digest(&[b"browser", cookie.reveal().as_bytes()])
}

/// What a sign-in at this stage is found by.
pub(crate) fn digest(seal: &Seal, stage: Stage, key: &str) -> Digest {
    seal.digest(&[stage.as_str().as_bytes(), key.as_bytes()])
}

fn place(digest: &Digest, connection: ConnectionId) -> String {
    format!("sign_in_flows/{}/{connection}", digest.hex())
}

/// Notes what became of a step in the log of the connection.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    connection: &Connection,
    step: Step,
    refused: Option<Rejection>,
) -> Result<()> {
    let attempt = Attempt {
        id: tx.new_id(),
        at: tx.now(),
        step,
        outcome: refused.map_or(AttemptOutcome::Passed, |_| AttemptOutcome::Refused),
        words: refused.map_or_else(String::new, |rejection| rejection.words().to_owned()),
    };
    store::attempts::insert(tx, connection, &attempt)
}
