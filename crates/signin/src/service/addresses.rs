//! The address of an account, proved or changed by a mailed link (docs/decisions/0020).

use polity_accounts::within::AddressChange;
use polity_accounts::{Account, AccountPatch, AccountStatus, EmailAddress, within};
use polity_identity::within::person;
use polity_kernel::{AccountId, Actor, Code, Error, FieldKind, Limits, Result, Subject, Tx, epoch};

use crate::acts::passwords::use_up;
use crate::acts::proofs;
use crate::acts::proofs::Live;
use crate::hasher::Waiting;
use crate::proof::Purpose;
use crate::service::Service;
use crate::store::passwords::Kept;
use crate::{Addresses, Confirmer, store};

impl Addresses for Service {
    fn confirm(&self, secret: &str, password: &str) -> Result<Account> {
        let now = self.ctx.now();
        let live = self.ctx.read(|conn| self.proofs.live(conn, Purpose::Confirmation, secret, now))?;
        let id = live.account.id;
        let kept = self.tried(&live)?.ok_or_else(proofs::none)?;
        if !self.hasher.is_of(self.ctx.ids(), password, Some(&kept.hash), Waiting::Known)? {
            return Err(Error::field("password", FieldKind::Mismatch.told("is not the one that was set")));
        }
        let account = self.ctx.write_platform(move |tx| {
            let account = use_up(tx, &live)?.0;
            match store::passwords::find(tx, id)? {
                Some(present) if present.version == kept.version => Ok(account),
                _ => Err(proofs::none()),
            }
        })?;
        Ok(account)
    }

    fn change_address(&self, secret: &str, confirmer: Confirmer) -> Result<Account> {
        let now = self.ctx.now();
        let live = self.ctx.read(|conn| self.proofs.live(conn, Purpose::Address, secret, now))?;
        match confirmer {
            Confirmer::Person(actor) => {
                require_whole(&actor, live.account.id)?;
                actor.require_recent(now)?;
            }
            Confirmer::Password(password) => self.require_password(&live, &password)?,
        }
        self.ctx.write_platform(move |tx| take(tx, &live))
    }
}

impl Service {
    /// Counts a try at the account's password, of which a link takes a few, and returns what is kept of it.
    fn tried(&self, live: &Live) -> Result<Option<Kept>> {
        let digest = live.row.digest.clone();
        self.ctx.write_platform(move |tx| {
            let now = tx.now();
            if store::proofs::attempt(tx, &digest, now)? { Ok(()) } else { Err(proofs::none()) }
        })?;
        self.ctx.read(|conn| store::passwords::find(conn, live.account.id))
    }

    /// Asks for the account's password, within as many tries as a link takes.
    fn require_password(&self, live: &Live, password: &str) -> Result<()> {
        let kept = self.tried(live)?;
        let hash = kept.as_ref().map(|kept| kept.hash.as_str());
        if self.hasher.is_of(self.ctx.ids(), password, hash, Waiting::Known)? {
            return Ok(());
        }
        Err(Error::field("password", FieldKind::Mismatch.told("is not the account's")))
    }
}

/// Asks that the account's own person calls, by a credential that narrows nothing. Who is somebody else learns nothing.
fn require_whole(actor: &Actor, account: AccountId) -> Result<()> {
    if actor.subject() == Subject::Person(account) && *actor.limits() == Limits::default() {
        return Ok(());
    }
    Err(proofs::none())
}

/// Uses the link up, upon which the account has the address.
fn take(tx: &mut Tx<'_>, live: &Live) -> Result<Account> {
    let (id, now) = (live.account.id, tx.now());
    epoch::raise(tx, id.uuid())?;
    if !store::proofs::take(tx, &live.row.digest, now)? {
        return Err(proofs::none());
    }
    let email: EmailAddress = live.row.email.parse().map_err(Error::internal)?;
    if let Some(rival) = within::hold_by_email(tx, &email)?.filter(|rival| rival.id != id) {
        if rival.owns_address() {
            return Err(Error::new(Code::Conflict, "an account with this e-mail address exists"));
        }
        within::give_way(tx, &rival)?;
    }
    let patch = AccountPatch { email: Some(email), email_verified: Some(true), ..AccountPatch::default() };
    let account = within::update(tx, &person(id), id, &patch, |_, _, _| Ok(AddressChange::AtOnce))?;
    if account.status != AccountStatus::Active {
        return Err(proofs::none());
    }
    within::prove(tx, id)?;
    Ok(account)
}
