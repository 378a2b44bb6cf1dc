//! What a family of routes is: its table, how its callers prove who they are, and its answer to a failure.
//!
//! A family owns names, shapes, statuses and its error body, and nothing else. It says so in a [`Family`]; the rest of the
//! gateway knows it only by that.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use polity_kernel::Error;
use serde_json::json;
use utoipa::openapi::OpenApi;

use crate::gate::status;
use crate::table::{Place, Routes};

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
    /// The table of routes.
    pub routes: Routes,
    /// Whether each path is served with a slash behind it too.
    pub slashed: bool,
    /// Whether its routes are for operators' machines rather than for callers.
    pub operators: bool,
    /// What `/openapi.json` says of the routes.
    pub document: fn() -> OpenApi,
}

impl Family {
    /// The places of its table of routes.
    pub fn places(&self) -> Vec<Place> {
        self.routes.places()
    }
}

/// Every family that is mounted, for what speaks of all of them.
#[derive(Clone, Copy)]
pub struct Families(pub &'static [Family]);

/// How callers of a family may prove who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schemes {
    /// `Authorization: Bearer` alone (RFC 6750 §2.1).
    Bearer,
    /// Also by an API key in a header of its own, or by HTTP Basic with a service account's id and secret.
    BearerKeyOrBasic,
}

/// The path of a route as the table spells it, for spans and figures.
#[derive(Clone, Copy)]
pub struct Template(pub &'static str);

/// A request refused before its handler ran, answered as the family it was sent to answers.
pub struct Refusal {
    error: Error,
    render: fn(&Error) -> HttpResponse,
}

impl Refusal {
    /// The refusal of this request.
    pub fn new(request: &HttpRequest, error: Error) -> Self {
        let render = request.app_data::<Family>().map_or(problem as fn(&_) -> _, |f| f.render);
        Self { error, render }
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        status::of(self.error.code())
    }

    fn error_response(&self) -> HttpResponse {
        (self.render)(&self.error)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
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
