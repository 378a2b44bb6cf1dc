//! The letters whose links prove an address, and the jobs that send them: to confirm it after signing up, to set a new password, or to sign in.

use askama::Template;
use polity_accounts::EmailAddress;
use polity_accounts::jobs::ConfirmAddress;
use polity_kernel::Result;
use polity_kernel::job::Outcome;
use polity_signin::jobs::{MailConfirmation, MailReset, MailSignInLink};
use polity_signin::{ProofMail, Purpose, RequestId};

use super::jobs::minute;
use super::letter::{Letter, render};
use super::line::Line;
use crate::jobs::run::Run;

/// What the letter says. It carries the link that proves the address, so nobody else may see it, and nothing prints it.
#[derive(Clone)]
pub struct ProvingLetter {
    /// To whom.
    pub to: EmailAddress,
    /// What they are called.
    pub name: Option<Line>,
    /// What the link is for.
    pub purpose: Purpose,
    /// Where it leads, once.
    pub link: String,
    /// Until when, as people write it.
    pub until: String,
    /// Where a new password can be asked for.
    pub reset: String,
}

#[derive(Template)]
#[template(path = "mail/confirmation.txt")]
struct ConfirmationText<'a> {
    letter: &'a ProvingLetter,
}

#[derive(Template)]
#[template(path = "mail/confirmation.html")]
struct ConfirmationHtml<'a> {
    letter: &'a ProvingLetter,
}

#[derive(Template)]
#[template(path = "mail/reset.txt")]
struct ResetText<'a> {
    letter: &'a ProvingLetter,
}

#[derive(Template)]
#[template(path = "mail/reset.html")]
struct ResetHtml<'a> {
    letter: &'a ProvingLetter,
}

#[derive(Template)]
#[template(path = "mail/address.txt")]
struct AddressText<'a> {
    letter: &'a ProvingLetter,
}

#[derive(Template)]
#[template(path = "mail/address.html")]
struct AddressHtml<'a> {
    letter: &'a ProvingLetter,
}

#[derive(Template)]
#[template(path = "mail/sign_in.txt")]
struct SignInText<'a> {
    letter: &'a ProvingLetter,
}

#[derive(Template)]
#[template(path = "mail/sign_in.html")]
struct SignInHtml<'a> {
    letter: &'a ProvingLetter,
}

impl ProvingLetter {
    /// The letter in both forms.
    ///
    /// # Errors
    /// None that an input can cause.
    pub fn write(&self) -> Result<Letter> {
        let (subject, text, html) = match self.purpose {
            Purpose::Confirmation => (
                "Please confirm your e-mail address",
                render(&ConfirmationText { letter: self })?,
                render(&ConfirmationHtml { letter: self })?,
            ),
            Purpose::Reset => (
                "Set a new password",
                render(&ResetText { letter: self })?,
                render(&ResetHtml { letter: self })?,
            ),
            Purpose::Address => (
                "Please confirm your new e-mail address",
                render(&AddressText { letter: self })?,
                render(&AddressHtml { letter: self })?,
            ),
            Purpose::SignIn => (
                "Your link to sign in",
                render(&SignInText { letter: self })?,
                render(&SignInHtml { letter: self })?,
            ),
        };
        Ok(Letter { to: self.to.clone(), name: self.name.clone(), subject: Line::new(subject), text, html })
    }
}

/// The job `mail.confirmation`: asks somebody who signed up to prove their address.
pub(crate) fn confirmation(run: &Run<'_>) -> Result<Outcome> {
    let MailConfirmation { account, request } = run.attempt.job.work()?;
    let mail = run.polity.signin.confirmation_mail(account, request)?;
    send(run, Purpose::Confirmation, mail)
}

/// The job `mail.reset`: mails a link that sets a new password, if the address has an account.
pub(crate) fn reset(run: &Run<'_>) -> Result<Outcome> {
    let MailReset { email, request } = run.attempt.job.work()?;
    let mail = run.polity.signin.reset_mail(&email, request)?;
    send(run, Purpose::Reset, mail)
}

/// The job `mail.address`: mails the new address of an account a link by which its person takes it.
pub(crate) fn address(run: &Run<'_>) -> Result<Outcome> {
    let ConfirmAddress { account, email, request } = run.attempt.job.work()?;
    let mail = run.polity.signin.address_mail(account, &email, RequestId::new(request))?;
    send(run, Purpose::Address, mail)
}

/// The job `mail.sign_in`: mails a link that signs in, if the address has an account.
pub(crate) fn sign_in(run: &Run<'_>) -> Result<Outcome> {
    let MailSignInLink { email, request, browser } = run.attempt.job.work()?;
    let mail = run.polity.signin.sign_in_mail(&email, request, browser)?;
    send(run, Purpose::SignIn, mail)
}

fn send(run: &Run<'_>, purpose: Purpose, mail: Option<ProofMail>) -> Result<Outcome> {
    let Some(mail) = mail else { return Ok(Outcome::Done) };
    let page = match purpose {
        Purpose::Confirmation => "confirm",
        Purpose::Reset => "reset",
        Purpose::Address => "address",
        Purpose::SignIn => "login/link",
    };
    let letter = ProvingLetter {
        to: mail.email,
        name: mail.name.as_deref().and_then(Line::some),
        purpose,
        link: run.post.link(&format!("/{page}/{}", mail.secret.reveal())),
        until: minute(mail.expires_at),
        reset: run.post.link("/reset"),
    };
    run.post.send(&run.attempt, &letter.write()?)?;
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use polity_kernel::{MasterKey, Seal};
    use polity_signin::{BrowserDigest, LogIn, NewSignUp, Password, SignUpFields};
    use polity_testkit::{Kit, both_engines};

    use super::*;
    use crate::outside::mail::jobs;
    use crate::outside::mail::jobs::tests::Ground;

    const PASSWORD: &str = "correct horse battery";

    /// Ada, who was invited and has signed up.
    fn signed_up(kit: &Kit) -> Ground {
        let ground = Ground::new(kit);
        let fields = SignUpFields {
            first_name: Some("Ada".to_owned()),
            password: Some(PASSWORD.to_owned()),
            role_at_organization: None,
        };
        ground.polity.signin.sign_up(ground.invite(), NewSignUp::try_from(fields).unwrap()).unwrap();
        ground.run(kit, "mail.invitation", jobs::invitation);
        ground.run(kit, "mail.joined", |_| Ok(Outcome::Done));
        ground
    }

    /// What follows this in the one letter that has it on a line of its own.
    fn link(ground: &Ground, page: &str) -> Option<String> {
        let begin = format!("https://polity.test/{page}/");
        let letters = ground.letters();
        let mut found =
            letters.iter().flat_map(|letter| letter.lines()).filter_map(|line| line.strip_prefix(&begin));
        let link = found.next().map(str::to_owned);
        assert_eq!(found.next(), None);
        link
    }

    both_engines! {
        fn who_signs_up_is_mailed_a_link_that_confirms_once(kit) {
            let ground = signed_up(kit);
            ground.run(kit, "mail.confirmation", confirmation);
            let signin = &ground.polity.signin;
            let secret = link(&ground, "confirm").unwrap();
            assert_eq!(secret.len(), 43);
            let letter = ground.letters().into_iter().find(|letter| letter.contains("/confirm/")).unwrap();
            assert!(letter.contains("\nhttps://polity.test/reset\n"), "who did not sign up is told what to do: {letter}");
            assert!(letter.contains("\nSubject: Please confirm your e-mail address\n") && letter.contains("Hello Ada,"));
            assert!(signin.confirm(&secret, PASSWORD).unwrap().email_verified);
        }

        fn a_new_password_is_set_by_a_link_and_strangers_get_none(kit) {
            let ground = signed_up(kit);
            ground.run(kit, "mail.confirmation", confirmation);
            let signin = &ground.polity.signin;
            signin.ask_reset("nobody@other.example").unwrap();
            ground.run(kit, "mail.reset", reset);
            assert_eq!(link(&ground, "reset"), None);
            signin.ask_reset("ada@other.example").unwrap();
            ground.run(kit, "mail.reset", reset);
            let secret = link(&ground, "reset").unwrap();
            signin.reset(&secret, Password::new("another password").unwrap()).unwrap();
            signin.log_in(&LogIn::new("ada@other.example", "another password")).unwrap();
        }

        fn a_link_to_sign_in_is_mailed_to_whoever_has_an_account(kit) {
            let ground = signed_up(kit);
            ground.run(kit, "mail.confirmation", confirmation);
            let browser = BrowserDigest::from(Seal::new(&MasterKey::new([7; 32]), "test").digest(&[b"browser"]));
            let signin = &ground.polity.signin;
            signin.ask_sign_in("nobody@other.example", browser).unwrap();
            ground.run(kit, "mail.sign_in", sign_in);
            assert_eq!(link(&ground, "login/link"), None);
            signin.ask_sign_in("ada@other.example", browser).unwrap();
            ground.run(kit, "mail.sign_in", sign_in);
            let secret = link(&ground, "login/link").unwrap();
            let letter = ground.letters().into_iter().find(|letter| letter.contains("/login/link/")).unwrap();
            assert!(letter.contains("\nSubject: Your link to sign in\n") && letter.contains("Hello Ada,"));
            assert_eq!(signin.sign_in_by_link(&secret, browser).unwrap().account.email.unwrap().as_str(), "ada@other.example");
        }

        fn nothing_is_mailed_about_what_is_settled(kit) {
            let ground = signed_up(kit);
            let mail = ground.polity.signin.reset_mail(&"ada@other.example".parse().unwrap(), RequestId::new(uuid::Uuid::nil()));
            let secret = mail.unwrap().unwrap().secret;
            ground.polity.signin.reset(secret.reveal(), Password::new(PASSWORD).unwrap()).unwrap();
            ground.run(kit, "mail.confirmation", confirmation);
            assert_eq!(link(&ground, "confirm"), None);
        }
    }
}
