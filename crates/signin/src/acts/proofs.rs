//! Mailed links: asked for, told to the mail, found again by whoever comes with one.

use polity_accounts::{Account, AccountStatus, EmailAddress};
use polity_identity::Secret;
use polity_kernel::{Conn, Digest, Error, IdSource, Result, Seal, Timestamp, Tx};

use crate::jobs::MailConfirmation;
use crate::proof::{PAUSE, ProofMail, Purpose};
use crate::store::proofs;
use crate::store::proofs::Row;
use crate::{BrowserDigest, Proof, RequestId};

/// Makes mailed links and finds them. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Proofs(Seal);

/// A request for a mail, and what its link is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) purpose: Purpose,
    pub(crate) id: RequestId,
    /// The browser in which alone the link works; absent where it works in any.
    pub(crate) browser: Option<BrowserDigest>,
}

/// A link that works, and whose it is.
pub(crate) struct Live {
    pub(crate) row: Row,
    pub(crate) account: Account,
}

impl Proofs {
    pub(crate) fn new(seal: Seal) -> Self {
        Self(seal)
    }

    /// Asks for a mail that proves the account's address, unless one was asked for within the last ten minutes.
    pub(crate) fn ask(&self, tx: &mut Tx<'_>, account: &Account, purpose: Purpose) -> Result<()> {
        let request = Request { purpose, id: tx.new_secret_id(), browser: None };
        let Some(email) = &account.email else { return Ok(()) };
        if !self.begin(tx, account, email, request)? {
            return Ok(());
        }
        tx.promise(&MailConfirmation { account: account.id, request: request.id })
    }

    /// Makes the link of this request, unless it is there already; false when one of another request is recent, or the address has been
    /// sent as many as may be.
    pub(crate) fn begin(
        &self,
        tx: &mut Tx<'_>,
        account: &Account,
        email: &EmailAddress,
        request: Request,
    ) -> Result<bool> {
        let Request { purpose, id, browser } = request;
        let now = tx.now();
        if let Some(present) = proofs::find(tx, account.id, purpose)? {
            if present.request_id == id {
                return Ok(true);
            }
            if now < present.asked_at.after(PAUSE) && present.email == email.as_str() {
                return Ok(false);
            }
        }
        // a letter to another address was counted when it was asked for
        if purpose != Purpose::Address && !polity_accounts::within::letter_asked_for(tx, email)? {
            return Ok(false);
        }
        let secret = Secret::random(tx.ids());
        let row = Row {
            account_id: account.id,
            purpose,
            request_id: id,
            email: email.to_string(),
            digest: self.digest(purpose, secret.reveal(), browser).bytes().to_vec(),
            sealed: self.seal(tx.ids(), account, request, &secret)?,
            asked_at: now,
            expires_at: now.after(purpose.lifetime()),
            attempts: 0,
        };
        proofs::put(tx, &row)?;
        Ok(true)
    }

    /// What the mail of this request says; absent when there is nothing to send (any more).
    pub(crate) fn mail(
        &self,
        conn: &mut Conn,
        account: &Account,
        request: Request,
        now: Timestamp,
    ) -> Result<Option<ProofMail>> {
        let Some(row) = proofs::find(conn, account.id, request.purpose)? else { return Ok(None) };
        if row.request_id != request.id || !row.is_good_for(account) || row.expires_at <= now {
            return Ok(None);
        }
        let secret = self.0.open(&place(account, request), &row.sealed)?;
        let secret = String::from_utf8(secret.to_vec()).map_err(|_| Error::internal("a link is no text"))?;
        Ok(Some(ProofMail {
            email: row.email.parse().map_err(Error::internal)?,
            name: account.profile.name.clone(),
            secret: Secret::new(secret),
            expires_at: row.expires_at,
        }))
    }

    /// The link that ends with this secret, if it works.
    ///
    /// # Errors
    /// `NotFound` when it was used, has run out, never was, or leads to an account that cannot be used or has another address.
    pub(crate) fn live(
        &self,
        conn: &mut Conn,
        purpose: Purpose,
        secret: &str,
        now: Timestamp,
    ) -> Result<Live> {
        Self::found(conn, &self.digest(purpose, secret, None), purpose, now)
    }

    /// The link that signs in and ends with this secret, if it works in this browser.
    ///
    /// # Errors
    /// As of [`Self::live`].
    pub(crate) fn live_in(
        &self,
        conn: &mut Conn,
        browser: BrowserDigest,
        secret: &str,
        now: Timestamp,
    ) -> Result<Live> {
        let purpose = Purpose::SignIn;
        Self::found(conn, &self.digest(purpose, secret, Some(browser)), purpose, now)
    }

    fn found(conn: &mut Conn, digest: &Digest, purpose: Purpose, now: Timestamp) -> Result<Live> {
        let row = proofs::by_digest(conn, digest, now)?;
        let row = row.filter(|row| row.purpose == purpose).ok_or_else(none)?;
        let account = polity_accounts::within::account(conn, row.account_id)?.ok_or_else(none)?;
        if account.status != AccountStatus::Active || !row.is_good_for(&account) {
            return Err(none());
        }
        Ok(Live { row, account })
    }

    fn digest(&self, purpose: Purpose, secret: &str, browser: Option<BrowserDigest>) -> Digest {
        let parts = [purpose.as_str().as_bytes(), secret.as_bytes()];
        match browser {
            None => self.0.digest(&parts),
            Some(browser) => self.0.digest(&[parts[0], parts[1], browser.bytes()]),
        }
    }

    fn seal(&self, ids: &IdSource, account: &Account, request: Request, secret: &Secret) -> Result<Vec<u8>> {
        self.0.seal(ids, &place(account, request), secret.reveal().as_bytes())
    }
}

impl Live {
    /// What the link leads to.
    pub(crate) fn told(&self) -> Result<Proof> {
        let email = self.row.email.parse().map_err(Error::internal)?;
        Ok(Proof { email, name: self.account.profile.name.clone() })
    }
}

/// Where a link's secret is kept: it opens nowhere else.
fn place(account: &Account, Request { purpose, id, .. }: Request) -> String {
    format!("mailed_proofs/{}/{purpose}/{id}", account.id)
}

/// What is told of a link that does not work, whyever.
pub(crate) fn none() -> Error {
    Error::not_found("link")
}
