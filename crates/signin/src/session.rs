//! Sessions: what stands for a person at a browser once they have proven themselves.

use std::net::IpAddr;
use std::time::Duration;

use polity_identity::{ProvedBy, Secret};
use polity_kernel::{AccountId, Error, FieldKind, Method, Methods, Result, SessionId, Timestamp, id};

id!(ConnectionId, "The connection by which somebody signed in elsewhere.");

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionSettings {
    /// Without being used; at least [`SessionSettings::LEAST`].
    pub idle: Duration,
    /// In any case; at most [`SessionSettings::MOST`].
    pub lifetime: Duration,
}

impl SessionSettings {
    /// The shortest idle time: shorter ones would end sessions between two looks at the clock.
    pub const LEAST: Duration = Duration::from_secs(30 * 60);

    /// The longest life.
    pub const MOST: Duration = Duration::from_secs(90 * 86_400);

    /// Refuses settings that cannot be meant.
    pub(crate) fn check(&self) -> Result<()> {
        if self.idle < Self::LEAST || self.idle > self.lifetime || self.lifetime > Self::MOST {
            let rule = "must be at least 30 minutes, and at most session_lifetime, which is at most 90 days";
            return Err(Error::field("session_idle", FieldKind::OutOfRange.told(rule)));
        }
        Ok(())
    }
}

impl Default for SessionSettings {
    /// Half a day without use, 14 days in any case.
    fn default() -> Self {
        Self { idle: Duration::from_secs(12 * 3_600), lifetime: Duration::from_secs(14 * 86_400) }
    }
}

/// Somebody who has proven to be themselves, of which a session or a token is made. Whoever makes one vouches for it.
#[derive(Clone, Copy, Debug)]
pub struct Proven {
    /// Who.
    pub account: AccountId,
    /// What they showed.
    pub methods: Methods,
    /// When they did.
    pub at: Timestamp,
    /// What is void together with what was shown, such as a version of their password.
    pub proved_by: Option<ProvedBy>,
    /// The connection that vouched for them.
    pub connection: Option<ConnectionId>,
}

impl Proven {
    /// By this one method.
    pub fn by(account: AccountId, method: Method, at: Timestamp) -> Self {
        Self { account, methods: Methods::of(method), at, proved_by: None, connection: None }
    }

    /// The same who has shown something else beside it, then.
    #[must_use]
    pub fn and(self, method: Method, at: Timestamp) -> Self {
        Self { methods: self.methods.and(method), at, ..self }
    }
}

/// Where a session begins.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The address the request comes from.
    pub address: Option<IpAddr>,
    /// What the program calls itself (`User-Agent`); cut to [`Browser::PROGRAM`] characters.
    pub program: Option<String>,
    /// The session that the browser had, which ends as this one begins.
    pub replaced: Option<Secret>,
}

impl Browser {
    /// The most characters that are kept of a program's name.
    pub const PROGRAM: usize = 200;

    /// What is kept of the program's name.
    pub(crate) fn program(&self) -> Option<String> {
        let seen = |c: &char| !c.is_control();
        let kept: String =
            self.program.iter().flat_map(|text| text.chars()).filter(seen).take(Self::PROGRAM).collect();
        Some(kept).filter(|text| !text.is_empty())
    }
}

/// A session, as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, which is no secret.
    pub id: SessionId,
    /// Whose.
    pub account: AccountId,
    /// What was shown for it.
    pub methods: Methods,
    /// The connection that vouched for its person.
    pub connection: Option<ConnectionId>,
    /// The address it began from.
    pub network: Option<String>,
    /// The program it began in.
    pub program: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When its person last proved themselves.
    pub auth_time: Timestamp,
    /// When it was last used, to some minutes.
    pub last_used_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
}

/// A token for somebody who has proven to be themselves.
#[derive(Clone, Debug)]
pub struct Issued {
    /// An access token with nothing narrowed; void once what it was given for is another.
    pub token: Secret,
    /// How long it works.
    pub expires_in: Duration,
}
