//! The letter that tells those who run an organization of a new member, and the job that sends it.

use askama::Template;
use polity_accounts::EmailAddress;
use polity_directory::JoinedMail;
use polity_directory::jobs::TellJoined;
use polity_kernel::job::Outcome;
use polity_kernel::{Level, Result};

use super::Line;
use super::letter::{Letter, render};
use crate::jobs::run::Run;

/// What is told of a new member.
#[derive(Clone, Debug)]
pub struct JoinedLetter {
    /// Who is told.
    pub to: EmailAddress,
    /// What they are called, where that is known.
    pub name: Option<Line>,
    /// Where.
    pub organization: Line,
    /// Who is new, by name or else by address.
    pub member: Line,
    /// Their address, if they have one.
    pub email: Option<EmailAddress>,
    /// What they are there: a member, an administrator or an owner.
    pub level: &'static str,
}

#[derive(Template)]
#[template(path = "mail/joined.txt")]
struct Text<'a> {
    letter: &'a JoinedLetter,
}

#[derive(Template)]
#[template(path = "mail/joined.html")]
struct Html<'a> {
    letter: &'a JoinedLetter,
}

impl JoinedLetter {
    /// The letter in both forms.
    ///
    /// # Errors
    /// None that an input can cause.
    pub fn write(&self) -> Result<Letter> {
        Ok(Letter {
            to: self.to.clone(),
            name: self.name.clone(),
            subject: Line::new(&format!("{} has joined {}", self.member, self.organization)),
            text: render(&Text { letter: self })?,
            html: render(&Html { letter: self })?,
        })
    }
}

impl JoinedLetter {
    fn of(mail: JoinedMail, to: EmailAddress) -> Self {
        Self {
            name: mail.to.profile.name.as_deref().and_then(Line::some),
            to,
            organization: Line::new(&mail.organization.name),
            member: Line::of_person(&mail.joined),
            email: mail.joined.email,
            level: match mail.member.level {
                Level::Member => "a member",
                Level::Admin => "an administrator",
                Level::Owner => "an owner",
            },
        }
    }
}

/// The job `mail.joined`: tells one of those who run an organization of a new member.
pub(crate) fn joined(run: &Run<'_>) -> Result<Outcome> {
    let TellJoined { organization, joined, to } = run.attempt.job.work()?;
    let mail = run.polity.directory.joined_mail(organization, joined, to)?;
    let to = mail.as_ref().and_then(|mail| mail.to.email.clone());
    if let (Some(mail), Some(to)) = (mail, to) {
        run.post.send(&run.attempt, &JoinedLetter::of(mail, to).write()?)?;
    }
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use polity_kernel::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::outside::mail::InvitationLetter;

    /// What somebody calls themselves who wants a letter of ours to be theirs.
    const HOSTILE: &str = "Eve\r\nBcc: all@other.example\r\n\r\n<img src=x> \u{202e}gnp";

    fn address() -> EmailAddress {
        "ada@acme.example".parse().unwrap()
    }

    /// The head of the letter as it leaves.
    fn head(letter: &Letter) -> String {
        let from = "polity <polity@acme.example>".parse().unwrap();
        let message = letter.message(&from, Uuid::nil(), Timestamp::from_seconds(0)).unwrap();
        let text = String::from_utf8(message.formatted()).unwrap();
        text.split_once("\r\n\r\n").unwrap().0.to_owned()
    }

    #[test]
    fn names_write_neither_headers_nor_marks() {
        let name = Line::new(HOSTILE);
        let joined = JoinedLetter {
            to: address(),
            name: Some(name.clone()),
            organization: name.clone(),
            member: name.clone(),
            email: Some(address()),
            level: "a member",
        };
        let invited = InvitationLetter {
            to: address(),
            first_name: Some(name.clone()),
            organization: name.clone(),
            inviter: Some(name),
            message: Some(HOSTILE.to_owned()),
            delegated: false,
            link: "https://polity.test/signup/x".to_owned(),
            until: "2026-01-18 12:00 UTC".to_owned(),
        };
        for letter in [joined.write().unwrap(), invited.write().unwrap()] {
            let head = head(&letter);
            let names: Vec<&str> = head
                .lines()
                .filter(|line| !line.starts_with([' ', '\t']))
                .filter_map(|line| line.split_once(':').map(|(name, _)| name))
                .collect();
            assert!(!names.iter().any(|name| name.eq_ignore_ascii_case("bcc")), "{head}");
            assert_eq!(head.matches("ada@acme.example").count(), 1, "{head}");
            assert!(!letter.html.contains("<img") && !letter.html.contains('\u{202e}'), "{}", letter.html);
            assert!(!letter.text.contains('\u{202e}') && !letter.text.contains("\nBcc:"), "{}", letter.text);
        }
    }

    #[test]
    fn who_runs_the_organization_reads_who_has_joined() {
        let letter = JoinedLetter {
            to: address(),
            name: Line::some("Ada"),
            organization: Line::new("Acme & Sons"),
            member: Line::new("Bob"),
            email: "bob@other.example".parse().ok(),
            level: "an administrator",
        };
        let letter = letter.write().unwrap();
        assert_eq!(letter.subject.as_str(), "Bob has joined Acme & Sons");
        assert!(
            letter.text.starts_with("Hello Ada,\n\nBob (bob@other.example) has joined"),
            "{}",
            letter.text
        );
        assert!(letter.html.contains("Acme &#38; Sons") && !letter.html.contains("<a "), "{}", letter.html);
    }
}
