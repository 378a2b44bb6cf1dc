//! The port to trusted issuers.

use polity_kernel::Result;

/// A request of [`Fetch`].
pub type HttpRequest = openidconnect::HttpRequest;

/// An answer of [`Fetch`].
pub type HttpResponse = openidconnect::HttpResponse;

/// Reaches trusted issuers. The gateway implements it over its one HTTP client; tests answer themselves.
pub trait Fetch: Send + Sync {
    /// Sends a GET for JSON or a POST of a form and returns whatever is answered, whatever its status.
    ///
    /// Must follow no redirects, give up within seconds, refuse plain HTTP to anything but the machine itself, and read at most
    /// 1 MiB.
    ///
    /// # Errors
    /// `Unavailable` when there is no answer.
    fn fetch(&self, request: HttpRequest) -> Result<HttpResponse>;
}
