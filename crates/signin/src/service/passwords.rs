//! Logging in with a password, and setting another by a mailed link.

use std::time::Duration;

use polity_accounts::{Account, AccountStatus, EmailAddress, within};
use polity_identity::ProvedBy;
use polity_identity::within::{end_other_ways, person};
use polity_kernel::event::Origin;
use polity_kernel::{AccountId, Actor, Code, Error, FieldKind, Method, Result, Tally, Tx, epoch};
use uuid::Uuid;

use crate::acts::passwords::{PASSWORD, use_up};
use crate::acts::sessions;
use crate::acts::tries::{Guesser, Try};
use crate::device::DeviceId;
use crate::events::ACCOUNT_PASSWORD_SET;
use crate::hasher::Waiting;
use crate::jobs::MailReset;
use crate::rules::whole;
use crate::service::Service;
use crate::session::Proven;
use crate::store::passwords::Kept;
use crate::{LogIn, LoggedIn, NotVerified, Password, Passwords, Purpose, store};

impl Passwords for Service {
    fn log_in(&self, log_in: &LogIn) -> Result<LoggedIn> {
        let email = log_in.email.parse::<EmailAddress>().ok();
        let device = email.as_ref().and_then(|email| self.device(log_in, email));
        let guesser = device.map_or(Guesser::Network(log_in.network), Guesser::Device);
        let (account, kept) = self.claimed(email.as_ref())?;
        let version = kept.as_ref().map_or(0, |kept| kept.version);
        let tried = email.as_ref().map(|email| Try::new(email, version, guesser));
        self.of_try(&tried, Try::begin)?;
        let hash = kept.as_ref().map(|kept| kept.hash.as_str());
        let waiting = device.map_or(Waiting::Stranger(log_in.network), |_| Waiting::Known);
        let judged = self.hasher.is_of(self.ctx.ids(), log_in.password.reveal(), hash, waiting);
        let good = match judged {
            Ok(good) => good,
            Err(error) => {
                self.of_try(&tried, Try::take_back)?;
                return Err(error);
            }
        };
        let (account, kept, email) = match (account, kept, email) {
            (Some(account), Some(kept), Some(email)) if good && account.status == AccountStatus::Active => {
                (account, kept, email)
            }
            _ => return Err(wrong()),
        };
        self.of_try(&tried, Try::succeeded)?;
        if !account.email_verified {
            self.ask_confirmation(&account)?;
            return Err(Error::new(
                Code::Unauthenticated,
                "the address is not confirmed: follow the link in the mail",
            )
            .because(NotVerified));
        }
        let proved_by = Some(ProvedBy { authenticator: PASSWORD, version: kept.version });
        let now = self.ctx.now();
        let proven = Proven { proved_by, ..Proven::by(account.id, Method::Password, now) };
        let device = self.devices.mark(self.ctx.ids(), device, &email, now);
        Ok(LoggedIn { account, proven, device })
    }

    fn knows_device(&self, log_in: &LogIn) -> bool {
        log_in.email.parse().is_ok_and(|email| self.device(log_in, &email).is_some())
    }

    fn change_password(&self, actor: &Actor, present: &str, password: Password) -> Result<()> {
        let account = whole(actor)?;
        let version = self.require_present(actor, account, present)?;
        let hash = self.hasher.hash(self.ctx.ids(), password.reveal(), Waiting::Known)?;
        let actor = actor.clone();
        self.ctx.write_platform(move |tx| {
            epoch::raise(tx, account.uuid())?;
            if store::passwords::find(tx, account)?.map(|kept| kept.version) != version {
                return Err(Error::new(Code::Conflict, "the password was changed meanwhile"));
            }
            let now = tx.now();
            store::passwords::set(tx, account, &hash, now)?;
            let own = actor.authentication().and_then(|shown| shown.session);
            sessions::end_all_but(tx, &actor, account, own)?;
            tx.record(ACCOUNT_PASSWORD_SET.done(Origin::platform(&actor), account))
        })
    }

    fn has_password(&self, actor: &Actor) -> Result<bool> {
        let account = whole(actor)?;
        Ok(self.ctx.read(|conn| store::passwords::find(conn, account))?.is_some())
    }

    fn ask_reset(&self, email: &str) -> Result<()> {
        // what is no address has no account
        let Ok(email) = email.parse::<EmailAddress>() else { return Ok(()) };
        self.ctx.write_platform(move |tx| {
            let request = tx.new_secret_id();
            tx.promise(&MailReset { email: email.clone(), request })
        })
    }

    fn reset(&self, secret: &str, password: Password) -> Result<Account> {
        let now = self.ctx.now();
        let live = self.ctx.read(|conn| self.proofs.live(conn, Purpose::Reset, secret, now))?;
        let hash = self.hasher.hash(self.ctx.ids(), password.reveal(), Waiting::Known)?;
        let account = self.ctx.write_platform(move |tx| {
            let (account, is_news) = use_up(tx, &live)?;
            if is_news {
                end_other_ways(tx, &account)?;
            }
            let now = tx.now();
            store::passwords::set(tx, account.id, &hash, now)?;
            sessions::end_all_but(tx, &person(account.id), account.id, None)?;
            store::proofs::discard(tx, account.id, Purpose::Confirmation)?;
            tx.record(ACCOUNT_PASSWORD_SET.done(Origin::platform(&person(account.id)), account.id))?;
            Ok(account)
        })?;
        Ok(account)
    }
}

/// How often a person may be wrong about their present password in the [`WINDOW`], whatever session or token they come with.
const MOST_CHANGES: u32 = 10;
const WINDOW: Duration = Duration::from_secs(900);

impl Service {
    /// Asks for the account's present password, or, where it has none, for a recent proof of its person.
    fn require_present(&self, actor: &Actor, account: AccountId, present: &str) -> Result<Option<i64>> {
        let Some(kept) = self.ctx.read(|conn| store::passwords::find(conn, account))? else {
            return actor.require_recent(self.ctx.now()).map(|()| None);
        };
        self.ctx.write_platform(move |tx| {
            let of = account.to_string();
            let tally = Tally { deed: "password.present", of: &of, most: MOST_CHANGES, window: WINDOW };
            tally.count(tx, "too many tries at the present password; try again")
        })?;
        if self.hasher.is_of(self.ctx.ids(), present, Some(&kept.hash), Waiting::Known)? {
            return Ok(Some(kept.version));
        }
        Err(Error::field("present", FieldKind::Mismatch.told("is not your present password")))
    }

    /// Counts a try, or what has come of it; what is no address has nothing to count.
    fn of_try(&self, tried: &Option<Try>, deed: fn(&Try, &mut Tx<'_>) -> Result<()>) -> Result<()> {
        let Some(tried) = tried.clone() else { return Ok(()) };
        self.ctx.write_platform(move |tx| deed(&tried, tx))
    }

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
    pub(crate) fn note_log_in(&self, account: AccountId) -> Result<()> {
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

/// One answer for whatever is wrong, so that nobody learns who has an account.
fn wrong() -> Error {
    Error::new(Code::Unauthenticated, "the address or the password is wrong")
}
