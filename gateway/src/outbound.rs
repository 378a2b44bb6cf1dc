//! Calls to the outside: one HTTP client for the whole process, made when it is first needed.

use std::io::Read as _;
use std::sync::OnceLock;
use std::time::Duration;

use polity_identity::{Fetch, HttpRequest, HttpResponse};
use polity_kernel::{Code, Error, Result};
use reqwest::blocking::{Client, Request};
use reqwest::redirect::Policy;
use url::{Host, Url};

/// How long one call may take, from the name look-up to the last byte.
const PATIENCE: Duration = Duration::from_secs(5);

/// The largest answer that is read, in bytes.
const LIMIT: u64 = 1024 * 1024;

/// Reaches trusted issuers over HTTPS (RFC 9700 §4.12: no redirects are followed).
#[derive(Default)]
pub(crate) struct Outbound {
    client: OnceLock<Client>,
}

impl Outbound {
    fn client(&self) -> Result<&Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        // another caller may have been first; then nothing is to be done
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .no_proxy()
            .user_agent(concat!("polity/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Error::internal)?;
        Ok(self.client.get_or_init(|| client))
    }
}

impl Fetch for Outbound {
    fn fetch(&self, request: HttpRequest) -> Result<HttpResponse> {
        let request = Request::try_from(request).map_err(unavailable)?;
        if !is_allowed(request.url()) {
            return Err(unavailable(format!("{} is neither HTTPS nor on this machine", origin(request.url()))));
        }
        let answer = self.client()?.execute(request).map_err(|error| unavailable(error.without_url()))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = Vec::new();
        // one byte more than allowed tells a full answer from a cut one
        answer.take(LIMIT + 1).read_to_end(&mut body).map_err(unavailable)?;
        if body.len() as u64 > LIMIT {
            return Err(unavailable("the answer is larger than a mebibyte"));
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// HTTPS anywhere; plain HTTP only where nobody can listen in.
fn is_allowed(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        },
        _ => false,
    }
}

/// The address without what might be secret in it.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(Code::Unavailable, "the trusted issuer cannot be reached").because(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for good in ["https://id.example/x", "http://localhost:1/", "http://127.0.0.1/", "http://[::1]:8/"] {
            assert!(is_allowed(&good.parse().unwrap()), "{good}");
        }
        for bad in ["http://id.example/", "http://10.0.0.1/", "http://localhost.example/", "file:///etc/passwd", "ftp://localhost/"] {
            assert!(!is_allowed(&bad.parse().unwrap()), "{bad}");
        }
    }
}
