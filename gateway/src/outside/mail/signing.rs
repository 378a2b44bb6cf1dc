//! The letter to whoever is to sign a legal document.

use askama::Template;
use polity_accounts::EmailAddress;
use polity_kernel::Result;
use polity_legal::DocumentType;

use super::letter::{Letter, render};
use super::line::Line;

/// What the letter says. It carries the one link that signs, so nobody else may see it, and nothing prints it.
#[derive(Clone)]
pub struct SigningLetter {
    /// Who is to sign.
    pub to: EmailAddress,
    /// For which company.
    pub company: Line,
    /// The organization that asks for it.
    pub organization: Line,
    /// Which document, as it is called within a sentence.
    pub document: &'static str,
    /// Where to read and sign it, once.
    pub link: String,
    /// Until when, as people write it.
    pub until: String,
}

#[derive(Template)]
#[template(path = "mail/signing.txt")]
struct Text<'a> {
    letter: &'a SigningLetter,
}

#[derive(Template)]
#[template(path = "mail/signing.html")]
struct Html<'a> {
    letter: &'a SigningLetter,
}

/// How a kind of document is called within a sentence.
pub(crate) const fn spoken(kind: DocumentType) -> &'static str {
    match kind {
        DocumentType::Dpa => "data processing agreement",
        DocumentType::Baa => "business associate agreement",
    }
}

impl SigningLetter {
    /// The letter in both forms.
    ///
    /// # Errors
    /// None that an input can cause.
    pub fn write(&self) -> Result<Letter> {
        Ok(Letter {
            to: self.to.clone(),
            name: None,
            subject: Line::new(&format!("Please sign the {} of {}", self.document, self.company)),
            text: render(&Text { letter: self })?,
            html: render(&Html { letter: self })?,
        })
    }
}
