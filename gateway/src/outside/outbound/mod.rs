//! Calls to the outside: HTTP clients that are made when they are first needed.

mod public;
mod resolver;
pub(crate) mod turns;

use std::io::Read as _;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ipnet::IpNet;
use polity_identity::{Errand, Fetch, HttpRequest, HttpResponse};
use polity_kernel::{Error, Result};
use reqwest::blocking::{Client, ClientBuilder, Request, Response};
use reqwest::redirect::Policy;
use url::{Host, Url};

use public::Reach;
use resolver::Resolver;
use turns::Turns;

/// How long one call may take, from the name look-up to the last byte.
const PATIENCE: Duration = Duration::from_secs(5);

/// The largest answer that is read, in bytes.
const LIMIT: u64 = 1024 * 1024;

/// Reaches trusted issuers, a signing provider and what organizations name, over HTTPS (RFC 9700 §4.12: no redirects are followed).
///
/// Servers that the operator has named are reached wherever they are. Any other only at a public address or one that the operator allows,
/// and at the very address that was looked at: the name is resolved once.
#[derive(Default)]
pub(crate) struct Outbound {
    reach: Reach,
    turns: Turns,
    named: OnceLock<Client>,
    others: OnceLock<Client>,
}

impl Outbound {
    /// Also reaches these networks for others than the operator.
    pub(crate) fn new(allowed: &[IpNet]) -> Self {
        Self { reach: Reach::and(allowed), ..Self::default() }
    }

    /// The client for whoever is told where to go by the operator alone.
    pub(crate) fn client(&self) -> Result<&Client> {
        once(&self.named, Client::builder())
    }

    /// The client for everywhere else. An address in the place of a name needs no resolver, and is to be looked at by its caller.
    fn client_of_others(&self) -> Result<&Client> {
        once(&self.others, Client::builder().dns_resolver(Arc::new(Resolver::new(self.reach.clone()))))
    }

    /// The client that may go there on this errand.
    fn client_to(&self, url: &Url, errand: Errand) -> Result<&Client> {
        if !is_allowed(url) {
            return Err(unavailable(format!("{} is neither HTTPS nor on this machine", origin(url))));
        }
        if errand == Errand::Operator {
            return self.client();
        }
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) | None => None,
        };
        match address {
            Some(address) if !self.reach.admits(address) => Err(unavailable(format!(
                "{address} is no public address, and outbound_allow does not name it"
            ))),
            _ => self.client_of_others(),
        }
    }
}

fn once(place: &OnceLock<Client>, builder: ClientBuilder) -> Result<&Client> {
    if let Some(client) = place.get() {
        return Ok(client);
    }
    // another caller may have been first; then nothing is to be done
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = builder
        .redirect(Policy::none())
        .timeout(PATIENCE)
        .no_proxy()
        .user_agent(concat!("polity/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(Error::internal)?;
    Ok(place.get_or_init(|| client))
}

impl Fetch for Outbound {
    fn fetch(&self, errand: Errand, request: HttpRequest) -> Result<HttpResponse> {
        let request = Request::try_from(request).map_err(unavailable)?;
        let client = self.client_to(request.url(), errand)?;
        let _turn = match errand {
            Errand::Organization(organization) => Some(self.turns.begin(organization)?),
            Errand::Operator | Errand::Issuer => None,
        };
        let answer = client.execute(request).map_err(|error| unavailable(error.without_url()))?;
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
    Error::unavailable("another server", "another server cannot be reached").because(source)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::TcpListener;

    use polity_kernel::Code;

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
        let fetched = Outbound::default().fetch(Errand::Operator, request);
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
        assert_eq!(crate::gate::offload::read(|| fetched(answer)).await.unwrap().body(), b"{}");
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
        let refused = Outbound::default().fetch(Errand::Operator, request).unwrap_err();
        assert_eq!(refused.code(), Code::Unavailable);
    }

    /// What comes of an errand for an organization to a listener on this machine, and whether anybody came to it.
    fn sent_to(host: &str, allowed: &[&str]) -> (String, bool) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let allowed: Vec<IpNet> = allowed.iter().map(|network| network.parse().unwrap()).collect();
        let mut request = HttpRequest::new(Vec::new());
        *request.uri_mut() = format!("https://{host}:{port}/sector.json").parse().unwrap();
        let errand = Errand::Organization(polity_kernel::OrganizationId::new(uuid::Uuid::nil()));
        let outbound = Outbound::new(&allowed);
        let fetched = std::thread::scope(|scope| {
            let fetching = scope.spawn(|| outbound.fetch(errand, request));
            // nobody speaks TLS here: whoever comes is hung up on
            let mut came = false;
            while !fetching.is_finished() {
                came |= listener.accept().is_ok();
                std::thread::yield_now();
            }
            (format!("{:?}", fetching.join().unwrap().unwrap_err()), came)
        });
        (fetched.0, fetched.1 || listener.accept().is_ok())
    }

    #[test]
    fn what_an_organization_names_is_reached_at_public_addresses_only() {
        for host in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "2130706433", "0x7f.1"] {
            let (told, came) = sent_to(host, &[]);
            assert!(!came, "{host}: {told}");
            assert!(told.contains("no public address"), "{host}: {told}");
        }
        for host in ["127.0.0.1", "localhost"] {
            assert!(sent_to(host, &["127.0.0.0/8"]).1, "{host}: the operator allows it");
        }
    }

    #[test]
    fn where_an_issuer_points_to_is_no_word_of_the_operators() {
        let url = "http://127.0.0.1:1/jwks".parse().unwrap();
        let outbound = Outbound::default();
        assert!(outbound.client_to(&url, Errand::Issuer).is_err());
        assert!(outbound.client_to(&url, Errand::Operator).is_ok());
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
