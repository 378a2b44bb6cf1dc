//! `/api/login`, `/api/reset` and `/api/address`: an access token for an address and its password, a new password for who has lost
//! theirs, and another address.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use polity_signin::Confirmer;

use super::Fault;
use super::body::Body;
use super::fault::Failures;
use super::wire::{AddressBody, AddressSecretBody, LogInBody, LoggedIn};
use crate::areas::Polity;
use crate::gate::caller::{Anyone, Caller};
use crate::gate::proving::{Guess, kept};

/// Logs a person in. What is wrong is not said; `not_verified` tells who knows the password that the address is not confirmed yet, and
/// that a mail is on its way. The answer's cookie `polity_device`, sent with the next log-in, keeps guesses of strangers from counting against
/// this browser or program.
#[utoipa::path(post, path = "/api/login", tag = "api", security(()), request_body = LogInBody,
    responses((status = 200, body = LoggedIn, description = "An access token, void once the password changes."), Failures))]
pub(super) async fn log_in(
    anyone: Anyone,
    request: HttpRequest,
    body: Body<LogInBody>,
) -> Result<HttpResponse, Fault> {
    let LogInBody { email, password } = body.0;
    let guess = Guess::of(&anyone, &request);
    let log_in = move |polity: &Polity| {
        let found = guess.log_in(email, &password)?;
        let issued = polity.signin.issue_token(&found.proven)?;
        Ok((found, issued))
    };
    let (found, issued) = anyone.prove(log_in).await?;
    Ok(HttpResponse::Ok()
        .cookie(kept(&anyone.gate(), &found.device))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(LoggedIn::of(found, &issued)))
}

/// Has a link mailed that sets a new password, if the address has an account; whether it has is not said.
#[utoipa::path(post, path = "/api/reset", tag = "api", security(()), request_body = AddressBody,
    responses((status = 204, description = "Whatever the address."), Failures))]
pub(super) async fn ask_reset(anyone: Anyone, body: Body<AddressBody>) -> Result<HttpResponse, Fault> {
    anyone.paced("reset")?;
    anyone.write(move |polity| polity.signin.ask_reset(&body.0.email)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes the address that a letter's link was mailed to, for the account it was asked for. By a credential of its person that narrows
/// nothing: whoever has a password may open the link instead.
#[utoipa::path(post, path = "/api/address", tag = "api", request_body = AddressSecretBody,
    responses((status = 204, description = "The account has the address."), Failures))]
pub(super) async fn take_address(
    caller: Caller,
    body: Body<AddressSecretBody>,
) -> Result<HttpResponse, Fault> {
    let taken = caller.write(move |polity, actor| {
        polity.signin.change_address(&body.0.secret, Confirmer::Person(actor.clone()))
    });
    taken.await?;
    Ok(HttpResponse::NoContent().finish())
}
