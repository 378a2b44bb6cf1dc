//! Logging in with a password, and what mailed links are good for.

use std::time::Duration;

use polity_accounts::within::AddressChange;
use polity_accounts::{Account, AccountPatch, AccountStatus, EmailAddress, within};
use polity_kernel::{
    AccountId, Actor, Code, Error, Event, Job, Limits, Page, PermissionSet, Result, Subject, Tx, epoch,
};
use serde_json::json;
use uuid::Uuid;

use super::Service;
use super::proofs::{self, Live};
use crate::device::DeviceId;
use crate::hashing::Waiting;
use crate::owner::NO_ORGANIZATION;
use crate::store::passwords::Kept;
use crate::tries::Guesser;
use crate::{
    LogIn, LoggedIn, Mint, NotVerified, Password, Passwords, Proof, ProofMail, Purpose, RequestId, store,
};

impl Passwords for Service {
    fn log_in(&self, log_in: &LogIn) -> Result<LoggedIn> {
        let email = log_in.email.parse::<EmailAddress>().ok();
        let device = email.as_ref().and_then(|email| self.device(log_in, email));
        let guesser = device.map_or(Guesser::Network(log_in.network), Guesser::Device);
        let tried =
            email.as_ref().map(|email| self.tries.begin(email, guesser, self.ctx.uptime())).transpose()?;
        let (account, kept) = self.claimed(email.as_ref())?;
        let hash = kept.as_ref().map(|kept| kept.hash.as_str());
        let waiting = device.map_or(Waiting::Stranger(log_in.network), |_| Waiting::Known);
        let judged = self.hashing.is_of(self.ctx.ids(), (log_in.password.reveal(), hash), waiting);
        let good = judged.inspect_err(|_| tried.into_iter().for_each(|tried| self.tries.take_back(tried)))?;
        let (account, kept, email) = match (account, kept, email) {
            (Some(account), Some(kept), Some(email)) if good && account.status == AccountStatus::Active => {
                (account, kept, email)
            }
            _ => return Err(wrong()),
        };
        tried.into_iter().for_each(|tried| self.tries.succeeded(tried));
        if !account.email_verified {
            self.ask_confirmation(&account)?;
            return Err(Error::new(
                Code::Unauthenticated,
                "the address is not confirmed: follow the link in the mail",
            )
            .because(NotVerified));
        }
        let minted = self.made(&Mint::of(Subject::Person(account.id)), Some(kept.version))?;
        self.note_log_in(account.id)?;
        let device = self.devices.mark(self.ctx.ids(), device, (&email, self.ctx.now()));
        Ok(LoggedIn { account, token: minted.token, expires_in: self.settings.token_ttl, device })
    }

    fn knows_device(&self, log_in: &LogIn) -> bool {
        log_in.email.parse().is_ok_and(|email| self.device(log_in, &email).is_some())
    }

    fn ask_reset(&self, email: &str) -> Result<()> {
        // what is no address has no account
        let Ok(email) = email.parse::<EmailAddress>() else { return Ok(()) };
        self.ctx.write_platform(move |tx| {
            let request: RequestId = tx.new_secret_id();
            let payload = json!({ "email": email, "request": request });
            tx.enqueue(Job { kind: "mail.reset", payload, delay: Duration::ZERO })
        })
    }

    fn proof(&self, purpose: Purpose, secret: &str) -> Result<Proof> {
        let now = self.ctx.now();
        self.ctx.read(|conn| self.proofs.live(conn, (purpose, secret), now)?.told())
    }

    fn confirm(&self, secret: &str, password: &str) -> Result<Account> {
        let now = self.ctx.now();
        let live = self.ctx.read(|conn| self.proofs.live(conn, (Purpose::Confirmation, secret), now))?;
        let digest = live.row.digest.clone();
        self.ctx.write_platform(move |tx| {
            let now = tx.now();
            if store::proofs::attempt(tx, &digest, now)? { Ok(()) } else { Err(proofs::none()) }
        })?;
        let id = live.account.id;
        let kept = self.ctx.read(|conn| store::passwords::find(conn, id))?.ok_or_else(proofs::none)?;
        if !self.hashing.is_of(self.ctx.ids(), (password, Some(&kept.hash)), Waiting::Known)? {
            return Err(Error::field("password", "is not the one that was set"));
        }
        let account = self.ctx.write_platform(move |tx| {
            let account = use_up(tx, &live)?.0;
            match store::passwords::find(tx, id)? {
                Some(present) if present.version == kept.version => Ok(account),
                _ => Err(proofs::none()),
            }
        })?;
        account.email.iter().for_each(|email| self.tries.forget(email));
        Ok(account)
    }

    fn reset(&self, secret: &str, password: Password) -> Result<Account> {
        let now = self.ctx.now();
        let live = self.ctx.read(|conn| self.proofs.live(conn, (Purpose::Reset, secret), now))?;
        let hash = self.hashing.hash(self.ctx.ids(), password.reveal(), Waiting::Known)?;
        let account = self.ctx.write_platform(move |tx| {
            let (account, is_news) = use_up(tx, &live)?;
            if is_news {
                end_other_ways(tx, &account)?;
            }
            let now = tx.now();
            store::passwords::set(tx, account.id, &hash, now)?;
            store::proofs::discard(tx, account.id, Purpose::Confirmation)?;
            tx.record(Event::platform(&person(account.id), "password_set", "account", account.id))?;
            Ok(account)
        })?;
        account.email.iter().for_each(|email| self.tries.forget(email));
        Ok(account)
    }

    fn confirmation_mail(&self, account: AccountId, request: RequestId) -> Result<Option<ProofMail>> {
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            let account = within::account(conn, account)?.filter(|account| !account.email_verified);
            let Some(account) = account else { return Ok(None) };
            self.proofs.mail(conn, &account, (Purpose::Confirmation, request, now))
        })
    }

    fn reset_mail(&self, email: &EmailAddress, request: RequestId) -> Result<Option<ProofMail>> {
        let (email, proofs) = (email.clone(), self.proofs.clone());
        self.ctx.write_platform(move |tx| {
            let account = within::account_by_email(tx, &email)?;
            let Some(account) = account.filter(|account| account.status == AccountStatus::Active) else {
                return Ok(None);
            };
            epoch::hold(tx, account.id.uuid())?;
            if !proofs.begin(tx, &account, &email, (Purpose::Reset, request))? {
                return Ok(None);
            }
            let now = tx.now();
            proofs.mail(tx, &account, (Purpose::Reset, request, now))
        })
    }
}

impl Service {
    /// The device that tries, if it has logged in to the address before.
    fn device(&self, log_in: &LogIn, email: &EmailAddress) -> Option<DeviceId> {
        self.devices.known(log_in.device.as_ref()?, email, self.ctx.now())
    }

    /// Whose address it is, and the password of that account.
    fn claimed(&self, email: Option<&EmailAddress>) -> Result<(Option<Account>, Option<Kept>)> {
        let Some(email) = email else { return Ok((None, None)) };
        self.ctx.read(|conn| {
            let account = within::account_by_email(conn, email)?;
            // asked for nobody's too, so that an unknown address takes as long
            let id = account.as_ref().map_or(AccountId::new(Uuid::nil()), |account| account.id);
            let kept = store::passwords::find(conn, id)?;
            Ok((account, kept))
        })
    }

    /// Notes that somebody logs in; who does it again and again does not have it written each time.
    fn note_log_in(&self, account: AccountId) -> Result<()> {
        let now = self.ctx.now();
        if self.ctx.read(|conn| within::signed_in_lately(conn, account, now))? {
            return Ok(());
        }
        self.ctx.write_platform(move |tx| within::signed_in(tx, account))
    }

    fn ask_confirmation(&self, account: &Account) -> Result<()> {
        let (account, proofs) = (account.clone(), self.proofs.clone());
        self.ctx.write_platform(move |tx| {
            epoch::hold(tx, account.id.uuid())?;
            proofs.ask(tx, &account, Purpose::Confirmation)
        })
    }
}

/// Uses a link up, upon which its address is proven, and says whether that is news. What the account's credentials were verified for
/// is void from now on.
fn use_up(tx: &mut Tx<'_>, live: &Live) -> Result<(Account, bool)> {
    let now = tx.now();
    epoch::raise(tx, live.account.id.uuid())?;
    if !store::proofs::take(tx, &live.row.digest, now)? {
        return Err(proofs::none());
    }
    within::prove(tx, live.account.id)?;
    let patch = AccountPatch { email_verified: Some(true), ..AccountPatch::default() };
    let mut is_news = false;
    let account = within::update(tx, &person(live.account.id), (live.account.id, &patch), |_, _, _| {
        is_news = true;
        Ok(AddressChange::AtOnce)
    })?;
    // both may have changed since the link was looked up
    if account.status != AccountStatus::Active || !account.has_email(&live.row.email) {
        return Err(proofs::none());
    }
    Ok((account, is_news))
}

/// Ends whatever let anybody in to an account before its address was proven: it may have been somebody else who made it, or gave it
/// this address, and waits for its owner to move in. What they took up for it is put back, for the owner to decide on.
pub(super) fn end_other_ways(tx: &mut Tx<'_>, account: &Account) -> Result<()> {
    let person = person(account.id);
    within::unlink_all(tx, &person, account.id)?;
    polity_directory::within::put_back(tx, account.id)?;
    loop {
        let keys = store::keys::page(tx, NO_ORGANIZATION, Some(account.id), Page::first(Page::MAX))?.items;
        if keys.is_empty() {
            return Ok(());
        }
        for key in &keys {
            epoch::end(tx, key.id.uuid())?;
            let what = ("revoked", "api_key", key.id.to_string());
            tx.record(Event::in_organization(NO_ORGANIZATION, &person, what).before(key))?;
        }
        let ids: Vec<_> = keys.iter().map(|key| key.id).collect();
        store::keys::delete(tx, NO_ORGANIZATION, &ids)?;
    }
}

/// The person themselves: what they do without being signed in is theirs.
pub(super) fn person(account: AccountId) -> Actor {
    Actor::new(Subject::Person(account), Limits::default(), PermissionSet::none())
}

/// One answer for whatever is wrong, so that nobody learns who has an account.
fn wrong() -> Error {
    Error::new(Code::Unauthenticated, "the address or the password is wrong")
}
