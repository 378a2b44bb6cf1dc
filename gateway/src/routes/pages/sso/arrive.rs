//! `/sso/arrive`: in at the browser that began, once what the provider sent is judged.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use polity_domains::{Admission, Admitted, Arrival, Joining, Preview, SignInPurpose};
use polity_identity::Secret;
use polity_kernel::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::form::{own_path, read};
use super::login::browser;
use super::page::{onward, page};
use super::paths::ArrivalQuery;
use crate::areas::Polity;
use crate::ask::{Form, Query};
use crate::gate::Gate;
use crate::gate::caller::Anyone;
use crate::gate::session;
use crate::outside::mail::Line;

/// Whoever confirms that they want to be signed in.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct ArrivalForm {
    /// The code of what waits.
    #[schema(required)]
    code: String,
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

/// Asks whoever comes unasked whether they want to be signed in.
#[derive(Template)]
#[template(path = "pages/sso/unsolicited.html")]
struct UnsolicitedPage {
    token: String,
    code: String,
    issuer: Line,
    email: Option<Line>,
}

/// Tells that the account with an address is to be confirmed.
#[derive(Template)]
#[template(path = "pages/sso/unconfirmed.html")]
struct UnconfirmedPage {
    email: String,
    issuer: Line,
    login: String,
}

/// Tells that an organization is full.
#[derive(Template)]
#[template(path = "pages/sso/full.html")]
struct FullPage;

/// What a try-out has shown.
#[derive(Template)]
#[template(path = "pages/sso/tested.html")]
struct TestedPage {
    issuer: Line,
    subject: Line,
    email: Option<Line>,
    name: Option<Line>,
    groups: Vec<Line>,
    rule: Option<&'static str>,
    joins: bool,
    claims: Vec<ClaimLine>,
}

/// A claim, as the page of a try-out shows it.
struct ClaimLine {
    name: Line,
    value: Line,
}

/// What becomes of an arrival.
enum Become {
    /// Somebody is signed in, or is to confirm something.
    Admission(Box<Arrival>, Admission, Option<Secret>),
    Tested(Box<Arrival>, Preview),
    /// Nobody here had asked for it; what was judged waits under this code.
    Unsolicited(Box<Arrival>, Secret),
}

/// Takes up what was judged, in the browser that began.
#[utoipa::path(get, path = "/sso/arrive", tag = "pages", params(ArrivalQuery), responses(
    (status = 200, content_type = "text/html", description = "What there is to confirm, or what a try-out has shown."),
    (status = 303, description = "Signed in; to where the sign-in was to lead, or to one's own account."),
    (status = 401, content_type = "text/html", description = "The code is used up, or another browser's.")))]
pub(in crate::routes::pages) async fn show(
    anyone: Anyone,
    request: HttpRequest,
    query: Query<ArrivalQuery>,
) -> Result<HttpResponse, Fault> {
    let gate = anyone.gate();
    let (visit, cookie) = session::visit(&request, &gate);
    let (code, here, from) = (Secret::new(&query.code), Secret::new(&visit), browser(&anyone, &request));
    let taken = anyone.write(move |polity| {
        let arrival = polity.connections.arrive(&code, &here)?;
        match (arrival.purpose, arrival.unsolicited) {
            (SignInPurpose::Test, _) => {
                let preview = polity.connections.preview(&arrival)?;
                Ok(Become::Tested(Box::new(arrival), preview))
            }
            (SignInPurpose::Login, true) => {
                let code = polity.connections.hold(&arrival, &here)?;
                Ok(Become::Unsolicited(Box::new(arrival), code))
            }
            (SignInPurpose::Login, false) => admitted(polity, arrival, &here, &from),
        }
    });
    let mut answer = answered(&gate, taken.await?, &visit)?;
    if let Some(cookie) = &cookie {
        answer.add_cookie(cookie).map_err(Error::internal)?;
    }
    Ok(answer)
}

/// Signs in whoever has come unasked and wants to be.
#[utoipa::path(post, path = "/sso/arrive", tag = "pages",
    request_body(content_type = "application/x-www-form-urlencoded", content = ArrivalForm),
    responses(
    (status = 200, content_type = "text/html", description = "What there is to confirm."),
    (status = 303, description = "Signed in; to one's own account."),
    (status = 401, content_type = "text/html", description = "The code is used up, or another browser's."),
    (status = 403, content_type = "text/html", description = "The form was not shown to this browser.")))]
pub(in crate::routes::pages) async fn confirm(
    anyone: Anyone,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let ArrivalForm { code, form_token } = read(&form);
    let gate = anyone.gate();
    let visit = session::visiting(&request).unwrap_or_default();
    session::shown(Some(&visit), &form_token)?;
    let (code, here, from) = (Secret::new(code), Secret::new(&visit), browser(&anyone, &request));
    let taken = anyone.write(move |polity| {
        let arrival = polity.connections.resume(&code, &here)?;
        admitted(polity, arrival, &here, &from)
    });
    answered(&gate, taken.await?, &visit)
}

/// Lets somebody in, and begins their session.
fn admitted(
    polity: &Polity,
    arrival: Arrival,
    here: &Secret,
    from: &polity_signin::Browser,
) -> Result<Become> {
    let admission = polity.connections.admit(&arrival, here, None)?;
    let secret = match &admission {
        Admission::Admitted(Admitted { proven, .. }) => Some(polity.signin.begin_session(proven, from)?.1),
        Admission::Unconfirmed { .. } => None,
    };
    Ok(Become::Admission(Box::new(arrival), admission, secret))
}

fn answered(gate: &Gate, taken: Become, visit: &str) -> Result<HttpResponse, Fault> {
    let (arrival, admission, secret) = match taken {
        Become::Tested(arrival, preview) => {
            return page(StatusCode::OK, &TestedPage::of(*arrival, &preview));
        }
        Become::Unsolicited(arrival, code) => {
            let token = session::form_token(visit);
            return page(StatusCode::OK, &UnsolicitedPage::of(&arrival, &code, token));
        }
        Become::Admission(arrival, admission, secret) => (arrival, admission, secret),
    };
    let admitted = match admission {
        Admission::Unconfirmed { email, code } => {
            let link = format!("/sso/link?code={}", code.reveal());
            let query =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", &link).finish();
            let login = format!("/login?{query}");
            let issuer = Line::new(&arrival.identity.issuer);
            return page(StatusCode::OK, &UnconfirmedPage { email: email.to_string(), issuer, login });
        }
        Admission::Admitted(admitted) => admitted,
    };
    let mut answer = match admitted.joining {
        Joining::Full(_) => page(StatusCode::OK, &FullPage)?,
        Joining::Nothing | Joining::Joined(_) => {
            onward(arrival.return_to.as_deref().and_then(own_path).unwrap_or("/account"))
        }
    };
    if let Some(secret) = &secret {
        answer.add_cookie(&session::begun(gate, secret)).map_err(Error::internal)?;
    }
    Ok(answer)
}

impl UnsolicitedPage {
    fn of(arrival: &Arrival, code: &Secret, token: String) -> Self {
        Self {
            token,
            code: code.reveal().to_owned(),
            issuer: Line::new(&arrival.identity.issuer),
            email: arrival.identity.email.as_deref().and_then(Line::some),
        }
    }
}

impl TestedPage {
    fn of(arrival: Arrival, preview: &Preview) -> Self {
        let told = arrival.identity;
        let claim = |(name, value): (&String, &serde_json::Value)| ClaimLine {
            name: Line::new(name),
            value: Line::new(&value.to_string()),
        };
        Self {
            issuer: Line::new(&told.issuer),
            subject: Line::new(&told.subject),
            email: told.email.as_deref().and_then(Line::some),
            name: told.display_name.as_deref().or(told.first_name.as_deref()).and_then(Line::some),
            groups: told.groups.iter().map(|group| Line::new(group)).collect(),
            rule: preview.rule.map(polity_domains::AdmissionRule::words),
            joins: preview.joins,
            claims: told.claims.iter().map(claim).collect(),
        }
    }
}
