//! Where a request carries its credential, as its family allows.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderValue};
use polity_identity::Credential;
use polity_kernel::{Code, Error, Result};

use crate::family::{Family, Schemes};
use crate::gate::session;
use crate::gate::status::NoCredential;

/// Headers that hold an API key and nothing else, as programs of `/v1` send it (docs/decisions/0036).
const KEY_HEADERS: [&str; 2] = ["x-bindplane-api-key", "x-api-key"];

/// The one credential of a request: an access token, an API key, a service account's secret, or else the cookie of a session, which needs a
/// request of our own pages for whatever may change something.
pub(crate) fn of(request: &HttpRequest) -> Result<Credential> {
    let schemes = request.app_data::<Family>().map_or(Schemes::Bearer, |family| family.schemes);
    let mut authorizations = request.headers().get_all(header::AUTHORIZATION);
    let (first, further) = (authorizations.next(), authorizations.next());
    if further.is_some() {
        return Err(refused("there must be one Authorization header"));
    }
    let mut keys = match schemes {
        Schemes::Bearer => Vec::new(),
        Schemes::BearerKeyOrBasic => {
            KEY_HEADERS.iter().flat_map(|name| request.headers().get_all(*name)).collect()
        }
    };
    match (first, keys.pop()) {
        (None, None) => match session::cookie(request) {
            Some(secret) => session::own(request).and_then(|()| Credential::session(&secret)),
            None => Err(refused("a credential is required").because(NoCredential)),
        },
        (Some(authorization), None) => authorized(authorization, schemes),
        (None, Some(key)) if keys.is_empty() => Credential::api_key(key.to_str().unwrap_or_default().trim()),
        _ => Err(refused("there must be one credential")),
    }
}

/// The credential of the `Authorization` header.
fn authorized(header: &HeaderValue, schemes: Schemes) -> Result<Credential> {
    let basic = schemes == Schemes::BearerKeyOrBasic;
    match header.to_str().ok().and_then(|text| text.split_once(' ')) {
        Some((scheme, text)) if scheme.eq_ignore_ascii_case("bearer") => text.trim().parse(),
        Some((scheme, text)) if basic && scheme.eq_ignore_ascii_case("basic") => {
            Credential::basic(text.trim())
        }
        _ if basic => {
            Err(refused("the Authorization header must be: Bearer <credential>, or Basic <id:secret>"))
        }
        _ => Err(refused("the Authorization header must be: Bearer <credential>")),
    }
}

fn refused(words: &'static str) -> Error {
    Error::new(Code::Unauthenticated, words)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::mount::FAMILIES;

    fn refusal(request: TestRequest) -> String {
        of(&request.to_http_request()).unwrap_err().message().to_owned()
    }

    /// A request to a family that takes every kind of credential.
    fn generous() -> TestRequest {
        let family = FAMILIES.iter().find(|family| family.schemes == Schemes::BearerKeyOrBasic).unwrap();
        TestRequest::default().app_data(*family)
    }

    #[test]
    fn a_credential_stands_behind_bearer() {
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let request = TestRequest::default().insert_header(("Authorization", format!("{scheme} a.b.c")));
            of(&request.to_http_request()).unwrap();
        }
    }

    #[test]
    fn what_is_no_credential_is_refused() {
        assert_eq!(refusal(TestRequest::default()), "a credential is required");
        let basic = TestRequest::default().insert_header(("Authorization", "Basic YTpi"));
        assert!(refusal(basic).contains("Bearer"));
        let two = TestRequest::default()
            .append_header(("Authorization", "Bearer a.b.c"))
            .append_header(("Authorization", "Bearer d.e.f"));
        assert!(refusal(two).contains("one Authorization header"));
        let bare = TestRequest::default().insert_header(("Authorization", "Bearer"));
        assert!(refusal(bare).contains("Bearer"));
        let key = TestRequest::default().insert_header(("X-Api-Key", "pol_x"));
        assert_eq!(refusal(key), "a credential is required", "other families know no such header");
    }

    #[test]
    fn a_family_may_take_a_key_in_its_own_header_or_http_basic() {
        let id = "01900000-0000-7000-8000-000000000000";
        let pair = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("{id}:secret"));
        for scheme in ["Basic", "basic"] {
            let request = generous().insert_header(("Authorization", format!("{scheme} {pair}")));
            of(&request.to_http_request()).unwrap();
        }
        for name in KEY_HEADERS {
            assert_eq!(
                refusal(generous().insert_header((name, "a.b.c"))),
                "the credential is not an API key"
            );
            assert_eq!(refusal(generous().insert_header((name, "pol_x"))), "the API key is mistyped");
        }
        assert_eq!(refusal(generous()), "a credential is required");
        assert!(refusal(generous().insert_header(("Authorization", "Digest x"))).contains("Basic"));
    }

    #[test]
    fn one_request_has_one_credential() {
        const ONE: &str = "there must be one credential";
        for name in KEY_HEADERS {
            let both =
                generous().insert_header((name, "pol_x")).insert_header(("Authorization", "Bearer a.b.c"));
            assert_eq!(refusal(both), ONE);
            let twice = generous().append_header((name, "pol_x")).append_header((name, "pol_x"));
            assert_eq!(refusal(twice), ONE);
        }
        let [one, other] = KEY_HEADERS;
        assert_eq!(refusal(generous().insert_header((one, "pol_x")).insert_header((other, "pol_x"))), ONE);
    }
}
