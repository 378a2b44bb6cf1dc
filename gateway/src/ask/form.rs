//! Forms, unread: OAuth forbids a parameter to stand twice, so their own parsers see every byte.

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;
use polity_kernel::{Code, Error, Result};

use super::body;
use crate::family::Refusal;

/// The body of an `application/x-www-form-urlencoded` request.
#[derive(Debug)]
pub struct Form(pub Bytes);

impl FromRequest for Form {
    type Error = Refusal;
    type Future = LocalBoxFuture<'static, Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        body::extracted(request, payload, receive)
    }
}

async fn receive(request: HttpRequest, payload: Payload) -> Result<Form> {
    let body = body::read(&request, payload).await?.bytes;
    if !request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let words = "the body must be application/x-www-form-urlencoded";
        return Err(Error::new(Code::UnsupportedMediaType, words));
    }
    Ok(Form(body))
}
