//! Path segments.
//!
//! What cannot be the name of anything names nothing, so it is a 404.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use percent_encoding::percent_decode_str;
use polity_kernel::{Error, Result};
use serde::de::DeserializeOwned;

use crate::family::Refusal;

/// The segments of the path that the route names, percent-decoded.
#[derive(Debug)]
pub struct Path<T>(T);

impl<T> Path<T> {
    /// The segments themselves.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Path<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned> FromRequest for Path<T> {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let missing = || Refusal::new(request, Error::not_found("thing"));
        if !is_legible(request.uri().path()) {
            return ready(Err(missing()));
        }
        let segments = web::Path::<T>::from_request(request, payload).into_inner();
        ready(segments.map(|segments| Self(segments.into_inner())).map_err(|_| missing()))
    }
}

/// Whether the decoded path is text without control characters.
fn is_legible(path: &str) -> bool {
    percent_decode_str(path).decode_utf8().is_ok_and(|text| !text.chars().any(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_without_control_characters_is_legible() {
        for good in ["/a", "/%C3%A9", "/a%20b", "/%2F", "/100%25", "/%zz"] {
            assert!(is_legible(good), "{good}");
        }
        for bad in ["/%FF", "/%C3", "/%00", "/a%0Ab", "/%7F", "/%C2%85"] {
            assert!(!is_legible(bad), "{bad}");
        }
    }
}
