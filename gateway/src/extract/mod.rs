//! What handlers take from a request: JSON bodies, path segments and query strings, each refused in the family's own words.

mod body;
mod count;
mod form;
mod json;
mod path;
mod query;
mod strict;
mod value;

pub use body::{LIMIT, STRANGERS};
pub(crate) use body::{PARAMETERS, read, read_of_anybody, require_few_parameters, too_many_parameters};
pub use form::Form;
pub use json::Json;
pub(crate) use json::any;
pub use path::Path;
pub use query::Query;

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use polity_kernel::Error;

use crate::routes::Family;
use crate::status;

/// A request refused before its handler ran, answered as the family it was sent to answers.
pub struct Refusal {
    error: Error,
    render: fn(&Error) -> HttpResponse,
}

impl Refusal {
    /// The refusal of this request.
    pub fn new(request: &HttpRequest, error: Error) -> Self {
        let render = request.app_data::<Family>().map_or(crate::routes::problem as fn(&_) -> _, |f| f.render);
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

/// Names the field that serde could not read. `whole` stands for the input itself, where no field is at fault.
fn unreadable(path: &serde_path_to_error::Path, problem: &str, whole: &'static str) -> Error {
    // serde finds a missing field while it reads the thing around it
    let missing = problem.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    let outer = path.iter().next().map(|_| path.to_string());
    let field = match (outer, missing) {
        (Some(outer), Some((name, _))) => format!("{outer}.{name}"),
        (Some(outer), None) => outer,
        (None, Some((name, _))) => name.to_owned(),
        (None, None) => whole.to_owned(),
    };
    let problem = if missing.is_some() { "is required" } else { problem };
    Error::field(field, problem)
}
