//! The letter to somebody who is invited to an organization.

use askama::Template;
use polity_accounts::EmailAddress;
use polity_kernel::Result;

use super::letter::{Letter, render};
use super::line::Line;

/// What an invitation says. Names are lines, so that nobody writes paragraphs of their own into ours.
#[derive(Clone, Debug)]
pub struct InvitationLetter {
    /// Who is invited.
    pub to: EmailAddress,
    /// What they are called, where the inviter said so.
    pub first_name: Option<Line>,
    /// Where to.
    pub organization: Line,
    /// Who invited, where it was a person.
    pub inviter: Option<Line>,
    /// What the inviter wrote; any number of lines.
    pub message: Option<String>,
    /// Whether they are asked to set the organization up instead of the inviter.
    pub delegated: bool,
    /// Where to accept.
    pub link: String,
    /// Until when, as people write it.
    pub until: String,
}

#[derive(Template)]
#[template(path = "mail/invitation.txt")]
struct Text<'a> {
    letter: &'a InvitationLetter,
    message: Vec<Line>,
}

#[derive(Template)]
#[template(path = "mail/invitation.html")]
struct Html<'a> {
    letter: &'a InvitationLetter,
    message: Vec<Line>,
}

impl InvitationLetter {
    /// The letter in both forms.
    ///
    /// # Errors
    /// None that an input can cause.
    pub fn write(&self) -> Result<Letter> {
        let subject = match (&self.inviter, self.delegated) {
            (Some(inviter), true) => format!("{inviter} asks you to set up {}", self.organization),
            (Some(inviter), false) => format!("{inviter} invites you to {}", self.organization),
            (None, _) => format!("You are invited to {}", self.organization),
        };
        let message: Vec<Line> = self.message.iter().flat_map(|text| text.lines()).map(Line::new).collect();
        Ok(Letter {
            to: self.to.clone(),
            name: self.first_name.clone(),
            subject: Line::new(&subject),
            text: render(&Text { letter: self, message: message.clone() })?,
            html: render(&Html { letter: self, message })?,
        })
    }
}
