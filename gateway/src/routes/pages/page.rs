//! What every page has around it: headers that leave a browser nothing to do but show it, and the one style sheet.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType};
use actix_web::{HttpResponse, HttpResponseBuilder, Responder};
use askama::Template;
use polity_kernel::Error;

use super::Fault;

/// Nothing is loaded but the style sheet, nothing runs, no other site may frame the page or be sent its form.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Answers with a page.
///
/// # Errors
/// None that an input can cause.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Result<HttpResponse, Fault> {
    Ok(dressed(HttpResponse::build(status), template.render().map_err(Error::internal)?))
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

/// The style sheet of the pages.
#[utoipa::path(get, path = "/pages/style.css", tag = "pages", responses((status = 200, description = "CSS.")))]
pub(super) async fn style() -> impl Responder {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(include_str!("../../../templates/pages/style.css"))
}

/// Leads on with a page that can be loaded again without doing anything again (RFC 9110 §15.4.4).
pub(super) fn onward(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, path))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .finish()
}
