//! Passwords: signing up by an invitation, logging in, and mailed links.

mod addresses;
mod links;
mod logging_in;
mod signing_up;

use polity_accounts::{Account, within};
use polity_directory::{
    Entry, InvitationId, InviteeFields, Inviting, NewInvitee, NewOrganization, OrganizationFields,
    Organizations, TakenUp,
};
use polity_identity::{
    Addresses, LogIn, LoggedIn, NewSignUp, NotVerified, Password, Passwords, ProofMail, Secret, Service,
    SignUp, SignUpFields,
};
use polity_kernel::{
    Access, Actor, Code, Error, Level, Limits, MasterKey, PermissionSet, Result, Subject, job,
};
use polity_testkit::Kit;
use serde_json::Value;

use crate::common::{Bench, bench};

const PASSWORD: &str = "correct horse battery";

/// Identity beside a directory with an organization that Grace owns.
struct Ground<'k> {
    bench: Bench<'k>,
    directory: polity_directory::Service,
    grace: Access,
}

fn ground(kit: &Kit) -> Ground<'_> {
    let bench = bench(kit);
    let directory = polity_directory::Service::new(
        kit.ctx.clone(),
        &MasterKey::new([7; 32]),
        polity_directory::RoleEnding::NOTHING,
        std::sync::Arc::new(polity_directory::NoWorkspaces),
    );
    let grace = bench.person("grace@acme.example");
    let grace = Actor::new(Subject::Person(grace), Limits::default(), PermissionSet::all());
    let fields = OrganizationFields { key: Some("acme".to_owned()), ..OrganizationFields::default() };
    directory.found(&grace, NewOrganization::try_from(fields).unwrap()).unwrap();
    let grace = directory.enter(&grace, &"acme".parse().unwrap()).unwrap();
    Ground { bench, directory, grace }
}

fn fields() -> SignUpFields {
    SignUpFields {
        first_name: Some(" Ada ".to_owned()),
        password: Some(PASSWORD.to_owned()),
        role_at_organization: Some(" engineer ".to_owned()),
    }
}

fn password(text: &str) -> Password {
    Password::new(text).unwrap()
}

impl<'k> Ground<'k> {
    fn identity(&self) -> &Service {
        &self.bench.identity
    }

    fn kit(&self) -> &'k Kit {
        self.bench.kit
    }

    fn invite(&self, email: &str) -> InvitationId {
        let fields = InviteeFields {
            email: email.to_owned(),
            first_name: None,
            message: None,
            level: Level::Member,
            projects: Vec::new(),
            mail: false,
            combine: false,
        };
        self.directory.invite_one(&self.grace, NewInvitee::try_from(fields).unwrap()).unwrap().id
    }

    fn sign_up(&self, invitation: InvitationId) -> Result<TakenUp> {
        self.identity().sign_up(invitation, NewSignUp::try_from(fields()).unwrap())
    }

    /// Ada, who has signed up and not confirmed her address yet.
    fn ada(&self) -> Account {
        self.sign_up(self.invite("ada@other.example")).unwrap().account
    }

    /// Ada, who has confirmed her address.
    fn confirmed(&self) -> Account {
        self.ada();
        let link = self.mailed().remove(0);
        self.identity().confirm(link.secret.reveal(), PASSWORD).unwrap()
    }

    fn log_in(&self, password: &str) -> Result<LoggedIn> {
        self.identity().log_in(&LogIn::new("ada@other.example", password))
    }

    fn account(&self, email: &str) -> Option<Account> {
        let email = email.parse().unwrap();
        self.kit().ctx.read(|conn| within::account_by_email(conn, &email)).unwrap()
    }

    /// Asks for a link to set a new password, and follows the mail.
    fn reset_link(&self) -> String {
        self.identity().ask_reset("ada@other.example").unwrap();
        self.mailed().remove(0).secret.reveal().to_owned()
    }

    /// The mails with links that were asked for since this was last called, as the jobs would send them.
    fn mailed(&self) -> Vec<ProofMail> {
        self.jobs().iter().filter_map(|(kind, payload)| self.mail(kind, payload)).collect()
    }

    fn mail(&self, kind: &str, payload: &Value) -> Option<ProofMail> {
        let text = |name: &str| payload[name].as_str().unwrap();
        let request = text("request").parse().unwrap();
        match kind {
            "mail.confirmation" => {
                self.identity().confirmation_mail(text("account").parse().unwrap(), request).unwrap()
            }
            "mail.address" => {
                let (account, email) = (text("account").parse().unwrap(), text("email").parse().unwrap());
                self.identity().address_mail(account, &email, request).unwrap()
            }
            _ => self.identity().reset_mail(&text("email").parse().unwrap(), request).unwrap(),
        }
    }

    /// The jobs of identity that are due since this was last called.
    fn jobs(&self) -> Vec<(String, Value)> {
        let ctx = &self.kit().ctx;
        let worker = ctx.ids().secret();
        let mut due = Vec::new();
        while let Some(leased) = job::lease(ctx, worker).unwrap() {
            job::settle(ctx, worker, &leased, Ok(job::Outcome::Done)).unwrap();
            due.push((leased.kind, leased.payload));
        }
        due.retain(|(kind, _)| ["mail.address", "mail.confirmation", "mail.reset"].contains(&kind.as_str()));
        due
    }
}

fn code<T>(result: Result<T>) -> Code {
    result.err().expect("it is refused").code()
}

fn is_not_verified(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<NotVerified>)
}
