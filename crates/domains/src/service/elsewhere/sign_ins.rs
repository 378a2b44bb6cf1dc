//! Signing in at a provider: away, back, and in at the browser that began.

use std::sync::Arc;

use polity_identity::Secret;
use polity_kernel::event::Origin;
use polity_kernel::{Actor, Error, OrganizationId, Result, Timestamp, Tx};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::ConnectionService;
use crate::acts::desk::{Open, anywhere, found, remove};
use crate::acts::offers::rests;
use crate::acts::sign_ins::{AWAY, Away, BACK, Back, Flow, browser, digest, note, opened, take};
use crate::acts::spoken::{Answer, Spoken};
use crate::connection::Tested;
use crate::connection::arrival::{Arrival, Begin, Callback, Departure, SignInPurpose};
use crate::connection::attempt::Step;
use crate::connection::code::Binding;
use crate::connection::external::ExternalIdentity;
use crate::connection::rejection::Rejection;
use crate::connection::saml::judge::in_response_to;
use crate::connection::saml::metadata::{metadata_for_all, of_service};
use crate::events::CONNECTION_TESTED;
use crate::store::flows::{Row, Stage};
use crate::{Addresses, Connection, ConnectionId, ConnectionSettings, SignInElsewhere, store};

/// What an answer came to, before it is kept.
struct Passed {
    identity: ExternalIdentity,
    /// The assertion that was used, and how long it could be again.
    assertion: Option<Used>,
}

/// An assertion that was used.
#[derive(Clone)]
struct Used {
    id: String,
    until: Timestamp,
}

/// A sign-in that an answer belongs to: one that began here, or none.
struct Begun {
    purpose: SignInPurpose,
    browser: Option<Vec<u8>>,
    away: Option<Away>,
}

impl SignInElsewhere for ConnectionService {
    fn start(&self, connection: ConnectionId, begin: &Begin) -> Result<Departure> {
        let purpose = match &begin.test {
            Some(secret) => self.offered(connection, secret)?,
            None => SignInPurpose::Login,
        };
        let open = self.opened(|conn| anywhere(conn, connection))?;
        self.require_awake(&open.connection, Step::Start, purpose)?;
        let binding = Binding::random(self.ctx.ids());
        // an XML id does not begin with a digit
        let request_id = format!("_{}", binding.state.reveal());
        let spoken = self.spoken(&open);
        let departure = spoken
            .departure(&binding, &request_id, begin.login_hint.as_deref())
            .or_else(|rejection| self.refuse(&open.connection, Step::Start, rejection))?;
        let mut away = Away::new(&binding, begin.return_to.clone(), open.connection.version);
        let mut key = binding.state.reveal().to_owned();
        if let ConnectionSettings::Saml(_) = open.connection.settings {
            away.request_id.clone_from(&request_id);
            key = request_id;
        }
        let flow = Flow {
            stage: Stage::Away,
            connection: &open.connection,
            purpose,
            browser: Some(browser(&self.desk.sign_ins, &begin.browser).bytes().to_vec()),
            expires_at: self.ctx.now().after(AWAY),
        };
        let row = flow.row(&self.desk.sign_ins, self.ctx.ids(), &key, &away)?;
        self.ctx.write_platform(move |tx| store::flows::insert(tx, &row))?;
        Ok(departure)
    }

    fn judge(&self, callback: &Callback) -> Result<Secret> {
        match callback {
            Callback::Saml { connection, response } => self.judge_saml(*connection, response.reveal()),
            Callback::Authorization { state, .. } => {
                let state = state.as_ref().ok_or(Rejection::UnknownFlow)?;
                self.judge_code(state, callback)
            }
        }
    }

    fn arrive(&self, code: &Secret, cookie: &Secret) -> Result<Arrival> {
        self.arrived(Stage::Back, code, cookie)
    }

    fn relayed(&self, relay_state: &str, response: &str) -> Result<ConnectionId> {
        let unknown = || Error::not_found("connection");
        if let Ok(Some(request)) = in_response_to(response) {
            return self.awaiting(&request)?.ok_or_else(unknown);
        }
        let domain = relay_state.parse().map_err(|_| unknown())?;
        let connection = self.ctx.read(|conn| store::connections::serving_anywhere(conn, domain))?;
        connection.map(|connection| connection.id).ok_or_else(unknown)
    }

    fn common_metadata(&self) -> String {
        metadata_for_all(&self.desk.service_provider(ConnectionId::new(uuid::Uuid::nil())))
    }

    fn addresses(&self, connection: ConnectionId) -> Addresses {
        self.desk.addresses(connection)
    }

    fn service_metadata(&self, connection: ConnectionId) -> Result<String> {
        let told = self.ctx.read(|conn| Ok(anywhere(conn, connection)?.connection))?;
        let (ConnectionSettings::Saml(saml), Some(key)) = (&told.settings, &told.public_key) else {
            return Err(Error::not_found("connection"));
        };
        Ok(of_service(&self.desk.service_provider(connection), key, saml.sign_requests))
    }

    fn jwks(&self, connection: ConnectionId) -> Result<Value> {
        let told = self.ctx.read(|conn| Ok(anywhere(conn, connection)?.connection))?;
        let keys: Vec<Value> = told.public_key.into_iter().map(|key| key.jwk).collect();
        Ok(json!({ "keys": keys }))
    }

    fn forget_expired(&self) -> Result<()> {
        self.ctx.write_platform(|tx| {
            let now = tx.now();
            store::flows::forget(tx, now)?;
            store::replays::forget(tx, now)?;
            Ok(())
        })
    }

    fn purge(&self, organization: OrganizationId, limit: usize) -> Result<usize> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.ctx.write_platform(move |tx| {
            let doomed = store::connections::some(tx, organization, limit)?;
            for id in &doomed {
                let kept = found(tx, organization, *id)?;
                remove(tx, &kept.connection)?;
            }
            Ok(doomed.len())
        })
    }
}

impl ConnectionService {
    /// Hands out what is kept at this stage, once, to the browser that it is for.
    pub(super) fn arrived(&self, stage: Stage, code: &Secret, cookie: &Secret) -> Result<Arrival> {
        let (desk, code, cookie) = (Arc::clone(&self.desk), code.clone(), cookie.clone());
        let arrival = self.ctx.write_platform(move |tx| {
            let Some(row) = take(tx, &desk.sign_ins, stage, code.reveal())? else {
                return Ok(Err(Rejection::UnknownFlow));
            };
            let connection = found(tx, row.organization_id, row.connection_id)?.connection;
            let kind = connection.kind();
            let here = browser(&desk.sign_ins, &cookie);
            // one that did not begin here is no reason to keep what was judged: it is gone by now
            if row.browser.as_ref().is_some_and(|began| !bool::from(began.ct_eq(here.bytes()))) {
                note(tx, &connection, Step::Arrival, Some(Rejection::OtherBrowser))?;
                return Ok(Err(Rejection::OtherBrowser));
            }
            let back: Back = opened(&desk.sign_ins, &row, code.reveal())?;
            if row.purpose == SignInPurpose::Test {
                tested(tx, &connection, back.identity.email.clone())?;
            }
            Ok(Ok(Arrival {
                organization: row.organization_id,
                connection: row.connection_id,
                kind,
                identity: back.identity,
                purpose: row.purpose,
                return_to: back.return_to,
                unsolicited: back.unsolicited,
            }))
        })?;
        arrival.map_err(Error::from)
    }

    fn spoken<'s>(&'s self, open: &'s Open) -> Spoken<'s> {
        Spoken { ctx: &self.ctx, desk: &self.desk, open }
    }

    fn opened(
        &self,
        find: impl Fn(&mut polity_kernel::Conn) -> Result<store::connections::Kept>,
    ) -> Result<Open> {
        self.desk.open(self.ctx.read(find)?)
    }

    /// The connection whose provider is to answer this request.
    fn awaiting(&self, request: &str) -> Result<Option<ConnectionId>> {
        let digest = digest(&self.desk.sign_ins, Stage::Away, request);
        let now = self.ctx.now();
        self.ctx.read(|conn| store::flows::connection_of(conn, Stage::Away, &digest, now))
    }

    /// Takes up the try-out that was offered.
    fn offered(&self, connection: ConnectionId, secret: &Secret) -> Result<SignInPurpose> {
        let row = self.taken(Stage::Offered, secret.reveal())?;
        if row.connection_id != connection {
            return Err(Rejection::OtherConnection.into());
        }
        Ok(row.purpose)
    }

    /// The sign-in that this brings back, which nobody else gets after.
    fn taken(&self, stage: Stage, key: &str) -> Result<Row> {
        let (desk, wanted) = (Arc::clone(&self.desk), key.to_owned());
        let row = self.ctx.write_platform(move |tx| take(tx, &desk.sign_ins, stage, &wanted))?;
        row.ok_or_else(|| Rejection::UnknownFlow.into())
    }

    fn judge_code(&self, state: &Secret, callback: &Callback) -> Result<Secret> {
        let row = self.taken(Stage::Away, state.reveal())?;
        let away: Away = opened(&self.desk.sign_ins, &row, state.reveal())?;
        let open = self.opened(|conn| anywhere(conn, row.connection_id))?;
        let Callback::Authorization { code, issuer, error, .. } = callback else {
            return Err(Rejection::OtherConnection.into());
        };
        self.require_awake(&open.connection, Step::Answer, row.purpose)?;
        let outcome = match (error.as_deref(), code) {
            (Some("access_denied"), _) => Err(Rejection::PersonRefused),
            (Some(_), _) => Err(Rejection::ProviderRefused),
            (None, None) => Err(Rejection::MissingCode),
            (None, Some(code)) => {
                let answer = Answer { state, code, issuer: issuer.as_deref() };
                self.spoken(&open).identity(&away, &answer)
            }
        };
        let begun = Begun { purpose: row.purpose, browser: row.browser, away: Some(away) };
        let passed = outcome.map(|identity| Passed { identity, assertion: None });
        self.keep(&open.connection, begun, passed)
    }

    fn judge_saml(&self, connection: ConnectionId, response: &str) -> Result<Secret> {
        let open = self.opened(|conn| anywhere(conn, connection))?;
        // what belongs to no sign-in under way is not noted: strangers would fill the log with it
        let begun = self.begun_of(&open.connection, response)?;
        if begun.away.is_some() {
            self.require_awake(&open.connection, Step::Answer, begun.purpose)?;
        } else if let Some(rejection) = self.rests(&open.connection)? {
            return Err(rejection.into());
        }
        let request_id = begun.away.as_ref().map(|away| away.request_id.as_str());
        let outcome = self.spoken(&open).judged(response, request_id, self.ctx.now());
        let passed = outcome.map(|judged| Passed {
            identity: judged.identity,
            assertion: Some(Used { id: judged.assertion_id, until: judged.until }),
        });
        self.keep(&open.connection, begun, passed)
    }

    /// The sign-in that a SAML response says it answers.
    fn begun_of(&self, connection: &Connection, response: &str) -> Result<Begun> {
        let Some(id) = in_response_to(response)? else {
            return Ok(Begun { purpose: SignInPurpose::Login, browser: None, away: None });
        };
        let row = self.taken(Stage::Away, &id)?;
        if row.connection_id != connection.id {
            return Err(Rejection::OtherConnection.into());
        }
        let away = opened(&self.desk.sign_ins, &row, &id)?;
        Ok(Begun { purpose: row.purpose, browser: row.browser, away: Some(away) })
    }

    /// Keeps what was judged under a code, or notes why it was refused.
    fn keep(
        &self,
        connection: &Connection,
        begun: Begun,
        passed: std::result::Result<Passed, Rejection>,
    ) -> Result<Secret> {
        let passed = match passed {
            Ok(passed) => passed,
            Err(rejection) if begun.away.is_none() => return Err(rejection.into()),
            Err(rejection) => return self.refuse(connection, Step::Answer, rejection),
        };
        let code = Secret::random(self.ctx.ids());
        let unsolicited = begun.away.is_none();
        let back = Back {
            identity: passed.identity,
            return_to: begun.away.and_then(|away| away.return_to),
            unsolicited,
        };
        let flow = Flow {
            stage: Stage::Back,
            connection,
            purpose: begun.purpose,
            browser: begun.browser,
            expires_at: self.ctx.now().after(BACK),
        };
        let row = flow.row(&self.desk.sign_ins, self.ctx.ids(), code.reveal(), &back)?;
        let (desk, known, used) = (Arc::clone(&self.desk), connection.clone(), passed.assertion);
        let kept = self.ctx.write_platform(move |tx| {
            if let Some(used) = &used {
                let assertion = desk.sign_ins.digest(&[b"assertion", used.id.as_bytes()]);
                if !store::replays::use_up(tx, &known, &assertion, used.until)? {
                    note(tx, &known, Step::Answer, Some(Rejection::SamlReplay))?;
                    return Ok(Err(Rejection::SamlReplay));
                }
            }
            store::flows::insert(tx, &row)?;
            note(tx, &known, Step::Answer, None)?;
            Ok(Ok(()))
        })?;
        kept.map(|()| code).map_err(Error::from)
    }

    /// Why nobody is let in by the connection at present.
    fn rests(&self, connection: &Connection) -> Result<Option<Rejection>> {
        let now = self.ctx.now();
        self.ctx.read(|conn| rests(conn, &self.terms, connection, now))
    }

    /// Asks that people are let in by the connection at present, where that is what it is for.
    fn require_awake(&self, connection: &Connection, step: Step, purpose: SignInPurpose) -> Result<()> {
        match self.rests(connection)? {
            Some(rejection) if purpose == SignInPurpose::Login => self.refuse(connection, step, rejection),
            _ => Ok(()),
        }
    }

    /// Refuses, and says why in the log of the connection alone.
    fn refuse<T>(&self, connection: &Connection, step: Step, rejection: Rejection) -> Result<T> {
        let known = connection.clone();
        self.ctx.write_platform(move |tx| note(tx, &known, step, Some(rejection)))?;
        Err(rejection.into())
    }
}

/// Notes that a try-out went well.
fn tested(tx: &mut Tx<'_>, before: &Connection, address: Option<String>) -> Result<()> {
    let mut after = before.clone();
    after.tested = Some(Tested { at: tx.now(), address });
    after.version += 1;
    store::connections::set_tested(tx, &after)?;
    let system = Actor::system();
    let origin = Origin::within(after.organization, &system);
    tx.record(CONNECTION_TESTED.changed(origin, after.id, before, &after))
}
