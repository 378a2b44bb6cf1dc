//! Passkeys: added, shown, called something else, removed.

use polity_accounts::{Account, AccountStatus, within};
use polity_kernel::event::Origin;
use polity_kernel::text::{WORD, printable, trimmed};
use polity_kernel::{AccountId, Actor, Code, Error, FieldKind, Result, Tx, epoch};
use uuid::Uuid;

use crate::acts::ceremonies::{Answered, Asked, Purpose};
use crate::acts::changes;
use crate::acts::factors::{own, tell};
use crate::events::{ACCOUNT_PASSKEY_ADDED, ACCOUNT_PASSKEY_REMOVED, ACCOUNT_PASSKEY_RENAMED};
use crate::rules::signed::Assertion;
use crate::rules::{PublicKey, client, signed};
use crate::service::Service;
use crate::store::passkeys::Row;
use crate::{
    AssertionAnswer, AssertionOf, AssertionOptions, BrowserDigest, Factor, FactorChange, Passkey, PasskeyId,
    Passkeys, Recognized, RegistrationAnswer, RegistrationOptions, store,
};

/// What a passkey is called that nobody has named.
const UNNAMED: &str = "Passkey";

impl Passkeys for Service {
    fn passkeys(&self, actor: &Actor) -> Result<Vec<Passkey>> {
        let id = own(actor)?;
        let rows = self.ctx.read(|conn| store::passkeys::of_account(conn, id))?;
        Ok(rows.iter().map(Passkey::from).collect())
    }

    fn begin_registration(&self, actor: &Actor, browser: BrowserDigest) -> Result<RegistrationOptions> {
        let (id, ceremonies, relying_party) =
            (own(actor)?, self.ceremonies.clone(), self.relying_party.clone());
        let actor = actor.clone();
        self.ctx.write_platform(move |tx| {
            let now = tx.now();
            actor.require_recent(now)?;
            let account = within::account(tx, id)?.ok_or_else(|| Error::not_found("account"))?;
            let rows = store::passkeys::of_account(tx, id)?;
            require_room(rows.len())?;
            let asked = Asked { purpose: Purpose::Registration, browser };
            let challenge = ceremonies.begin(tx, asked, Some(id))?;
            let user_name = account.email.as_ref().map_or_else(|| id.to_string(), ToString::to_string);
            Ok(RegistrationOptions {
                challenge,
                relying_party: relying_party.clone(),
                user_handle: ceremonies.user_handle(id),
                display_name: account.profile.name.unwrap_or_else(|| user_name.clone()),
                user_name,
                exclude: rows.into_iter().map(|row| row.credential_id).collect(),
            })
        })
    }

    fn finish_registration(
        &self,
        actor: &Actor,
        browser: BrowserDigest,
        answer: &RegistrationAnswer,
    ) -> Result<Passkey> {
        let id = own(actor)?;
        let name = named(answer.name.clone())?;
        let asked = Asked { purpose: Purpose::Registration, browser };
        let answered = self.answered(asked, "webauthn.create", &answer.client_data)?.ok_or_else(unproven)?;
        let made = signed::made(&answer.attestation, &self.relying_party.id).ok_or_else(unproven)?;
        if answered.account != Some(id) {
            return Err(unproven());
        }
        let row = Row {
            account_id: id,
            passkey_id: PasskeyId::new(Uuid::nil()),
            credential_id: made.credential.to_vec(),
            public_key: made.public_key.to_vec(),
            sign_count: made.sign_count.into(),
            name,
            created_at: self.ctx.now(),
            last_used_at: None,
        };
        let actor = actor.clone();
        self.ctx.write_platform(move |tx| add(tx, &actor, &row))
    }

    fn rename_passkey(&self, actor: &Actor, passkey: PasskeyId, name: &str) -> Result<Passkey> {
        let (id, actor) = (own(actor)?, actor.clone());
        let name = named(Some(name.to_owned()))?;
        self.ctx.write_platform(move |tx| {
            let row = found(tx, id, passkey)?;
            store::passkeys::rename(tx, &row, &name)?;
            let before = Passkey::from(&row);
            let after = Passkey { name: name.clone(), ..Passkey::from(&row) };
            tx.record(ACCOUNT_PASSKEY_RENAMED.changed(Origin::platform(&actor), id, &before, &after))?;
            Ok(after)
        })
    }

    fn remove_passkey(&self, actor: &Actor, passkey: PasskeyId) -> Result<()> {
        let (id, actor) = (own(actor)?, actor.clone());
        self.ctx.write_platform(move |tx| {
            changes::begin(tx, &actor, id)?;
            let row = found(tx, id, passkey)?;
            store::passkeys::remove(tx, &row)?;
            let over = Passkey::from(&row);
            tx.record(ACCOUNT_PASSKEY_REMOVED.over(Origin::platform(&actor), id, &over))?;
            tell(tx, id, FactorChange::PasskeyRemoved)
        })
    }

    fn begin_assertion(&self, of: &AssertionOf, browser: BrowserDigest) -> Result<AssertionOptions> {
        let (of, ceremonies) = (of.clone(), self.ceremonies.clone());
        let relying_party = self.relying_party.id.clone();
        self.ctx.write_platform(move |tx| {
            let account = asked_for(tx, &of)?;
            // asked for nobody's too, so that an unknown address takes as long
            let rows = store::passkeys::of_account(tx, account.unwrap_or_else(nobody))?;
            let mut allow: Vec<_> = rows.into_iter().map(|row| row.credential_id).collect();
            match &of {
                AssertionOf::Address(email) if allow.is_empty() => allow.push(ceremonies.made_up(email)),
                _ => {}
            }
            let asked = Asked { purpose: Purpose::Assertion, browser };
            let challenge = ceremonies.begin(tx, asked, account)?;
            Ok(AssertionOptions { challenge, relying_party: relying_party.clone(), allow })
        })
    }

    fn finish_assertion(&self, browser: BrowserDigest, answer: &AssertionAnswer) -> Result<Recognized> {
        let asked = Asked { purpose: Purpose::Assertion, browser };
        let answered = self.answered(asked, "webauthn.get", &answer.client_data)?.ok_or_else(refused)?;
        let row = self.ctx.read(|conn| store::passkeys::by_credential(conn, &answer.credential))?;
        let row = row.ok_or_else(refused)?;
        if !self.is_for(&row, answered.account, answer.user_handle.as_deref()) {
            return Err(refused());
        }
        let key = PublicKey::read(&row.public_key)
            .ok_or_else(|| Error::internal("a passkey's key does not read"))?;
        let assertion = Assertion {
            authenticator: &answer.authenticator_data,
            client: &answer.client_data,
            signature: &answer.signature,
        };
        let count = signed::asserted(&assertion, &key, &self.relying_party.id).ok_or_else(refused)?;
        let account = self.ctx.write_platform(move |tx| shown(tx, &row, count))?;
        Ok(Recognized { account, by: Factor::Passkey })
    }
}

impl Service {
    /// Uses up the challenge that was answered, whether or not the rest of the answer is right, and says whom it was put to; absent where it was
    /// put to nobody in this browser.
    fn answered(&self, asked: Asked, kind: &str, client_data: &[u8]) -> Result<Option<Answered>> {
        let Some(challenge) = client::challenge(client_data, kind, &self.relying_party.origin) else {
            return Ok(None);
        };
        let ceremonies = self.ceremonies.clone();
        self.ctx.write_platform(move |tx| ceremonies.take(tx, asked, &challenge))
    }

    /// Whether this passkey is of the account that was asked for, and says so itself: it must where anybody was asked for (WebAuthn Level 2 §7.2).
    fn is_for(&self, row: &Row, asked_for: Option<AccountId>, user_handle: Option<&[u8]>) -> bool {
        let is_own = user_handle.map(|handle| handle == self.ceremonies.user_handle(row.account_id));
        match asked_for {
            Some(account) => account == row.account_id && is_own != Some(false),
            None => is_own == Some(true),
        }
    }
}

/// Whose passkey is asked for; absent where anybody's is.
fn asked_for(tx: &mut Tx<'_>, of: &AssertionOf) -> Result<Option<AccountId>> {
    Ok(match of {
        AssertionOf::Anybody => None,
        AssertionOf::Account(account) => Some(*account),
        AssertionOf::Address(email) => {
            let account = within::account_by_email(tx, email)?;
            let account = account.filter(|account| account.status == AccountStatus::Active);
            Some(account.map_or_else(nobody, |account| account.id))
        }
    })
}

/// The account that nobody has.
fn nobody() -> AccountId {
    AccountId::new(Uuid::nil())
}

fn require_room(present: usize) -> Result<()> {
    if present < Passkey::MOST {
        return Ok(());
    }
    Err(Error::new(Code::LimitReached, format!("a person has at most {} passkeys", Passkey::MOST)))
}

fn named(name: Option<String>) -> Result<String> {
    let Some(name) = trimmed(name) else { return Ok(UNNAMED.to_owned()) };
    let most = usize::try_from(WORD).unwrap_or(usize::MAX);
    if name.chars().count() > most {
        return Err(Error::field("name", FieldKind::TooLong(most)));
    }
    printable(&name).map_err(|why| Error::refused("name", &why))?;
    Ok(name)
}

fn add(tx: &mut Tx<'_>, actor: &Actor, row: &Row) -> Result<Passkey> {
    let id = row.account_id;
    // two at once come one after the other, so that neither is one too many
    changes::begin(tx, actor, id)?;
    require_room(store::passkeys::of_account(tx, id)?.len())?;
    let row = Row { passkey_id: tx.new_id(), created_at: tx.now(), ..row.clone() };
    if !store::passkeys::insert_if_new(tx, &row)? {
        return Err(Error::new(Code::Conflict, "this passkey is there already"));
    }
    let passkey = Passkey::from(&row);
    tx.record(ACCOUNT_PASSKEY_ADDED.made(Origin::platform(actor), id, &passkey))?;
    tell(tx, id, FactorChange::PasskeyAdded)?;
    Ok(passkey)
}

/// The passkey, held still with all else of its account.
fn found(tx: &mut Tx<'_>, account: AccountId, passkey: PasskeyId) -> Result<Row> {
    epoch::raise(tx, account.uuid())?;
    store::passkeys::find(tx, account, passkey)?.ok_or_else(|| Error::not_found("passkey"))
}

/// Notes that a passkey was shown, by an authenticator that tells this count.
fn shown(tx: &mut Tx<'_>, row: &Row, count: u32) -> Result<Account> {
    let account = within::account(tx, row.account_id)?;
    let account = account.filter(|account| account.status == AccountStatus::Active).ok_or_else(refused)?;
    let now = tx.now();
    if !store::passkeys::note_use(tx, row, count, now)? {
        tracing::warn!(account = %row.account_id, passkey = %row.passkey_id, "a passkey's count has not grown: there may be a copy of it");
        return Err(refused());
    }
    Ok(account)
}

/// One answer for whatever is wrong with a passkey that is to be added.
fn unproven() -> Error {
    let words = "does not answer what this browser was asked, or not as it must";
    Error::field("passkey", FieldKind::Unproven.told(words))
}

/// One answer for whatever is wrong with a passkey that is shown.
fn refused() -> Error {
    Error::new(Code::Unauthenticated, "this passkey does not sign in here")
}
