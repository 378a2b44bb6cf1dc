//! Asking a provider's servers, on the word of the organization whose connection it is.

use openidconnect::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use openidconnect::http::{Method, Request, StatusCode};
use polity_identity::{Errand, Fetch, HttpResponse, Secret};
use polity_kernel::OrganizationId;
use serde_json::Value;
use url::form_urlencoded::{Serializer, parse};

use super::rejection::Rejection;

/// The largest answer, in bytes.
const LARGEST: usize = 1024 * 1024;

/// A way to a provider's servers.
#[derive(Clone, Copy)]
pub(crate) struct Web<'w> {
    /// Who asks: it goes to public addresses only, follows no redirects, and gives up within seconds.
    pub(crate) fetch: &'w dyn Fetch,
    /// On whose word.
    pub(crate) organization: OrganizationId,
}

/// What was answered.
pub(crate) struct Answer {
    /// Whether it says that all is well.
    pub(crate) is_success: bool,
    /// What it holds; an answer in a form is an object of texts.
    pub(crate) body: Value,
}

impl Web<'_> {
    /// Gets a document.
    pub(crate) fn get(&self, url: &str, bearer: Option<&Secret>) -> Result<Answer, Rejection> {
        let mut request = Request::builder().method(Method::GET).uri(url).header(ACCEPT, "application/json");
        if let Some(bearer) = bearer {
            request = request.header(AUTHORIZATION, format!("Bearer {}", bearer.reveal()));
        }
        let request = request.body(Vec::new()).map_err(|_| Rejection::ProviderAnswer)?;
        self.answer(request)
    }

    /// Gets a text.
    pub(crate) fn text(&self, url: &str) -> Result<String, Rejection> {
        let request = Request::builder().method(Method::GET).uri(url).header(ACCEPT, "*/*").body(Vec::new());
        let response = self.send(request.map_err(|_| Rejection::ProviderAnswer)?)?;
        if response.status() != StatusCode::OK {
            return Err(Rejection::ProviderAnswer);
        }
        String::from_utf8(response.into_body()).map_err(|_| Rejection::ProviderAnswer)
    }

    /// Posts a form.
    pub(crate) fn post(
        &self,
        url: &str,
        form: &[(&str, &str)],
        basic: Option<&Secret>,
    ) -> Result<Answer, Rejection> {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(url)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(basic) = basic {
            request = request.header(AUTHORIZATION, format!("Basic {}", basic.reveal()));
        }
        self.answer(request.body(body.into_bytes()).map_err(|_| Rejection::ProviderAnswer)?)
    }

    fn answer(&self, request: Request<Vec<u8>>) -> Result<Answer, Rejection> {
        let response = self.send(request)?;
        let is_success = response.status() == StatusCode::OK;
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let body = match kind.starts_with("application/x-www-form-urlencoded") {
            true => Value::Object(
                parse(response.body()).map(|(name, value)| (name.into(), Value::from(&*value))).collect(),
            ),
            // what went wrong may be told in any form
            false if !is_success => serde_json::from_slice(response.body()).unwrap_or(Value::Null),
            false => serde_json::from_slice(response.body()).map_err(|_| Rejection::ProviderAnswer)?,
        };
        Ok(Answer { is_success, body })
    }

    fn send(&self, request: Request<Vec<u8>>) -> Result<HttpResponse, Rejection> {
        let errand = Errand::Organization(self.organization);
        let response = self.fetch.fetch(errand, request).map_err(|_| Rejection::ProviderAway)?;
        if response.body().len() > LARGEST {
            return Err(Rejection::AnswerTooLarge);
        }
        Ok(response)
    }
}

impl Answer {
    /// The document, if all is well.
    pub(crate) fn document(self) -> Result<Value, Rejection> {
        if self.is_success { Ok(self.body) } else { Err(Rejection::ProviderAnswer) }
    }
}
