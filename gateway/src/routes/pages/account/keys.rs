//! API keys of one's own: made, shown once, and revoked.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use polity_identity::{NewApiKey, Owner};
use polity_kernel::{Code, Error, FieldKind, KeyId, Result, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::form::read;
use super::page::{onward, page};
use super::show::{answered, judged};
use super::visit::Visit;
use crate::ask::Form;
use crate::outside::mail::Line;

/// The longest life of a key that is made here, in days.
const LONGEST: u64 = 366;

/// The field that says how many.
const DAYS: &str = "days";

/// A key to make.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct NewKeyForm {
    /// What it is called.
    #[schema(required)]
    key_name: String,
    /// How many days it works, 1 to 366; nothing: until it is revoked.
    days: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

/// A key to revoke.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct KeyForm {
    /// Its id.
    #[schema(required)]
    key: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

#[derive(Template)]
#[template(path = "pages/account/key.html")]
struct KeyPage {
    name: Line,
    secret: String,
}

/// Makes a key, and shows its secret this once.
#[utoipa::path(post, path = "/account/keys", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = NewKeyForm), responses(
    (status = 200, content_type = "text/html", description = "The key."),
    (status = 303, description = "To sign in, also when that was long ago."),
    (status = 400, content_type = "text/html", description = "Something will not do; nothing is made.")))]
pub(in crate::routes::pages) async fn make_key(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let NewKeyForm { key_name, days, form_token } = read(&form);
    visit.require(&form_token)?;
    let made = visit.write(move |polity, actor| {
        let made = until(&days, polity.ctx.now()).and_then(|expires_at| {
            let new = NewApiKey { name: key_name.trim().to_owned(), expires_at, ..NewApiKey::default() };
            polity.identity.create(&Owner::from(actor), new)
        });
        match made {
            Ok((key, secret)) => {
                Ok(Ok(KeyPage { name: Line::new(&key.name), secret: secret.reveal().to_owned() }))
            }
            Err(error) => {
                let error = error
                    .renamed(|field| if field == "name" { "key_name".to_owned() } else { field.to_owned() });
                let called = [("key_name", "The name"), ("days", "The number of days")];
                judged(polity, actor, &form_token, Err(error), &called).map(Err)
            }
        }
    });
    match made.await? {
        Ok(key) => page(StatusCode::OK, &key),
        Err(again) => answered(again, "keys"),
    }
}

/// Revokes a key.
#[utoipa::path(post, path = "/account/keys/revoke", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = KeyForm),
    responses((status = 303, description = "It is refused from now on; or to sign in.")))]
pub(in crate::routes::pages) async fn revoke_key(visit: Visit, form: Form) -> Result<HttpResponse, Fault> {
    let KeyForm { key, form_token } = read(&form);
    visit.require(&form_token)?;
    let revoked = visit.write(move |polity, actor| {
        let Ok(id) = key.parse::<KeyId>() else { return Ok(()) };
        match polity.identity.revoke_key(&Owner::from(actor), id) {
            Err(error) if error.code() == Code::NotFound => Ok(()),
            revoked => revoked.map(drop),
        }
    });
    revoked.await?;
    Ok(onward("/account#keys"))
}

/// Until when a key works that is to work for so many days.
fn until(days: &str, now: Timestamp) -> Result<Option<Timestamp>> {
    if days.trim().is_empty() {
        return Ok(None);
    }
    let days = days.trim().parse::<u64>().ok().filter(|days| (1..=LONGEST).contains(days));
    let out = || Error::of(FieldKind::OutOfRange.told("must be between 1 and 366")).at(DAYS);
    Ok(Some(now.after(Duration::from_secs(days.ok_or_else(out)? * 86_400))))
}
