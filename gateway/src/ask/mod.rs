//! What handlers take from a request: JSON bodies, path segments and query strings, each refused in the family's own words.

mod body;
mod count;
pub(crate) mod current;
pub(crate) mod fields;
mod form;
mod json;
mod path;
mod posted;
mod query;
pub(crate) mod segments;
mod strict;
mod text;
mod unreadable;
mod value;

pub use body::{LIMIT, STRANGERS};
pub(crate) use body::{PARAMETERS, read, read_of_anybody, require_few_parameters, too_many_parameters};
pub use form::Form;
pub use json::Json;
pub(crate) use json::any;
pub use path::Path;
pub use posted::Posted;
pub use query::Query;
