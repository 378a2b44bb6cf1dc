//! Passkeys of one's own account: added, called something else, removed.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use polity_identity::Secret;
use polity_kernel::{Code, Result};
use polity_signin::PasskeyId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::form::read;
use super::headers::SCRIPTED;
use super::page::page;
use super::show::{answered, judged};
use super::visit::Visit;
use super::wire::passkey;
use crate::ask::Form;

/// The section of the page.
const SECTION: &str = "passkeys";

/// A passkey to add.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct NewPasskeyForm {
    /// What it is to be called.
    passkey_name: String,
    /// What the browser has answered, as JSON.
    answer: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

/// A passkey that is there.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct PasskeyForm {
    /// Its id.
    #[schema(required)]
    passkey: String,
    /// What it is to be called; nothing where it is removed.
    passkey_name: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

#[derive(Template)]
#[template(path = "pages/account/passkey.html")]
struct PasskeyPage {
    token: String,
    name: String,
    options: String,
}

/// Asks the browser to make a passkey.
#[utoipa::path(post, path = "/account/passkeys", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = NewPasskeyForm), responses(
    (status = 200, content_type = "text/html", description = "A form that the page's script fills in."),
    (status = 303, description = "To sign in, also when that was long ago."),
    (status = 400, content_type = "text/html", description = "There are as many as may be.")))]
pub(in crate::routes::pages) async fn begin_passkey(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let NewPasskeyForm { passkey_name: name, form_token: token, .. } = read(&form);
    visit.require(&token)?;
    let begun = visit.write(move |polity, actor| {
        let here = polity.signin.browser(&Secret::new(&token));
        match polity.signin.begin_registration(actor, here) {
            Ok(options) => Ok(Ok(PasskeyPage { token, name, options: passkey::to_make(&options) })),
            Err(error) => judged(polity, actor, &token, Err(error), &[(SECTION, "This")]).map(Err),
        }
    });
    match begun.await? {
        Ok(asked) => {
            let mut answer = page(StatusCode::OK, &asked)?;
            answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, SCRIPTED);
            Ok(answer)
        }
        Err(again) => answered(again, SECTION),
    }
}

/// Adds the passkey that the browser has made; everywhere else one is signed out.
#[utoipa::path(post, path = "/account/passkeys/add", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = NewPasskeyForm), responses(
    (status = 303, description = "It is added; or to sign in, also when that was long ago."),
    (status = 400, content_type = "text/html", description = "The answer or the name will not do; nothing is added.")))]
pub(in crate::routes::pages) async fn add_passkey(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let NewPasskeyForm { passkey_name, answer, form_token: token } = read(&form);
    visit.require(&token)?;
    let again = visit.write(move |polity, actor| {
        let here = polity.signin.browser(&Secret::new(&token));
        let made = passkey::registration(&answer, &passkey_name);
        let added = made.and_then(|made| polity.signin.finish_registration(actor, here, &made));
        judged(polity, actor, &token, renamed(added.map(drop)), &CALLED)
    });
    answered(again.await?, SECTION)
}

/// Calls a passkey something else.
#[utoipa::path(post, path = "/account/passkeys/rename", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = PasskeyForm), responses(
    (status = 303, description = "It is called so; or to sign in."),
    (status = 400, content_type = "text/html", description = "The name will not do; nothing is changed."),
    (status = 404, content_type = "text/html", description = "There is no such passkey.")))]
pub(in crate::routes::pages) async fn rename_passkey(
    visit: Visit,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let PasskeyForm { passkey, passkey_name, form_token: token } = read(&form);
    visit.require(&token)?;
    let again = visit.write(move |polity, actor| {
        let called = passkey
            .parse::<PasskeyId>()
            .and_then(|id| polity.signin.rename_passkey(actor, id, &passkey_name))
            .map(drop);
        judged(polity, actor, &token, renamed(called), &CALLED)
    });
    answered(again.await?, SECTION)
}

/// Removes a passkey; everywhere else one is signed out.
#[utoipa::path(post, path = "/account/passkeys/remove", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = PasskeyForm),
    responses((status = 303, description = "It is removed; or to sign in, also when that was long ago.")))]
pub(in crate::routes::pages) async fn remove_passkey(
    visit: Visit,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let PasskeyForm { passkey, form_token, .. } = read(&form);
    visit.require(&form_token)?;
    let removed = visit.write(move |polity, actor| {
        let Ok(id) = passkey.parse::<PasskeyId>() else { return Ok(()) };
        match polity.signin.remove_passkey(actor, id) {
            // what is gone is as it should be
            Err(error) if error.code() == Code::NotFound => Ok(()),
            removed => removed,
        }
    });
    removed.await?;
    answered(None, SECTION)
}

/// What people call the fields; what has none is told of the section.
const CALLED: [(&str, &str); 3] =
    [(SECTION, "This"), ("passkey_name", "The name"), ("passkey", "What the browser has answered")];

/// The page's name for what the area calls `name`.
fn renamed(deed: Result<()>) -> Result<()> {
    deed.map_err(|error| {
        error.renamed(|field| if field == "name" { "passkey_name".to_owned() } else { field.to_owned() })
    })
}
