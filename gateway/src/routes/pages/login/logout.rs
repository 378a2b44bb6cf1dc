//! `/logout`: where people sign out.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use polity_identity::Credential;
use polity_kernel::{Code, Error, Result};
use polity_signin::Ending;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::form::read;
use super::page::{onward, page};
use crate::areas::Polity;
use crate::ask::Form;
use crate::gate::caller::Anyone;
use crate::gate::session;

/// A form with nothing to fill in.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct LogoutForm {
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

#[derive(Template)]
#[template(path = "pages/login/logout.html")]
struct LogoutPage {
    token: String,
}

/// Asks whether to sign out; leads to the beginning whoever is not signed in.
#[utoipa::path(get, path = "/logout", tag = "pages", responses(
    (status = 200, content_type = "text/html", description = "A button."),
    (status = 303, description = "Nobody is signed in.")))]
pub(in crate::routes::pages) async fn ask(request: HttpRequest) -> Result<HttpResponse, Fault> {
    match session::cookie(&request) {
        Some(secret) => page(StatusCode::OK, &LogoutPage { token: session::form_token(&secret) }),
        None => Ok(onward("/login")),
    }
}

/// Ends the session of this browser.
#[utoipa::path(post, path = "/logout", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = LogoutForm),
    responses(
    (status = 303, description = "Signed out."),
    (status = 403, content_type = "text/html", description = "The form was not shown to this browser.")))]
pub(in crate::routes::pages) async fn log_out(
    anyone: Anyone,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let gate = anyone.gate();
    if let Some(secret) = session::cookie(&request) {
        session::own(&request)?;
        session::shown(Some(&secret), &read::<LogoutForm>(&form).form_token)?;
        anyone.write(move |polity| end(polity, &secret)).await?;
    }
    let mut answer = onward("/login");
    answer.add_cookie(&session::over(&gate)).map_err(Error::internal)?;
    Ok(answer)
}

/// Ends the session with this secret; one that is over is as it should be.
fn end(polity: &Polity, secret: &str) -> Result<()> {
    let ended = Credential::session(secret).and_then(|credential| {
        let actor = polity.identity.authenticate(&credential)?;
        let own = actor.authentication().and_then(|shown| shown.session);
        own.map_or(Ok(()), |own| polity.signin.end_sessions(&actor, Ending::One(own)))
    });
    match ended {
        Err(error) if matches!(error.code(), Code::Unauthenticated | Code::NotFound) => Ok(()),
        ended => ended,
    }
}
