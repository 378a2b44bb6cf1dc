//! Name and address of one's own account.

use actix_web::HttpResponse;
use polity_accounts::{AccountPatch, AccountProfilePatch, EmailAddress, People};
use polity_kernel::{Error, FieldKind, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::form::read;
use super::show::{answered, judged};
use super::visit::Visit;
use crate::ask::Form;

/// The field with the address.
const EMAIL: &str = "email";

/// What somebody wants to be called.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct NameForm {
    /// The name; nothing takes it away.
    name: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

/// Which address somebody wants to have.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct AddressForm {
    /// The address.
    #[schema(format = "email", required)]
    email: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

/// Changes the name.
#[utoipa::path(post, path = "/account/name", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = NameForm), responses(
    (status = 303, description = "Changed, or to sign in."),
    (status = 400, content_type = "text/html", description = "The name will not do; nothing is changed.")))]
pub(in crate::routes::pages) async fn name(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let NameForm { name, form_token } = read(&form);
    visit.require(&form_token)?;
    let again = visit.write(move |polity, actor| {
        let profile = AccountProfilePatch {
            name: Some(Some(name.trim().to_owned()).filter(|name| !name.is_empty())),
            ..AccountProfilePatch::default()
        };
        let patch = AccountPatch { profile, ..AccountPatch::default() };
        let deed = People::update(polity.accounts.as_ref(), actor, actor.person()?, patch).map(drop);
        judged(polity, actor, &form_token, deed, &[("name", "Your name")])
    });
    answered(again.await?, "person")
}

/// Asks for another address: it takes effect once its letter's link is followed, with the password.
#[utoipa::path(post, path = "/account/address", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = AddressForm), responses(
    (status = 303, description = "A letter is on its way; or to sign in."),
    (status = 400, content_type = "text/html", description = "The address will not do; nothing is changed.")))]
pub(in crate::routes::pages) async fn ask_address(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let AddressForm { email, form_token } = read(&form);
    visit.require(&form_token)?;
    let again = visit.write(move |polity, actor| {
        let malformed = || Error::of(FieldKind::Malformed.told("is not an e-mail address")).at(EMAIL);
        let wanted = email.trim().parse::<EmailAddress>().map_err(|_| malformed());
        let deed = wanted.and_then(|email| {
            let patch = AccountPatch { email: Some(email), ..AccountPatch::default() };
            People::update(polity.accounts.as_ref(), actor, actor.person()?, patch).map(drop)
        });
        judged(polity, actor, &form_token, deed, &[("email", "The address")])
    });
    answered(again.await?, "person")
}
