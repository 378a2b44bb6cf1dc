//! `/confirm/{secret}`: where somebody who signed up proves their address, with the mailed link and the password they set.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use polity_kernel::{Code, Error, Result};
use polity_signin::{Proof, Purpose};

use super::Fault;
use super::form::read;
use super::page::page;
use super::proof::{ProofPath, Told, closed};
use super::wire::PasswordForm;
use crate::areas::Polity;
use crate::ask::{Form, Path};
use crate::gate::caller::Anyone;

#[derive(Template)]
#[template(path = "pages/links/confirm.html")]
struct ConfirmPage {
    email: String,
    name: Option<String>,
    wrong: bool,
}

/// What became of a try.
enum Attempt {
    Confirmed,
    /// The password is another; the link still works.
    Wrong(Proof),
}

/// Asks for the password that was set.
#[utoipa::path(get, path = "/confirm/{secret}", tag = "pages", params(ProofPath), responses(
    (status = 200, content_type = "text/html", description = "A form."),
    (status = 404, content_type = "text/html", description = "The link opens nothing.")))]
pub(in crate::routes::pages) async fn show(
    anyone: Anyone,
    path: Path<ProofPath>,
) -> Result<HttpResponse, Fault> {
    match anyone.read(move |polity| polity.signin.proof(Purpose::Confirmation, &path.secret)).await {
        Ok(proof) => page(StatusCode::OK, &ConfirmPage::of(proof, false)),
        Err(error) => closed(error),
    }
}

/// Confirms the address.
#[utoipa::path(post, path = "/confirm/{secret}", tag = "pages", params(ProofPath),
    request_body(content_type = "application/x-www-form-urlencoded", content = PasswordForm),
    responses(
    (status = 200, content_type = "text/html", description = "The address is confirmed."),
    (status = 400, content_type = "text/html", description = "The password is wrong."),
    (status = 404, content_type = "text/html", description = "The link opens nothing.")))]
pub(in crate::routes::pages) async fn confirm(
    anyone: Anyone,
    path: Path<ProofPath>,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let PasswordForm { password } = read(&form);
    match anyone.prove(move |polity| attempt(polity, &path.secret, &password)).await {
        Ok(Attempt::Confirmed) => page(StatusCode::OK, &Told::CONFIRMED),
        Ok(Attempt::Wrong(proof)) => page(StatusCode::BAD_REQUEST, &ConfirmPage::of(proof, true)),
        Err(error) => closed(error),
    }
}

fn attempt(polity: &Polity, secret: &str, password: &str) -> Result<Attempt, Error> {
    match polity.signin.confirm(secret, password) {
        Ok(_) => Ok(Attempt::Confirmed),
        Err(error) if error.code() == Code::Invalid => {
            polity.signin.proof(Purpose::Confirmation, secret).map(Attempt::Wrong)
        }
        Err(error) => Err(error),
    }
}

impl ConfirmPage {
    fn of(proof: Proof, wrong: bool) -> Self {
        Self { email: proof.email.to_string(), name: proof.name, wrong }
    }
}
