//! Sign-ins that wait for a second factor: known again by what their browser was given, together with a row.
//!
//! What the browser holds says what was shown. It cannot be changed or made up, for the row is found by a keyed hash of all of it and of the
//! browser; and it is good once, on whatever node, for the row is deleted as it is used.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_identity::{ProvedBy, Secret};
use polity_kernel::{Conn, Digest, Methods, Result, Timestamp, Tx};

use crate::acts::ceremonies::{Asked, Ceremonies, Purpose};
use crate::acts::passwords::PASSWORD;
use crate::store::ceremonies::{self, Row};
use crate::{BrowserDigest, Proven};

/// How long somebody may take to show the second factor.
const TIME: Duration = Duration::from_mins(10);

/// Between the parts of what a browser is given.
const BETWEEN: char = '.';

/// Keeps what somebody has shown, and returns what their browser is given: the methods, the password's version, and 256 random bits.
pub(crate) fn begin(
    ceremonies: &Ceremonies,
    tx: &mut Tx<'_>,
    proven: &Proven,
    browser: BrowserDigest,
) -> Result<Secret> {
    let version = proven.proved_by.map(|by| by.version.to_string()).unwrap_or_default();
    let random = URL_SAFE_NO_PAD.encode(tx.ids().key());
    let given = Secret::new(format!("{}{BETWEEN}{version}{BETWEEN}{random}", proven.methods.bits()));
    let digest = digest(ceremonies, &given, browser).bytes().to_vec();
    let expires_at = tx.now().after(TIME);
    ceremonies::insert(tx, &Row { digest, account_id: Some(proven.account), expires_at })?;
    Ok(given)
}

/// What somebody has shown who comes back with this, in this browser; absent where it is used up, too late, or never was.
pub(crate) fn find(
    ceremonies: &Ceremonies,
    conn: &mut Conn,
    given: &Secret,
    browser: BrowserDigest,
    now: Timestamp,
) -> Result<Option<Proven>> {
    let row = ceremonies::find(conn, &digest(ceremonies, given, browser), now)?;
    Ok(row.and_then(|row| {
        let mut parts = given.reveal().split(BETWEEN);
        let methods = Methods::from_bits(parts.next()?.parse().ok()?);
        let version = parts.next()?.parse().ok();
        let proved_by = version.map(|version| ProvedBy { authenticator: PASSWORD, version });
        Some(Proven { account: row.account_id?, methods, at: now, proved_by, connection: None })
    }))
}

/// Uses it up; false where it was already.
pub(crate) fn take(
    ceremonies: &Ceremonies,
    tx: &mut Tx<'_>,
    given: &Secret,
    browser: BrowserDigest,
) -> Result<bool> {
    let now = tx.now();
    Ok(ceremonies::take(tx, &digest(ceremonies, given, browser), now)?.is_some())
}

fn digest(ceremonies: &Ceremonies, given: &Secret, browser: BrowserDigest) -> Digest {
    ceremonies.digest(Asked { purpose: Purpose::SecondFactor, browser }, given.reveal().as_bytes())
}
