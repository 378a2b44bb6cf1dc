//! The password of one's own account.

use actix_web::HttpResponse;
use polity_kernel::Result;
use polity_signin::Password;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::form::read;
use super::show::{answered, judged};
use super::visit::Visit;
use crate::ask::Form;

/// Another password.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct NewPasswordForm {
    /// The present one; nothing where there is none.
    #[schema(format = "password")]
    present: String,
    /// The new one.
    #[schema(format = "password", required)]
    password: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

/// Sets another password; everywhere else one is signed out.
#[utoipa::path(post, path = "/account/password", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = NewPasswordForm), responses(
    (status = 303, description = "Set, or to sign in."),
    (status = 400, content_type = "text/html", description = "One of them will not do; nothing is changed.")))]
pub(in crate::routes::pages) async fn set_password(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let NewPasswordForm { present, password, form_token } = read(&form);
    visit.require(&form_token)?;
    let again = visit.prove(move |polity, actor| {
        let new = Password::new(password);
        let deed = new.and_then(|new| polity.signin.change_password(actor, &present, new));
        let called = [("present", "What you entered"), ("password", "The new password")];
        judged(polity, actor, &form_token, deed, &called)
    });
    answered(again.await?, "password")
}
