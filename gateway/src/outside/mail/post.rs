//! Where mail leaves the service: handed to a server, or written to a folder.

use std::path::{Path, PathBuf};

use lettre::message::Mailbox;
use polity_kernel::job::{self, Leased};
use polity_kernel::{Ctx, Error, Result};
use serde_json::Value;
use uuid::Uuid;

use super::letter::Letter;
use super::smtp::{self, Failure};
use super::spool;
use crate::config::{Settings, SmtpServer};

/// The key in a job's payload that says its letter has been given to the server.
const HANDED_OVER: &str = "handed_over";

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It has left, now or in an earlier run of the job; in an earlier one perhaps without arriving.
    Left,
    /// The server will never take it for this recipient.
    Refused,
}

/// Where mail leaves the service.
#[derive(Debug)]
pub struct Post {
    from: Mailbox,
    way: Way,
    /// How readers reach the service, without a trailing slash.
    site: String,
}

#[derive(Debug)]
enum Way {
    Server(Box<SmtpServer>),
    Folder(PathBuf),
}

/// The run of a job that sends a letter.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The store the job is in.
    pub ctx: &'a Ctx,
    /// Who holds its lease.
    pub worker: Uuid,
    /// The job, as it was leased.
    pub job: &'a Leased,
}

impl Post {
    /// The way that the settings name. Links in letters begin with `site`, which has no trailing slash.
    pub fn new(settings: &Settings, site: String) -> Self {
        let way = match &settings.smtp_url {
            Some(server) => Way::Server(Box::new(server.clone())),
            None => Way::Folder(settings.data_dir.join("mail")),
        };
        Self { from: settings.mail_from.clone(), way, site }
    }

    /// The address of this path, which begins with a slash, for a letter.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.site)
    }

    /// The folder mail is written to, unless a server takes it.
    pub fn folder(&self) -> Option<&Path> {
        match &self.way {
            Way::Server(_) => None,
            Way::Folder(folder) => Some(folder),
        }
    }

    /// Sends a letter, unless an earlier run of the same job has.
    ///
    /// # Errors
    /// When it could not be sent but perhaps can be later.
    pub fn send(&self, attempt: &Attempt<'_>, letter: &Letter) -> Result<Delivery> {
        let id = attempt.job.id();
        let date = attempt.ctx.now();
        let message = match letter.message(&self.from, id, date) {
            Ok(message) => message,
            // an address that no server could be told of
            Err(error) => return Ok(refused(&error)),
        };
        match &self.way {
            Way::Folder(folder) => spool::write(folder, id, &message).map(|()| Delivery::Left),
            Way::Server(_) if attempt.was_handed_over() => {
                tracing::warn!(%id, "a letter that an earlier run handed over is not sent again");
                Ok(Delivery::Left)
            }
            Way::Server(server) => judged(attempt, smtp::hand_over(server, &message, || attempt.begin())),
        }
    }
}

/// Decides after a run what it was.
fn judged(attempt: &Attempt<'_>, handed: Result<(), Failure>) -> Result<Delivery> {
    match handed {
        Ok(()) => Ok(Delivery::Left),
        Err(Failure::Before(error)) => {
            attempt.take_back()?;
            Err(error)
        }
        Err(Failure::Refused(error)) => Ok(refused(&error)),
        Err(Failure::Unknown(error)) => {
            tracing::warn!(?error, "the server did not say whether it took a letter; it is not sent again");
            Ok(Delivery::Left)
        }
    }
}

fn refused(error: &Error) -> Delivery {
    tracing::warn!(?error, "a letter was refused for good");
    Delivery::Refused
}

impl Attempt<'_> {
    fn was_handed_over(&self) -> bool {
        self.job.payload.get(HANDED_OVER).and_then(Value::as_bool) == Some(true)
    }

    /// Notes that the letter is about to be given to the server.
    fn begin(&self) -> Result<()> {
        let mut payload = self.job.payload.clone();
        match &mut payload {
            Value::Object(fields) => fields.insert(HANDED_OVER.to_owned(), Value::Bool(true)),
            _ => return Err(Error::internal("a job that sends mail has no object as its payload")),
        };
        job::note(self.ctx, self.worker, self.job, payload)
    }

    /// Takes the note back; the job as it was leased has none.
    fn take_back(&self) -> Result<()> {
        job::note(self.ctx, self.worker, self.job, self.job.payload.clone())
    }
}
