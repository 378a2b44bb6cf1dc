//! Mailed links: what they lead to, what their mails say; and what has expired forgotten.

use polity_accounts::{AccountStatus, EmailAddress, within};
use polity_kernel::{AccountId, Result, epoch};

use crate::acts::proofs::Request;
use crate::service::Service;
use crate::{MailedLinks, Proof, ProofMail, Purpose, RequestId, store};

impl MailedLinks for Service {
    fn proof(&self, purpose: Purpose, secret: &str) -> Result<Proof> {
        let now = self.ctx.now();
        self.ctx.read(|conn| self.proofs.live(conn, purpose, secret, now)?.told())
    }

    fn confirmation_mail(&self, account: AccountId, request: RequestId) -> Result<Option<ProofMail>> {
        let request = Request { purpose: Purpose::Confirmation, id: request, browser: None };
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            let account = within::account(conn, account)?.filter(|account| !account.email_verified);
            let Some(account) = account else { return Ok(None) };
            self.proofs.mail(conn, &account, request, now)
        })
    }

    fn reset_mail(&self, email: &EmailAddress, request: RequestId) -> Result<Option<ProofMail>> {
        let request = Request { purpose: Purpose::Reset, id: request, browser: None };
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

    fn address_mail(
        &self,
        account: AccountId,
        email: &EmailAddress,
        request: RequestId,
    ) -> Result<Option<ProofMail>> {
        let request = Request { purpose: Purpose::Address, id: request, browser: None };
        let (email, proofs) = (email.clone(), self.proofs.clone());
        self.ctx.write_platform(move |tx| {
            epoch::hold(tx, account.uuid())?;
            let account = within::account(tx, account)?;
            let Some(account) = account.filter(|account| account.status == AccountStatus::Active) else {
                return Ok(None);
            };
            if !proofs.begin(tx, &account, &email, request)? {
                return Ok(None);
            }
            let now = tx.now();
            proofs.mail(tx, &account, request, now)
        })
    }

    fn forget_expired(&self) -> Result<()> {
        self.ctx.write_platform(|tx| {
            let now = tx.now();
            store::proofs::forget(tx, now)?;
            store::totps::forget(tx, now)?;
            store::ceremonies::forget(tx, now)?;
            Ok(())
        })
    }
}
