//! The port to other servers.

use polity_kernel::{OrganizationId, Result};

/// A request of [`Fetch`].
pub type HttpRequest = openidconnect::HttpRequest;

/// An answer of [`Fetch`].
pub type HttpResponse = openidconnect::HttpResponse;

/// On whose word a server is asked, which decides where it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// The operator has named it: a trusted issuer. It may be anywhere.
    Operator,
    /// A trusted issuer's discovery has, on another host than its own. At a public address only.
    Issuer,
    /// Somebody has, for a client of this organization; of none, for the nil one. At a public address only, and few at once.
    Organization(OrganizationId),
}

/// Reaches other servers. The gateway implements it over its one HTTP client; tests answer themselves.
pub trait Fetch: Send + Sync {
    /// Sends a GET for JSON or a POST of a form and returns whatever is answered, whatever its status.
    ///
    /// Must follow no redirects, give up within seconds, refuse plain HTTP to anything but the machine itself, read at most 1 MiB, and go
    /// where the errand allows and nowhere else, whatever a name turns out to mean.
    ///
    /// # Errors
    /// `Unavailable` when there is no answer; `Throttled` when the organization has too many errands under way.
    fn fetch(&self, errand: Errand, request: HttpRequest) -> Result<HttpResponse>;
}
