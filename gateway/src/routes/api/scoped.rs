//! Callers of routes that have a scope: what the family asks of them before a handler's work is given anything.
//!
//! In this order: the credential, the organization that the path names, how often API keys have asked there, whether it takes personal
//! keys, and the route's scope. The work is given what the asking proves, and cannot have it otherwise.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use polity_directory::OrganizationRef;
use polity_identity::Scope;
use polity_kernel::{Access, AccountId, Actor, Code, Error, Permission, Result};
use uuid::Uuid;

use super::accept;
use super::paths::ORGANIZATION;
use crate::areas::{Polity, Way};
use crate::ask::current::current;
use crate::family::Refusal;
use crate::gate::Gate;
use crate::gate::caller::{Caller, OrganizationHeader};
use crate::gate::credentials;
use crate::table::Asks;

/// What an API key's requests are counted as.
const ASKING: &str = "api";

/// Whoever calls a route that has a scope. `Scoped<Access>` is let into the organization of the path, `Scoped<Actor>` is asked the same
/// where the path has none.
pub(super) struct Scoped<P> {
    caller: Caller,
    asking: Asking,
    proof: PhantomData<fn() -> P>,
}

/// What is asked of a caller.
#[derive(Clone)]
pub(super) struct Asking {
    place: Place,
    scope: Scope,
    permission: Permission,
    /// There for an API key alone.
    meter: Option<Meter>,
    /// Whether an organization that is unknown to the caller is answered as nothing at all, and not as something forbidden.
    is_itself: bool,
}

/// The organization of a path: an id, key or alias, or `@current`.
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

/// What asking a caller proves.
pub(super) trait Proof: Sized {
    /// Asks the caller for everything that the family asks for.
    fn of(asking: &Asking, polity: &Polity, actor: &Actor) -> Result<Self>;
}

impl Proof for Access {
    fn of(asking: &Asking, polity: &Polity, actor: &Actor) -> Result<Self> {
        asking.enter(Polity::enter, polity, actor)
    }
}

impl Proof for Actor {
    fn of(asking: &Asking, _: &Polity, actor: &Actor) -> Result<Self> {
        asking.wait(actor)?;
        asking.scope.asked_of(actor, &asking.permission)?;
        Ok(actor.clone())
    }
}

impl<P: Proof> Scoped<P> {
    /// Runs a read as this caller, as [`Caller::read`] does.
    ///
    /// # Errors
    /// Those of asking and of the read.
    pub(super) async fn read<T: Send + 'static>(
        self,
        work: impl Fn(&Polity, &P) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (caller, asked) = self.asked();
        caller.read(move |polity, actor| work(polity, &asked(polity, actor)?)).await
    }

    /// Runs a write as this caller, as [`Caller::write`] does.
    ///
    /// # Errors
    /// Those of asking and of the write.
    pub(super) async fn write<T: Send + 'static>(
        self,
        work: impl FnOnce(&Polity, &P) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (caller, asked) = self.asked();
        caller.write(move |polity, actor| work(polity, &asked(polity, actor)?)).await
    }

    /// Runs what may wait for somebody else's server as this caller, as [`Caller::errand`] does.
    ///
    /// # Errors
    /// Those of asking and of the work.
    pub(super) async fn errand<T: Send + 'static>(
        self,
        work: impl FnOnce(&Polity, &P) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (caller, asked) = self.asked();
        caller.errand(move |polity, actor| work(polity, &asked(polity, actor)?)).await
    }

    /// The caller, and what asks them: for what begins a list.
    pub(super) fn asked(self) -> (Caller, impl Fn(&Polity, &Actor) -> Result<P> + Send + 'static) {
        let Self { caller, asking, .. } = self;
        (caller, move |polity: &Polity, actor: &Actor| P::of(&asking, polity, actor))
    }
}

impl Scoped<Access> {
    /// The same at the organization itself: one that is unknown to the caller is not there, while what belongs to it is forbidden.
    pub(super) fn itself(mut self) -> Self {
        self.asking.is_itself = true;
        self
    }

    /// Runs a write that ends an account's membership: who ends their own does not take it up by that.
    ///
    /// # Errors
    /// Those of asking and of the write.
    pub(super) async fn end_membership(
        self,
        account: impl FnOnce(&Actor) -> Result<AccountId> + Send + 'static,
        work: impl FnOnce(&Polity, &Access, AccountId) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let Self { caller, asking, .. } = self;
        let work = move |polity: &Polity, actor: &Actor| {
            let account = account(actor)?;
            let access = asking.enter(Polity::way_to_end(actor, account), polity, actor)?;
            work(polity, &access, account)
        };
        caller.write(work).await
    }
}

impl Asking {
    /// What the route of a request asks.
    ///
    /// # Errors
    /// `NotAcceptable` for a caller that takes no JSON.
    fn of(request: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        accept::json(request)?;
        let Some(Asks::Scope(scope, permission)) = Asks::of(request) else {
            return Err(Error::internal("the route names no scope"));
        };
        let place = match request.match_info().get(ORGANIZATION) {
            Some("@current") => {
                let Ok(header) = OrganizationHeader::from_request(request, payload).into_inner();
                Place::Current(header)
            }
            Some(named) => named.parse().map_or(Place::Nowhere, Place::Named),
            None => Place::Nowhere,
        };
        let (scope, permission) = (*scope, permission.clone());
        Ok(Self { place, scope, permission, meter: meter(request), is_itself: false })
    }

    /// Lets the caller in.
    ///
    /// # Errors
    /// `Forbidden` for an organization that is unknown to the caller, and where there is no current one, `NotFound` where the organization
    /// itself is asked for; `Throttled` when API keys have asked for too much there; `Forbidden` for a personal API key that the
    /// organization does not take, and for a credential without the scope.
    fn enter(&self, way: Way, polity: &Polity, actor: &Actor) -> Result<Access> {
        let entered = self.paced(way, polity, actor);
        let access = if self.is_itself { entered? } else { entered.map_err(shut)? };
        self.scope.asked(&access, &self.permission)?;
        Ok(access)
    }

    /// Enters, and counts what an API key asks for.
    fn paced(&self, way: Way, polity: &Polity, actor: &Actor) -> Result<Access> {
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

    /// Counts a request with an API key that is about no organization.
    ///
    /// # Errors
    /// `Throttled` when the key's owner has asked too often.
    fn wait(&self, actor: &Actor) -> Result<()> {
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

impl<P: Proof> FromRequest for Scoped<P> {
    type Error = actix_web::Error;
    type Future = Ready<actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // without a credential nothing else is looked at
        ready(Caller::from_request(request, payload).into_inner().and_then(|caller| {
            let asking = Asking::of(request, payload);
            let asking = asking.map_err(|error| Refusal::new(request, error))?;
            Ok(Self { caller, asking, proof: PhantomData })
        }))
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

#[cfg(test)]
mod tests {
    use polity_legal::permissions::{
        ORG_LEGAL_DOCUMENTS_CREATE, ORG_LEGAL_DOCUMENTS_GET, ORG_LEGAL_DOCUMENTS_LIST,
        ORG_LEGAL_DOCUMENTS_UPDATE,
    };

    use super::*;

    #[test]
    fn the_scopes_of_legal_documents_are_what_their_area_asks_for() {
        let (read, write) = (Scope::LegalRead.permissions(), Scope::LegalWrite.permissions());
        assert!(read.lacking([&ORG_LEGAL_DOCUMENTS_LIST, &ORG_LEGAL_DOCUMENTS_GET]).is_empty());
        assert!(
            write
                .lacking([
                    &ORG_LEGAL_DOCUMENTS_LIST,
                    &ORG_LEGAL_DOCUMENTS_GET,
                    &ORG_LEGAL_DOCUMENTS_CREATE,
                    &ORG_LEGAL_DOCUMENTS_UPDATE
                ])
                .is_empty()
        );
        assert_eq!((read.iter().count(), write.iter().count()), (2, 4));
    }
}
