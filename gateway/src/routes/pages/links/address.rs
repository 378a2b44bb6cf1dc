//! `/address/{secret}`: where somebody takes another address, with the mailed link and the account's password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use polity_kernel::{Code, Error, Result};
use polity_signin::{Confirmer, Proof, Purpose};

use super::Fault;
use super::form::read;
use super::page::page;
use super::proof::{ProofPath, Told, closed};
use super::wire::PasswordForm;
use crate::areas::Polity;
use crate::ask::{Form, Path};
use crate::gate::caller::Anyone;

#[derive(Template)]
#[template(path = "pages/links/address.html")]
struct AddressPage {
    email: String,
    name: Option<String>,
    wrong: bool,
}

/// What became of a try.
enum Attempt {
    Taken,
    /// The password is another; the link still works.
    Wrong(Proof),
}

/// Asks for the account's password.
#[utoipa::path(get, path = "/address/{secret}", tag = "pages", params(ProofPath), responses(
    (status = 200, content_type = "text/html", description = "A form."),
    (status = 404, content_type = "text/html", description = "The link opens nothing.")))]
pub(in crate::routes::pages) async fn show(
    anyone: Anyone,
    path: Path<ProofPath>,
) -> Result<HttpResponse, Fault> {
    match anyone.read(move |polity| polity.signin.proof(Purpose::Address, &path.secret)).await {
        Ok(proof) => page(StatusCode::OK, &AddressPage::of(proof, false)),
        Err(error) => closed(error),
    }
}

/// Takes the address.
#[utoipa::path(post, path = "/address/{secret}", tag = "pages", params(ProofPath),
    request_body(content_type = "application/x-www-form-urlencoded", content = PasswordForm),
    responses(
    (status = 200, content_type = "text/html", description = "The address is the account's."),
    (status = 400, content_type = "text/html", description = "The password is wrong."),
    (status = 404, content_type = "text/html", description = "The link opens nothing.")))]
pub(in crate::routes::pages) async fn take(
    anyone: Anyone,
    path: Path<ProofPath>,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let PasswordForm { password } = read(&form);
    match anyone.prove(move |polity| attempt(polity, &path.secret, password)).await {
        Ok(Attempt::Taken) => page(StatusCode::OK, &Told::ADDRESSED),
        Ok(Attempt::Wrong(proof)) => page(StatusCode::BAD_REQUEST, &AddressPage::of(proof, true)),
        Err(error) if error.code() == Code::Conflict => page(StatusCode::CONFLICT, &Told::ADDRESS_GONE),
        Err(error) => closed(error),
    }
}

fn attempt(polity: &Polity, secret: &str, password: String) -> Result<Attempt, Error> {
    match polity.signin.change_address(secret, Confirmer::Password(password)) {
        Ok(_) => Ok(Attempt::Taken),
        Err(error) if error.code() == Code::Invalid => {
            polity.signin.proof(Purpose::Address, secret).map(Attempt::Wrong)
        }
        Err(error) => Err(error),
    }
}

impl AddressPage {
    fn of(proof: Proof, wrong: bool) -> Self {
        Self { email: proof.email.to_string(), name: proof.name, wrong }
    }
}
