//! The way into the organization that a path names, and how it is shut (contract api, facts 0.1, 0.2, 0.3 and 0.6).

use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use polity_directory::OrganizationRef;
use polity_kernel::{Access, AccountId, Actor, Code, Error, Result};
use uuid::Uuid;

use super::accept;
use crate::areas::{Polity, Way};
use crate::ask::current::current;
use crate::family::Refusal;
use crate::gate::Gate;
use crate::gate::caller::OrganizationHeader;
use crate::gate::credentials;

/// What an API key's requests are counted as.
const ASKING: &str = "api";

/// The organization of a path: an id, key or alias, or `@current`. What a path without one comes through is a door to nowhere.
#[derive(Clone)]
pub(super) struct Door {
    place: Place,
    /// There for an API key alone.
    meter: Option<Meter>,
}

#[derive(Clone)]
enum Place {
    Named(OrganizationRef),
    Current(OrganizationHeader),
    /// What can be the name of none.
    Nowhere,
}

/// Counts the request, once: a read may be tried on memory first.
#[derive(Clone)]
struct Meter {
    gate: web::Data<Gate>,
    counted: Arc<AtomicBool>,
}

impl Door {
    /// Lets the caller in.
    ///
    /// # Errors
    /// `NotFound` for an organization that is unknown to the caller, and where there is no current one; `Throttled` when API keys have
    /// asked for too much there; `Forbidden` for a personal API key that the organization does not take.
    pub(super) fn enter(&self, polity: &Polity, actor: &Actor) -> Result<Access> {
        self.enter_by(Polity::enter, polity, actor)
    }

    fn enter_by(&self, way: Way, polity: &Polity, actor: &Actor) -> Result<Access> {
        let entered = match &self.place {
            Place::Named(organization) => way(polity, actor, organization),
            Place::Current(header) => current(polity, actor, header).map_err(|error| match error.code() {
                Code::Invalid => unknown(),
                _ => error,
            }),
            Place::Nowhere => Err(unknown()),
        };
        let Some(meter) = &self.meter else { return entered };
        match entered {
            Ok(access) => {
                meter.count(access.organization().uuid())?;
                polity.directory.require_own_key(&access)?;
                Ok(access)
            }
            Err(error) => {
                if error.code() == Code::NotFound {
                    self.wait(actor)?;
                }
                Err(error)
            }
        }
    }

    /// Lets the caller in to what belongs to the organization.
    ///
    /// # Errors
    /// As [`Door::enter`], but `Forbidden` for an organization that is unknown to the caller.
    pub(super) fn pass(&self, polity: &Polity, actor: &Actor) -> Result<Access> {
        self.enter(polity, actor).map_err(shut)
    }

    /// Lets the caller in to end this account's membership: who ends their own does not take it up by that.
    ///
    /// # Errors
    /// As [`Door::pass`].
    pub(super) fn pass_to_end(&self, polity: &Polity, actor: &Actor, account: AccountId) -> Result<Access> {
        self.enter_by(Polity::way_to_end(actor, account), polity, actor).map_err(shut)
    }

    /// Counts a request with an API key that is about no organization.
    ///
    /// # Errors
    /// `Throttled` when the key's owner has asked too often.
    pub(super) fn wait(&self, actor: &Actor) -> Result<()> {
        match (&self.meter, actor.subject().id()) {
            (Some(meter), Some(owner)) => meter.count(owner),
            _ => Ok(()),
        }
    }
}

impl Meter {
    fn count(&self, by: Uuid) -> Result<()> {
        if self.counted.swap(true, Ordering::Relaxed) { Ok(()) } else { self.gate.keys.done(ASKING, by) }
    }
}

impl FromRequest for Door {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let place = match request.match_info().get("organization_id") {
            Some("@current") => {
                let Ok(header) = OrganizationHeader::from_request(request, payload).into_inner();
                Place::Current(header)
            }
            Some(named) => named.parse().map_or(Place::Nowhere, Place::Named),
            None => Place::Nowhere,
        };
        let door = Self { place, meter: meter(request) };
        ready(accept::json(request).map(|()| door).map_err(|error| Refusal::new(request, error)))
    }
}

/// What counts the request, where its credential is an API key.
fn meter(request: &HttpRequest) -> Option<Meter> {
    credentials::of(request).ok().filter(polity_identity::Credential::is_api_key)?;
    let gate = request.app_data::<web::Data<Gate>>()?.clone();
    Some(Meter { gate, counted: Arc::default() })
}

/// What belongs to an organization that is unknown to the caller is forbidden to them.
fn shut(error: Error) -> Error {
    match error.code() {
        Code::NotFound => Error::new(Code::Forbidden, "You do not have permission to perform this action."),
        _ => error,
    }
}

fn unknown() -> Error {
    Error::not_found("organization")
}
