//! The documentation: one document for machines, one page for people, neither in need of a network.

use std::sync::OnceLock;

use actix_web::http::header::{self, ContentType};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Responder};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::family::Families;
use crate::openapi;

/// The page loads and asks nothing but what this service has, and runs no script but its own files; it writes styles into its elements.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/// This document: every route of every family (OpenAPI 3.1).
#[utoipa::path(get, path = "/openapi.json", tag = "operations", responses((status = 200, body = Object)))]
pub async fn document(request: HttpRequest) -> impl Responder {
    // made when first asked for: a start should not wait for it, and most processes are never asked
    static DOCUMENT: OnceLock<Bytes> = OnceLock::new();
    let families = request.app_data::<Families>().map_or(&[] as &[_], |families| families.0);
    let body = DOCUMENT.get_or_init(|| Bytes::from(openapi::text(families)));
    HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(body.clone())
}

/// Mounts the page for people under `/docs/`.
pub fn mount(config: &mut ServiceConfig) {
    config.service(web::redirect("/docs", "/docs/"));
    let headers = DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, POLICY))
        .add((header::REFERRER_POLICY, "no-referrer"));
    let page = SwaggerUi::new("/{_:.*}").config(Config::from("/openapi.json"));
    config.service(web::scope("/docs").wrap(headers).service(page));
}
