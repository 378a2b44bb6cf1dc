//! The browser at which somebody signs in, as its session keeps it.

use actix_web::HttpRequest;
use actix_web::http::header;
use polity_identity::Secret;
use polity_signin::Browser;

use crate::gate::caller::Anyone;
use crate::gate::session;

/// Where a session begins.
pub(in crate::routes::pages) fn browser(anyone: &Anyone, request: &HttpRequest) -> Browser {
    let program = request.headers().get(header::USER_AGENT).and_then(|program| program.to_str().ok());
    Browser {
        address: anyone.address(),
        program: program.map(str::to_owned),
        replaced: session::cookie(request).map(Secret::new),
    }
}
