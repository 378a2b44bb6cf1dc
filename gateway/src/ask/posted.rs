//! What another site has a browser post here: forms from anybody, which may be long.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;
use polity_kernel::{Code, Error, Result};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::body;
use crate::family::Refusal;

/// The largest such body, in bytes: a SAML response of 256 KiB in base64, percent-encoded here and there.
const LIMIT: usize = 400 * 1024;

/// The fields of a form that another site's page posted. What is missing is empty; of what stands twice the first counts.
#[derive(Debug)]
pub struct Posted<T>(pub T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for Posted<T> {
    type Error = Refusal;
    type Future = LocalBoxFuture<'static, Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        body::extracted(request, payload, receive)
    }
}

async fn receive<T: DeserializeOwned + Default>(request: HttpRequest, payload: Payload) -> Result<Posted<T>> {
    if !request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let words = "the body must be application/x-www-form-urlencoded";
        return Err(Error::new(Code::UnsupportedMediaType, words));
    }
    let body = body::read_of_stranger(&request, payload, LIMIT).await?;
    body::require_few_parameters(&body)?;
    let mut fields = Map::new();
    for (name, value) in form_urlencoded::parse(&body) {
        fields.entry(name).or_insert_with(|| Value::String(value.into_owned()));
    }
    // every field is a text
    Ok(Posted(T::deserialize(Value::Object(fields)).unwrap_or_default()))
}
