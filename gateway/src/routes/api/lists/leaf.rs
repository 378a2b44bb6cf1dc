//! Lists by limit and offset: the envelope around a part of a list, sent in pieces.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use polity_kernel::{Access, Actor, Error, Page, Paged, Result};
use serde::Serialize;
use url::form_urlencoded;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::answer::{FIRST, LONGEST, Pieces, append, fitting};
use crate::areas::Polity;
use crate::gate::entered::Entered;
use crate::routes::api::scoped::{Proof, Scoped};
use crate::routes::api::{Fault, accept};

/// How many items are sent when nobody says.
const USUAL: i64 = 100;

/// Which part of a list is wanted. What is no number is as good as unsaid.
#[derive(Clone, Debug)]
pub(in crate::routes::api) struct Leaf {
    limit: i64,
    offset: i64,
    /// How many items a piece holds at most.
    piece: i64,
    /// How many the first one holds, before it is known how long they are.
    first: i64,
    /// Whether all items stand in memory, so that they make one piece.
    whole: bool,
    path: String,
    /// The query without limit and offset.
    query: String,
}

/// Which part of a list is wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only read by the documentation")]
pub(in crate::routes::api) struct LeafQuery {
    /// At most this many items; 100 when it is absent, 0, negative or no number.
    limit: Option<i64>,
    /// This many items in; 0 when it is absent, negative or no number.
    offset: Option<i64>,
}

/// Where the next piece begins, how many items it should have, and how many are still to come.
pub(in crate::routes::api) struct Rest {
    after: Uuid,
    size: i64,
    left: i64,
}

impl FromRequest for Leaf {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let leaf = || Self::of(request.path(), request.query_string());
        ready(accept::json(request).map(|()| leaf()).map_err(Fault::from))
    }
}

impl Leaf {
    fn of(path: &str, query: &str) -> Self {
        let pairs = || form_urlencoded::parse(query.as_bytes());
        let number = |name: &str| {
            let said = pairs().filter(|(key, _)| key == name).last();
            said.and_then(|(_, value)| value.trim().parse::<i64>().ok())
        };
        let others = pairs().filter(|(name, _)| name != "limit" && name != "offset");
        Self {
            limit: number("limit").filter(|limit| *limit > 0).unwrap_or(USUAL),
            offset: number("offset").filter(|offset| *offset > 0).unwrap_or(0),
            piece: Page::MAX,
            first: FIRST,
            whole: false,
            path: path.to_owned(),
            query: form_urlencoded::Serializer::new(String::new()).extend_pairs(others).finish(),
        }
    }

    /// The same, read in smaller pieces, for items that are large.
    pub(in crate::routes::api) fn in_pieces_of(self, piece: i64) -> Self {
        Self { piece, first: piece.min(self.first), ..self }
    }

    /// Answers with this part of a list: `begin` runs once, `count` once, `page` once for each piece.
    pub(in crate::routes::api) async fn sent<P, A, T>(
        self,
        caller: Scoped<P>,
        begin: impl FnOnce(&Polity, P) -> Result<A> + Send + 'static,
        count: impl Fn(&Polity, &A) -> Result<u64> + Send + Sync + 'static,
        page: impl Fn(&Polity, &A, Page) -> Result<Paged<T>> + Send + Sync + 'static,
    ) -> Result<Pieces<Rest>, Fault>
    where
        P: Proof,
        A: Entered,
        T: Serialize + Send + 'static,
    {
        let (caller, asked) = caller.asked();
        let enter = move |polity: &Polity, actor: &Actor| begin(polity, asked(polity, actor)?);
        let pieces = caller.piecewise(enter, move |polity, entered, rest: Option<Rest>| {
            let first = rest.is_none();
            let (head, mut wanted, left) = match rest {
                Some(Rest { after, size, left }) => (vec![b','], Page::after(left.min(size), after), left),
                None => {
                    let head = self.head(&polity.identity.metadata().issuer, count(polity, entered)?)?;
                    (head, Page::offset(self.limit.min(self.first), self.offset), self.limit)
                }
            };
            let (found, items) = loop {
                let (found, mut items) = (page(polity, entered, wanted)?, Vec::new());
                append(&mut items, &found.items)?;
                let count = i64::try_from(found.items.len()).unwrap_or(i64::MAX);
                if items.len() <= LONGEST || count <= 1 || self.whole {
                    break (found, items);
                }
                let fewer = fitting(found.items.len(), items.len(), self.piece);
                wanted = Page { limit: fewer.min(count - 1), ..wanted };
            };
            let mut text = if found.items.is_empty() && !first { Vec::new() } else { head };
            text.extend_from_slice(&items);
            let size = fitting(found.items.len(), items.len(), self.piece);
            let left = left.saturating_sub(wanted.limit);
            let next = found.next.filter(|_| left > 0).map(|after| Rest { after, size, left });
            if next.is_none() {
                text.extend_from_slice(b"]}");
            }
            Ok((text, next))
        });
        Ok(pieces.await?)
    }

    /// The same of a list that is short enough to stand in memory as a whole.
    pub(in crate::routes::api) async fn part_of<T>(
        self,
        caller: Scoped<Access>,
        list: impl FnOnce(&Polity, &Access) -> Result<Vec<T>> + Send + 'static,
    ) -> Result<Pieces<Rest>, Fault>
    where
        T: Clone + Serialize + Send + Sync + 'static,
    {
        let count = |_: &Polity, all: &Vec<T>| Ok(u64::try_from(all.len()).unwrap_or(u64::MAX));
        Self { first: Page::MAX, whole: true, ..self }
            .sent(
                caller,
                |polity, access| list(polity, &access),
                count,
                |_, all, page| {
                    let number = |count: i64| usize::try_from(count).unwrap_or(usize::MAX);
                    let part = all.iter().skip(number(page.skip())).take(number(page.limit));
                    Ok(Paged { items: part.cloned().collect(), next: None })
                },
            )
            .await
    }

    /// The envelope up to the first item.
    fn head(&self, site: &str, count: u64) -> Result<Vec<u8>> {
        let total = i64::try_from(count).unwrap_or(i64::MAX);
        let after = self.offset.saturating_add(self.limit);
        let next = (after < total).then(|| self.link(site, after));
        let previous = (self.offset > 0).then(|| self.link(site, self.offset.saturating_sub(self.limit)));
        let json = |link: &Option<String>| serde_json::to_string(link).map_err(Error::internal);
        let (next, previous) = (json(&next)?, json(&previous)?);
        Ok(format!("{{\"count\":{count},\"next\":{next},\"previous\":{previous},\"results\":[").into_bytes())
    }

    /// Where the part from this offset on is.
    fn link(&self, site: &str, offset: i64) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("limit", &self.limit.to_string());
        if offset > 0 {
            query.append_pair("offset", &offset.to_string());
        }
        query.extend_pairs(form_urlencoded::parse(self.query.as_bytes()));
        format!("{site}{}?{}", self.path, query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_as_good_as_unsaid() {
        for (query, expected) in [
            ("", (100, 0)),
            ("limit=0&offset=-5", (100, 0)),
            ("limit=-1", (100, 0)),
            ("limit=abc&offset=x", (100, 0)),
            ("limit=7&offset=14", (7, 14)),
            ("limit=100000", (100_000, 0)),
        ] {
            let leaf = Leaf::of("/x", query);
            assert_eq!((leaf.limit, leaf.offset), expected, "{query}");
        }
    }

    #[test]
    fn links_lead_on_and_back() {
        let head = |query: &str, count| {
            let text = Leaf::of("/x/", query).head("https://a.example", count).unwrap();
            serde_json::from_str::<serde_json::Value>(&format!("{}]}}", String::from_utf8(text).unwrap()))
                .unwrap()
        };
        let first = head("limit=2&search=a%20b", 5);
        assert_eq!(first["next"], "https://a.example/x/?limit=2&offset=2&search=a+b");
        assert!(first["previous"].is_null() && first["count"] == 5);
        assert_eq!(head("limit=2&offset=2", 5)["previous"], "https://a.example/x/?limit=2");
        let past = head("limit=2&offset=9", 5);
        assert!(past["next"].is_null());
        assert_eq!(past["previous"], "https://a.example/x/?limit=2&offset=7");
    }
}
