//! Lists by page number: the envelope around one page.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use polity_kernel::{Access, Code, Error, Page, Paged, Result};
use serde::Serialize;
use url::form_urlencoded;
use utoipa::IntoParams;

use crate::areas::Polity;
use crate::ask::Json;
use crate::routes::api::scoped::Scoped;
use crate::routes::api::{Fault, accept};

/// How many items a page has when nobody says, and at most.
const USUAL: i64 = 20;
const MOST: i64 = 100;

/// Which page of a list is wanted.
#[derive(Clone, Debug)]
pub(in crate::routes::api) struct Numbered {
    /// What was said; a page of its number is looked for when it is known how many there are.
    page: Option<String>,
    size: i64,
    path: String,
    /// The query without the page.
    query: String,
}

/// Which page of a list is wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only read by the documentation")]
pub(in crate::routes::api) struct NumberedQuery {
    /// The page's number, 1 when it is absent, or `last`.
    page: Option<String>,
    /// So many items a page, at most 100; 20 when it is absent, 0, negative or no number.
    page_size: Option<i64>,
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub(in crate::routes::api) struct Sheet<T> {
    count: u64,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<T>,
}

impl FromRequest for Numbered {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let numbered = || Self::of(request.path(), request.query_string());
        ready(accept::json(request).map(|()| numbered()).map_err(Fault::from))
    }
}

impl Numbered {
    fn of(path: &str, query: &str) -> Self {
        let pairs = || form_urlencoded::parse(query.as_bytes());
        let said = |name: &str| {
            let last = pairs().filter(|(key, _)| key == name).last();
            last.map(|(_, value)| value.trim().to_owned())
        };
        let size = said("page_size").and_then(|size| size.parse::<i64>().ok()).filter(|size| *size > 0);
        let others = pairs().filter(|(name, _)| name != "page");
        Self {
            page: said("page"),
            size: size.unwrap_or(USUAL).min(MOST),
            path: path.to_owned(),
            query: form_urlencoded::Serializer::new(String::new()).extend_pairs(others).finish(),
        }
    }

    /// Answers with this page of a list.
    ///
    /// # Errors
    /// Those of asking the caller, `count` and `items`; `NotFound` for a page that is not there.
    pub(in crate::routes::api) async fn sent<T>(
        self,
        caller: Scoped<Access>,
        count: impl Fn(&Polity, &Access) -> Result<u64> + Send + 'static,
        items: impl Fn(&Polity, &Access, Page) -> Result<Paged<T>> + Send + 'static,
    ) -> Result<Json<Sheet<T>>, Fault>
    where
        T: Serialize + Send + 'static,
    {
        let found = caller.read(move |polity, access| {
            let count = count(polity, access)?;
            let (number, last) = self.place(count)?;
            let page = Page::offset(self.size, (number - 1).saturating_mul(self.size));
            let results = items(polity, access, page)?.items;
            let site = polity.identity.metadata().issuer;
            let next = (number < last).then(|| self.link(&site, number + 1));
            let previous = (number > 1).then(|| self.link(&site, number - 1));
            Ok(Sheet { count, next, previous, results })
        });
        Ok(Json(found.await?))
    }

    /// The number of the page, and of the last one: an empty list has a first page too.
    fn place(&self, count: u64) -> Result<(i64, i64)> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let last = count.saturating_sub(1).max(0) / self.size + 1;
        let number = match self.page.as_deref() {
            None => Some(1),
            Some("last") => Some(last),
            Some(said) => said.parse().ok().filter(|number| (1..=last).contains(number)),
        };
        number.map(|number| (number, last)).ok_or_else(|| Error::new(Code::NotFound, "Invalid page."))
    }

    /// Where the page of this number is; the first needs none.
    fn link(&self, site: &str, number: i64) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if number > 1 {
            query.append_pair("page", &number.to_string());
        }
        query.extend_pairs(form_urlencoded::parse(self.query.as_bytes()));
        match query.finish() {
            query if query.is_empty() => format!("{site}{}", self.path),
            query => format!("{site}{}?{query}", self.path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(query: &str, count: u64) -> Option<(i64, i64)> {
        Numbered::of("/x", query).place(count).ok()
    }

    #[test]
    fn a_page_is_there_or_it_is_not() {
        for (query, count, expected) in [
            ("", 0, Some((1, 1))),
            ("page=1", 0, Some((1, 1))),
            ("page=last", 0, Some((1, 1))),
            ("page=2", 20, None),
            ("page=2", 21, Some((2, 2))),
            ("page=last&page_size=7", 22, Some((4, 4))),
            ("page=0", 50, None),
            ("page=-1", 50, None),
            ("page=", 50, None),
            ("page=two", 50, None),
            ("page=1.0", 50, None),
            ("page=99999999999999999999", 50, None),
            ("page=1", u64::MAX, Some((1, 461_168_601_842_738_791))),
        ] {
            assert_eq!(place(query, count), expected, "{query}");
        }
    }

    #[test]
    fn a_size_that_will_not_do_is_the_nearest_that_does() {
        for (query, size) in
            [("page_size=101", 100), ("page_size=0", 20), ("page_size=x", 20), ("page_size=-3", 20)]
        {
            assert_eq!(Numbered::of("/x", query).size, size, "{query}");
        }
    }

    #[test]
    fn links_keep_the_rest_of_the_query() {
        let numbered = Numbered::of("/x/", "page=2&page_size=5&scope=a%20b");
        assert_eq!(
            numbered.link("https://a.example", 3),
            "https://a.example/x/?page=3&page_size=5&scope=a+b"
        );
        assert_eq!(numbered.link("https://a.example", 1), "https://a.example/x/?page_size=5&scope=a+b");
        assert_eq!(Numbered::of("/x/", "page=2").link("https://a.example", 1), "https://a.example/x/");
    }
}
