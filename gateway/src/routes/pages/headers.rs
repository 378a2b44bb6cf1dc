//! The headers that every page has: they leave a browser nothing to do but show it.

use actix_web::http::header::{self, ContentType, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};
use polity_kernel::{Error, Result};
use url::Url;

/// Nothing is loaded but the style sheet, nothing runs, no other site may frame the page or be sent its form.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The same policy for a page that has the script of passkeys.
pub(super) const SCRIPTED: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);

/// The same policy for a page whose one form is sent to another site.
///
/// # Errors
/// `Internal` for what is no address.
pub(super) fn posting_to(url: &str) -> Result<HeaderValue> {
    let origin = Url::parse(url).map_err(Error::internal)?.origin().ascii_serialization();
    let policy = POLICY.replace("form-action 'self'", &format!("form-action {origin}"));
    HeaderValue::from_str(&policy).map_err(Error::internal)
}

/// The page with the headers that every page has. What stands in a link must reach neither another site nor a cache.
pub(super) fn dressed(mut answer: HttpResponseBuilder, html: String) -> HttpResponse {
    answer
        .insert_header(ContentType::html())
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(html)
}

/// Leads on with a page that can be loaded again without doing anything again (RFC 9110 §15.4.4).
pub(super) fn onward(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, path))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .finish()
}
