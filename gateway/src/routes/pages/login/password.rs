//! `/login/password`: the step for who has a password.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use polity_kernel::{Code, Error, Result};
use polity_signin::LoggedIn;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::browser::browser;
use super::form::{Wrong, own_path, read};
use super::offer::{OfferLine, offered};
use super::page::{onward, page};
use super::step::{Given, Step};
use crate::areas::Polity;
use crate::ask::Form;
use crate::gate::caller::Anyone;
use crate::gate::proving::{Guess, is_unverified, kept};
use crate::gate::session;

/// Whoever signs in with a password.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct LoginPasswordForm {
    /// The address of the account.
    #[schema(format = "email", required)]
    email: String,
    /// Its password.
    #[schema(format = "password", required)]
    password: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
    /// Where to go on.
    return_to: String,
}

#[derive(Template)]
#[template(path = "pages/login/password.html")]
pub(super) struct PasswordPage {
    pub(super) token: String,
    pub(super) return_to: String,
    pub(super) email: String,
    /// The connection of the address's domain.
    pub(super) offer: Option<OfferLine>,
    pub(super) wrong: Wrong,
}

/// Leads back to the beginning: there is no address here yet.
#[utoipa::path(get, path = "/login/password", tag = "pages", responses((status = 303, description = "To the beginning.")))]
pub(in crate::routes::pages) async fn again() -> HttpResponse {
    onward("/login")
}

/// Signs in with a password.
#[utoipa::path(post, path = "/login/password", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = LoginPasswordForm),
    responses(
    (status = 200, content_type = "text/html", description = "A form that asks for the second factor: there is no session yet."),
    (status = 303, description = "Signed in; to where the form says, or to one's own account."),
    (status = 400, content_type = "text/html", description = "The address or the password is wrong."),
    (status = 403, content_type = "text/html", description = "The form was not shown to this browser."),
    (status = 429, content_type = "text/html", description = "Too many attempts.")))]
pub(in crate::routes::pages) async fn log_in(
    anyone: Anyone,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let LoginPasswordForm { email, password, form_token: token, return_to } = read(&form);
    session::shown(session::visiting(&request).as_deref(), &token)?;
    let return_to = own_path(&return_to).unwrap_or_default().to_owned();
    let (gate, guess, browser) = (anyone.gate(), Guess::of(&anyone, &request), browser(&anyone, &request));
    let (address, held) = (email.clone(), token.clone());
    let work = move |polity: &Polity| {
        let LoggedIn { proven, device, .. } = guess.log_in(address, &password)?;
        Ok((Given::of(polity, &proven, &browser, &held)?, device))
    };
    let (given, device) = match anyone.prove(work).await {
        Ok(given) => given,
        Err(error) => {
            let wrong = Wrong::at("password", told(&error).ok_or(error)?);
            let (named, back) = (email.clone(), return_to.clone());
            let offer = anyone.read(move |polity| offered(polity, &named, &back)).await?;
            return page(StatusCode::BAD_REQUEST, &PasswordPage { token, return_to, email, offer, wrong });
        }
    };
    let mut answer = given.answered(&gate, Step { token, return_to })?;
    answer.add_cookie(&kept(&gate, &device)).map_err(Error::internal)?;
    Ok(answer)
}

/// What is told of a failure that the next try may mend.
fn told(error: &Error) -> Option<&'static str> {
    if is_unverified(error) {
        return Some(
            "The password is right, but your address is not confirmed yet: a letter with a link is on its way to you.",
        );
    }
    (error.code() == Code::Unauthenticated).then_some("The address or the password is wrong.")
}
