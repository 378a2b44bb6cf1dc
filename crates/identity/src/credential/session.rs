//! Sessions of people at a browser, which a crate further right keeps.

use std::time::Duration;

use polity_kernel::{AccountId, Authentication, Conn, Digest, Result, Seal, SessionId, Timestamp, Tx};

use crate::{Authenticator, Secret};

/// What people at a browser prove themselves with, which crates further right keep. For [`crate::Service::new`].
#[derive(Clone, Debug)]
pub struct AtBrowser {
    /// What they show once, such as a password.
    pub authenticators: &'static [Authenticator],
    /// What stands for that afterwards; absent: no session is known.
    pub sessions: Option<SessionKeeping>,
}

/// How sessions are found and kept.
#[derive(Clone, Debug)]
pub struct SessionKeeping {
    /// What a session's secret is hashed with.
    pub seal: Seal,
    /// How long a session lives without being used.
    pub idle: Duration,
    /// The session whose secret has this digest, whether or not it is over.
    pub find: fn(&mut Conn, &Digest) -> Result<Option<KeptSession>>,
    /// Notes a use, unless a later one is noted already.
    pub touch: fn(&mut Conn, SessionId, Timestamp) -> Result<()>,
    /// Ends all sessions of an account that another person takes over, and every identity at a provider that opens it.
    pub end_all: fn(&mut Tx<'_>, AccountId) -> Result<()>,
}

/// A session as it is kept; its epoch is that of its id.
#[derive(Clone, Copy, Debug)]
pub struct KeptSession {
    /// Whose.
    pub account: AccountId,
    /// Which, and what was shown for it.
    pub authentication: Authentication,
    /// The session's id.
    pub id: SessionId,
    /// When it was last noted to be used.
    pub last_used_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

impl AtBrowser {
    /// For a service without people at a browser.
    pub const fn nobody() -> Self {
        Self { authenticators: &[], sessions: None }
    }

    /// Takes away from an account whatever lets somebody in at a browser.
    pub(crate) fn remove(&self, tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
        self.authenticators.iter().try_for_each(|authenticator| (authenticator.remove)(tx, account))?;
        self.sessions.iter().try_for_each(|sessions| (sessions.end_all)(tx, account))
    }
}

impl SessionKeeping {
    /// What the store knows a session by.
    pub fn digest(&self, secret: &Secret) -> Digest {
        self.seal.digest(&[secret.reveal().as_bytes()])
    }

    /// How far apart uses are noted: seldom enough to cost nothing, often enough that the idle time is right to a twelfth.
    pub(crate) fn pause(&self) -> Duration {
        const LONGEST: Duration = Duration::from_secs(300);
        LONGEST.min(self.idle / 12)
    }
}
