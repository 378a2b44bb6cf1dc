//! Signing in through its traits, every test on both engines: signing up by an invitation, logging in, mailed links, second factors, passkeys.
#![cfg(test)]

mod addresses;
mod authenticator;
mod factors;
mod linked_identities;
mod links;
mod log_in;
mod passkeys;
mod second_step;
mod sessions;
mod sign_in_links;
mod sign_up;
mod take_over;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use polity_accounts::{Account, AccountFields, AccountPatch, NewAccount, People, within};
use polity_directory::{
    Accepted, Entry, InvitationFields, InvitationId, Invitations, NewInvitation, NewOrganization,
    OrganizationFields, Organizations,
};
use polity_identity::{
    Algorithm, Authentication, Credential, Errand, Fetch, HttpRequest, HttpResponse, Mint, Registration,
    Secret, Settings, Tokens, TrustedIssuer,
};
use polity_kernel::{
    Access, AccountId, Actor, Bounds, Code, Error, Level, Limits, MasterKey, PermissionSet, Result, Seal,
    Subject, job,
};
use polity_signin::{
    Addresses, BrowserDigest, BrowserSettings, LogIn, LoggedIn, MailedLinks, NewSignUp, NotVerified,
    PASSWORD as OF_PASSWORDS, Password, Passwords, ProofMail, RelyingParty, Service, SessionSettings,
    Sessions, SignInLinks, SignUp, SignUpFields,
};
use polity_testkit::Kit;
use serde_json::Value;

const PASSWORD: &str = "correct horse battery";

const ISSUER: &str = "https://issuer.example";

/// Signing in beside identity, and a directory with an organization that Grace owns.
struct Ground<'k> {
    kit: &'k Kit,
    identity: Arc<polity_identity::Service>,
    signin: Service,
    people: polity_accounts::Service,
    directory: polity_directory::Service,
    grace: Access,
    keys: Arc<Keys>,
}

/// Somebody who has logged in, and their token.
#[derive(Debug)]
struct Given {
    found: LoggedIn,
    token: Secret,
}

/// What the trusted issuer publishes.
#[derive(Default)]
struct Keys(Mutex<Value>);

impl Fetch for Keys {
    fn fetch(&self, _: Errand, _: HttpRequest) -> Result<HttpResponse> {
        let mut response = HttpResponse::new(serde_json::to_vec(&*self.0.lock().unwrap()).unwrap());
        response.headers_mut().insert("content-type", "application/json".parse().unwrap());
        Ok(response)
    }
}

fn identity(kit: &Kit, keys: &Arc<Keys>) -> polity_identity::Service {
    let trusted = TrustedIssuer {
        issuer: ISSUER.to_owned(),
        audience: "polity".to_owned(),
        algorithms: vec![Algorithm::EdDsa],
        jwks_uri: Some(format!("{ISSUER}/jwks")),
        introspection: None,
        grants_permissions: false,
    };
    let settings = Settings {
        issuer: "https://polity.example".to_owned(),
        audience: "https://polity.example/api".to_owned(),
        token_ttl: Duration::from_secs(3_600),
        registration: Registration::Open,
        trusted: vec![trusted],
        master: master(),
    };
    let fetch = Arc::clone(keys) as Arc<dyn Fetch>;
    polity_identity::Service::new(
        kit.ctx.clone(),
        settings,
        fetch,
        Arc::new(polity_directory::NoWorkspaces),
        polity_signin::at_browser(&master(), &SessionSettings::default()).unwrap(),
    )
    .unwrap()
}

fn master() -> MasterKey {
    MasterKey::new([7; 32])
}

fn ground(kit: &Kit) -> Ground<'_> {
    let nothing = polity_directory::RoleEnding::NOTHING;
    let directory = polity_directory::Service::new(
        kit.ctx.clone(),
        &master(),
        nothing,
        polity_directory::Terms::without_limits(
            Arc::new(polity_directory::NoWorkspaces),
            Arc::new(polity_directory::NoDomains),
        ),
    );
    let people = polity_accounts::Service::new(kit.ctx.clone(), polity_accounts::Appointing::nothing());
    let grace = person(kit, "grace@acme.example");
    let grace = Actor::new(Subject::Person(grace), Limits::default(), PermissionSet::all());
    let fields = OrganizationFields { key: Some("acme".to_owned()), ..OrganizationFields::default() };
    directory.found(&grace, NewOrganization::try_from(fields).unwrap()).unwrap();
    let grace = directory.enter(&grace, &"acme".parse().unwrap()).unwrap();
    let keys = Arc::new(Keys::default());
    let identity = Arc::new(identity(kit, &keys));
    let signin = signin(kit, &identity, Bounds::NONE);
    Ground { kit, identity, signin, people, directory, grace, keys }
}

fn signin(kit: &Kit, identity: &Arc<polity_identity::Service>, bounds: Bounds) -> Service {
    let ctx = kit.ctx.clone().bounded_by(bounds);
    let tokens = Arc::clone(identity) as Arc<dyn Tokens>;
    Service::new(
        ctx,
        &master(),
        tokens,
        polity_directory::Terms::without_limits(
            Arc::new(polity_directory::NoWorkspaces),
            Arc::new(polity_directory::NoDomains),
        ),
        BrowserSettings {
            sessions: SessionSettings::default(),
            relying_party: RelyingParty::at("https://polity.example").unwrap(),
        },
    )
}

/// Somebody whose address somebody else has vouched for.
fn person(kit: &Kit, email: &str) -> AccountId {
    let fields = AccountFields { email: email.to_owned(), email_verified: true, ..AccountFields::default() };
    let new = NewAccount::try_from(fields).unwrap();
    let found =
        move |tx: &mut polity_kernel::Tx<'_>| within::find_or_create(tx, &Actor::system(), None, &new);
    kit.ctx.write_platform(found).unwrap().0.id
}

fn authenticate(identity: &polity_identity::Service, text: &str) -> Result<Actor> {
    identity.authenticate(&text.parse::<Credential>()?)
}

/// The reason this credential is refused for; it must be `Unauthenticated`.
fn refusal(identity: &polity_identity::Service, text: &str) -> String {
    let error = authenticate(identity, text).expect_err("the credential is good");
    assert_eq!(error.code(), Code::Unauthenticated, "{error:?}");
    error.message().to_owned()
}

/// The person themselves, by a credential that narrows nothing.
fn themselves(account: AccountId) -> Actor {
    Actor::new(Subject::Person(account), Limits::default(), PermissionSet::none())
}

/// One of many browsers.
fn browser(name: &str) -> BrowserDigest {
    BrowserDigest::from(Seal::new(&master(), "test.browsers").digest(&[name.as_bytes()]))
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
    fn person(&self, email: &str) -> AccountId {
        person(self.kit, email)
    }

    fn patch(&self, account: AccountId, patch: AccountPatch) {
        self.people.update(&Actor::system(), account, patch).unwrap();
    }

    /// A token of this person's that no log-in gave.
    fn token(&self, account: AccountId) -> String {
        self.identity.mint(&Mint::of(Subject::Person(account))).unwrap().token.reveal().to_owned()
    }

    fn authenticate(&self, text: &str) -> Result<Actor> {
        authenticate(&self.identity, text)
    }

    fn refusal(&self, text: &str) -> String {
        refusal(&self.identity, text)
    }

    /// Identity on a second node.
    fn other_node(&self) -> polity_identity::Service {
        identity(self.kit, &self.keys)
    }

    /// The same within bounds.
    fn bounded(&self, bounds: Bounds) -> Service {
        signin(self.kit, &self.identity, bounds)
    }

    fn invite(&self, email: &str) -> InvitationId {
        let fields = InvitationFields {
            email: email.to_owned(),
            first_name: None,
            message: None,
            level: Level::Member,
            projects: Vec::new(),
            mail: false,
            combine: false,
        };
        let new = vec![NewInvitation::try_from(fields).unwrap()];
        self.directory.invite(&self.grace, new).unwrap().remove(0).id
    }

    fn sign_up(&self, invitation: InvitationId) -> Result<Accepted> {
        self.signin.sign_up(invitation, NewSignUp::try_from(fields()).unwrap())
    }

    /// Ada, who has signed up and not confirmed her address yet.
    fn ada(&self) -> Account {
        self.sign_up(self.invite("ada@other.example")).unwrap().account
    }

    /// Ada, who has confirmed her address.
    fn confirmed(&self) -> Account {
        self.ada();
        let link = self.mailed().remove(0);
        self.signin.confirm(link.secret.reveal(), PASSWORD).unwrap()
    }

    /// Logs Ada in, and issues the token.
    fn log_in(&self, password: &str) -> Result<Given> {
        let found = self.signin.log_in(&LogIn::new("ada@other.example", password))?;
        let issued = self.signin.issue_token(&found.proven)?;
        Ok(Given { found, token: issued.token })
    }

    fn account(&self, email: &str) -> Option<Account> {
        let email = email.parse().unwrap();
        self.kit.ctx.read(|conn| within::account_by_email(conn, &email)).unwrap()
    }

    /// Asks for a link to set a new password, and follows the mail.
    fn reset_link(&self) -> String {
        self.signin.ask_reset("ada@other.example").unwrap();
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
                self.signin.confirmation_mail(text("account").parse().unwrap(), request).unwrap()
            }
            "mail.address" => {
                let (account, email) = (text("account").parse().unwrap(), text("email").parse().unwrap());
                self.signin.address_mail(account, &email, request).unwrap()
            }
            "mail.sign_in" => {
                let browser = serde_json::from_value(payload["browser"].clone()).unwrap();
                self.signin.sign_in_mail(&text("email").parse().unwrap(), request, browser).unwrap()
            }
            _ => self.signin.reset_mail(&text("email").parse().unwrap(), request).unwrap(),
        }
    }

    /// What the letters since this was last called say to have changed.
    fn told(&self) -> Vec<String> {
        let ctx = &self.kit.ctx;
        let worker = ctx.ids().secret();
        let mut told = Vec::new();
        while let Some(leased) = job::lease(ctx, worker).unwrap() {
            job::settle(ctx, worker, &leased, Ok(job::Outcome::Done)).unwrap();
            if leased.kind == "mail.factor_change" {
                told.push(leased.payload["change"].as_str().unwrap().to_owned());
            }
        }
        // those of one instant are done in any order
        told.sort();
        told
    }

    /// The events of what people sign in with beside passwords, in order.
    fn events(&self) -> Vec<String> {
        let nowhere = polity_kernel::OrganizationId::new(uuid::Uuid::nil());
        let events = self.kit.ctx.read(|conn| polity_kernel::event::latest(conn, nowhere, 100)).unwrap();
        let names = events.iter().rev().map(polity_kernel::event::Recorded::name);
        names
            .filter(|name| name.contains("totp") || name.contains("code") || name.contains("passkey"))
            .collect()
    }

    /// The jobs of signing in that are due since this was last called.
    fn jobs(&self) -> Vec<(String, Value)> {
        let ctx = &self.kit.ctx;
        let worker = ctx.ids().secret();
        let mut due = Vec::new();
        while let Some(leased) = job::lease(ctx, worker).unwrap() {
            job::settle(ctx, worker, &leased, Ok(job::Outcome::Done)).unwrap();
            due.push((leased.kind, leased.payload));
        }
        due.retain(|(kind, _)| {
            ["mail.address", "mail.confirmation", "mail.reset", "mail.sign_in"].contains(&kind.as_str())
        });
        due
    }
}

fn code<T>(result: Result<T>) -> Code {
    result.err().expect("it is refused").code()
}

fn is_not_verified(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<NotVerified>)
}
