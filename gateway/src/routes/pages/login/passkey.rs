//! `/login/passkey`: the step for who has a passkey; the one that needs script.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use polity_identity::Secret;
use polity_kernel::{Method, Result};
use polity_signin::{AssertionOf, Proven};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::browser::browser;
use super::form::{own_path, read};
use super::headers::SCRIPTED;
use super::page::{onward, page};
use super::step::{Given, Step};
use super::wire::passkey;
use crate::ask::Form;
use crate::gate::caller::Anyone;
use crate::gate::session;

/// Whoever wants to use a passkey.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct AskPasskeyForm {
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
    /// Where to go on.
    return_to: String,
}

/// Whoever has used one.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct ShowPasskeyForm {
    /// What the browser has answered, as JSON.
    #[schema(required)]
    answer: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
    /// Where to go on.
    return_to: String,
}

#[derive(Template)]
#[template(path = "pages/login/passkey.html")]
struct PasskeyPage {
    token: String,
    return_to: String,
    options: String,
}

/// Leads back to the beginning: the browser was asked nothing yet.
#[utoipa::path(get, path = "/login/passkey", tag = "pages", responses((status = 303, description = "To the beginning.")))]
pub(in crate::routes::pages) async fn unasked() -> HttpResponse {
    onward("/login")
}

/// Asks the browser for a passkey, whosever: nothing is said of any account.
#[utoipa::path(post, path = "/login/passkey", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = AskPasskeyForm),
    responses(
    (status = 200, content_type = "text/html", description = "A form that the page's script fills in."),
    (status = 403, content_type = "text/html", description = "The form was not shown to this browser."),
    (status = 429, content_type = "text/html", description = "Too many sign-ins from this address.")))]
pub(in crate::routes::pages) async fn ask_passkey(
    anyone: Anyone,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let AskPasskeyForm { form_token: token, return_to } = read(&form);
    session::shown(session::visiting(&request).as_deref(), &token)?;
    anyone.signs_in()?;
    let return_to = own_path(&return_to).unwrap_or_default().to_owned();
    let held = Secret::new(&token);
    let options = anyone.write(move |polity| {
        let here = polity.signin.browser(&held);
        polity.signin.begin_assertion(&AssertionOf::Anybody, here)
    });
    let options = passkey::asked(&options.await?);
    let mut answer = page(StatusCode::OK, &PasskeyPage { token, return_to, options })?;
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, SCRIPTED);
    Ok(answer)
}

/// Signs in by a passkey, which is two factors.
#[utoipa::path(post, path = "/login/passkey/answer", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = ShowPasskeyForm),
    responses(
    (status = 303, description = "Signed in; to where the form says, or to one's own account."),
    (status = 401, content_type = "text/html", description = "The passkey does not sign in, or answers nothing that this browser was asked."),
    (status = 403, content_type = "text/html", description = "The form was not shown to this browser."),
    (status = 429, content_type = "text/html", description = "Too many sign-ins from this address.")))]
pub(in crate::routes::pages) async fn show_passkey(
    anyone: Anyone,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let ShowPasskeyForm { answer, form_token: token, return_to } = read(&form);
    session::shown(session::visiting(&request).as_deref(), &token)?;
    anyone.signs_in()?;
    let shown = passkey::assertion(&answer)?;
    let return_to = own_path(&return_to).unwrap_or_default().to_owned();
    let (gate, from, held) = (anyone.gate(), browser(&anyone, &request), token.clone());
    let given = anyone.write(move |polity| {
        let here = polity.signin.browser(&Secret::new(&held));
        let recognized = polity.signin.finish_assertion(here, &shown)?;
        let proven = Proven::by(recognized.account.id, Method::Passkey, polity.ctx.now());
        Given::of(polity, &proven, &from, &held)
    });
    given.await?.answered(&gate, Step { token, return_to })
}
