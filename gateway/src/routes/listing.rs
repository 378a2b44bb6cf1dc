//! A list of any length as one JSON array, page by page, so that it never stands in memory as a whole.

use std::collections::VecDeque;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::header::{self, ContentType};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, Responder};
use futures_util::stream;
use polity_kernel::{Error, Page, Paged, Result};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::offload;

/// Items in one page of a list that is sent in pieces.
pub(crate) const PAGE: i64 = 500;

/// Reads the page of the list that it is asked for.
type Pages<T> = Arc<dyn Fn(Page) -> Result<Paged<T>> + Send + Sync>;

/// The part of a list that a caller wants; the whole list when it asks for none.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Slice {
    /// At most this many items, 1 to 1000; a `Link` header with `rel="next"` leads to the following ones (RFC 8288).
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Where to go on; from the `Link` header of the answer before.
    #[param(format = Uuid)]
    cursor: Option<Uuid>,
}

impl Slice {
    /// The page to begin with, and whether it is all that is wanted.
    fn page(self) -> (Page, bool) {
        let limit = self.limit.map_or(PAGE, i64::from);
        let page = self.cursor.map_or_else(|| Page::first(limit), |cursor| Page::after(limit, cursor));
        (page, self.limit.is_some())
    }
}

/// The answer to a request for a whole list. What fails on the first page is answered as a failure; a later one breaks the answer
/// off, so that nobody takes the half for the whole.
pub struct Listing<T> {
    first: Paged<T>,
    pages: Pages<T>,
    /// How many items a page was asked to have; absent when the whole list was asked for.
    limit: Option<i64>,
}

impl<T: Serialize + Send + 'static> Listing<T> {
    /// Reads the first page of the slice; the others are read while the answer is sent.
    pub fn begin(slice: Slice, pages: Pages<T>) -> Result<Self> {
        let (page, bounded) = slice.page();
        Ok(Self { first: pages(page)?, pages, limit: bounded.then_some(page.limit) })
    }
}

impl<T: Serialize + Send + 'static> Responder for Listing<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        answer.content_type(ContentType::json());
        let mut text = vec![b'['];
        if let Err(error) = append(&mut text, &self.first.items) {
            return crate::routes::problem(&error);
        }
        if let (Some(limit), Some(next)) = (self.limit, self.first.next) {
            let link = format!("<{}?limit={limit}&cursor={next}>; rel=\"next\"", request.path());
            answer.insert_header((header::LINK, link));
        }
        let Some(next) = self.first.next.filter(|_| self.limit.is_none()) else {
            text.push(b']');
            return answer.body(text);
        };
        let rest = Rest { ready: VecDeque::from([Bytes::from(text)]), next: Some(next), pages: self.pages };
        answer.streaming(stream::try_unfold(rest, Rest::advance))
    }
}

/// What is still to be sent.
struct Rest<T> {
    ready: VecDeque<Bytes>,
    next: Option<Uuid>,
    pages: Pages<T>,
}

impl<T: Serialize + Send + 'static> Rest<T> {
    /// The next piece; a page is only read once the one before has been taken.
    async fn advance(mut self) -> Result<Option<(Bytes, Self)>> {
        if let Some(piece) = self.ready.pop_front() {
            return Ok(Some((piece, self)));
        }
        let Some(after) = self.next else { return Ok(None) };
        let pages = Arc::clone(&self.pages);
        let (text, next) = offload::read(move || {
            let page = pages(Page::after(PAGE, after))?;
            let mut text = if page.items.is_empty() { Vec::new() } else { vec![b','] };
            append(&mut text, &page.items)?;
            if page.next.is_none() {
                text.push(b']');
            }
            Ok((text, page.next))
        })
        .await
        .inspect_err(|error| tracing::error!(?error, "a list broke off"))?;
        self.next = next;
        Ok(Some((Bytes::from(text), self)))
    }
}

/// Appends the items, separated by commas.
fn append<T: Serialize>(text: &mut Vec<u8>, items: &[T]) -> Result<()> {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        serde_json::to_writer(&mut *text, item).map_err(Error::internal)?;
    }
    Ok(())
}
