//! Calls to the outside: an HTTP client that is made when it is first needed.

use std::io::Read as _;
use std::sync::OnceLock;
use std::time::Duration;

use polity_identity::{Fetch, HttpRequest, HttpResponse};
use polity_kernel::{Code, Error, Result};
use reqwest::blocking::{Client, Request, Response};
use reqwest::redirect::Policy;
use url::{Host, Url};

/// How long one call may take, from the name look-up to the last byte.
const PATIENCE: Duration = Duration::from_secs(5);

/// The largest answer that is read, in bytes.
const LIMIT: u64 = 1024 * 1024;

/// Reaches trusted issuers and a signing provider over HTTPS (RFC 9700 §4.12: no redirects are followed).
#[derive(Default)]
pub(crate) struct Outbound {
    client: OnceLock<Client>,
}

impl Outbound {
    /// The client itself, for whoever is told where to go by the operator alone.
    pub(crate) fn client(&self) -> Result<&Client> {
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
            return Err(unavailable(format!(
                "{} is neither HTTPS nor on this machine",
                origin(request.url())
            )));
        }
        let answer = self.client()?.execute(request).map_err(|error| unavailable(error.without_url()))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = HttpResponse::new(whole(answer, LIMIT).map_err(unavailable)?);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// The whole body of an answer, of at most so many bytes.
pub(crate) fn whole(answer: Response, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    // one byte more than allowed tells a full answer from a cut one
    answer.take(limit + 1).read_to_end(&mut body)?;
    if body.len() as u64 > limit {
        return Err(std::io::Error::other(format!("the answer is larger than {limit} bytes")));
    }
    Ok(body)
}

/// HTTPS anywhere; plain HTTP only where nobody can listen in.
pub(crate) fn is_allowed(url: &Url) -> bool {
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
    use std::io::Write as _;
    use std::net::TcpListener;

    use super::*;

    /// What a fetch makes of this answer of an issuer on this machine.
    fn fetched(answer: Vec<u8>) -> Result<HttpResponse> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let issuer = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            assert!(stream.read(&mut [0; 1_024]).unwrap() > 0);
            // the caller may have read enough before all of it is sent
            drop(stream.write_all(&answer));
        });
        let mut request = HttpRequest::new(Vec::new());
        *request.uri_mut() = format!("http://{address}/keys").parse().unwrap();
        let fetched = Outbound::default().fetch(request);
        issuer.join().unwrap();
        fetched
    }

    #[test]
    fn an_answer_is_returned_whatever_its_status_and_redirects_are_not_followed() {
        let ok = fetched(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec()).unwrap();
        assert_eq!((ok.status().as_u16(), ok.body().as_slice()), (200, b"{}".as_slice()));
        let moved = b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(fetched(moved.to_vec()).unwrap().status().as_u16(), 302);
    }

    #[actix_web::test]
    async fn threads_that_serve_requests_may_fetch() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec();
        assert_eq!(crate::offload::read(|| fetched(answer)).await.unwrap().body(), b"{}");
    }

    #[test]
    fn an_answer_without_end_is_cut_off() {
        let mut answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        answer.resize(answer.len() + 2 * 1024 * 1024, b' ');
        assert_eq!(fetched(answer).unwrap_err().code(), Code::Unavailable);
    }

    #[test]
    fn an_issuer_that_is_not_there_is_unavailable() {
        let mut request = HttpRequest::new(Vec::new());
        *request.uri_mut() = "http://127.0.0.1:1/".parse().unwrap();
        assert_eq!(Outbound::default().fetch(request).unwrap_err().code(), Code::Unavailable);
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for good in ["https://id.example/x", "http://localhost:1/", "http://127.0.0.1/", "http://[::1]:8/"] {
            assert!(is_allowed(&good.parse().unwrap()), "{good}");
        }
        for bad in [
            "http://id.example/",
            "http://10.0.0.1/",
            "http://localhost.example/",
            "file:///etc/passwd",
            "ftp://localhost/",
        ] {
            assert!(!is_allowed(&bad.parse().unwrap()), "{bad}");
        }
    }
}
