//! Proving oneself by a password: on threads of its own, and with a mark for devices that have done so before.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::web;
use polity_identity::Secret;
use polity_kernel::{Code, Error, Result};
use polity_signin::{LogIn, LoggedIn, NotVerified};

use crate::areas::Polity;
use crate::gate::Gate;
use crate::gate::caller::Anyone;
use crate::gate::pace::network;

/// The cookie that tells a device that has logged in before. It lets nobody in.
const DEVICE: &str = "polity_device";

/// How long browsers keep it.
const LIFE: time::Duration = time::Duration::days(180);

/// Where tries at a password come from.
pub(crate) struct Guess {
    gate: web::Data<Gate>,
    address: Option<IpAddr>,
    device: Option<Secret>,
}

impl Guess {
    /// The address and the device of this request.
    pub(crate) fn of(anyone: &Anyone, request: &HttpRequest) -> Self {
        let device = request.cookie(DEVICE).map(|cookie| Secret::new(cookie.value()));
        Self { gate: anyone.gate(), address: anyone.address(), device }
    }

    /// Logs somebody in. A network that has failed too often is refused before anything is hashed, and what fails counts against it; neither
    /// is so for a device that has logged in to the address before.
    ///
    /// # Errors
    /// Those of [`polity_signin::Passwords::log_in`]; `Throttled` for the network.
    pub(crate) fn log_in(&self, email: String, password: &str) -> Result<LoggedIn> {
        let Self { gate, address, device } = self;
        let password = Secret::new(password);
        let log_in = LogIn { email, password, network: address.map(network), device: device.clone() };
        let signin = &gate.polity.signin;
        if signin.knows_device(&log_in) {
            return signin.log_in(&log_in);
        }
        gate.guesses.check(*address)?;
        signin.log_in(&log_in).map_err(|error| match error.code() {
            Code::Unauthenticated if !is_unverified(&error) => gate.guesses.failed(*address, error),
            _ => error,
        })
    }
}

/// Whether the password was right, but the address is not proven.
pub(crate) fn is_unverified(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<NotVerified>)
}

/// The cookie for a device that has just logged in: for the service alone, out of reach of scripts.
pub(crate) fn kept(gate: &Gate, device: &Secret) -> Cookie<'static> {
    Cookie::build(DEVICE, device.reveal().to_owned())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(gate.is_https)
        .max_age(LIFE)
        .finish()
}

impl Anyone {
    /// Runs what hashes a password, on threads that do nothing else: those that write are not for waiting.
    ///
    /// # Errors
    /// Those of the work; `Unavailable` when too many wait already.
    pub(crate) async fn prove<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Polity) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let gate = self.gate();
        let inside = gate.clone();
        gate.provers.write(move || work(&inside.polity)).await
    }

    /// Runs what may wait for somebody else's server, on threads that do nothing else.
    ///
    /// # Errors
    /// Those of the work; `Unavailable` when too many wait already.
    pub(crate) async fn errand<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Polity) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let gate = self.gate();
        let inside = gate.clone();
        gate.errands.run(self.address(), move || work(&inside.polity)).await
    }
}
