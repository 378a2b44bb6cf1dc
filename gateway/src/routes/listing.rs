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

use super::pieces::{Pieces, Reader};

/// Items in one page of a list that is sent in pieces.
pub(crate) const PAGE: i64 = 500;

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
    /// The page to begin with.
    ///
    /// # Errors
    /// `Invalid` for a limit that is not within bounds.
    pub(crate) fn page(self) -> Result<Page> {
        let limit = within(self.limit, MOST)?.unwrap_or(PAGE);
        Ok(self.cursor.map_or_else(|| Page::first(limit), |cursor| Page::after(limit, cursor)))
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

/// The answer to a request for a whole list, in [`Pieces`] of a page each.
pub struct Listing<T> {
    first: Paged<T>,
    pages: Pages<T>,
    /// How many items a page was asked to have; absent when the whole list was asked for.
    limit: Option<i64>,
    frame: Frame,
}

/// What stands around the items: an object with this only member, or nothing.
#[derive(Clone, Copy)]
struct Frame(Option<&'static str>);

impl Frame {
    fn opening(self) -> Vec<u8> {
        self.0.map_or_else(|| "[".to_owned(), |member| format!("{{\"{member}\":[")).into_bytes()
    }

    /// Appends the items, and the end behind the last of them.
    fn fill<T: Serialize>(self, text: &mut Vec<u8>, items: &[T], next: Option<Uuid>) -> Result<()> {
        append(text, items)?;
        if next.is_none() {
            text.extend_from_slice(if self.0.is_some() { b"]}" } else { b"]" });
        }
        Ok(())
    }
}

impl<T: Serialize + Send + 'static> Listing<T> {
    /// The list that begins with the slice's own page; the pages behind it are read while the answer is sent.
    pub(crate) fn new(slice: Slice, first: Paged<T>, pages: Pages<T>) -> Self {
        Self { first, pages, limit: slice.limit.map(i64::from), frame: Frame(None) }
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
        if let (Some(limit), Some(next)) = (self.limit, self.first.next) {
            let query = onward(request.query_string(), limit, next);
            let link = format!("<{}?{query}>; rel=\"next\"", request.path());
            answer.insert_header((header::LINK, link));
        }
        let (frame, next) = (self.frame, self.first.next.filter(|_| self.limit.is_none()));
        let mut text = frame.opening();
        if let Err(error) = frame.fill(&mut text, &self.first.items, next) {
            return crate::routes::problem(&error);
        }
        let pages = self.pages;
        let reader: Reader<Uuid> = Arc::new(move |after| {
            let page = pages(Page::after(PAGE, after))?;
            let mut text = if page.items.is_empty() { Vec::new() } else { vec![b','] };
            frame.fill(&mut text, &page.items, page.next)?;
            Ok((text, page.next))
        });
        Pieces::new((text, next), reader).body_of(answer)
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
    use actix_web::body::to_bytes;
    use actix_web::test::TestRequest;

    use super::*;

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

    fn begun(slice: Slice, pages: Pages<u128>) -> Result<Listing<u128>> {
        Ok(Listing::new(slice, pages(slice.page()?)?, pages))
    }

    async fn sent(slice: Slice, pages: Pages<u128>) -> (Option<String>, Result<Vec<u128>, String>) {
        let request = TestRequest::with_uri("/numbers").to_http_request();
        let answer = begun(slice, pages).unwrap().respond_to(&request);
        let link = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let body = to_bytes(answer.into_body()).await.map_err(|error| error.to_string());
        (link, body.map(|text| serde_json::from_slice(&text).unwrap()))
    }

    const WHOLE: Slice = Slice { limit: None, cursor: None };

    #[actix_web::test]
    async fn a_list_of_any_length_arrives_whole_and_in_order() {
        let page = u128::try_from(PAGE).unwrap();
        for length in [0, 1, page - 1, page, page + 1, 2 * page, 3 * page + 7] {
            let (link, items) = sent(WHOLE, numbers(length, None)).await;
            assert_eq!(items.unwrap(), (1..=length).collect::<Vec<_>>(), "{length}");
            assert_eq!(link, None);
        }
    }

    #[actix_web::test]
    async fn a_list_that_cannot_be_read_to_its_end_is_not_passed_off_as_whole() {
        let broken = u128::try_from(PAGE).unwrap();
        assert!(sent(WHOLE, numbers(2_000, Some(broken))).await.1.is_err());
        assert!(begun(WHOLE, numbers(9, Some(0))).is_err(), "the first page fails before the answer begins");
    }

    #[actix_web::test]
    async fn a_list_may_be_the_member_of_an_object() {
        let page = u128::try_from(PAGE).unwrap();
        for length in [0, 1, page + 1] {
            let request = TestRequest::with_uri("/numbers").to_http_request();
            let listing = begun(WHOLE, numbers(length, None)).unwrap().inside("numbers");
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
}
