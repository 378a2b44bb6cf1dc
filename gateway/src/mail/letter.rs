//! A letter: to whom, about what, as text and as HTML; and the message it becomes.

use std::time::{Duration, SystemTime};

use askama::Template;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use polity_accounts::EmailAddress;
use polity_kernel::{Error, Result, Timestamp};
use uuid::Uuid;

use super::Line;

/// A letter that is written but not sent.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Whose mailbox.
    pub to: EmailAddress,
    /// What its owner is called, where that is known.
    pub name: Option<Line>,
    /// What it is about.
    pub subject: Line,
    /// The whole of it as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

impl Letter {
    /// The message as it leaves: the same for the same id, but for the date.
    pub(super) fn message(&self, from: &Mailbox, id: Uuid, date: Timestamp) -> Result<Message> {
        let to = self.to.as_str().parse::<Address>().map_err(Error::internal)?;
        let name = self.name.as_ref().map(|name| name.as_str().to_owned());
        let both = MultiPart::alternative()
            .boundary(format!("{}-alternative", id.simple()))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(self.text.clone()))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(self.html.clone()));
        Message::builder()
            .from(from.clone())
            .to(Mailbox::new(name, to))
            .subject(self.subject.as_str())
            .message_id(Some(format!("<{id}@{}>", from.email.domain())))
            .date(system_time(date))
            .header(Automatic)
            .multipart(both)
            .map_err(Error::internal)
    }
}

/// Says that a program wrote the letter, so that no program answers it (RFC 3834 §5).
#[derive(Clone)]
struct Automatic;

impl lettre::message::header::Header for Automatic {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn system_time(at: Timestamp) -> SystemTime {
    let micros = u64::try_from(at.micros()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_micros(micros)
}

/// A template with its values, as text.
pub(super) fn render(template: &impl Template) -> Result<String> {
    template.render().map_err(Error::internal)
}
