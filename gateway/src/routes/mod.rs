//! The URL is the path: every family's table of routes, and what mounting them has in common.
//!
//! A family owns names, shapes, statuses and its error body, and nothing else. It says so in a [`Family`]; the rest of the
//! gateway knows it only by that.

#[macro_use]
mod answering;
#[macro_use]
mod same_words;

pub mod api;
pub mod api_v1;
mod current;
pub mod directory;
mod fields;
mod listing;
pub mod oauth2;
mod onward;
pub mod ops;
pub mod pages;
mod pieces;
mod place;
mod segments;
pub mod v1;

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, ResponseError as _};
use polity_kernel::{Code, Error};
use serde_json::json;
use utoipa::openapi::OpenApi;

pub use crate::credentials::Schemes;
pub(crate) use listing::{FIRST, append, within};
pub use listing::{Listing, Slice};
pub use pieces::Pieces;
pub(crate) use pieces::{LONGEST, fitting};
pub use place::{Place, at};

use crate::extract::Refusal;
use crate::status;

/// One family of routes.
#[derive(Clone, Copy)]
pub struct Family {
    /// The name in the documentation.
    pub name: &'static str,
    /// What all its paths begin with; empty for a family of scattered paths.
    pub prefix: &'static str,
    /// How its callers prove who they are.
    pub schemes: Schemes,
    /// The answer to a failure, in the family's body.
    pub render: fn(&Error) -> HttpResponse,
    /// The table of routes. Where two places match a path, the first one serves it.
    pub routes: fn() -> Vec<Place>,
    /// Whether each path is served with a slash behind it too.
    pub slashed: bool,
    /// What `/openapi.json` says of the routes.
    pub document: fn() -> OpenApi,
}

/// Every family, in the order of the documentation.
pub const FAMILIES: &[Family] =
    &[directory::FAMILY, api_v1::FAMILY, api::FAMILY, v1::FAMILY, oauth2::FAMILY, pages::FAMILY, ops::FAMILY];

/// The path of a route as the table spells it, for spans and figures.
#[derive(Clone, Copy)]
pub struct Template(pub &'static str);

impl Family {
    /// Whether its routes are for operators' machines rather than for callers.
    pub fn is_operators(&self) -> bool {
        self.name == ops::FAMILY.name
    }

    fn mount(self, config: &mut ServiceConfig) {
        let places = (self.routes)();
        if self.prefix.is_empty() {
            for place in places {
                config.service(place.resource("", self));
            }
            return;
        }
        let scope = places
            .into_iter()
            .fold(web::scope(self.prefix), |scope, place| scope.service(place.resource(self.prefix, self)));
        config.service(scope.app_data(self).default_service(web::to(nowhere)));
    }
}

/// Mounts every family.
pub fn mount(config: &mut ServiceConfig) {
    for family in FAMILIES {
        family.mount(config);
    }
    ops::docs::mount(config);
}

/// Answers a path that no route has.
pub async fn nowhere(request: HttpRequest) -> HttpResponse {
    Refusal::new(&request, Error::not_found("route")).error_response()
}

/// The answer to a failure outside any family with a body of its own (RFC 9457).
pub fn problem(error: &Error) -> HttpResponse {
    let code = error.code();
    status::answer(error).content_type("application/problem+json").json(json!({
        "type": "about:blank",
        "title": status::of(code).canonical_reason().unwrap_or("Error"),
        "status": status::of(code).as_u16(),
        "code": code.name(),
        "detail": error.message(),
    }))
}

/// The failure of a method that the path has not, naming those it has.
fn wrong_method(request: &HttpRequest, allow: &str) -> HttpResponse {
    let error = Error::new(Code::MethodNotAllowed, format!("the path takes only: {allow}"));
    let mut answer = Refusal::new(request, error).error_response();
    if let Ok(allow) = allow.parse() {
        answer.headers_mut().insert(actix_web::http::header::ALLOW, allow);
    }
    answer
}
