//! What a request says of who sent it, and when that is judged.
//!
//! It is judged before a body is read ([`known`]), and again on the thread that does the work.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use actix_web::http::header::HeaderName;
use actix_web::{HttpMessage as _, HttpRequest, web};
use polity_directory::OrganizationRef;
use polity_identity::Credential;
use polity_kernel::{Actor, Code, Error, Result};
use tracing::Span;
use uuid::Uuid;

use crate::areas::Polity;
use crate::family::Template;
use crate::gate::Gate;
use crate::gate::offload::{self, Desk, Turn};
use crate::gate::slots::Slot;
use crate::gate::status::NoCredential;
use crate::gate::{credentials, pace};
use crate::telemetry;

/// The header that names the organization where the path names none.
pub(crate) const ORGANIZATION: HeaderName = HeaderName::from_static("x-organization");

/// What a request says of who sent it. Whoever takes a [`Caller`](crate::gate::caller::Caller) leaves it in the request for those who read the body.
#[derive(Clone)]
pub(crate) struct Claim {
    pub(crate) gate: web::Data<Gate>,
    credential: Credential,
    pub(crate) address: Option<IpAddr>,
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

impl Claim {
    /// What the request says, if it says anything that could be a credential; left in the request for those who read the body.
    ///
    /// # Errors
    /// `Unauthenticated` or `Throttled` without a credential.
    pub(crate) fn of(request: &HttpRequest, gate: web::Data<Gate>) -> Result<Self> {
        let address = gate.proxies.client(request);
        let deed = request.app_data::<Template>().map_or("nowhere", |template| template.0);
        let credential = credentials::of(request).map_err(|error| judged(&gate, address, error))?;
        let organization = hint(request);
        let claim =
            Self { gate, credential, address, organization, deed, whose: Whose::default(), known: None };
        let mut left = request.extensions_mut();
        left.insert(claim.whose.clone());
        left.insert(claim.clone());
        drop(left);
        Ok(claim)
    }

    /// The same claim, judged already where an issuer's server has to be asked for it: that is waited for on threads of its own, and not at
    /// all for a network that has failed too often.
    pub(crate) async fn introduced(self) -> Result<Self> {
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

    pub(crate) async fn read<T: Send + 'static>(
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
    pub(crate) fn identified(self) -> impl Fn() -> Result<Actor> + Send + Sync + 'static {
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
                    // a browser sends its cookie by itself: one that is over is nobody's guess
                    authenticated.map_err(|error| match credential.is_session() {
                        true => error,
                        false => judged(&gate, address, error),
                    })?
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
    pub(crate) fn turn(&self) -> Turn {
        let polity = &self.gate.polity;
        let organization = self.organization.as_ref().and_then(|named| polity.directory.watched(named));
        let person = polity.identity.remembered(&self.credential);
        Turn { deed: self.deed, organization, person: person.or_else(|| self.address.map(pace::stranger)) }
    }

    pub(crate) fn desk(&self) -> Desk {
        Desk { readers: self.gate.readers.clone(), turn: self.turn() }
    }
}

/// Judges the credential of a request whose route takes a [`Caller`](crate::gate::caller::Caller), and says whose it is; absent where anybody may call.
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

/// The organization that the request seems to be about. Only a guess at what to ask for early: nobody is let in by it.
fn hint(request: &HttpRequest) -> Option<OrganizationRef> {
    let path = request.match_info();
    let named = ["organizationId", "organization_id", "organization", "alias"]
        .iter()
        .find_map(|place| path.get(place));
    let named = named.or_else(|| request.headers().get(ORGANIZATION)?.to_str().ok());
    named.and_then(|name| name.parse().ok())
}
