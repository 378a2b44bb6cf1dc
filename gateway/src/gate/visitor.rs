//! Whoever sends a request to a route that takes people with a credential and without one.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use crate::gate::caller::{Anyone, Caller};
use crate::gate::session;

/// A caller, or anybody where the request brings no credential. A bad one is refused, never taken for none.
pub enum Visitor {
    /// Somebody with a credential.
    Known(Caller),
    /// Anybody.
    Anyone(Anyone),
}

impl FromRequest for Visitor {
    type Error = actix_web::Error;
    type Future = Ready<actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let has_credential =
            request.headers().contains_key(header::AUTHORIZATION) || session::cookie(request).is_some();
        ready(if has_credential {
            Caller::from_request(request, payload).into_inner().map(Self::Known)
        } else {
            Anyone::from_request(request, payload).into_inner().map(Self::Anyone)
        })
    }
}
