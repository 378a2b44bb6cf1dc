//! `/sso/link`: where somebody confirms that the account is theirs which an identity is to open.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use polity_domains::{Admission, Confirmation};
use polity_identity::Secret;
use polity_kernel::{Code, Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::account::Visit;
use super::form::{own_path, read};
use super::page::{onward, page};
use super::paths::ArrivalQuery;
use crate::ask::{Form, Query};
use crate::gate::session;

/// Whoever confirms.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct LinkForm {
    /// The code of what waits.
    #[schema(required)]
    code: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

#[derive(Template)]
#[template(path = "pages/sso/link.html")]
struct LinkPage {
    token: String,
    code: String,
    email: String,
}

/// Asks whether the account is to be opened by the identity too.
#[utoipa::path(get, path = "/sso/link", tag = "pages", params(ArrivalQuery), responses(
    (status = 200, content_type = "text/html", description = "A form."),
    (status = 303, description = "To sign in.")))]
pub(in crate::routes::pages) async fn ask(
    visit: Visit,
    query: Query<ArrivalQuery>,
) -> Result<HttpResponse, Fault> {
    let (token, code) = (visit.token(), query.code.clone());
    let email = visit.read(|polity, actor| {
        let account = polity.accounts.account(actor, actor.person()?)?;
        Ok(account.email_text().to_owned())
    });
    page(StatusCode::OK, &LinkPage { token, code, email: email.await? })
}

/// Links the identity to the account that is signed in.
#[utoipa::path(post, path = "/sso/link", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = LinkForm),
    responses(
    (status = 303, description = "Linked; to where the sign-in was to lead, or to one's own account."),
    (status = 401, content_type = "text/html", description = "The code is used up, or another browser's."),
    (status = 403, content_type = "text/html", description = "The identity is not for this account.")))]
pub(in crate::routes::pages) async fn link(
    visit: Visit,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let LinkForm { code, form_token } = read(&form);
    visit.require(&form_token)?;
    let here = Secret::new(session::visiting(&request).unwrap_or_default());
    let linked = visit.write(move |polity, actor| {
        let account = actor.person()?;
        actor.require_recent(polity.ctx.now())?;
        let arrival = polity.connections.resume(&Secret::new(code), &here)?;
        match polity.connections.admit(&arrival, &here, Some(Confirmation { account }))? {
            Admission::Admitted(admitted) if admitted.proven.account == account => Ok(arrival.return_to),
            _ => Err(Error::new(
                Code::Forbidden,
                "the identity is of another account: sign in to the one with its address",
            )),
        }
    });
    let return_to = linked.await?;
    Ok(onward(return_to.as_deref().and_then(own_path).unwrap_or("/account")))
}
