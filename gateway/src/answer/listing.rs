//! A list of any length as one JSON array, or an object around one, page by page, so that it never stands in memory as a whole.

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder};
use polity_kernel::{Code, Error, Page, Paged, Result};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use utoipa::IntoParams;
use uuid::Uuid;

use super::pieces::{LONGEST, Pieces, Reader, fitting};
use crate::gate::offload::Desk;

/// The most items in one piece of a list.
pub(crate) const PAGE: i64 = 500;

/// Items in the first piece, before it is known how long they are.
pub(crate) const FIRST: i64 = 100;

/// The most items that a caller may ask for at once.
const MOST: u32 = 1_000;

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
    fn page(self) -> Result<(Page, bool)> {
        let limit = within(self.limit, MOST)?.unwrap_or(FIRST);
        let page = self.cursor.map_or_else(|| Page::first(limit), |cursor| Page::after(limit, cursor));
        Ok((page, self.limit.is_some()))
    }
}

/// A number of items that a caller asks for: at least 1, at most `most`.
pub(crate) fn within(limit: Option<u32>, most: u32) -> Result<Option<i64>> {
    match limit {
        Some(limit) if !(1..=most).contains(&limit) => {
            Err(Error::new(Code::Invalid, format!("limit: must be between 1 and {most}")))
        }
        limit => Ok(limit.map(i64::from)),
    }
}

/// The answer to a request for a whole list, in [`Pieces`].
pub struct Listing<T> {
    first: Part,
    /// How many items are still to come behind the first; absent when all are.
    left: Option<i64>,
    pages: Pages<T>,
    /// How many items a page was asked to have, and where the next begins; absent when the whole list was asked for.
    link: Option<(i64, Uuid)>,
    frame: Frame,
    desk: Desk,
}

/// Items that go out together, separated by commas.
struct Part {
    text: Vec<u8>,
    count: i64,
    next: Option<Uuid>,
    /// How many items the next one should have.
    size: i64,
}

/// Where a piece begins.
struct Onward {
    after: Uuid,
    size: i64,
    left: Option<i64>,
}

/// What stands around the items: an object with this only member, or nothing.
#[derive(Clone, Copy)]
struct Frame(Option<&'static str>);

impl Frame {
    fn opening(self) -> Vec<u8> {
        self.0.map_or_else(|| "[".to_owned(), |member| format!("{{\"{member}\":[")).into_bytes()
    }

    const fn closing(self) -> &'static [u8] {
        if self.0.is_some() { b"]}" } else { b"]" }
    }
}

impl Part {
    /// The items of this page.
    fn of<T: Serialize>(found: &Paged<T>) -> Result<Self> {
        let mut text = Vec::new();
        append(&mut text, &found.items)?;
        let size = fitting(found.items.len(), text.len(), PAGE);
        let count = i64::try_from(found.items.len()).unwrap_or(i64::MAX);
        Ok(Self { text, count, next: found.next, size })
    }

    /// Reads this page, or as many of its items as make a piece.
    fn read<T: Serialize>(pages: &Pages<T>, page: Page) -> Result<Self> {
        let mut part = Self::of(&pages(page)?)?;
        while part.text.len() > LONGEST && part.count > 1 {
            part = Self::of(&pages(Page { limit: part.size.min(part.count - 1), ..page })?)?;
        }
        Ok(part)
    }

    /// Where the piece behind this one begins, if there is one.
    fn onward(&self, left: Option<i64>) -> Option<Onward> {
        let after = self.next.filter(|_| left != Some(0))?;
        Some(Onward { after, size: self.size, left })
    }
}

impl<T: Serialize + Send + 'static> Listing<T> {
    /// Reads the first piece of the slice; the others are read while the answer is sent. A slice that is longer than a piece is read
    /// whole to know where the next one begins, and again as it is sent.
    pub fn begin(slice: Slice, pages: Pages<T>, desk: Desk) -> Result<Self> {
        let (page, bounded) = slice.page()?;
        let frame = Frame(None);
        if !bounded {
            let first = Part::read(&pages, page)?;
            return Ok(Self { first, left: None, pages, link: None, frame, desk });
        }
        let whole = Part::of(&pages(page)?)?;
        let link = whole.next.map(|next| (page.limit, next));
        if whole.text.len() <= LONGEST {
            return Ok(Self { first: whole, left: Some(0), pages, link, frame, desk });
        }
        let first = Part::read(&pages, Page { limit: whole.size.min(whole.count), ..page })?;
        let left = Some((whole.count - first.count).max(0));
        Ok(Self { first, left, pages, link, frame, desk })
    }

    /// The same list as the only member of an object, which is not escaped.
    #[must_use]
    pub fn inside(self, member: &'static str) -> Self {
        Self { frame: Frame(Some(member)), ..self }
    }
}

impl<T: Serialize + Send + 'static> Responder for Listing<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        if let Some((limit, next)) = self.link {
            let query = onward(request.query_string(), limit, next);
            let link = format!("<{}?{query}>; rel=\"next\"", request.path());
            answer.insert_header((header::LINK, link));
        }
        let (frame, pages) = (self.frame, self.pages);
        let mut text = frame.opening();
        text.extend_from_slice(&self.first.text);
        let next = self.first.onward(self.left);
        if next.is_none() {
            text.extend_from_slice(frame.closing());
        }
        let reader: Reader<Onward> = Arc::new(move |from| {
            let limit = from.left.map_or(from.size, |left| left.min(from.size));
            let part = Part::read(&pages, Page::after(limit, from.after))?;
            let left = from.left.map(|left| (left - part.count).max(0));
            let next = part.onward(left);
            let mut text = if part.count == 0 { Vec::new() } else { vec![b','] };
            text.extend_from_slice(&part.text);
            if next.is_none() {
                text.extend_from_slice(frame.closing());
            }
            Ok((text, next))
        });
        Pieces::new(text, next, reader, self.desk).body_of(answer)
    }
}

/// The query of the next part: of the same list, so with whatever else this one asked for.
fn onward(query: &str, limit: i64, next: Uuid) -> String {
    let asked = form_urlencoded::parse(query.as_bytes());
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(asked.filter(|(name, _)| name != "limit" && name != "cursor"))
        .append_pair("limit", &limit.to_string())
        .append_pair("cursor", &next.to_string())
        .finish()
}

/// Appends the items, separated by commas.
pub(crate) fn append<T: Serialize>(text: &mut Vec<u8>, items: &[T]) -> Result<()> {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(b',');
        }
        serde_json::to_writer(&mut *text, item).map_err(Error::internal)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use actix_web::body::{MessageBody as _, to_bytes};
    use actix_web::test::TestRequest;

    use super::*;
    use crate::gate::offload::{Readers, Turn};

    /// A list of numbers, each its own id; the page behind `broken` cannot be read.
    fn numbers(length: u128, broken: Option<u128>) -> Pages<u128> {
        Arc::new(move |page| {
            let start = page.cursor().as_u128();
            if broken == Some(start) {
                return Err(Error::new(Code::Unavailable, "no luck"));
            }
            let limit = u128::try_from(page.limit).unwrap();
            let items: Vec<u128> = (start + 1..=length).take(usize::try_from(limit).unwrap() + 1).collect();
            Ok(Paged::of(items, &page, |number| Uuid::from_u128(*number)))
        })
    }

    fn desk() -> Desk {
        Desk { readers: Readers::new(1), turn: Turn::OWN }
    }

    async fn sent(slice: Slice, pages: Pages<u128>) -> (Option<String>, Result<Vec<u128>, String>) {
        let request = TestRequest::with_uri("/numbers").to_http_request();
        let answer = Listing::begin(slice, pages, desk()).unwrap().respond_to(&request);
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let body = to_bytes(answer.into_body()).await.map_err(|error| error.to_string());
        (link, body.map(|text| serde_json::from_slice(&text).unwrap()))
    }

    const WHOLE: Slice = Slice { limit: None, cursor: None };

    #[actix_web::test]
    async fn a_list_of_any_length_arrives_whole_and_in_order() {
        let (first, page) = (u128::try_from(FIRST).unwrap(), u128::try_from(PAGE).unwrap());
        for length in [0, 1, first - 1, first, first + 1, first + page, first + 3 * page + 7] {
            let (link, items) = sent(WHOLE, numbers(length, None)).await;
            assert_eq!(items.unwrap(), (1..=length).collect::<Vec<_>>(), "{length}");
            assert_eq!(link, None);
        }
    }

    #[actix_web::test]
    async fn a_list_that_cannot_be_read_to_its_end_is_not_passed_off_as_whole() {
        let broken = u128::try_from(FIRST).unwrap();
        assert!(sent(WHOLE, numbers(2_000, Some(broken))).await.1.is_err());
        assert!(
            Listing::begin(WHOLE, numbers(9, Some(0)), desk()).is_err(),
            "the first page fails before the answer begins"
        );
    }

    #[actix_web::test]
    async fn a_list_may_be_the_member_of_an_object() {
        let first = u128::try_from(FIRST).unwrap();
        for length in [0, 1, first + 1] {
            let request = TestRequest::with_uri("/numbers").to_http_request();
            let listing = Listing::begin(WHOLE, numbers(length, None), desk()).unwrap().inside("numbers");
            let text = to_bytes(listing.respond_to(&request).into_body()).await.unwrap();
            let sent: serde_json::Value = serde_json::from_slice(&text).unwrap();
            assert_eq!(sent, serde_json::json!({"numbers": (1..=length).collect::<Vec<_>>()}));
        }
    }

    #[test]
    fn the_next_part_is_one_of_the_same_list() {
        let next = Uuid::from_u128(5);
        for (query, kept) in [
            ("", ""),
            ("limit=2&cursor=x", ""),
            ("type=a%20b&limit=2&status=ACTIVE", "type=a+b&status=ACTIVE&"),
            ("type=%C3%A9%26%3E%22%0A", "type=%C3%A9%26%3E%22%0A&"),
        ] {
            assert_eq!(onward(query, 2, next), format!("{kept}limit=2&cursor={next}"), "{query}");
        }
    }

    #[actix_web::test]
    async fn a_slice_leads_to_the_next_one() {
        let (link, items) =
            sent(Slice { limit: Some(2), cursor: Some(Uuid::from_u128(3)) }, numbers(9, None)).await;
        assert_eq!(items.unwrap(), [4, 5]);
        let next = Uuid::from_u128(5);
        assert_eq!(link.unwrap(), format!("</numbers?limit=2&cursor={next}>; rel=\"next\""));
        let (link, items) = sent(Slice { limit: Some(9), cursor: None }, numbers(9, None)).await;
        assert_eq!((link, items.unwrap().len()), (None, 9));
    }

    /// A list of texts, each so many bytes long.
    fn texts(length: u128, bytes: usize) -> Pages<String> {
        let numbers = numbers(length, None);
        Arc::new(move |page| Ok(numbers(page)?.map(|number| format!("{number:0bytes$}"))))
    }

    async fn pieces(slice: Slice, pages: Pages<String>) -> Vec<usize> {
        let request = TestRequest::with_uri("/texts").to_http_request();
        let answer = Listing::begin(slice, pages, desk()).unwrap().respond_to(&request);
        let (mut body, mut lengths) = (Box::pin(answer.into_body()), Vec::new());
        let mut whole = Vec::new();
        while let Some(piece) = poll_fn(|context| body.as_mut().poll_next(context)).await {
            let piece = piece.unwrap();
            lengths.push(piece.len());
            whole.extend_from_slice(&piece);
        }
        let sent: Vec<String> = serde_json::from_slice(&whole).unwrap();
        assert!(sent.iter().enumerate().all(|(place, text)| text.parse() == Ok(place + 1)), "in order");
        lengths
    }

    #[actix_web::test]
    async fn no_piece_is_long_whatever_the_items_and_the_slice() {
        let thousand = Slice { limit: Some(1_000), cursor: None };
        for (slice, length, bytes) in
            [(WHOLE, 2_000, 10), (WHOLE, 2_000, 1_000), (WHOLE, 40, 30_000), (thousand, 2_000, 1_000)]
        {
            let lengths = pieces(slice, texts(length, bytes)).await;
            assert!(lengths.iter().all(|length| *length <= LONGEST + 2), "{bytes}: {lengths:?}");
        }
        assert_eq!(pieces(thousand, texts(2_000, 10)).await.len(), 1, "a short one is sent at once");
    }
}
