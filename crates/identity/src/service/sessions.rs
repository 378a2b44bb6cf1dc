//! Sessions of people at a browser: who comes with one.

use polity_kernel::{Limits, PermissionSet, Result};

use crate::acts::facts;
use crate::acts::facts::{Use, Used, Verified};
use crate::credential::Credential;
use crate::refusal::Refusal;
use crate::service::Service;

impl Service {
    /// The actor of a session, remembered until it would be over if it were not used any more.
    pub(crate) fn verify_session(&self, credential: &Credential) -> Result<Verified> {
        let sessions = self.at_browser.sessions.as_ref().ok_or(Refusal::UnknownSession)?;
        let digest = sessions.digest(&credential.text);
        let now = self.ctx.now();
        self.ctx.read(|conn| {
            let session = (sessions.find)(conn, &digest)?.ok_or(Refusal::UnknownSession)?;
            let until = session.expires_at.min(session.last_used_at.after(sessions.idle));
            if until <= now {
                return Err(Refusal::UnknownSession.into());
            }
            let watched = facts::watch(conn, &[session.id.uuid(), session.account.uuid()])
                .map_err(|_| Refusal::UnknownSession)?;
            let account = facts::usable_account(conn, session.account)?;
            let actor = self.person(&account, Limits::default(), &PermissionSet::none());
            let actor = actor.authenticated(session.authentication);
            let used = Used::since(Use::Session(session.id), sessions.pause());
            let used = used.noted(now, session.last_used_at, self.ctx.uptime());
            Ok(Verified { actor, watched, until: Some(until), used: Some(used) })
        })
    }
}
