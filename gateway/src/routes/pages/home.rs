//! `/`: what this is, for whoever opens the service's address in a browser.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::fault::Fault;
use super::page::page;

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage;

/// What this is, with links to what anybody may see.
#[utoipa::path(get, path = "/", tag = "pages", responses((status = 200, content_type = "text/html", description = "A page.")))]
pub(super) async fn show() -> Result<HttpResponse, Fault> {
    page(StatusCode::OK, &HomePage)
}
