//! Who one is at providers: listed on the page, and unlinked.

use actix_web::HttpResponse;
use polity_kernel::{Code, Result};
use polity_signin::LinkedIdentityId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::form::read;
use super::page::onward;
use super::visit::Visit;
use crate::ask::Form;

/// A link to end.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct IdentityForm {
    /// Its id.
    #[schema(required)]
    identity: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

/// Ends a link: the identity does not open the account any more.
#[utoipa::path(post, path = "/account/identities/unlink", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = IdentityForm),
    responses((status = 303, description = "It is over; or to sign in, also when that was long ago.")))]
pub(in crate::routes::pages) async fn unlink(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let IdentityForm { identity, form_token } = read(&form);
    visit.require(&form_token)?;
    let ended = visit.write(move |polity, actor| {
        let Ok(id) = identity.parse::<LinkedIdentityId>() else { return Ok(()) };
        match polity.signin.unlink(actor, id) {
            // what is over is as it should be
            Err(error) if error.code() == Code::NotFound => Ok(()),
            ended => ended,
        }
    });
    ended.await?;
    Ok(onward("/account#identities"))
}
