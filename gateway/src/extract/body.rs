//! Reads a request's body: no more than is allowed, in no more time than is decent.

use std::time::Duration;

use actix_web::HttpMessage as _;
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::rt::time::timeout;
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use polity_kernel::{Code, Error, Result};

/// The largest body a route takes, in bytes.
pub const LIMIT: usize = 2 * 1024 * 1024;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// The body, at most [`LIMIT`] bytes; more are not even read.
pub(crate) async fn read(request: &HttpRequest, mut payload: Payload) -> Result<Bytes> {
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        // unpacking is where a small body becomes a large one
        return Err(Error::new(Code::UnsupportedMediaType, "the body must not be compressed"));
    }
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if declared.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > LIMIT as u64) {
        return Err(too_large());
    }
    let arriving = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk
                .map_err(|error| Error::new(Code::Malformed, "the body could not be read").because(error))?;
            if body.len() + chunk.len() > LIMIT {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    match timeout(PATIENCE, arriving).await {
        Ok(body) => body,
        Err(_) => Err(Error::new(Code::Malformed, "the body took too long to arrive")),
    }
}

/// Whether the body says it is JSON in UTF-8: `application/json` or `application/…+json`.
pub(super) fn is_json(request: &HttpRequest) -> bool {
    let Ok(Some(media_type)) = request.mime_type() else { return false };
    let json = media_type.subtype() == "json" || media_type.suffix().is_some_and(|suffix| suffix == "json");
    let utf8 = media_type.get_param("charset").is_none_or(|charset| charset == "utf-8");
    media_type.type_() == "application" && json && utf8
}

fn too_large() -> Error {
    Error::new(Code::TooLarge, format!("the body is larger than {LIMIT} bytes"))
}
