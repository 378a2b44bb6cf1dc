//! An answer of any length, piece by piece, so that it never stands in memory as a whole.

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::header::ContentType;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use futures_util::stream;
use polity_kernel::{Code, Error, Result};

use crate::gate::offload::Desk;
use crate::telemetry;

/// Makes the piece that begins here, and says where the next one does.
pub(crate) type Reader<C> = Arc<dyn Fn(C) -> Result<(Vec<u8>, Option<C>)> + Send + Sync>;

/// How long a piece should be, in bytes: what has not been sent stands in memory for each client.
const USUAL: usize = 48 * 1024;

/// How long a piece may be, unless it is a single item, in bytes.
pub(crate) const LONGEST: usize = 64 * 1024;

/// How many items make a piece, when so many took so many bytes; never more than `most`.
pub(crate) fn fitting(items: usize, bytes: usize, most: i64) -> i64 {
    let fit = items.saturating_mul(USUAL) / bytes.max(1);
    i64::try_from(fit).unwrap_or(most).clamp(1, most)
}

/// JSON in pieces. What fails on the first one is answered as a failure; a later one breaks the answer off, so that nobody takes
/// the half for the whole.
pub struct Pieces<C> {
    first: Vec<u8>,
    next: Option<C>,
    reader: Reader<C>,
    desk: Desk,
}

/// What is still to be sent.
struct Rest<C> {
    ready: Option<Vec<u8>>,
    next: Option<C>,
    reader: Reader<C>,
    desk: Desk,
}

impl<C: Send + 'static> Pieces<C> {
    /// The first piece, and how and where to come by those behind it.
    pub(crate) fn new(first: Vec<u8>, next: Option<C>, reader: Reader<C>, desk: Desk) -> Self {
        Self { first, next, reader, desk }
    }

    /// The pieces as the body of this answer; each is only read once the one before has been taken.
    pub(crate) fn body_of(self, mut answer: HttpResponseBuilder) -> HttpResponse {
        answer.content_type(ContentType::json());
        if self.next.is_none() {
            return answer.body(self.first);
        }
        let rest = Rest { ready: Some(self.first), next: self.next, reader: self.reader, desk: self.desk };
        answer.streaming(stream::try_unfold(rest, Rest::advance))
    }
}

impl<C: Send + 'static> Responder for Pieces<C> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.body_of(HttpResponse::Ok())
    }
}

/// Logs why an answer breaks off; that its caller may not read on is no failure of the service.
fn tell(error: &Error) {
    if matches!(error.code(), Code::Internal | Code::Unavailable) {
        telemetry::tell_failure(error, "an answer broke off");
    } else {
        tracing::info!(%error, "an answer broke off: its caller may not read on");
    }
}

impl<C: Send + 'static> Rest<C> {
    async fn advance(mut self) -> Result<Option<(Bytes, Self)>> {
        if let Some(piece) = self.ready.take() {
            return Ok(Some((Bytes::from(piece), self)));
        }
        let Some(next) = self.next.take() else { return Ok(None) };
        let reader = Arc::clone(&self.reader);
        let (piece, next) = self.desk.read(move || reader(next)).await.inspect_err(tell)?;
        self.next = next;
        Ok(Some((Bytes::from(piece), self)))
    }
}
