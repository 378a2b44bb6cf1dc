//! `/login/second-factor`: the step for who has an authenticator app, after the first factor was right.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use polity_identity::Secret;
use polity_kernel::{Code, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::browser::browser;
use super::form::{Wrong, own_path, read};
use super::page::{onward, page};
use super::step::{Given, SecondFactorPage, Step};
use crate::ask::Form;
use crate::gate::caller::Anyone;
use crate::gate::session;

/// Whoever shows their second factor.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct SecondFactorForm {
    /// What stands for the first factor: the page has put it there.
    #[schema(required)]
    asked: String,
    /// A code of the authenticator app, or a recovery code.
    #[schema(required)]
    code: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
    /// Where to go on.
    return_to: String,
}

/// Leads back to the beginning: nothing was shown here yet.
#[utoipa::path(get, path = "/login/second-factor", tag = "pages", responses((status = 303, description = "To the beginning.")))]
pub(in crate::routes::pages) async fn begin_again() -> HttpResponse {
    onward("/login")
}

/// Signs in whoever has shown both factors.
#[utoipa::path(post, path = "/login/second-factor", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = SecondFactorForm),
    responses(
    (status = 303, description = "Signed in; to where the form says, or to one's own account."),
    (status = 400, content_type = "text/html", description = "The code is wrong, or was used already."),
    (status = 401, content_type = "text/html", description = "The sign-in is over: it is finished, took longer than ten minutes, or is another browser's."),
    (status = 403, content_type = "text/html", description = "The form was not shown to this browser."),
    (status = 429, content_type = "text/html", description = "Too many wrong codes.")))]
pub(in crate::routes::pages) async fn show_second(
    anyone: Anyone,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let SecondFactorForm { asked, code, form_token: token, return_to } = read(&form);
    session::shown(session::visiting(&request).as_deref(), &token)?;
    anyone.signs_in()?;
    let return_to = own_path(&return_to).unwrap_or_default().to_owned();
    let (gate, from, first) = (anyone.gate(), browser(&anyone, &request), Secret::new(&asked));
    let held = token.clone();
    let given = anyone.write(move |polity| {
        let here = polity.signin.browser(&Secret::new(&held));
        let proven = polity.signin.show_second(&first, here, &code)?;
        Given::of(polity, &proven, &from, &held)
    });
    match given.await {
        Err(error) if error.code() == Code::Invalid => {
            let wrong = Wrong::of_error(&error, &[("code", "This code")]);
            page(StatusCode::BAD_REQUEST, &SecondFactorPage { token, return_to, asked, wrong })
        }
        given => given?.answered(&gate, Step { token, return_to }),
    }
}
