//! The authenticator app of one's own account, and its recovery codes.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use polity_identity::Secret;
use polity_kernel::{Code, Result};
use polity_signin::NewAuthenticatorApp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::form::{Wrong, read};
use super::page::page;
use super::show::{AccountPage, answered, judged};
use super::visit::Visit;
use crate::ask::Form;

/// What the summary of the page leads to when something is wrong here.
const SECTION: &str = "second-factor";

/// A form with nothing to fill in.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct AppForm {
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

/// The code that the new app shows.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct AppCodeForm {
    /// Six digits.
    #[schema(required)]
    code: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

/// Asks for a code of the app that was given this secret, which is shown this once.
#[derive(Template)]
#[template(path = "pages/account/app.html")]
struct AppPage {
    token: String,
    new: Option<NewAuthenticatorApp>,
    wrong: Wrong,
}

#[derive(Template)]
#[template(path = "pages/account/codes.html")]
struct CodesPage {
    codes: Vec<Secret>,
}

/// What becomes of a form: a page of its own, or the account's again.
enum Shown {
    App(AppPage),
    Codes(CodesPage),
    Again(Option<AccountPage>),
}

/// Shows the secret of a new app, which counts once its code is confirmed.
#[utoipa::path(post, path = "/account/app", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = AppForm), responses(
    (status = 200, content_type = "text/html", description = "The secret, and a form."),
    (status = 303, description = "To sign in, also when that was long ago."),
    (status = 400, content_type = "text/html", description = "There is one already.")))]
pub(in crate::routes::pages) async fn begin_app(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let AppForm { form_token: token } = read(&form);
    visit.require(&token)?;
    let begun = visit.write(move |polity, actor| match polity.signin.begin_app(actor) {
        Ok(new) => Ok(Shown::App(AppPage { token, new: Some(new), wrong: Wrong::nothing() })),
        Err(error) => judged(polity, actor, &token, Err(error), &[(SECTION, "This")]).map(Shown::Again),
    });
    shown(begun.await?, StatusCode::OK)
}

/// Enrols the app that shows this code, and shows recovery codes this once; everywhere else one is signed out.
#[utoipa::path(post, path = "/account/app/confirm", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = AppCodeForm), responses(
    (status = 200, content_type = "text/html", description = "The recovery codes."),
    (status = 303, description = "To sign in, also when that was long ago."),
    (status = 400, content_type = "text/html", description = "The code is wrong, or it took too long.")))]
pub(in crate::routes::pages) async fn confirm_app(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let AppCodeForm { code, form_token: token } = read(&form);
    visit.require(&token)?;
    let confirmed = visit.write(move |polity, actor| match polity.signin.confirm_app(actor, &code) {
        Ok(codes) => Ok(Shown::Codes(CodesPage { codes })),
        Err(error) if error.code() == Code::NotFound => {
            let wrong = Wrong::at(SECTION, "That took too long: begin with the authenticator app anew.");
            AccountPage::of(polity, actor, &token, wrong).map(|again| Shown::Again(Some(again)))
        }
        Err(error) if error.code() == Code::Invalid => {
            let wrong = Wrong::of_error(&error, &[("code", "This code")]);
            Ok(Shown::App(AppPage { token, new: None, wrong }))
        }
        Err(error) => Err(error),
    });
    shown(confirmed.await?, StatusCode::BAD_REQUEST)
}

/// Removes the app and its recovery codes; everywhere else one is signed out.
#[utoipa::path(post, path = "/account/app/remove", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = AppForm),
    responses((status = 303, description = "It is removed; or to sign in, also when that was long ago.")))]
pub(in crate::routes::pages) async fn remove_app(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let AppForm { form_token: token } = read(&form);
    visit.require(&token)?;
    let removed = visit.write(move |polity, actor| match polity.signin.remove_app(actor) {
        // what is gone is as it should be
        Err(error) if error.code() == Code::NotFound => Ok(()),
        removed => removed,
    });
    removed.await?;
    answered(None, SECTION)
}

/// Makes recovery codes in place of the others, and shows them this once; everywhere else one is signed out.
#[utoipa::path(post, path = "/account/recovery-codes", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = AppForm), responses(
    (status = 200, content_type = "text/html", description = "The recovery codes."),
    (status = 303, description = "To sign in, also when that was long ago."),
    (status = 400, content_type = "text/html", description = "There is no authenticator app.")))]
pub(in crate::routes::pages) async fn make_codes(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let AppForm { form_token: token } = read(&form);
    visit.require(&token)?;
    let made = visit.write(move |polity, actor| match polity.signin.make_recovery_codes(actor) {
        Ok(codes) => Ok(Shown::Codes(CodesPage { codes })),
        Err(error) => judged(polity, actor, &token, Err(error), &[(SECTION, "This")]).map(Shown::Again),
    });
    shown(made.await?, StatusCode::OK)
}

fn shown(shown: Shown, of_app: StatusCode) -> Result<HttpResponse, Fault> {
    match shown {
        Shown::App(app) => page(of_app, &app),
        Shown::Codes(codes) => page(StatusCode::OK, &codes),
        Shown::Again(again) => answered(again, SECTION),
    }
}
