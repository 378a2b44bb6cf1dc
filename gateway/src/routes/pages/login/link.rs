//! `/login/link`: where people ask for a link that signs in; `/login/link/{secret}`: where it leads.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use polity_identity::Secret;
use polity_kernel::{Code, Error, Method, Result};
use polity_signin::Proven;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::browser::browser;
use super::form::read;
use super::page::{onward, page};
use super::paths::LinkPath;
use super::step::{Given, Step};
use crate::ask::{Form, Path};
use crate::gate::caller::Anyone;
use crate::gate::session;

/// Whoever wants a link.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct AskLinkForm {
    /// The address of the account.
    #[schema(format = "email", required)]
    email: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

/// Whoever has followed a link.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct UseLinkForm {
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

/// What people are told who have asked for a link, or whose link does not work.
#[derive(Template)]
#[template(path = "pages/fault.html")]
struct ToldPage {
    title: &'static str,
    words: &'static str,
}

#[derive(Template)]
#[template(path = "pages/login/link.html")]
struct LinkPage {
    token: String,
    email: String,
}

const MAILED: ToldPage = ToldPage {
    title: "Look into your mailbox",
    words: "If the address has an account, a link that signs you in is on its way to it. It works for 15 minutes, in this browser. There is \
            at most one mail within ten minutes.",
};

const CLOSED: ToldPage = ToldPage {
    title: "This link does not work",
    words: "It works once, for 15 minutes, and in the browser that asked for it. Open it there, or sign in anew.",
};

/// Leads back to the beginning: there is no address here yet.
#[utoipa::path(get, path = "/login/link", tag = "pages", responses((status = 303, description = "To the beginning.")))]
pub(in crate::routes::pages) async fn without_address() -> HttpResponse {
    onward("/login")
}

/// Mails a link to the address, if it has an account.
#[utoipa::path(post, path = "/login/link", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = AskLinkForm),
    responses(
    (status = 200, content_type = "text/html", description = "What happens now; whether there is an account is not said."),
    (status = 403, content_type = "text/html", description = "The form was not shown to this browser."),
    (status = 429, content_type = "text/html", description = "Too many requests from this address.")))]
pub(in crate::routes::pages) async fn ask_link(
    anyone: Anyone,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let AskLinkForm { email, form_token } = read(&form);
    session::shown(session::visiting(&request).as_deref(), &form_token)?;
    anyone.paced("link")?;
    let asked = anyone.write(move |polity| {
        let here = polity.signin.browser(&Secret::new(form_token));
        polity.signin.ask_sign_in(email.trim(), here)
    });
    asked.await?;
    page(StatusCode::OK, &MAILED)
}

/// Asks whether to sign in, for the programs of mail services follow links too.
#[utoipa::path(get, path = "/login/link/{secret}", tag = "pages", params(LinkPath), responses(
    (status = 200, content_type = "text/html", description = "A button."),
    (status = 404, content_type = "text/html", description = "The link opens nothing in this browser.")))]
pub(in crate::routes::pages) async fn show_link(
    anyone: Anyone,
    request: HttpRequest,
    path: Path<LinkPath>,
) -> Result<HttpResponse, Fault> {
    let Some(visit) = session::visiting(&request) else { return page(StatusCode::NOT_FOUND, &CLOSED) };
    let token = session::form_token(&visit);
    let held = Secret::new(&token);
    let proof = anyone.read(move |polity| {
        let here = polity.signin.browser(&held);
        polity.signin.sign_in_proof(&path.secret, here)
    });
    match proof.await {
        Ok(proof) => page(StatusCode::OK, &LinkPage { token, email: proof.email.to_string() }),
        Err(error) => closed(error),
    }
}

/// Signs in by a link, and uses it up.
#[utoipa::path(post, path = "/login/link/{secret}", tag = "pages", params(LinkPath),
    request_body(content_type = "application/x-www-form-urlencoded", content = UseLinkForm),
    responses(
    (status = 200, content_type = "text/html", description = "A form that asks for the second factor."),
    (status = 303, description = "Signed in; to one's own account."),
    (status = 403, content_type = "text/html", description = "The form was not shown to this browser."),
    (status = 404, content_type = "text/html", description = "The link opens nothing in this browser.")))]
pub(in crate::routes::pages) async fn use_link(
    anyone: Anyone,
    request: HttpRequest,
    path: Path<LinkPath>,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let UseLinkForm { form_token: token } = read(&form);
    session::shown(session::visiting(&request).as_deref(), &token)?;
    anyone.signs_in()?;
    let (gate, from, held) = (anyone.gate(), browser(&anyone, &request), token.clone());
    let given = anyone.write(move |polity| {
        let here = polity.signin.browser(&Secret::new(&held));
        let shown = polity.signin.sign_in_by_link(&path.secret, here)?;
        let proven = Proven::by(shown.account.id, Method::MailedLink, polity.ctx.now());
        Given::of(polity, &proven, &from, &held)
    });
    match given.await {
        Ok(given) => given.answered(&gate, Step { token, return_to: String::new() }),
        Err(error) => closed(error),
    }
}

/// The page for a link that opens nothing; other failures are told as everywhere.
fn closed(error: Error) -> Result<HttpResponse, Fault> {
    match error.code() {
        Code::NotFound => page(StatusCode::NOT_FOUND, &CLOSED),
        _ => Err(error.into()),
    }
}
