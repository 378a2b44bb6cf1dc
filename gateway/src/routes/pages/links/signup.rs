//! `/signup/{invite_id}`: where somebody who is invited sees to what, and joins.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use polity_directory::{Followed, InvitationId, InvitationRef, Taker};
use polity_identity::{Credential, Secret};
use polity_kernel::{Code, Error, FieldError, FieldKind, Result};
use polity_signin::{Browser, NewSignUp, Proven, SignUpFields};

use super::Fault;
use super::form::read;
use super::page::{onward, page};
use super::paths::SignupLink;
use super::wire::SignupForm;
use crate::areas::Polity;
use crate::ask::{Form, Path};
use crate::gate::caller::Anyone;
use crate::gate::proving::{Guess, is_unverified, kept};
use crate::gate::session;
use crate::outside::mail::Line;
use crate::outside::mail::jobs::minute;
use crate::routes::onward::{CONFIRM, JOINED};
use crate::routes::pages::login::browser;

/// The invitation, and the form to take it up with.
#[derive(Template)]
#[template(path = "pages/links/signup.html")]
struct SignupPage {
    organization: Line,
    inviter: Option<Line>,
    delegated: bool,
    message: Vec<Line>,
    email: String,
    until: String,
    has_account: bool,
    filled: SignupForm,
    wrong: Vec<FieldError>,
}

/// What is told where there is nothing to fill in.
#[derive(Template)]
#[template(path = "pages/fault.html")]
struct Said {
    title: &'static str,
    words: &'static str,
}

/// What is told of an invitation whose time is over, or that was taken up, be it by somebody else: then too its address lets its owner in.
#[derive(Template)]
#[template(path = "pages/links/signup_over.html")]
struct OverPage;

/// What became of a try.
enum Attempt {
    /// They had an account, and are a member now; their session, if they have one now, and what their device keeps.
    Joined { session: Option<Secret>, device: Secret },
    /// They have an account now, and are a member; the address is to be confirmed.
    SignedUp,
    /// The form will not do; the invitation still waits.
    Incomplete(Followed, Error),
    /// The password is not the account's.
    WrongPassword(Followed, Error),
}

/// An invitation, and a form to take it up with.
#[utoipa::path(get, path = "/signup/{invite_id}", tag = "pages", params(SignupLink), responses(
    (status = 200, content_type = "text/html", description = "The invitation and a form."),
    (status = 404, content_type = "text/html", description = "There is no such invitation."),
    (status = 410, content_type = "text/html", description = "Its time is over, or it was taken up.")))]
pub(in crate::routes::pages) async fn show(
    anyone: Anyone,
    path: Path<SignupLink>,
) -> Result<HttpResponse, Fault> {
    let found = async {
        let id = path.invitation()?;
        anyone.read(move |polity| polity.directory.follow(None, id)).await
    };
    match found.await {
        Ok(followed) => {
            let first_name = followed.invitation.first_name.clone().unwrap_or_default();
            let filled = SignupForm::named(first_name);
            page(StatusCode::OK, &SignupPage::of(followed, filled, Vec::new()))
        }
        Err(error) => closed(error),
    }
}

/// Takes the invitation up.
#[utoipa::path(post, path = "/signup/{invite_id}", tag = "pages", params(SignupLink),
    request_body(content_type = "application/x-www-form-urlencoded", content = SignupForm,
        description = "`password`; of who has no account also `first_name`, and `role_at_organization` if they like."),
    responses(
    (status = 303, description = "They have joined."),
    (status = 400, content_type = "text/html", description = "Something is missing or wrong; nothing was changed."),
    (status = 404, content_type = "text/html", description = "There is no such invitation."),
    (status = 410, content_type = "text/html", description = "Its time is over, or it was taken up."),
    (status = 429, content_type = "text/html", description = "Too many requests from this address.")))]
pub(in crate::routes::pages) async fn accept(
    anyone: Anyone,
    request: HttpRequest,
    path: Path<SignupLink>,
    form: Form,
) -> Result<HttpResponse, Fault> {
    anyone.paced("signup")?;
    let guess = Guess::of(&anyone, &request);
    // a page elsewhere may send the form of an invitation, but signs nobody in by it
    let browser = session::own(&request).is_ok().then(|| browser(&anyone, &request));
    let mut filled: SignupForm = read(&form);
    let fields = filled.fields();
    let tried = async {
        let id = path.invitation()?;
        anyone.prove(move |polity| attempt(polity, id, fields, &guess, browser.as_ref())).await
    };
    let (followed, error) = match tried.await {
        Ok(Attempt::Joined { session, device }) => {
            let (mut joined, gate) = (onward(JOINED), anyone.gate());
            let begun = session.map(|secret| session::begun(&gate, &secret));
            for cookie in begun.into_iter().chain([kept(&gate, &device)]) {
                joined.add_cookie(&cookie).map_err(Error::internal)?;
            }
            return Ok(joined);
        }
        Ok(Attempt::SignedUp) => return Ok(onward(CONFIRM)),
        Ok(Attempt::Incomplete(followed, error)) => (followed, error),
        Ok(Attempt::WrongPassword(followed, error)) => (followed, SignupForm::at_password(error)),
        Err(error) => return closed(error),
    };
    page(StatusCode::BAD_REQUEST, &SignupPage::of(followed, filled, error.fields().to_vec()))
}

/// Tells who has signed up what is left to do.
#[utoipa::path(get, path = "/signup/confirm", tag = "pages", responses((status = 200, content_type = "text/html", description = "A page.")))]
pub(in crate::routes::pages) async fn confirm() -> Result<HttpResponse, Fault> {
    let words = "You have joined. One thing is left: a letter is on its way to you. Its link confirms your address, and then you can \
                 log in.";
    page(StatusCode::OK, &Said { title: "Look into your mailbox", words })
}

/// Tells who has joined that they have.
#[utoipa::path(get, path = "/signup/joined", tag = "pages", responses((status = 200, content_type = "text/html", description = "A page.")))]
pub(in crate::routes::pages) async fn joined() -> Result<HttpResponse, Fault> {
    page(
        StatusCode::OK,
        &Said { title: "Welcome", words: "You have joined the organization. You can close this page." },
    )
}

/// Signs somebody up, or logs them in where the address has an account, and makes a member of them.
fn attempt(
    polity: &Polity,
    id: InvitationId,
    fields: SignUpFields,
    guess: &Guess,
    browser: Option<&Browser>,
) -> Result<Attempt> {
    let followed = polity.directory.follow(None, id)?;
    if followed.has_account {
        let password = fields.password.unwrap_or_default();
        let logged_in = match guess.log_in(followed.invitation.email.to_string(), &password) {
            Err(error) if is_unverified(&error) => {
                let words = "is right, but your address is not confirmed yet: a letter with a link is on its way to you";
                return Ok(Attempt::Incomplete(
                    followed,
                    SignupForm::at_password(Error::of(FieldKind::NotAllowed.told(words))),
                ));
            }
            Err(error) if error.code() == Code::Unauthenticated => {
                return Ok(Attempt::WrongPassword(
                    followed,
                    Error::of(FieldKind::Mismatch.told("is not the one of your account")),
                ));
            }
            logged_in => logged_in?,
        };
        let (credential, session) = credential(polity, &logged_in.proven, browser)?;
        let actor = polity.identity.authenticate(&credential)?;
        polity.directory.accept(Taker::Person(actor), &InvitationRef::Id(id))?;
        return Ok(Attempt::Joined { session, device: logged_in.device });
    }
    let new = match NewSignUp::try_from(fields) {
        Ok(new) => new,
        Err(error) => return Ok(Attempt::Incomplete(followed, error)),
    };
    match polity.signin.sign_up(id, new) {
        Ok(_) => Ok(Attempt::SignedUp),
        // somebody made an account of the address meanwhile
        Err(error) if error.code() == Code::Unauthenticated => {
            Ok(Attempt::Incomplete(polity.directory.follow(None, id)?, SignupForm::at_password(error)))
        }
        Err(error) => Err(error),
    }
}

/// What whoever has proven themselves goes on with: a session at their browser, where it is known to be theirs.
fn credential(
    polity: &Polity,
    proven: &Proven,
    browser: Option<&Browser>,
) -> Result<(Credential, Option<Secret>)> {
    // who has a second factor shows it at the door, and has no session without it
    let has_second = polity.signin.factors(proven.account)?.authenticator_app;
    match browser.filter(|_| !has_second) {
        Some(browser) => {
            let (_, secret) = polity.signin.begin_session(proven, browser)?;
            Ok((Credential::session(secret.reveal())?, Some(secret)))
        }
        None => Ok((polity.signin.issue_token(proven)?.token.reveal().parse()?, None)),
    }
}

/// The page for a link that leads nowhere (any more); other failures are told as everywhere.
fn closed(error: Error) -> Result<HttpResponse, Fault> {
    match error.code() {
        Code::NotFound => {
            let words = "The link may be incomplete: copy the whole address from the letter. Or the invitation was taken back, or a \
                         newer letter has replaced it.";
            page(StatusCode::NOT_FOUND, &Said { title: "There is no such invitation", words })
        }
        Code::Conflict => page(StatusCode::GONE, &OverPage),
        _ => Err(error.into()),
    }
}

impl SignupPage {
    fn of(followed: Followed, filled: SignupForm, wrong: Vec<FieldError>) -> Self {
        let Followed { invitation, inviter, has_account } = followed;
        let message = invitation.message.unwrap_or_default();
        Self {
            organization: Line::new(&invitation.organization_name),
            inviter: inviter.map(|account| Line::of_person(&account)),
            delegated: invitation.is_delegation,
            message: message.lines().map(Line::new).collect(),
            email: invitation.email.to_string(),
            until: minute(invitation.expires_at),
            has_account,
            filled,
            wrong,
        }
    }

    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.message.as_str())
    }
}
