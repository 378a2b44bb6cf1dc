//! Query strings, refused with the parameter at fault named.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use polity_kernel::{Error, FieldKind, Result};
use serde::de::DeserializeOwned;
use serde::de::value::MapDeserializer;
use url::form_urlencoded;

use super::body::require_few_parameters;
use super::text::Text;
use super::unreadable::unreadable;
use crate::family::Refusal;

/// The parameters of the query string; unknown ones are ignored, one given twice is refused.
#[derive(Debug)]
pub struct Query<T>(T);

impl<T> Query<T> {
    /// The parameters themselves.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self).map_err(|error| Refusal::new(request, error)))
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T> {
    require_few_parameters(text.as_bytes())?;
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        if value.contains('\0') {
            let problem = FieldKind::ControlCharacter.told("must not contain U+0000");
            return Err(refused(&Error::field(name, problem)));
        }
    }
    let pairs = form_urlencoded::parse(text.as_bytes()).map(|(name, value)| (Text(name), Text(value)));
    serde_path_to_error::deserialize(MapDeserializer::new(pairs)).map_err(|error| {
        let path = error.path().clone();
        refused(&unreadable(&path, error.into_inner(), "query"))
    })
}

/// The parameter is named in words only: fields are those of a body.
fn refused(error: &Error) -> Error {
    let kind = error.fields().first().map_or(FieldKind::Malformed, |first| first.kind);
    Error::of(kind.told(error.message()))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Parameters {
        limit: Option<u32>,
        #[serde(default)]
        explain: bool,
    }

    #[test]
    fn parameters_are_read_by_name() {
        let read: Parameters = parse("explain=true&limit=7&other=x").unwrap();
        assert_eq!((read.limit, read.explain), (Some(7), true));
    }

    #[test]
    fn there_are_at_most_a_hundred_parameters() {
        parse::<Parameters>(&vec!["x=1"; 100].join("&")).unwrap();
        let error = parse::<Parameters>(&vec!["x=1"; 101].join("&")).unwrap_err();
        assert_eq!(error.message(), "there are more than 100 parameters");
    }

    #[test]
    fn a_bad_parameter_is_named() {
        for (text, start) in [
            ("limit=many", "limit:"),
            ("explain=perhaps", "explain:"),
            ("x=a%00b", "x:"),
            ("limit=1&limit=2", "limit"),
        ] {
            let error = parse::<Parameters>(text).unwrap_err();
            assert!(error.message().contains(start), "{text}: {}", error.message());
            assert!(error.fields().is_empty());
        }
    }
}
