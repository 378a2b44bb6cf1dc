//! Links that sign in: asked for, mailed, looked at, used.

use polity_accounts::{AccountStatus, EmailAddress, within};
use polity_identity::within::end_other_ways;
use polity_kernel::{Result, epoch};

use crate::acts::passwords::use_up;
use crate::acts::proofs::Request;
use crate::jobs::MailSignInLink;
use crate::service::Service;
use crate::{BrowserDigest, Factor, Proof, ProofMail, Purpose, Recognized, RequestId, SignInLinks, store};

impl SignInLinks for Service {
    fn ask_sign_in(&self, email: &str, browser: BrowserDigest) -> Result<()> {
        // what is no address has no account
        let Ok(email) = email.parse::<EmailAddress>() else { return Ok(()) };
        self.ctx.write_platform(move |tx| {
            let request = tx.new_secret_id();
            tx.promise(&MailSignInLink { email: email.clone(), request, browser })
        })
    }

    fn sign_in_mail(
        &self,
        email: &EmailAddress,
        request: RequestId,
        browser: BrowserDigest,
    ) -> Result<Option<ProofMail>> {
        let request = Request { purpose: Purpose::SignIn, id: request, browser: Some(browser) };
        let (email, proofs) = (email.clone(), self.proofs.clone());
        self.ctx.write_platform(move |tx| {
            let account = within::account_by_email(tx, &email)?;
            let Some(account) = account.filter(|account| account.status == AccountStatus::Active) else {
                return Ok(None);
            };
            epoch::hold(tx, account.id.uuid())?;
            if !proofs.begin(tx, &account, &email, request)? {
                return Ok(None);
            }
            let now = tx.now();
            proofs.mail(tx, &account, request, now)
        })
    }

    fn sign_in_proof(&self, secret: &str, browser: BrowserDigest) -> Result<Proof> {
        let now = self.ctx.now();
        self.ctx.read(|conn| self.proofs.live_in(conn, browser, secret, now)?.told())
    }

    fn sign_in_by_link(&self, secret: &str, browser: BrowserDigest) -> Result<Recognized> {
        let now = self.ctx.now();
        let live = self.ctx.read(|conn| self.proofs.live_in(conn, browser, secret, now))?;
        self.ctx.write_platform(move |tx| {
            let (account, is_news) = use_up(tx, &live)?;
            if is_news {
                end_other_ways(tx, &account)?;
                store::passwords::remove(tx, account.id)?;
                store::proofs::discard(tx, account.id, Purpose::Confirmation)?;
            }
            Ok(Recognized { account, by: Factor::MailedLink })
        })
    }
}
