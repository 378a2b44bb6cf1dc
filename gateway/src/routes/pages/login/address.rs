//! `/login`: the first step, where somebody says which address is theirs.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use polity_directory::InvitationId;
use polity_kernel::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::form::{Wrong, own_path, read};
use super::offer::offered;
use super::page::{onward, page};
use super::password::PasswordPage;
use super::paths::LoginQuery;
use crate::ask::{Form, Query};
use crate::gate::caller::Anyone;
use crate::gate::session;

/// Whoever begins to sign in.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct LoginForm {
    /// The address of the account.
    #[schema(format = "email", required)]
    email: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
    /// Where to go on.
    return_to: String,
    /// `yes`, for the other ways beside the connection of the address's domain.
    other: String,
}

#[derive(Template)]
#[template(path = "pages/login/address.html")]
struct AddressPage {
    token: String,
    return_to: String,
    email: String,
    other: bool,
    wrong: Wrong,
}

/// Asks for the address; with `next`, leads on to the page of that invitation and nowhere else.
#[utoipa::path(get, path = "/login", tag = "pages", params(LoginQuery), responses(
    (status = 200, content_type = "text/html", description = "A form."),
    (status = 303, description = "To the invitation's page."),
    (status = 404, content_type = "text/html", description = "`next` names no invitation.")))]
pub(in crate::routes::pages) async fn begin(
    anyone: Anyone,
    request: HttpRequest,
    query: Query<LoginQuery>,
) -> Result<HttpResponse, Fault> {
    if let Some(next) = &query.next {
        return lead(next);
    }
    let (visit, cookie) = session::visit(&request, &anyone.gate());
    let mut answer = page(
        StatusCode::OK,
        &AddressPage {
            token: session::form_token(&visit),
            return_to: query.return_to.as_deref().and_then(own_path).unwrap_or_default().to_owned(),
            email: String::new(),
            other: query.other.is_some(),
            wrong: Wrong::nothing(),
        },
    )?;
    if let Some(cookie) = &cookie {
        answer.add_cookie(cookie).map_err(Error::internal)?;
    }
    Ok(answer)
}

/// Shows what the address can sign in with, or leads to the one way that it has.
#[utoipa::path(post, path = "/login", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = LoginForm),
    responses(
    (status = 200, content_type = "text/html", description = "The next forms; whether there is an account is not said."),
    (status = 303, description = "To the connection that the address's domain signs in with, and nothing else."),
    (status = 400, content_type = "text/html", description = "That is no address."),
    (status = 403, content_type = "text/html", description = "The form was not shown to this browser.")))]
pub(in crate::routes::pages) async fn go_on(
    anyone: Anyone,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let LoginForm { email, form_token, return_to, other } = read(&form);
    let other = other == "yes";
    session::shown(session::visiting(&request).as_deref(), &form_token)?;
    let return_to = own_path(&return_to).unwrap_or_default().to_owned();
    let email = email.trim().to_owned();
    if email.parse::<polity_accounts::EmailAddress>().is_err() {
        let wrong = Wrong::at("email", "Please enter an e-mail address, such as ada@example.com.");
        let again = AddressPage { token: form_token, return_to, email, other, wrong };
        return page(StatusCode::BAD_REQUEST, &again);
    }
    let (named, back) = (email.clone(), return_to.clone());
    let offer = anyone.read(move |polity| offered(polity, &named, &back)).await?;
    if let Some(offer) = offer.as_ref().filter(|offer| offer.enforced && !other) {
        return Ok(onward(&offer.start));
    }
    let ways = PasswordPage { token: form_token, return_to, email, offer, wrong: Wrong::nothing() };
    page(StatusCode::OK, &ways)
}

/// Leads on to the page of an invitation.
fn lead(next: &str) -> Result<HttpResponse, Fault> {
    let invitation = next.strip_prefix("/signup/").and_then(|id| id.parse::<InvitationId>().ok());
    let invitation = invitation.ok_or_else(|| Error::not_found("page"))?;
    Ok(onward(&format!("/signup/{invitation}")))
}
