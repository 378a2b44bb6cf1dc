//! Sessions: begun for whoever has proven themselves, listed, and ended.

use polity_identity::{Mint, Secret};
use polity_kernel::{AccountId, Actor, Authentication, Digest, Result, Subject, Timestamp};

use crate::acts::enforcement::{self, Standing};
use crate::acts::sessions;
use crate::rules::whole;
use crate::service::Service;
use crate::session::{Browser, Issued, Proven, Session};
use crate::{BrowserDigest, Ending, Sessions, store};

/// Sessions that are forgotten in one transaction, and how many of those are made in a row.
const BATCH: i64 = 1_000;
const BATCHES: usize = 1_000;

impl Sessions for Service {
    fn browser(&self, held: &Secret) -> BrowserDigest {
        self.ceremonies.browser(held)
    }

    fn begin_session(&self, proven: &Proven, browser: &Browser) -> Result<(Session, Secret)> {
        let secret = Secret::random(self.ctx.ids());
        let digest = self.sessions.digest(&secret);
        let replaced: Option<Digest> = browser.replaced.as_ref().map(|old| self.sessions.digest(old));
        let (proven, browser, lifetime) = (*proven, browser.clone(), self.settings.lifetime);
        let terms = self.terms.clone();
        let session = self.ctx.write_platform(move |tx| {
            replaced.iter().try_for_each(|old| sessions::end_by_secret(tx, old))?;
            let now = tx.now();
            let session = Session {
                id: tx.new_id(),
                account: proven.account,
                methods: proven.methods,
                connection: proven.connection,
                network: browser.address.map(|address| address.to_string()),
                program: browser.program(),
                created_at: now,
                auth_time: proven.at,
                last_used_at: now,
                expires_at: now.after(lifetime),
                version: 1,
            };
            let standing = enforcement::judge(tx, &terms, &proven, now)?;
            sessions::begin(tx, &proven, &session, &digest)?;
            if let Standing::BreaksGlass(bound) = standing {
                enforcement::tell(tx, &bound, &session)?;
            }
            Ok(session)
        })?;
        self.note_log_in(session.account)?;
        Ok((session, secret))
    }

    fn issue_token(&self, proven: &Proven) -> Result<Issued> {
        let Proven { account, methods, at, proved_by, .. } = *proven;
        let now = self.ctx.now();
        // who breaks the glass does so at a browser, where it is told
        if self.ctx.read(|conn| enforcement::judge(conn, &self.terms, proven, now))? != Standing::Free {
            return Err(enforcement::enforced());
        }
        let authentication = Some(Authentication { at, methods, session: None });
        let minted =
            self.tokens.mint(&Mint { proved_by, authentication, ..Mint::of(Subject::Person(account)) })?;
        self.note_log_in(account)?;
        Ok(Issued { token: minted.token, expires_in: minted.lifetime })
    }

    fn sessions(&self, actor: &Actor) -> Result<Vec<Session>> {
        let (account, now) = (whole(actor)?, self.ctx.now());
        self.ctx.read(|conn| store::sessions::of(conn, account, now, self.unused_since(now)))
    }

    fn end_sessions(&self, actor: &Actor, which: Ending) -> Result<()> {
        let account = whole(actor)?;
        let own = actor.authentication().and_then(|shown| shown.session);
        let actor = actor.clone();
        self.ctx.write_platform(move |tx| match which {
            Ending::One(id) => sessions::end_one(tx, account, id),
            Ending::Others => sessions::end_all_but(tx, &actor, account, own).map(drop),
            Ending::All => sessions::end_all_but(tx, &actor, account, None).map(drop),
        })
    }

    fn end_sessions_of(&self, account: AccountId) -> Result<()> {
        self.ctx
            .write_platform(move |tx| sessions::end_all_but(tx, &Actor::system(), account, None).map(drop))
    }

    fn forget_ended(&self) -> Result<()> {
        let idle = self.settings.idle;
        for _ in 0..BATCHES {
            let gone = self.ctx.write_platform(move |tx| {
                let now = tx.now();
                let over = store::sessions::ids_over(tx, now, now.before(idle), BATCH)?;
                sessions::end(tx, &over)
            })?;
            if gone == 0 {
                break;
            }
        }
        Ok(())
    }
}

impl Service {
    /// A session that was last used then is over at this instant.
    fn unused_since(&self, now: Timestamp) -> Timestamp {
        now.before(self.settings.idle)
    }
}
