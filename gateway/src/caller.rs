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
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use actix_web::dev::Payload;
use actix_web::error::ErrorInternalServerError;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use polity_directory::OrganizationRef;
use polity_identity::Credential;
use polity_kernel::{Actor, Code, Error, Page, Paged, Result};
use serde::Serialize;
use tracing::Span;
use uuid::Uuid;

use crate::boot::{Gate, Polity};
use crate::entered::Entered;
use crate::extract::Refusal;
use crate::offload::{self, Desk, Turn};
use crate::routes::{Listing, Pieces, Slice, Template};
use crate::slots::Slot;
use crate::status::NoCredential;
use crate::{credentials, pace, telemetry};

/// The header that names the organization where the path names none.
const ORGANIZATION: HeaderName = HeaderName::from_static("x-organization");

/// Whoever sent the request. Without anything that could be a credential the request is refused here, before its body is looked
/// at; what could be one proves nothing yet: it is judged before a body is read (`known`), and on the thread that does the work.
pub struct Caller(Claim);

/// What a request says of who sent it. Whoever takes a [`Caller`] leaves it in the request for those who read the body.
#[derive(Clone)]
struct Claim {
    gate: web::Data<Gate>,
    credential: Credential,
    address: Option<IpAddr>,
    /// The organization that the path names, else the header: what entering is likely to ask for.
    organization: Option<OrganizationRef>,
    /// The route's path.
    deed: &'static str,
    whose: Whose,
    /// Who it is, where that has been found out already.
    known: Option<Actor>,
}

/// Whom a request was found to come from, once its credential was judged good.
#[derive(Clone, Default)]
pub(crate) struct Whose(Arc<OnceLock<Uuid>>);

impl Whose {
    /// The id of the person, service account or key.
    pub(crate) fn get(&self) -> Option<Uuid> {
        self.0.get().copied()
    }
}

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
            let (entered, first) = gate.polity.ctx.moment(|| {
                let entered = enter(&gate.polity, &identified()?)?;
                let first = piece(&gate.polity, &entered, None)?;
                Ok::<_, Error>((entered, first))
            })?;
            let further = move |from| {
                let polity = &gate.polity;
                polity.ctx.moment(|| piece(polity, &entered.again(polity, identified()?)?, Some(from)))
            };
            Ok(Pieces::new(first, Arc::new(further), onward))
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

impl Claim {
    /// The same claim, judged already where an issuer's server has to be asked for it: that is waited for on threads of its own, and not at
    /// all for a network that has failed too often.
    async fn introduced(self) -> Result<Self> {
        if self.known.is_some() || !self.gate.polity.identity.waits_outside(&self.credential) {
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

    async fn read<T: Send + 'static>(
        self,
        work: impl Fn(&Polity, &Actor) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let gate = self.gate.clone();
        let claim = self.clone();
        let work = self.prepared(work);
        if let Some(answer) = gate.polity.ctx.from_memory(|| offload::guarded(&work)) {
            return answer;
        }
        claim.desk().read(move || gate.polity.ctx.moment(work)).await
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
    fn identified(self) -> impl Fn() -> Result<Actor> + Send + Sync + 'static {
        let Self { gate, credential, address, organization, whose, known, .. } = self;
        let span = Span::current();
        // good for the beginning: whoever reads on is judged anew
        let known = Mutex::new(known);
        move || {
            let introduced = known.lock().unwrap_or_else(PoisonError::into_inner).take();
            let actor = match introduced {
                Some(actor) => actor,
                None => {
                    foresee(&gate.polity, &credential, organization.as_ref())?;
                    let authenticated = gate.polity.identity.authenticate(&credential);
                    authenticated.map_err(|error| judged(&gate, address, error))?
                }
            };
            if let Some(id) = actor.subject().id() {
                // the same each time
                whose.0.get_or_init(|| id);
            }
            telemetry::note_actor(&span, &actor);
            Ok(actor)
        }
    }

    /// Whose turn this request's work is: only a guess by what is remembered, since nothing is proven yet.
    fn turn(&self) -> Turn {
        let polity = &self.gate.polity;
        let organization = self.organization.as_ref().and_then(|named| polity.directory.watched(named));
        let person = polity.identity.remembered(&self.credential);
        Turn { deed: self.deed, organization, person: person.or_else(|| self.address.map(pace::stranger)) }
    }

    fn desk(&self) -> Desk {
        Desk { readers: self.gate.readers.clone(), turn: self.turn() }
    }
}

/// Judges the credential of a request whose route takes a [`Caller`], and says whose it is; absent where anybody may call.
///
/// # Errors
/// `Unauthenticated` or `Throttled` without a good credential.
pub(crate) async fn known(request: &HttpRequest) -> Result<Option<Known>> {
    let Some(claim) = request.extensions().get::<Claim>().cloned() else { return Ok(None) };
    let (gate, whose) = (claim.gate.clone(), claim.whose.clone());
    let turn = Turn { deed: "body", organization: None, ..claim.turn() };
    claim.introduced().await?.read(|_, _| Ok(())).await?;
    let turn = Turn { person: whose.get().or(turn.person), ..turn };
    Ok(Some(Known { desk: Desk { readers: gate.readers.clone(), turn }, gate }))
}

/// Somebody whose credential was judged good.
pub(crate) struct Known {
    /// Where their bodies are parsed.
    pub(crate) desk: Desk,
    gate: web::Data<Gate>,
}

impl Known {
    /// A place for one more of their long bodies.
    ///
    /// # Errors
    /// `Throttled` when too many arrive already.
    pub(crate) fn upload(&self) -> Result<Slot> {
        match self.desk.turn.person {
            Some(whose) => self.gate.uploads.begin(whose),
            None => Ok(Slot::default()),
        }
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
            let deed = request.app_data::<Template>().map_or("nowhere", |template| template.0);
            match credential {
                Ok(credential) => {
                    let whose = Whose::default();
                    let claim = Claim { gate, credential, address, organization, deed, whose, known: None };
                    let mut left = request.extensions_mut();
                    left.insert(claim.whose.clone());
                    left.insert(claim.clone());
                    Ok(Self(claim))
                }
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
