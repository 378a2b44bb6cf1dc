//! The cookies of people at a browser, and which of their requests come from pages of our own.
//!
//! A browser sends a cookie by itself, whoever made it send the request. So with one, whatever may change something must come from a page of
//! our own: the browser says so (`Sec-Fetch-Site`, W3C Fetch Metadata), or names the origin it comes from. No other origin is ever let in by CORS.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use polity_identity::Secret;
use polity_kernel::{Code, Error, IdSource, Result};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::gate::Gate;

/// The cookie of a session; over HTTPS with the prefix that keeps other hosts from setting it (RFC 6265bis §4.1.3.2).
const SESSION: Name = Name { plain: "polity", secure: "__Host-polity" };

/// The cookie of a browser that is about to sign in: nothing is kept of it here.
const VISIT: Name = Name { plain: "polity_visit", secure: "__Host-polity_visit" };

/// What a browser says of where a request comes from.
const SITE: &str = "sec-fetch-site";

/// The name of a cookie, by whether it comes by HTTPS.
#[derive(Clone, Copy)]
struct Name {
    plain: &'static str,
    secure: &'static str,
}

impl Name {
    const fn on(self, gate: &Gate) -> &'static str {
        if gate.is_https { self.secure } else { self.plain }
    }

    fn read(self, request: &HttpRequest) -> Option<String> {
        let gate = request.app_data::<web::Data<Gate>>()?;
        request
            .cookie(self.on(gate))
            .map(|cookie| cookie.value().to_owned())
            .filter(|value| !value.is_empty())
    }

    /// The cookie for our own host alone, out of reach of scripts, and for requests of others' pages only where they lead to ours.
    fn cookie(self, gate: &Gate, value: String) -> Cookie<'static> {
        Cookie::build(self.on(gate), value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(gate.is_https)
            .finish()
    }
}

/// The secret of the session that a request comes with; nothing is proven by it.
pub(crate) fn cookie(request: &HttpRequest) -> Option<String> {
    SESSION.read(request)
}

/// The cookie for a session that has just begun. The browser keeps it until it is closed, or as long as it likes: the session's end is ours.
pub(crate) fn begun(gate: &Gate, secret: &Secret) -> Cookie<'static> {
    SESSION.cookie(gate, secret.reveal().to_owned())
}

/// The same cookie, taken away.
pub(crate) fn over(gate: &Gate) -> Cookie<'static> {
    let mut cookie = SESSION.cookie(gate, String::new());
    cookie.make_removal();
    cookie
}

/// What a browser has before it signs in, for the forms that are shown to it; and the cookie to set where it had none.
pub(crate) fn visit(request: &HttpRequest, gate: &Gate) -> (String, Option<Cookie<'static>>) {
    match visiting(request) {
        Some(value) => (value, None),
        None => {
            let value = URL_SAFE_NO_PAD.encode(IdSource::random().key());
            let cookie = VISIT.cookie(gate, value.clone());
            (value, Some(cookie))
        }
    }
}

/// What the browser has that was shown a form before it signs in.
pub(crate) fn visiting(request: &HttpRequest) -> Option<String> {
    VISIT.read(request).filter(|value| value.len() == 43)
}

/// What a form holds that was shown to the browser with this cookie: known to nobody who cannot read the page.
pub(crate) fn form_token(cookie: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"polity form\0");
    hash.update(cookie.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// Asks that a form was shown to the browser that sends it.
///
/// # Errors
/// `CrossSite`.
pub(crate) fn shown(cookie: Option<&str>, token: &str) -> Result<()> {
    same_token(&cookie.map(form_token).unwrap_or_default(), token)
}

/// Asks that a form holds the token that it was shown with.
///
/// # Errors
/// `CrossSite`.
pub(crate) fn same_token(expected: &str, token: &str) -> Result<()> {
    let same: bool = expected.as_bytes().ct_eq(token.as_bytes()).into();
    if same && !expected.is_empty() {
        return Ok(());
    }
    Err(foreign("the form is not one that was shown to this browser: load the page again"))
}

/// Asks that what may change something comes from a page of our own.
///
/// # Errors
/// `CrossSite`.
pub(crate) fn own(request: &HttpRequest) -> Result<()> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let origin = request.app_data::<web::Data<Gate>>().map(|gate| gate.origin.as_str());
    if is_own(request.headers(), origin) {
        return Ok(());
    }
    Err(foreign("a request with a session's cookie must come from a page of the service's own address"))
}

/// Whether the browser says that the page is of our origin; one that says nothing must name the origin.
fn is_own(headers: &HeaderMap, origin: Option<&str>) -> bool {
    let mut sites = headers.get_all(SITE);
    match (sites.next(), sites.next()) {
        (Some(site), None) => site == "same-origin",
        (Some(_), Some(_)) => false,
        (None, _) => {
            let mut origins = headers.get_all(header::ORIGIN);
            let (named, further) = (origins.next().and_then(|origin| origin.to_str().ok()), origins.next());
            named.is_some() && further.is_none() && named == origin
        }
    }
}

fn foreign(words: &'static str) -> Error {
    Error::new(Code::CrossSite, words)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const OURS: &str = "https://polity.example";

    fn judged(headers: &[(&'static str, &'static str)]) -> bool {
        let request =
            headers.iter().fold(TestRequest::default(), |request, header| request.append_header(*header));
        is_own(request.to_http_request().headers(), Some(OURS))
    }

    #[test]
    fn what_changes_something_comes_from_a_page_of_our_own() {
        let cases: [(&[(&str, &str)], bool); 12] = [
            (&[], false),
            (&[(SITE, "same-origin")], true),
            (&[(SITE, "same-site")], false),
            (&[(SITE, "cross-site")], false),
            (&[(SITE, "none")], false),
            (&[(SITE, "")], false),
            (&[(SITE, "same-origin"), (SITE, "same-origin")], false),
            (&[("origin", OURS)], true),
            (&[("origin", "null")], false),
            (&[("origin", "https://polity.example.evil.example")], false),
            (&[("origin", OURS), ("origin", OURS)], false),
            (&[(SITE, "cross-site"), ("origin", OURS)], false),
        ];
        for (headers, expected) in cases {
            assert_eq!(judged(headers), expected, "{headers:?}");
        }
        assert!(!is_own(&HeaderMap::new(), None), "where no origin is known, nothing is of it");
    }

    #[test]
    fn a_form_is_good_for_the_browser_it_was_shown_to() {
        let token = form_token("a");
        shown(Some("a"), &token).unwrap();
        for (cookie, token) in [(Some("b"), token.as_str()), (None, &token), (Some("a"), ""), (None, "")] {
            assert_eq!(shown(cookie, token).unwrap_err().code(), Code::CrossSite);
        }
    }
}
