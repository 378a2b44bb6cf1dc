//! Who is calling, and the one hop from a handler to a thread that may block.
//!
//! ```text
//! pub(super) async fn read(caller: Caller, path: Path<OrgPath>) -> Result<Json<Org>, Fault> {
//!     let organization = path.organization()?;
//!     let found = caller
//!         .read(move |polity, actor| {
//!             let found = polity.directory.organization(&polity.enter(actor, &organization)?)?;
//!             shown_alone(polity, actor, found)
//!         })
//!         .await?;
//!     Ok(Json(found))
//! }
//! ```

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::error::ErrorInternalServerError;
use actix_web::{FromRequest, HttpRequest, web};
use polity_directory::OrganizationRef;
use polity_kernel::{Actor, Error, Page, Paged, Result};
use serde::Serialize;

use crate::answer::{Listing, Pieces, Slice};
use crate::areas::Polity;
use crate::family::Refusal;
use crate::gate::Gate;
use crate::gate::claim::{Claim, ORGANIZATION};
use crate::gate::entered::Entered;
use crate::gate::offload::Turn;
use crate::gate::pace;

/// Whoever sent the request. Without anything that could be a credential the request is refused here, before its body is looked
/// at; what could be one proves nothing yet: it is judged before a body is read (`claim::known`), and on the thread that does the work.
pub struct Caller(Claim);

/// Anybody: for the few routes that ask for no credential.
pub struct Anyone {
    gate: web::Data<Gate>,
    address: Option<IpAddr>,
}

impl Caller {
    /// Where the request comes from; absent where no network tells.
    pub fn address(&self) -> Option<IpAddr> {
        self.0.address
    }

    /// Runs a read as this caller: at once when all it needs is remembered and proven to hold, else on a thread that may block.
    /// So the work may run twice, and must not do anything but read.
    ///
    /// # Errors
    /// Those of the read; `Unauthenticated` or `Throttled` without a good credential.
    pub async fn read<T: Send + 'static>(
        self,
        work: impl Fn(&Polity, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.0.introduced().await?.read(work).await
    }

    /// Runs a write as this caller; when it returns, the change is on disk.
    ///
    /// # Errors
    /// Those of the write; `Unauthenticated` or `Throttled` without a good credential.
    pub async fn write<T: Send + 'static>(
        self,
        work: impl FnOnce(&Polity, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (gate, turn) = (self.0.gate.clone(), self.0.turn());
        let identified = self.0.introduced().await?.identified();
        let inside = gate.clone();
        let work = move || inside.polity.ctx.moment(|| work(&inside.polity, &identified()?));
        gate.writers.write_in(turn, work).await
    }

    /// Runs what hashes a password as this caller, on threads that do nothing else.
    ///
    /// # Errors
    /// Those of the work; `Unauthenticated` or `Throttled` without a good credential; `Unavailable` when too many wait already.
    pub async fn prove<T: Send + 'static>(
        self,
        work: impl FnOnce(&Polity, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let gate = self.0.gate.clone();
        let identified = self.0.introduced().await?.identified();
        let inside = gate.clone();
        gate.provers.write(move || inside.polity.ctx.moment(|| work(&inside.polity, &identified()?))).await
    }

    /// Answers with a list of any length, or a slice of it: `enter` runs once, `page` once for each page of it. Whether the caller may still
    /// read is asked at each of them (`Entered`); where they may not the answer breaks off.
    ///
    /// # Errors
    /// Those of `enter` and of the first page; `Unauthenticated` or `Throttled` without a good credential.
    pub async fn list<A, T>(
        self,
        slice: &Slice,
        enter: impl FnOnce(&Polity, &Actor) -> Result<A> + Send + 'static,
        page: impl Fn(&Polity, &A, Page) -> Result<Paged<T>> + Send + Sync + 'static,
    ) -> Result<Listing<T>>
    where
        A: Entered,
        T: Serialize + Send + 'static,
    {
        let (gate, desk, slice) = (self.0.gate.clone(), self.0.desk(), *slice);
        let identified = self.0.introduced().await?.identified();
        let onward = desk.clone();
        let begin = move || {
            let entered = gate.polity.ctx.moment(|| enter(&gate.polity, &identified()?))?;
            let pages = move |part: Page| {
                let polity = &gate.polity;
                polity.ctx.moment(|| page(polity, &entered.again(polity, identified()?)?, part))
            };
            Listing::begin(slice, Arc::new(pages), onward)
        };
        desk.read(begin).await
    }

    /// Answers piece by piece: `enter` runs once, `piece` once for each, from the beginning or where the one before says. Asks at each as
    /// [`Caller::list`] does.
    ///
    /// # Errors
    /// Those of `enter` and of the first piece; `Unauthenticated` or `Throttled` without a good credential.
    pub async fn piecewise<A, C>(
        self,
        enter: impl FnOnce(&Polity, &Actor) -> Result<A> + Send + 'static,
        piece: impl Fn(&Polity, &A, Option<C>) -> Result<(Vec<u8>, Option<C>)> + Send + Sync + 'static,
    ) -> Result<Pieces<C>>
    where
        A: Entered,
        C: Send + 'static,
    {
        let (gate, desk) = (self.0.gate.clone(), self.0.desk());
        let identified = self.0.introduced().await?.identified();
        let onward = desk.clone();
        let begin = move || {
            let (entered, (first, next)) = gate.polity.ctx.moment(|| {
                let entered = enter(&gate.polity, &identified()?)?;
                let first = piece(&gate.polity, &entered, None)?;
                Ok::<_, Error>((entered, first))
            })?;
            let further = move |from| {
                let polity = &gate.polity;
                polity.ctx.moment(|| piece(polity, &entered.again(polity, identified()?)?, Some(from)))
            };
            Ok(Pieces::new(first, next, Arc::new(further), onward))
        };
        desk.read(begin).await
    }

    /// Runs what may wait for somebody else's server as this caller, on threads that do nothing else.
    ///
    /// # Errors
    /// Those of the work; `Unauthenticated` or `Throttled` without a good credential; `Unavailable` when too many wait already.
    pub async fn errand<T: Send + 'static>(
        self,
        work: impl FnOnce(&Polity, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (gate, address) = (self.0.gate.clone(), self.0.address);
        let identified = self.0.introduced().await?.identified();
        let inside = gate.clone();
        let work = move || inside.polity.ctx.moment(|| work(&inside.polity, &identified()?));
        gate.errands.run(address, work).await
    }
}

impl Anyone {
    /// Runs a read as nobody in particular.
    pub async fn read<T: Send + 'static>(
        self,
        work: impl FnOnce(&Polity) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = Turn { deed: "anyone", organization: None, person: self.address.map(pace::stranger) };
        let gate = self.gate;
        gate.readers.clone().read(turn, move || work(&gate.polity)).await
    }

    /// Runs a write as nobody in particular; when it returns, the change is on disk.
    ///
    /// # Errors
    /// Those of the write.
    pub async fn write<T: Send + 'static>(
        self,
        work: impl FnOnce(&Polity) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let gate = self.gate;
        let inside = gate.clone();
        gate.writers.write(move || work(&inside.polity)).await
    }

    /// Where the request comes from; absent where no network tells.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Counts a failed proof of identity that the route itself judged; returns what to answer.
    pub fn failed(&self, failure: Error) -> Error {
        self.gate.guesses.failed(self.address, failure)
    }

    /// Counts that whoever it is does this, a name for the deed; a few times a minute and some dozens an hour are allowed from one
    /// address ([`crate::gate::pace::Pace::STRANGERS`]).
    ///
    /// # Errors
    /// `Throttled` when it was done too often.
    pub fn paced(&self, deed: &'static str) -> Result<()> {
        self.gate.strangers.done_from(deed, self.address)
    }

    /// Counts a step of signing in elsewhere: some dozens a minute are allowed from one address, for an office may share it
    /// ([`crate::gate::pace::Pace::SIGN_INS`]).
    ///
    /// # Errors
    /// `Throttled` when there were too many.
    pub fn signs_in(&self) -> Result<()> {
        self.gate.sign_ins.done_from("sso", self.address)
    }

    /// What all requests share.
    pub fn gate(&self) -> web::Data<Gate> {
        self.gate.clone()
    }
}

/// The organization that the header `X-Organization` names, by id, key or alias.
#[derive(Clone)]
pub struct OrganizationHeader(Option<String>);

impl OrganizationHeader {
    /// The organization this call is about where the path names none: the credential's own, else the header's.
    ///
    /// # Errors
    /// `NotFound` when the header cannot be the name of any.
    pub fn current(self, actor: &Actor) -> Result<Option<OrganizationRef>> {
        match actor.limits().organization {
            Some(own) => Ok(Some(own.into())),
            None => self.0.map(|name| name.parse()).transpose(),
        }
    }
}

impl FromRequest for Caller {
    type Error = actix_web::Error;
    type Future = Ready<actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(gate(request).and_then(|gate| {
            let claim = Claim::of(request, gate);
            claim.map(Self).map_err(|error| Refusal::new(request, error).into())
        }))
    }
}

impl FromRequest for Anyone {
    type Error = actix_web::Error;
    type Future = Ready<actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(gate(request).map(|gate| Self { address: gate.proxies.client(request), gate }))
    }
}

impl FromRequest for OrganizationHeader {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // sent twice it is a list (RFC 9110 §5.3), which names no organization
        let named: Vec<&str> =
            request.headers().get_all(ORGANIZATION).map(|name| name.to_str().unwrap_or_default()).collect();
        ready(Ok(Self((!named.is_empty()).then(|| named.join(",")))))
    }
}

fn gate(request: &HttpRequest) -> actix_web::Result<web::Data<Gate>> {
    request
        .app_data()
        .cloned()
        .ok_or_else(|| ErrorInternalServerError("the application was built without its gate"))
}
