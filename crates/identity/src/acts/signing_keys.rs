//! The keys that sign own tokens: made when first needed, sealed at rest, remembered for a minute.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{EncodingKey, Header};
use polity_kernel::event::Origin;
use polity_kernel::sql::Document;
use polity_kernel::{Actor, Code, Ctx, Error, IdSource, Result, Seal, Timestamp, Tx, Uptime};
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::events::SIGNING_KEY_CREATED;
use crate::store::signing_keys as store;
use crate::store::signing_keys::Row;
use crate::token::jwt::{LEEWAY, VerifyingKey};
use crate::{Algorithm, Settings};

/// How long a node goes on with the keys it knows before it looks for other nodes' rotations.
const MEMORY: Duration = Duration::from_secs(60);

/// An unknown `kid` makes a node look earlier, but no more often than this.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a new key is published before it signs.
const LEAD: Duration = Duration::from_secs(600);

/// Told to the operator.
const OTHER_MASTER_KEY: &str = "the store was sealed with another master key: give the one it was made with (the setting master_key, or the \
                                file master.key of its data directory), since nothing in it opens with this one";

/// Told to the operator.
const NO_MASTER_KEY: &str = "the store is sealed and its master key is not here: give the one it was made with (the setting master_key, or the \
                             file master.key of its data directory); a new one would open nothing in it";

/// The type of an access token (RFC 9068 §2.1).
pub(crate) const ACCESS_TOKEN: &str = "at+jwt";

/// Refuses a store in which something is sealed already: what whoever is about to make a master key asks first.
///
/// # Errors
/// `Internal` when the store is sealed, or cannot be read.
pub fn require_unsealed(ctx: &Ctx) -> Result<()> {
    let now = ctx.now();
    match ctx.read(move |conn| store::in_use(conn, now))?.is_empty() {
        true => Ok(()),
        false => Err(Error::new(Code::Internal, NO_MASTER_KEY)),
    }
}

/// The keys, remembered.
pub(crate) struct KeyRing {
    seal: Seal,
    known: RwLock<Option<Arc<Known>>>,
}

struct Known {
    keys: Vec<SigningKey>,
    since: Uptime,
}

struct SigningKey {
    kid: String,
    active_from: Timestamp,
    private: EncodingKey,
    public: VerifyingKey,
    jwk: Value,
}

impl KeyRing {
    pub(crate) fn new(seal: Seal) -> Self {
        Self { seal, known: RwLock::new(None) }
    }

    /// The key with this id, also one that another node has made just now.
    pub(crate) fn verifying(&self, ctx: &Ctx, kid: &str) -> Result<Option<VerifyingKey>> {
        let find = |known: &Known| known.keys.iter().find(|key| key.kid == kid).map(|key| key.public.clone());
        let known = self.known(ctx, MEMORY)?;
        match find(&known) {
            Some(key) => Ok(Some(key)),
            None => Ok(find(&*self.known(ctx, PATIENCE)?)),
        }
    }

    /// Signs claims with the present key; the first token ever makes the first key.
    pub(crate) fn sign(&self, ctx: &Ctx, claims: &impl Serialize) -> Result<String> {
        let mut known = self.known(ctx, MEMORY)?;
        if known.present(ctx.now()).is_none() {
            self.make_first(ctx)?;
            known = self.reload(ctx)?;
        }
        // the key that was just made begins later than this call did
        let key = known.present(ctx.now()).ok_or_else(|| Error::internal("there is no signing key"))?;
        let mut header = Header::new(Algorithm::EdDsa.library());
        header.typ = Some(ACCESS_TOKEN.to_owned());
        header.kid = Some(key.kid.clone());
        jsonwebtoken::encode(&header, claims, &key.private).map_err(Error::internal)
    }

    /// The public keys, the oldest first.
    pub(crate) fn published(&self, ctx: &Ctx) -> Result<Vec<Value>> {
        let mut known = self.known(ctx, MEMORY)?;
        if known.keys.is_empty() {
            self.make_first(ctx)?;
            known = self.reload(ctx)?;
        }
        Ok(known.keys.iter().map(|key| key.jwk.clone()).collect())
    }

    /// Opens every key there is, or makes the first. A store that takes no writes proves nothing as long as it has none.
    pub(crate) fn prove(&self, ctx: &Ctx) -> Result<()> {
        let now = ctx.now();
        let rows = ctx.read(move |conn| store::in_use(conn, now))?;
        if let Some(row) = rows.iter().find(|row| self.seal.open(&row.kid, &row.sealed).is_err()) {
            let words = format!("the signing key {} does not open with this master key", row.kid);
            return Err(Error::new(Code::Internal, OTHER_MASTER_KEY).because(words));
        }
        if !rows.is_empty() {
            return Ok(());
        }
        match self.make_first(ctx) {
            Err(error) if error.code() == Code::Unavailable => {
                tracing::warn!(?error, "the master key is not proven: the store takes no writes");
                Ok(())
            }
            made => made,
        }
    }

    /// Makes a key that takes over after [`LEAD`] and lets all others run out.
    pub(crate) fn rotate(&self, ctx: &Ctx) -> Result<String> {
        let seal = self.seal.clone();
        let kid = ctx.write_platform(move |tx| {
            let now = tx.now();
            let signs_now = store::in_use(tx, now)?.iter().any(|row| row.active_from <= now);
            let active_from = if signs_now { now.after(LEAD) } else { now };
            // a token made in the last instant lives this long
            let last_token = Settings::LONGEST_TTL + Duration::from_secs(LEEWAY.unsigned_abs());
            store::retire_all(tx, active_from.after(last_token))?;
            make(tx, &seal, active_from)
        })?;
        self.reload(ctx)?;
        Ok(kid)
    }

    fn make_first(&self, ctx: &Ctx) -> Result<()> {
        let seal = self.seal.clone();
        ctx.write_platform(move |tx| {
            let now = tx.now();
            // another request may have been faster; on PostgreSQL both may be, which makes two good keys
            if store::in_use(tx, now)?.iter().all(|row| row.active_from > now) {
                make(tx, &seal, now)?;
            }
            Ok(())
        })
    }

    /// What is known, read again if it is older than `age`.
    fn known(&self, ctx: &Ctx, age: Duration) -> Result<Arc<Known>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(known) if ctx.uptime().since(known.since) < age => Ok(known),
            _ => self.reload(ctx),
        }
    }

    fn reload(&self, ctx: &Ctx) -> Result<Arc<Known>> {
        let (now, since) = (ctx.now(), ctx.uptime());
        let rows = ctx.read(move |conn| store::in_use(conn, now))?;
        let keys = rows.into_iter().map(|row| self.open(row)).collect::<Result<_>>()?;
        let known = Arc::new(Known { keys, since });
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
        Ok(known)
    }

    fn open(&self, row: Row) -> Result<SigningKey> {
        let seed = self.seal.open(&row.kid, &row.sealed)?;
        let public = VerifyingKey::from_jwk(&row.public_key.0, &[Algorithm::EdDsa])
            .ok_or_else(|| Error::internal("a signing key in the store is broken"))?;
        Ok(SigningKey {
            private: private_key(&seed),
            kid: row.kid,
            active_from: row.active_from,
            public,
            jwk: row.public_key.0,
        })
    }
}

impl Known {
    /// The key that signs now: of those that have begun, the youngest.
    fn present(&self, now: Timestamp) -> Option<&SigningKey> {
        self.keys.iter().rev().find(|key| key.active_from <= now)
    }
}

fn make(tx: &mut Tx<'_>, seal: &Seal, active_from: Timestamp) -> Result<String> {
    let now = tx.now();
    let seed = Zeroizing::new(tx.ids().key());
    let row = row(seal, tx.ids(), &seed, now, active_from)?;
    let kid = row.kid.clone();
    store::insert(tx, row)?;
    tx.record(SIGNING_KEY_CREATED.done(Origin::platform(&Actor::system()), &kid))?;
    Ok(kid)
}

fn row(
    seal: &Seal,
    ids: &IdSource,
    seed: &[u8; 32],
    created_at: Timestamp,
    active_from: Timestamp,
) -> Result<Row> {
    let mut jwk =
        Jwk::from_encoding_key(&private_key(seed), Algorithm::EdDsa.library()).map_err(Error::internal)?;
    let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(Error::internal)?;
    jwk.common.key_id = Some(kid.clone());
    jwk.common.public_key_use = Some(jsonwebtoken::jwk::PublicKeyUse::Signature);
    Ok(Row {
        sealed: seal.seal(ids, &kid, seed)?,
        public_key: Document(serde_json::to_value(&jwk).map_err(Error::internal)?),
        algorithm: Algorithm::EdDsa.to_string(),
        kid,
        created_at,
        active_from,
        retires_at: None,
    })
}

/// PKCS #8 of an Ed25519 key is this prefix and the seed (RFC 8410 §7).
fn private_key(seed: &[u8]) -> EncodingKey {
    const PREFIX: [u8; 16] =
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let der = Zeroizing::new([PREFIX.as_slice(), seed].concat());
    EncodingKey::from_ed_der(&der)
}
