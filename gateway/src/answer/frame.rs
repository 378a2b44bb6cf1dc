//! What every answer gets around it: the request's id, careful headers, small parts, a place among the caller's long ones, and no
//! compression where it would not pay.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes};
use actix_web::{Error, HttpMessage as _, ResponseError as _};
use polity_kernel::{Code, RetryAfter};
use tracing_actix_web::RequestId;

use crate::family::Refusal;
use crate::gate::Gate;
use crate::gate::claim::Whose;
use crate::gate::pace;
use crate::gate::slots::Slot;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers smaller than this go as they are.
const WORTH_COMPRESSING: u64 = 1_024;

const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// Answers longer than this, or of unknown length, are long: they may wait for whoever reads them.
const LONG: u64 = 64 * 1_024;

/// How much of an answer is handed to the connection at a time, in bytes.
const PART: usize = 16 * 1_024;

/// How many bytes of long answers that were made whole may be under way for all callers together.
const WHOLE: u64 = 96 * 1_024 * 1_024;

/// How many are.
static HELD: AtomicU64 = AtomicU64::new(0);

/// Long answers that are compressed at once: each takes some 300 KiB for as long as it is under way.
const COMPRESSED: usize = 32;

/// Long answers that are being compressed.
static COMPRESSING: AtomicUsize = AtomicUsize::new(0);

/// Outside the compression: sets the headers that every answer has, and sends it in parts.
pub(crate) async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let id = request.extensions().get::<RequestId>().copied();
    let gate = request.app_data::<web::Data<Gate>>().cloned();
    let answer = next.call(request).await?;
    let place = gate.filter(|_| is_long(&answer)).map(|gate| place(&gate, &answer)).transpose();
    let mut answer = match place {
        Ok(Some(place)) => answer.map_body(|_, body| Parts::new(body, place).boxed()),
        Ok(None) => answer.map_into_boxed_body(),
        Err(error) => {
            let refusal = Refusal::new(answer.request(), error).error_response();
            ServiceResponse::new(answer.request().clone(), refusal)
        }
    };
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

/// Inside the compression: marks what is too small for it, and what is long while enough of that is compressed. [`around`] takes
/// the mark off again.
pub(crate) async fn inside(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let accepts = request.headers().contains_key(header::ACCEPT_ENCODING);
    let mut answer = next.call(request).await?;
    let is_small =
        matches!(answer.response().body().size(), BodySize::Sized(size) if size < WORTH_COMPRESSING);
    if answer.headers().contains_key(header::CONTENT_ENCODING) || !(is_small || accepts && is_long(&answer)) {
        return Ok(answer.map_into_boxed_body());
    }
    if !is_small && let Some(turn) = Compressing::begin() {
        return Ok(answer.map_body(|_, body| Parts::new(body, turn).boxed()));
    }
    answer.headers_mut().insert(header::CONTENT_ENCODING, IDENTITY);
    Ok(answer.map_into_boxed_body())
}

fn is_long<B: MessageBody>(answer: &ServiceResponse<B>) -> bool {
    match answer.response().body().size() {
        BodySize::None => false,
        BodySize::Sized(size) => size > LONG,
        BodySize::Stream => true,
    }
}

/// A place among the caller's long answers; of whoever is at the same address where nobody is known. What is public is the same for all
/// and takes no memory of its own.
fn place<B: MessageBody>(
    gate: &Gate,
    answer: &ServiceResponse<B>,
) -> polity_kernel::Result<(Slot, Option<Whole>)> {
    let request = answer.request();
    let known = request.extensions().get::<Whose>().and_then(Whose::get);
    let whole = match (known, answer.response().body().size()) {
        (Some(_), BodySize::Sized(bytes)) => Some(Whole::begin(bytes)?),
        _ => None,
    };
    match known.or_else(|| gate.proxies.client(request).map(pace::stranger)) {
        Some(whose) => Ok((gate.answers.begin(whose)?, whole)),
        None => Ok((Slot::default(), whole)),
    }
}

/// The memory of a long answer that was made whole.
struct Whole(u64);

impl Whole {
    fn begin(bytes: u64) -> polity_kernel::Result<Self> {
        // one alone may be as long as it is
        let more = |held: u64| (held == 0 || held + bytes <= WHOLE).then_some(held + bytes);
        match HELD.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more) {
            Ok(_) => Ok(Self(bytes)),
            Err(_) => {
                let words = "too many long answers are under way at present; try again";
                Err(polity_kernel::Error::new(Code::Throttled, words).because(RetryAfter(1)))
            }
        }
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        HELD.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// One of the long answers that are being compressed.
struct Compressing;

impl Compressing {
    fn begin() -> Option<Self> {
        let one_more = |count| (count < COMPRESSED).then_some(count + 1);
        COMPRESSING.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok().map(|_| Self)
    }
}

impl Drop for Compressing {
    fn drop(&mut self) {
        COMPRESSING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A body that is handed out in parts of at most [`PART`] bytes; whatever it holds is let go of with it.
struct Parts<H> {
    body: BoxBody,
    rest: Bytes,
    _held: H,
}

impl<H: Unpin> Parts<H> {
    fn new(body: impl MessageBody + 'static, held: H) -> Self {
        Self { body: body.boxed(), rest: Bytes::new(), _held: held }
    }
}

impl<H: Unpin> MessageBody for Parts<H> {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if self.rest.is_empty() {
            match Pin::new(&mut self.body).poll_next(context) {
                Poll::Ready(Some(Ok(more))) => self.rest = more,
                other => return other,
            }
        }
        let part = self.rest.len().min(PART);
        Poll::Ready(Some(Ok(self.rest.split_to(part))))
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    #[actix_web::test]
    async fn a_long_body_is_handed_out_in_parts() {
        let whole: Vec<u8> = (0..PART * 2 + 7).map(|place| place.to_le_bytes()[0]).collect();
        let mut body = Parts::new(whole.clone(), ());
        assert_eq!(body.size(), BodySize::Sized(whole.len() as u64));
        let (mut parts, mut all) = (Vec::new(), Vec::new());
        while let Some(part) = poll_fn(|context| Pin::new(&mut body).poll_next(context)).await {
            let part = part.unwrap();
            parts.push(part.len());
            all.extend_from_slice(&part);
        }
        assert_eq!(parts, [PART, PART, 7]);
        assert_eq!(all, whole);
    }

    #[test]
    fn what_is_made_whole_is_bounded_for_all_together() {
        let one = Whole::begin(WHOLE + 1).unwrap();
        assert_eq!(Whole::begin(1).map(drop).unwrap_err().code(), Code::Throttled);
        drop(one);
        let halves = [Whole::begin(WHOLE / 2).unwrap(), Whole::begin(WHOLE / 2).unwrap()];
        assert!(Whole::begin(1).is_err());
        drop(halves);
        assert_eq!(HELD.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn only_so_many_are_compressed_at_once() {
        let turns: Vec<_> = std::iter::from_fn(Compressing::begin).take(COMPRESSED + 1).collect();
        assert_eq!(turns.len(), COMPRESSED);
        drop(turns);
        assert!(Compressing::begin().is_some());
    }
}
