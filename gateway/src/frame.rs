//! What every answer gets around it: the request's id, careful headers, and no compression where it would not pay.

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _};
use tracing_actix_web::RequestId;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers smaller than this go as they are.
const WORTH_COMPRESSING: u64 = 1_024;

const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// Outside the compression: sets the headers that every answer has.
pub(crate) async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = request.extensions().get::<RequestId>().copied();
    let mut answer = next.call(request).await?;
    let headers = answer.headers_mut();
    if let Some(id) = id.and_then(|id| HeaderValue::try_from(id.to_string()).ok()) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if headers.get(header::CONTENT_ENCODING) == Some(&IDENTITY) {
        headers.remove(header::CONTENT_ENCODING);
    }
    Ok(answer)
}

/// Inside the compression: marks what is too small for it. [`around`] takes the mark off again.
pub(crate) async fn inside(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut answer = next.call(request).await?;
    if let BodySize::Sized(size) = answer.response().body().size()
        && size < WORTH_COMPRESSING
        && !answer.headers().contains_key(header::CONTENT_ENCODING)
    {
        answer.headers_mut().insert(header::CONTENT_ENCODING, IDENTITY);
    }
    Ok(answer)
}
