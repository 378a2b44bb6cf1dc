//! Where one is signed in.

use actix_web::HttpResponse;
use polity_kernel::{Code, Result, SessionId};
use polity_signin::Ending;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::form::read;
use super::page::onward;
use super::visit::Visit;
use crate::ask::Form;

/// Which session ends.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct SessionForm {
    /// Its id; nothing where all others are meant.
    session: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

/// Ends one session, be it this one.
#[utoipa::path(post, path = "/account/sessions/end", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = SessionForm),
    responses((status = 303, description = "It is over; or to sign in.")))]
pub(in crate::routes::pages) async fn end(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let SessionForm { session, form_token } = read(&form);
    visit.require(&form_token)?;
    let ended = visit.write(move |polity, actor| {
        let Ok(id) = session.parse::<SessionId>() else { return Ok(()) };
        match polity.signin.end_sessions(actor, Ending::One(id)) {
            // what is over is as it should be
            Err(error) if error.code() == Code::NotFound => Ok(()),
            ended => ended,
        }
    });
    ended.await?;
    Ok(onward("/account#sessions"))
}

/// Ends all sessions but this one.
#[utoipa::path(post, path = "/account/sessions/end-others", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = SessionForm),
    responses((status = 303, description = "They are over; or to sign in.")))]
pub(in crate::routes::pages) async fn end_others(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    visit.require(&read::<SessionForm>(&form).form_token)?;
    visit.write(|polity, actor| polity.signin.end_sessions(actor, Ending::Others)).await?;
    Ok(onward("/account#sessions"))
}
