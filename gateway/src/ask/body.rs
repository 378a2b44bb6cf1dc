//! Reads a request's body: no more than is allowed, in no more time than is decent.

use std::time::Duration;

use actix_web::HttpMessage as _;
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::rt::time::timeout;
use actix_web::web;
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use polity_kernel::{Code, Error, Result};

use crate::family::Refusal;
use crate::gate::Gate;
use crate::gate::claim::{Known, known};
use crate::gate::pace::stranger;
use crate::gate::slots::Slot;

/// The largest body a route takes from somebody who is known, in bytes.
pub const LIMIT: usize = 2 * 1024 * 1024;

/// The largest body where nobody is known, in bytes.
pub const STRANGERS: usize = 16 * 1024;

/// The largest body that is parsed where it arrived, in bytes; a larger one would keep others waiting.
const AT_ONCE: usize = 32 * 1024;

/// The most parameters of a form or a query.
pub(crate) const PARAMETERS: usize = 100;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// A body that has arrived, and who sent it, if they are known.
pub(crate) struct Arrived {
    pub(crate) bytes: Bytes,
    known: Option<Known>,
    /// Its sender's place, kept until it is parsed.
    place: Slot,
}

impl Arrived {
    /// What the body says, found out where that keeps nobody waiting.
    pub(crate) async fn parsed<T: Send + 'static>(
        self,
        parse: impl FnOnce(&[u8]) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match self.known {
            Some(known) if self.bytes.len() > AT_ONCE => {
                let parse = move || {
                    let parsed = parse(&self.bytes);
                    drop(self.place);
                    parsed
                };
                known.desk.read(parse).await
            }
            _ => parse(&self.bytes),
        }
    }
}

/// The body. The credential is judged before anything is read: [`LIMIT`] bytes at most from somebody who is known, else
/// [`STRANGERS`]; more are not even read.
pub(crate) async fn read(request: &HttpRequest, payload: Payload) -> Result<Arrived> {
    let known = known(request).await?;
    let (bytes, place) = match &known {
        Some(known) => arriving(request, payload, LIMIT, || known.upload()).await?,
        None => (read_of_anybody(request, payload, STRANGERS).await?, Slot::default()),
    };
    Ok(Arrived { bytes, known, place })
}

/// What an extractor makes of the request's body, refused in the words of the family it was sent to.
pub(super) fn extracted<T, F>(
    request: &HttpRequest,
    payload: &mut Payload,
    receive: impl FnOnce(HttpRequest, Payload) -> F,
) -> LocalBoxFuture<'static, Result<T, Refusal>>
where
    T: 'static,
    F: Future<Output = Result<T>> + 'static,
{
    let received = receive(request.clone(), payload.take());
    let request = request.clone();
    Box::pin(async move { received.await.map_err(|error| Refusal::new(&request, error)) })
}

/// The body of whoever it may be, at most so many bytes.
pub(crate) async fn read_of_anybody(request: &HttpRequest, payload: Payload, most: usize) -> Result<Bytes> {
    arriving(request, payload, most, || Ok(Slot::default())).await.map(|(bytes, _)| bytes)
}

/// The body of whoever it may be, where long ones are expected: few of one network arrive at once.
pub(super) async fn read_of_stranger(request: &HttpRequest, payload: Payload, most: usize) -> Result<Bytes> {
    let gate = request.app_data::<web::Data<Gate>>().cloned();
    let place = || match (&gate, gate.as_ref().and_then(|gate| gate.proxies.client(request))) {
        (Some(gate), Some(address)) => gate.uploads.begin(stranger(address)),
        _ => Ok(Slot::default()),
    };
    arriving(request, payload, most, place).await.map(|(bytes, _)| bytes)
}

/// The body, at most so many bytes, and the place that what is long takes while it arrives.
async fn arriving(
    request: &HttpRequest,
    mut payload: Payload,
    most: usize,
    place: impl Fn() -> Result<Slot>,
) -> Result<(Bytes, Slot)> {
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        // unpacking is where a small body becomes a large one
        return Err(Error::new(Code::UnsupportedMediaType, "the body must not be compressed"));
    }
    let declared = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let declared = declared.and_then(|length| length.parse::<u64>().ok());
    if declared.is_some_and(|length| length > most as u64) {
        return Err(too_large(most));
    }
    let arriving = async {
        let (mut body, mut slot) = (BytesMut::new(), None);
        while let Some(chunk) = payload.next().await {
            let chunk = chunk
                .map_err(|error| Error::new(Code::Malformed, "the body could not be read").because(error))?;
            let length = body.len() + chunk.len();
            if length > most {
                return Err(too_large(most));
            }
            if length > STRANGERS && slot.is_none() {
                slot = Some(place()?);
            }
            body.extend_from_slice(&chunk);
        }
        Ok((body.freeze(), slot.unwrap_or_default()))
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

/// Refuses a form or a query with more parameters than [`PARAMETERS`], in time that does not grow with them.
pub(crate) fn require_few_parameters(text: &[u8]) -> Result<()> {
    // every parameter but the last ends with an ampersand
    if text.iter().filter(|byte| **byte == b'&').nth(PARAMETERS - 1).is_none() {
        return Ok(());
    }
    Err(too_many_parameters())
}

/// The refusal of a form with more parameters than [`PARAMETERS`].
pub(crate) fn too_many_parameters() -> Error {
    Error::new(Code::Invalid, format!("there are more than {PARAMETERS} parameters"))
}

fn too_large(most: usize) -> Error {
    Error::new(Code::TooLarge, format!("the body is larger than {most} bytes"))
}
