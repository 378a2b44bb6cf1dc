//! `/reset`: where people ask for a link that sets a new password; `/reset/{secret}`: where it leads.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use polity_kernel::{Error, Result};
use polity_signin::{Password, Proof, Purpose};

use super::Fault;
use super::form::read;
use super::page::page;
use super::proof::{ProofPath, Told, closed};
use super::wire::{PasswordForm, ResetForm};
use crate::areas::Polity;
use crate::ask::{Form, Path};
use crate::gate::caller::Anyone;

#[derive(Template)]
#[template(path = "pages/links/ask_reset.html")]
struct AskPage;

#[derive(Template)]
#[template(path = "pages/links/reset.html")]
struct ResetPage {
    email: String,
    wrong: Option<String>,
}

/// What became of a try.
enum Attempt {
    Set,
    /// The password will not do, for this reason; the link still works.
    Unfit(Proof, Error),
}

/// Asks for an address.
#[utoipa::path(get, path = "/reset", tag = "pages", responses(
    (status = 200, content_type = "text/html", description = "A form.")))]
pub(in crate::routes::pages) async fn ask() -> Result<HttpResponse, Fault> {
    page(StatusCode::OK, &AskPage)
}

/// Mails a link to the address, if it has an account.
#[utoipa::path(post, path = "/reset", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = ResetForm),
    responses(
    (status = 200, content_type = "text/html", description = "What happens now; whether there is an account is not said."),
    (status = 429, content_type = "text/html", description = "Too many requests from this address.")))]
pub(in crate::routes::pages) async fn send(anyone: Anyone, form: Form) -> Result<HttpResponse, Fault> {
    anyone.paced("reset")?;
    let ResetForm { email } = read(&form);
    anyone.write(move |polity| polity.signin.ask_reset(&email)).await?;
    page(StatusCode::OK, &Told::MAILED)
}

/// Asks for the new password.
#[utoipa::path(get, path = "/reset/{secret}", tag = "pages", params(ProofPath), responses(
    (status = 200, content_type = "text/html", description = "A form."),
    (status = 404, content_type = "text/html", description = "The link opens nothing.")))]
pub(in crate::routes::pages) async fn show(
    anyone: Anyone,
    path: Path<ProofPath>,
) -> Result<HttpResponse, Fault> {
    match anyone.read(move |polity| polity.signin.proof(Purpose::Reset, &path.secret)).await {
        Ok(proof) => page(StatusCode::OK, &ResetPage { email: proof.email.to_string(), wrong: None }),
        Err(error) => closed(error),
    }
}

/// Sets the new password.
#[utoipa::path(post, path = "/reset/{secret}", tag = "pages", params(ProofPath),
    request_body(content_type = "application/x-www-form-urlencoded", content = PasswordForm),
    responses(
    (status = 200, content_type = "text/html", description = "The password is set."),
    (status = 400, content_type = "text/html", description = "The password will not do; nothing is changed."),
    (status = 404, content_type = "text/html", description = "The link opens nothing.")))]
pub(in crate::routes::pages) async fn set(
    anyone: Anyone,
    path: Path<ProofPath>,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let PasswordForm { password } = read(&form);
    match anyone.prove(move |polity| attempt(polity, &path.secret, password)).await {
        Ok(Attempt::Set) => page(StatusCode::OK, &Told::RESET),
        Ok(Attempt::Unfit(proof, error)) => {
            let wrong = error.fields().first().map(|field| field.message.clone());
            page(StatusCode::BAD_REQUEST, &ResetPage { email: proof.email.to_string(), wrong })
        }
        Err(error) => closed(error),
    }
}

fn attempt(polity: &Polity, secret: &str, password: String) -> Result<Attempt, Error> {
    match Password::new(password) {
        Ok(password) => polity.signin.reset(secret, password).map(|_| Attempt::Set),
        Err(error) => Ok(Attempt::Unfit(polity.signin.proof(Purpose::Reset, secret)?, error)),
    }
}
