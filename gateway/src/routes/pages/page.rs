//! What every page has around it: headers that leave a browser nothing to do but show it, the one style sheet, and the one script.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, Responder};
use askama::Template;
use polity_kernel::Error;

use super::fault::Fault;
use super::headers::dressed;
pub(super) use super::headers::onward;

/// Answers with a page.
///
/// # Errors
/// None that an input can cause.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Result<HttpResponse, Fault> {
    Ok(dressed(HttpResponse::build(status), template.render().map_err(Error::internal)?))
}

/// The script of the pages that ask for a passkey.
#[utoipa::path(get, path = "/pages/passkey.js", tag = "pages", responses((status = 200, description = "JavaScript.")))]
pub(super) async fn script() -> impl Responder {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(include_str!("../../../templates/pages/passkey.js"))
}

/// The style sheet of the pages.
#[utoipa::path(get, path = "/pages/style.css", tag = "pages", responses((status = 200, description = "CSS.")))]
pub(super) async fn style() -> impl Responder {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(include_str!("../../../templates/pages/style.css"))
}
