//! Secrets of authenticator apps and recovery codes: made, kept, and known again.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use polity_accounts::Account;
use polity_identity::Secret;
use polity_kernel::event::Origin;
use polity_kernel::{AccountId, Actor, Digest, IdSource, MasterKey, Result, Seal, Timestamp, Tx};
use zeroize::Zeroizing;

use crate::events::{ACCOUNT_RECOVERY_CODE_USED, ACCOUNT_RECOVERY_CODES_MADE};
use crate::factor::RECOVERY_CODES;
use crate::rules::{base32, totp};
use crate::store::totps::Row;
use crate::{NewAuthenticatorApp, store};

/// How long an app can be confirmed.
const TO_CONFIRM: std::time::Duration = std::time::Duration::from_mins(10);

/// How many bytes a recovery code has: 80 bits.
const CODE: usize = 10;

/// Makes secrets of authenticator apps and recovery codes, and knows them again. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Secrets {
    apps: Seal,
    codes: Seal,
}

impl Secrets {
    pub(crate) fn new(master: &MasterKey) -> Self {
        Self { apps: Seal::new(master, "signin.totps"), codes: Seal::new(master, "signin.recovery_codes") }
    }

    /// Makes the secret of an app that is to be confirmed, in place of another such.
    pub(crate) fn begin_app(
        &self,
        tx: &mut Tx<'_>,
        account: &Account,
        issuer: &str,
    ) -> Result<NewAuthenticatorApp> {
        let random = Zeroizing::new(tx.ids().key());
        let secret = random.get(..totp::SECRET).unwrap_or_default();
        let now = tx.now();
        let row = Row {
            account_id: account.id,
            sealed: self.apps.seal(tx.ids(), &place(account.id), secret)?,
            last_step: 0,
            created_at: now,
            expires_at: Some(now.after(TO_CONFIRM)),
        };
        store::totps::put(tx, &row)?;
        let text = base32(secret);
        let uri = uri(&text, issuer, account);
        Ok(NewAuthenticatorApp { secret: Secret::new(text), uri: Secret::new(uri) })
    }

    /// The step whose code this is, of the app that is kept so.
    pub(crate) fn step_of(&self, row: &Row, code: &str, now: Timestamp) -> Result<Option<i64>> {
        let secret = self.apps.open(&place(row.account_id), &row.sealed)?;
        Ok(totp::step_of(&secret, code, now))
    }

    /// Makes recovery codes in place of any others, and returns them in four groups of letters and digits each.
    pub(crate) fn make_codes(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        account: AccountId,
    ) -> Result<Vec<Secret>> {
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code(tx.ids())).collect();
        let digests: Vec<Digest> = codes.iter().map(|code| self.digest(account, code)).collect();
        let now = tx.now();
        store::recovery_codes::put(tx, account, &digests, now)?;
        tx.record(ACCOUNT_RECOVERY_CODES_MADE.done(Origin::platform(actor), account))?;
        Ok(codes.into_iter().map(Secret::new).collect())
    }

    /// Uses a recovery code up; false when it is none.
    pub(crate) fn use_code(&self, tx: &mut Tx<'_>, actor: &Actor, code: &str) -> Result<bool> {
        let account = actor.person()?;
        if !store::recovery_codes::take(tx, account, &self.digest(account, code))? {
            return Ok(false);
        }
        tx.record(ACCOUNT_RECOVERY_CODE_USED.done(Origin::platform(actor), account))?;
        Ok(true)
    }

    /// What is kept of a code, however it is written. What is too long to be one is cut, and so none.
    fn digest(&self, account: AccountId, code: &str) -> Digest {
        let letters = code.chars().filter(char::is_ascii_alphanumeric).take(2 * CODE);
        let code: Zeroizing<String> = Zeroizing::new(letters.map(|c| c.to_ascii_uppercase()).collect());
        self.codes.digest(&[account.uuid().as_bytes(), code.as_bytes()])
    }
}

/// Where an app's secret is kept: it opens nowhere else.
fn place(account: AccountId) -> String {
    format!("totps/{account}")
}

fn recovery_code(ids: &IdSource) -> String {
    let random = Zeroizing::new(ids.key());
    let letters: Vec<char> = base32(random.get(..CODE).unwrap_or_default()).to_lowercase().chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// The address that apps scan. Digits, time and hash are the ones that they take anyway, and some read them.
fn uri(secret: &str, issuer: &str, account: &Account) -> String {
    let id = account.id.to_string();
    let name = account.email.as_ref().map_or(id.as_str(), |email| email.as_str());
    let [issuer, name] = [issuer, name].map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC));
    format!(
        "otpauth://totp/{issuer}:{name}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={}&period={}",
        totp::DIGITS,
        totp::STEP
    )
}
