//! Authenticator apps and recovery codes: enrolled, shown, removed.

use std::collections::BTreeMap;

use polity_accounts::within;
use polity_identity::Secret;
use polity_identity::within::person;
use polity_kernel::event::Origin;
use polity_kernel::{AccountId, Actor, Code, Error, FieldKind, Method, Result, Tx, epoch};

use crate::acts::factors::{own, tell};
use crate::acts::{changes, guesses, pending};
use crate::events::{ACCOUNT_TOTP_ENROLLED, ACCOUNT_TOTP_REMOVED};
use crate::rules::totp;
use crate::service::Service;
use crate::{
    BrowserDigest, Factor, FactorChange, Factors, NewAuthenticatorApp, Proven, SecondFactors, WaysIn, store,
};

impl SecondFactors for Service {
    fn factors(&self, account: AccountId) -> Result<Factors> {
        let found = self.ctx.read(|conn| store::factors::of_accounts(conn, &[account]))?;
        Ok(found.get(&account).copied().unwrap_or_default())
    }

    fn ways_in(&self, accounts: &[AccountId]) -> Result<BTreeMap<AccountId, WaysIn>> {
        self.ctx.read(|conn| {
            let factors = store::factors::of_accounts(conn, accounts)?;
            let two = |factors: Factors| WaysIn { two_factors: factors.are_two(), identity: false };
            let mut ways: BTreeMap<_, _> =
                factors.into_iter().map(|(account, factors)| (account, two(factors))).collect();
            for account in store::linked_identities::linked(conn, accounts)? {
                ways.entry(account).or_default().identity = true;
            }
            Ok(ways)
        })
    }

    fn begin_app(&self, actor: &Actor) -> Result<NewAuthenticatorApp> {
        let (id, secrets, issuer) = (own(actor)?, self.secrets.clone(), self.relying_party.id.clone());
        let actor = actor.clone();
        self.ctx.write_platform(move |tx| {
            let now = tx.now();
            actor.require_recent(now)?;
            epoch::hold(tx, id.uuid())?;
            if has_app(tx, id)? {
                return Err(Error::new(Code::Conflict, "there is an authenticator app: remove it first"));
            }
            let account = within::account(tx, id)?.ok_or_else(|| Error::not_found("account"))?;
            secrets.begin_app(tx, &account, &issuer)
        })
    }

    fn confirm_app(&self, actor: &Actor, code: &str) -> Result<Vec<Secret>> {
        let (id, secrets) = (own(actor)?, self.secrets.clone());
        let (actor, code) = (actor.clone(), code.to_owned());
        self.ctx.write_platform(move |tx| {
            changes::begin(tx, &actor, id)?;
            let now = tx.now();
            let pending = store::totps::find(tx, id, now)?.filter(|row| row.expires_at.is_some());
            let pending = pending.ok_or_else(|| Error::not_found("authenticator app to confirm"))?;
            let step = secrets.step_of(&pending, &code, now)?.ok_or_else(wrong)?;
            store::totps::confirm(tx, id, step)?;
            tx.record(ACCOUNT_TOTP_ENROLLED.done(Origin::platform(&actor), id))?;
            tell(tx, id, FactorChange::AppEnrolled)?;
            secrets.make_codes(tx, &actor, id)
        })
    }

    fn remove_app(&self, actor: &Actor) -> Result<()> {
        let (id, actor) = (own(actor)?, actor.clone());
        self.ctx.write_platform(move |tx| {
            changes::begin(tx, &actor, id)?;
            if !store::totps::remove(tx, id)? {
                return Err(Error::not_found("authenticator app"));
            }
            store::recovery_codes::remove(tx, id)?;
            tx.record(ACCOUNT_TOTP_REMOVED.done(Origin::platform(&actor), id))?;
            tell(tx, id, FactorChange::AppRemoved)
        })
    }

    fn make_recovery_codes(&self, actor: &Actor) -> Result<Vec<Secret>> {
        let (id, actor, secrets) = (own(actor)?, actor.clone(), self.secrets.clone());
        self.ctx.write_platform(move |tx| {
            changes::begin(tx, &actor, id)?;
            if !has_app(tx, id)? {
                return Err(Error::new(Code::Conflict, "there is no authenticator app to recover"));
            }
            tell(tx, id, FactorChange::CodesMade)?;
            secrets.make_codes(tx, &actor, id)
        })
    }

    fn show_app(&self, account: AccountId, code: &str) -> Result<Factor> {
        let (secrets, code) = (self.secrets.clone(), code.to_owned());
        let is_right = self.ctx.write_platform(move |tx| {
            guesses::count(tx, account)?;
            let now = tx.now();
            let app = store::totps::find(tx, account, now)?.filter(|row| row.expires_at.is_none());
            let Some(app) = app else { return Ok(false) };
            let Some(step) = secrets.step_of(&app, &code, now)? else { return Ok(false) };
            if !store::totps::use_step(tx, account, step)? {
                return Ok(false);
            }
            guesses::take_back(tx, account)?;
            Ok(true)
        })?;
        // what is wrong counts, so it is no error of the transaction
        if is_right { Ok(Factor::AuthenticatorApp) } else { Err(wrong()) }
    }

    fn show_recovery_code(&self, account: AccountId, code: &str) -> Result<Factor> {
        let (secrets, code) = (self.secrets.clone(), code.to_owned());
        let is_right = self.ctx.write_platform(move |tx| {
            guesses::count(tx, account)?;
            if !secrets.use_code(tx, &person(account), &code)? {
                return Ok(false);
            }
            tell(tx, account, FactorChange::CodeUsed)?;
            guesses::take_back(tx, account)?;
            Ok(true)
        })?;
        if is_right { Ok(Factor::RecoveryCode) } else { Err(wrong()) }
    }

    fn ask_second(&self, proven: &Proven, browser: BrowserDigest) -> Result<Option<Secret>> {
        if proven.methods.has_two_factors() || !self.factors(proven.account)?.authenticator_app {
            return Ok(None);
        }
        let (proven, ceremonies) = (*proven, self.ceremonies.clone());
        self.ctx.write_platform(move |tx| pending::begin(&ceremonies, tx, &proven, browser).map(Some))
    }

    fn show_second(&self, asked: &Secret, browser: BrowserDigest, code: &str) -> Result<Proven> {
        let now = self.ctx.now();
        let first = self.ctx.read(|conn| pending::find(&self.ceremonies, conn, asked, browser, now))?;
        let first = first.ok_or_else(over)?;
        let method = if totp::is_code(code) {
            self.show_app(first.account, code.trim())?;
            Method::OneTimePassword
        } else {
            self.show_recovery_code(first.account, code)?;
            Method::RecoveryCode
        };
        let (asked, ceremonies) = (asked.clone(), self.ceremonies.clone());
        let taken = self.ctx.write_platform(move |tx| pending::take(&ceremonies, tx, &asked, browser))?;
        if taken { Ok(first.and(method, self.ctx.now())) } else { Err(over()) }
    }
}

/// One answer for whatever is wrong with what waits for a second factor.
fn over() -> Error {
    Error::new(Code::Unauthenticated, "this sign-in is over: begin anew")
}

/// Whether the account has an app that was confirmed.
fn has_app(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let now = tx.now();
    Ok(store::totps::find(tx, account, now)?.is_some_and(|row| row.expires_at.is_none()))
}

/// One answer for a wrong code, one that was used, and one for an account that has none.
fn wrong() -> Error {
    Error::field("code", FieldKind::Mismatch.told("is not right, or was used already"))
}
