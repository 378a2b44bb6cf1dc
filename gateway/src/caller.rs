//! Who is calling, and the one hop from a handler to a thread that may block.
//!
//! ```text
//! pub async fn read(caller: Caller, path: Path<OrganizationPath>) -> Result<Json<wire::Org>, Fault> {
//!     let found = caller.read(move |polity, actor| {
//!         let access = polity.enter(actor, &path.organization)?;
//!         polity.directory.organization(&access)
//!     }).await?;
//!     Ok(Json(found.into()))
//! }
//! ```

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::error::ErrorInternalServerError;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest, web};
use polity_directory::OrganizationRef;
use polity_identity::Credential;
use polity_kernel::{Actor, Code, Error, Page, Paged, Result};
use serde::Serialize;
use tracing::Span;

use crate::boot::{Gate, Polity};
use crate::extract::Refusal;
use crate::routes::{Listing, Pieces, Slice};
use crate::status::NoCredential;
use crate::{credentials, offload, telemetry};

/// The header that names the organization where the path names none.
const ORGANIZATION: HeaderName = HeaderName::from_static("x-organization");

/// Whoever sent the request. Without anything that could be a credential the request is refused here, before its body is looked
/// at; what could be one proves nothing yet: it is judged on the thread that also does the work.
pub struct Caller {
    gate: web::Data<Gate>,
    credential: Credential,
    address: Option<IpAddr>,
    /// The organization that the path names, else the header: what entering is likely to ask for.
    organization: Option<OrganizationRef>,
    /// Who it is, where that has been found out already.
    known: Option<Actor>,
}

/// Anybody: for the few routes that ask for no credential.
pub struct Anyone {
    gate: web::Data<Gate>,
    address: Option<IpAddr>,
}

impl Caller {
    /// Where the request comes from; absent where no network tells.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
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
        let gate = self.gate.clone();
        let work = self.introduced().await?.prepared(work);
        if let Some(answer) = gate.polity.ctx.from_memory(|| offload::guarded(&work)) {
            return answer;
        }
        offload::read(move || gate.polity.ctx.moment(work)).await
    }

    /// Runs a write as this caller; when it returns, the change is on disk.
    ///
    /// # Errors
    /// Those of the write; `Unauthenticated` or `Throttled` without a good credential.
    pub async fn write<T: Send + 'static>(
        self,
        work: impl FnOnce(&Polity, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let gate = self.gate.clone();
        let identified = self.introduced().await?.identified();
        let inside = gate.clone();
        gate.writers.write(move || inside.polity.ctx.moment(|| work(&inside.polity, &identified()?))).await
    }

    /// Answers with a list of any length, or a slice of it: `enter` runs once, `page` once for each page of it.
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
        A: Send + Sync + 'static,
        T: Serialize + Send + 'static,
    {
        let (gate, slice) = (self.gate.clone(), *slice);
        let identified = self.introduced().await?.identified();
        offload::read(move || {
            let entered = gate.polity.ctx.moment(|| enter(&gate.polity, &identified()?))?;
            Listing::begin(
                slice,
                Arc::new(move |part: Page| gate.polity.ctx.moment(|| page(&gate.polity, &entered, part))),
            )
        })
        .await
    }

    /// Answers piece by piece: `enter` runs once, `piece` once for each, from the beginning or where the one before says.
    ///
    /// # Errors
    /// Those of `enter` and of the first piece; `Unauthenticated` or `Throttled` without a good credential.
    pub async fn piecewise<A, C>(
        self,
        enter: impl FnOnce(&Polity, &Actor) -> Result<A> + Send + 'static,
        piece: impl Fn(&Polity, &A, Option<C>) -> Result<(Vec<u8>, Option<C>)> + Send + Sync + 'static,
    ) -> Result<Pieces<C>>
    where
        A: Send + Sync + 'static,
        C: Send + 'static,
    {
        let gate = self.gate.clone();
        let identified = self.introduced().await?.identified();
        offload::read(move || {
            let entered = gate.polity.ctx.moment(|| enter(&gate.polity, &identified()?))?;
            let piece = move |from| gate.polity.ctx.moment(|| piece(&gate.polity, &entered, from));
            let first = piece(None)?;
            Ok(Pieces::new(first, Arc::new(move |from| piece(Some(from)))))
        })
        .await
    }

    /// Runs what may wait for somebody else's server as this caller, on threads that do nothing else.
    ///
    /// # Errors
    /// Those of the work; `Unauthenticated` or `Throttled` without a good credential; `Unavailable` when too many wait already.
    pub async fn errand<T: Send + 'static>(
        self,
        work: impl FnOnce(&Polity, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (gate, address) = (self.gate.clone(), self.address);
        let identified = self.introduced().await?.identified();
        let inside = gate.clone();
        let work = move || inside.polity.ctx.moment(|| work(&inside.polity, &identified()?));
        gate.errands.run(address, work).await
    }

    /// The same caller, judged already where an issuer's server has to be asked for it: that is waited for on threads of its own, and not at
    /// all for a network that has failed too often.
    async fn introduced(self) -> Result<Self> {
        if !self.gate.polity.identity.waits_outside(&self.credential) {
            return Ok(self);
        }
        let Self { gate, credential, address, .. } = &self;
        gate.guesses.check(*address)?;
        let (inside, credential, address) = (gate.clone(), credential.clone(), *address);
        let judge = move || {
            // others of the network may have failed while this one waited
            inside.guesses.check(address)?;
            let authenticated = inside.polity.identity.authenticate(&credential);
            authenticated.map_err(|error| judged(&inside, address, error))
        };
        let known = Some(gate.errands.run(address, judge).await?);
        Ok(Self { known, ..self })
    }

    /// The work, preceded by the judgement of the credential.
    fn prepared<T>(
        self,
        work: impl Fn(&Polity, &Actor) -> Result<T> + Send + 'static,
    ) -> impl Fn() -> Result<T> + Send + 'static {
        let gate = self.gate.clone();
        let identified = self.identified();
        move || work(&gate.polity, &identified()?)
    }

    /// The judgement of the credential, to be passed where it may block.
    fn identified(self) -> impl Fn() -> Result<Actor> + Send + 'static {
        let Self { gate, credential, address, organization, known } = self;
        let span = Span::current();
        move || {
            if let Some(actor) = &known {
                telemetry::note_actor(&span, actor);
                return Ok(actor.clone());
            }
            foresee(&gate.polity, &credential, organization.as_ref())?;
            let authenticated = gate.polity.identity.authenticate(&credential);
            let actor = authenticated.map_err(|error| judged(&gate, address, error))?;
            telemetry::note_actor(&span, &actor);
            Ok(actor)
        }
    }
}

impl Anyone {
    /// Runs a read as nobody in particular.
    pub async fn read<T: Send + 'static>(
        self,
        work: impl FnOnce(&Polity) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        offload::read(move || work(&self.gate.polity)).await
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
    /// address ([`crate::pace::Pace::STRANGERS`]).
    ///
    /// # Errors
    /// `Throttled` when it was done too often.
    pub fn paced(&self, deed: &'static str) -> Result<()> {
        self.gate.strangers.done_from(deed, self.address)
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

/// Asks in one round trip for what authenticating and entering are going to ask for one after the other.
fn foresee(polity: &Polity, credential: &Credential, organization: Option<&OrganizationRef>) -> Result<()> {
    polity.ctx.foresee(|| {
        let mut scopes = polity.identity.watched(credential);
        scopes.extend(organization.and_then(|organization| polity.directory.watched(organization)));
        scopes
    })
}

/// Counts a bad credential; a missing one is nobody's guess.
fn judged(gate: &Gate, address: Option<IpAddr>, error: Error) -> Error {
    let guess = error.code() == Code::Unauthenticated
        && !std::error::Error::source(&error).is_some_and(<dyn std::error::Error>::is::<NoCredential>);
    if guess { gate.guesses.failed(address, error) } else { error }
}

impl FromRequest for Caller {
    type Error = actix_web::Error;
    type Future = Ready<actix_web::Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (credential, organization) = (credentials::of(request), hint(request));
        ready(gate(request).and_then(|gate| {
            let address = gate.proxies.client(request);
            match credential {
                Ok(credential) => Ok(Self { gate, credential, address, organization, known: None }),
                Err(error) => Err(Refusal::new(request, judged(&gate, address, error)).into()),
            }
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

/// The organization that the request seems to be about. Only a guess at what to ask for early: nobody is let in by it.
fn hint(request: &HttpRequest) -> Option<OrganizationRef> {
    let path = request.match_info();
    let named = ["organizationId", "organization_id", "organization", "alias"]
        .iter()
        .find_map(|place| path.get(place));
    let named = named.or_else(|| request.headers().get(ORGANIZATION)?.to_str().ok());
    named.and_then(|name| name.parse().ok())
}

fn gate(request: &HttpRequest) -> actix_web::Result<web::Data<Gate>> {
    request
        .app_data()
        .cloned()
        .ok_or_else(|| ErrorInternalServerError("the application was built without its gate"))
}
