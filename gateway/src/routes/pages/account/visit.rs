//! Whoever visits a page of their own: with a session, or led to sign in and back.

use std::fmt;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest};
use polity_kernel::{Actor, Code, Error, Result};

use super::form::own_path;
use crate::areas::Polity;
use crate::family::Refusal;
use crate::gate::caller::Caller;
use crate::gate::session;

/// Where people come back to who sent a form.
const ACCOUNT: &str = "/account";

/// Somebody with a session, at a page of their own.
pub(in crate::routes::pages) struct Visit {
    caller: Caller,
    /// What the forms of the page hold.
    token: String,
    back: String,
}

/// The cause of a failure that signing in mends; it leads back here afterwards.
#[derive(Debug)]
pub(in crate::routes::pages) struct SignInFirst(pub(in crate::routes::pages) String);

impl fmt::Display for SignInFirst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sign in first, and go on at {}", self.0)
    }
}

impl std::error::Error for SignInFirst {}

impl Visit {
    /// What the forms of the page hold, so that they are known to have been shown here.
    pub(in crate::routes::pages) fn token(&self) -> String {
        self.token.clone()
    }

    /// Asks that a form was shown to this session.
    ///
    /// # Errors
    /// `CrossSite`.
    pub(in crate::routes::pages) fn require(&self, form_token: &str) -> Result<()> {
        session::same_token(&self.token, form_token)
    }

    /// Reads for the page.
    pub(in crate::routes::pages) async fn read<T: Send + 'static>(
        self,
        work: impl Fn(&Polity, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let Self { caller, back, .. } = self;
        caller.read(work).await.map_err(|error| led(error, back))
    }

    /// Writes as a form says.
    pub(in crate::routes::pages) async fn write<T: Send + 'static>(
        self,
        work: impl FnOnce(&Polity, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let Self { caller, back, .. } = self;
        caller.write(work).await.map_err(|error| led(error, back))
    }

    /// The same of what hashes a password.
    pub(super) async fn prove<T: Send + 'static>(
        self,
        work: impl FnOnce(&Polity, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let Self { caller, back, .. } = self;
        caller.prove(work).await.map_err(|error| led(error, back))
    }

    /// The caller, for what is sent piece by piece, and where to come back to.
    pub(super) fn into_caller(self) -> (Caller, String) {
        (self.caller, self.back)
    }
}

/// The same failure; where signing in mends it, it leads there and back.
pub(super) fn led(error: Error, back: String) -> Error {
    match error.code() {
        Code::Unauthenticated | Code::ReauthenticationRequired => error.because(SignInFirst(back)),
        _ => error,
    }
}

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = Ready<actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let here = request.uri().path_and_query().map_or(ACCOUNT, |path| path.as_str());
        let back = if request.method() == Method::GET { own_path(here).unwrap_or(ACCOUNT) } else { ACCOUNT };
        let Some(secret) = session::cookie(request) else {
            let error = Error::new(Code::Unauthenticated, "sign in first");
            return ready(Err(Refusal::new(request, led(error, back.to_owned())).into()));
        };
        let caller = Caller::from_request(request, payload).into_inner();
        ready(caller.map(|caller| Self {
            caller,
            token: session::form_token(&secret),
            back: back.to_owned(),
        }))
    }
}
