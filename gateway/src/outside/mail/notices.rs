//! Letters that only tell: of an account's new address, identity or factor, of an invitation that is over, of an e-mail domain whose record is
//! missing; and the jobs that send them.

use askama::Template;
use polity_accounts::EmailAddress;
use polity_accounts::jobs::TellOldAddress;
use polity_directory::jobs::TellInvitationOver;
use polity_domains::jobs::TellDomain;
use polity_domains::{DomainNews, GRACE};
use polity_kernel::Result;
use polity_kernel::job::Outcome;
use polity_signin::FactorChange;
use polity_signin::jobs::{TellBrokenGlass, TellFactorChange, TellLinked};

use super::Line;
use super::jobs::minute;
use super::letter::{Letter, render};
use crate::jobs::run::Run;

/// A letter that asks for nothing.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Who is told.
    pub to: EmailAddress,
    /// What they are called, where that is known.
    pub name: Option<Line>,
    /// What it is about.
    pub subject: Line,
    /// What has happened.
    pub news: Line,
    /// Why they are told, and what to do if it should not be.
    pub reason: &'static str,
}

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct Text<'a> {
    letter: &'a Notice,
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct Html<'a> {
    letter: &'a Notice,
}

impl Notice {
    /// The letter in both forms.
    ///
    /// # Errors
    /// None that an input can cause.
    pub fn write(&self) -> Result<Letter> {
        Ok(Letter {
            to: self.to.clone(),
            name: self.name.clone(),
            subject: self.subject.clone(),
            text: render(&Text { letter: self })?,
            html: render(&Html { letter: self })?,
        })
    }
}

/// The job `mail.address_told`: tells the address that an account has, or had, of the one in its place.
pub(crate) fn address_told(run: &Run<'_>) -> Result<Outcome> {
    let TellOldAddress { account, to, email, taken } = run.attempt.job.work()?;
    let account = polity_accounts::People::account(
        run.polity.accounts.as_ref(),
        &polity_kernel::Actor::system(),
        account,
    )?;
    let news = if taken {
        format!("The e-mail address of your account is {email} from now on.")
    } else {
        format!(
            "Somebody who is signed in to your account wants its e-mail address to be {email}. It stays as it is until that is confirmed."
        )
    };
    let notice = Notice {
        to,
        name: account.profile.name.as_deref().and_then(Line::some),
        subject: Line::new("The e-mail address of your account"),
        news: Line::new(&news),
        reason: "You are told because this was the address of the account. If it was not you, set a new password at once and tell whoever \
                 runs the service.",
    };
    run.post.send(&run.attempt, &notice.write()?)?;
    Ok(Outcome::Done)
}

/// The job `mail.factor_change`: tells somebody that what signs them in has changed.
pub(crate) fn factor_changed(run: &Run<'_>) -> Result<Outcome> {
    let TellFactorChange { account, change, at } = run.attempt.job.work()?;
    let account = polity_accounts::People::account(
        run.polity.accounts.as_ref(),
        &polity_kernel::Actor::system(),
        account,
    )?;
    let Some(to) = account.email else { return Ok(Outcome::Done) };
    let what = match change {
        FactorChange::AppEnrolled => "An authenticator app was added to your account",
        FactorChange::AppRemoved => "The authenticator app of your account was removed",
        FactorChange::CodesMade => {
            "New recovery codes were made for your account, and older ones work no more"
        }
        FactorChange::CodeUsed => "A recovery code of your account was used",
        FactorChange::PasskeyAdded => "A passkey was added to your account",
        FactorChange::PasskeyRemoved => "A passkey of your account was removed",
    };
    let notice = Notice {
        to,
        name: account.profile.name.as_deref().and_then(Line::some),
        subject: Line::new("How you sign in was changed"),
        news: Line::new(&format!("{what}: {}.", minute(at))),
        reason: "You are told because it is your account. If it was not you, set a new password at once and tell whoever runs the service.",
    };
    run.post.send(&run.attempt, &notice.write()?)?;
    Ok(Outcome::Done)
}

/// The job `mail.invitation_over`: tells one of those who run an organization that nobody could take an invitation up.
pub(crate) fn invitation_over(run: &Run<'_>) -> Result<Outcome> {
    let TellInvitationOver { organization, invitation, to } = run.attempt.job.work()?;
    let Some(mail) = run.polity.directory.over_mail(organization, invitation, to)? else {
        return Ok(Outcome::Done);
    };
    let Some(address) = mail.to.email.clone() else { return Ok(Outcome::Done) };
    let news = format!(
        "{} wanted to take up an invitation to {}, but whoever sent it may not promise what it gives any more. The invitation is over.",
        mail.invitation.email, mail.invitation.organization_name
    );
    let notice = Notice {
        to: address,
        name: mail.to.profile.name.as_deref().and_then(Line::some),
        subject: Line::new(&format!("An invitation to {} is over", mail.invitation.organization_name)),
        news: Line::new(&news),
        reason: "You are told because you run the organization. If they should belong to it, invite them anew.",
    };
    run.post.send(&run.attempt, &notice.write()?)?;
    Ok(Outcome::Done)
}

/// The job `mail.broken_glass`: tells an owner that one of them has signed in past the connection which binds everybody.
pub(crate) fn broken_glass(run: &Run<'_>) -> Result<Outcome> {
    let TellBrokenGlass { organization, account, to, at } = run.attempt.job.work()?;
    let system = polity_kernel::Actor::system();
    let accounts = run.polity.accounts.as_ref();
    let owner = polity_accounts::People::account(accounts, &system, to)?;
    let who = polity_accounts::People::account(accounts, &system, account)?;
    let access = run.polity.look_in(&system, &organization.into())?;
    let name = run.polity.directory.organization(&access)?.name;
    let Some(address) = owner.email.clone() else { return Ok(Outcome::Done) };
    let news = format!(
        "{} signed in at {} past the provider by which everybody at {name} signs in. They own {name} and are named for when it fails.",
        who.email_text(),
        minute(at)
    );
    let notice = Notice {
        to: address,
        name: owner.profile.name.as_deref().and_then(Line::some),
        subject: Line::new(&format!("Somebody signed in past the provider of {name}")),
        news: Line::new(&news),
        reason: "You are told because you own the organization. If nobody should have, set new passwords and end the sessions of that account.",
    };
    run.post.send(&run.attempt, &notice.write()?)?;
    Ok(Outcome::Done)
}

/// The job `mail.linked`: tells a person which identity opens their account from now on.
pub(crate) fn linked(run: &Run<'_>) -> Result<Outcome> {
    let TellLinked { account, identity } = run.attempt.job.work()?;
    let Some(mail) = run.polity.signin.linked_mail(account, identity)? else { return Ok(Outcome::Done) };
    let linked = mail.identity;
    let known = linked.email.map(|email| format!(", where it is known as {email}")).unwrap_or_default();
    let news = format!("From now on an identity at {}{known} opens your account.", linked.at.issuer);
    let notice = Notice {
        to: mail.email,
        name: mail.name.as_deref().and_then(Line::some),
        subject: Line::new("A new way into your account"),
        news: Line::new(&news),
        reason: "You are told because the account is yours. If this was not you, take the identity out of your account at once and tell \
                 whoever runs the service.",
    };
    run.post.send(&run.attempt, &notice.write()?)?;
    Ok(Outcome::Done)
}

/// The job `mail.domain`: tells an owner that the record of an e-mail domain is missing, or has been for too long.
pub(crate) fn domain(run: &Run<'_>) -> Result<Outcome> {
    let TellDomain { organization, domain, to, news } = run.attempt.job.work()?;
    let Some(mail) = run.polity.domains.domain_mail(organization, domain, to, news)? else {
        return Ok(Outcome::Done);
    };
    let Some(address) = mail.to.email.clone() else { return Ok(Outcome::Done) };
    let (name, since) = (&mail.domain.name, mail.domain.missing_since.unwrap_or(mail.domain.updated_at));
    let (subject, reason) = match news {
        DomainNews::Failing => (
            format!("The DNS record of {name} is missing"),
            "You are told because you own the organization. Until then everything works as it did. If nobody should have removed the record, put \
             it back: it is found by itself.",
        ),
        DomainNews::Lapsed => (
            format!("{name} is not verified any more"),
            "You are told because you own the organization. Single sign-on and joining by this domain rest. Put the record back, and the domain \
             is verified again by itself, unless another organization has verified it meanwhile.",
        ),
    };
    let told = match news {
        DomainNews::Failing => {
            format!("at {} the domain is not verified any more", minute(since.after(GRACE)))
        }
        DomainNews::Lapsed => "the domain is not verified any more".to_owned(),
    };
    let news = format!(
        "{} has proven {name} to be its own by a TXT record at {} that says {}. It has been missing since {}; {told}.",
        mail.organization,
        mail.record,
        mail.domain.challenge,
        minute(since)
    );
    let notice = Notice {
        to: address,
        name: mail.to.profile.name.as_deref().and_then(Line::some),
        subject: Line::new(&subject),
        news: Line::new(&news),
        reason,
    };
    run.post.send(&run.attempt, &notice.write()?)?;
    Ok(Outcome::Done)
}
