//! The page of one's own account, section by section.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use polity_directory::OrganizationFilter;
use polity_identity::{ApiKey, Owner};
use polity_kernel::{Actor, Code, Error, Page, Result, SessionId};
use polity_signin::{Factors, LinkedIdentity, Passkey, Session};

use super::Fault;
use super::form::Wrong;
use super::page::{onward, page};
use super::visit::Visit;
use crate::areas::Polity;
use crate::outside::mail::Line;
use crate::outside::mail::jobs::minute;

/// The most organizations and keys that the page shows; the export has all.
const SHOWN: i64 = 100;

/// The page of one's own account.
#[derive(Template)]
#[template(path = "pages/account/account.html")]
pub(super) struct AccountPage {
    token: String,
    wrong: Wrong,
    name: String,
    email: String,
    is_verified: bool,
    has_password: bool,
    factors: Factors,
    passkeys: Vec<PasskeyLine>,
    identities: Vec<IdentityLine>,
    sessions: Vec<SessionLine>,
    organizations: Vec<OrganizationLine>,
    has_more_organizations: bool,
    keys: Vec<KeyLine>,
    has_more_keys: bool,
}

/// A session, as the page shows it.
struct SessionLine {
    id: SessionId,
    program: Line,
    network: String,
    began: String,
    used: String,
    methods: String,
    is_own: bool,
}

/// A passkey, as the page shows it.
struct PasskeyLine {
    id: String,
    name: Line,
    added: String,
    used: Option<String>,
}

/// Who one is at a provider.
struct IdentityLine {
    id: String,
    issuer: Line,
    email: Option<Line>,
    linked: String,
    used: String,
}

/// An organization that one belongs to.
struct OrganizationLine {
    id: String,
    name: Line,
}

/// A key of one's own.
struct KeyLine {
    id: String,
    name: Line,
    prefix: String,
    until: Option<String>,
    used: Option<String>,
}

/// One's own account.
#[utoipa::path(get, path = "/account", tag = "pages", responses(
    (status = 200, content_type = "text/html", description = "The account."),
    (status = 303, description = "To sign in.")))]
pub(in crate::routes::pages) async fn show(visit: Visit) -> Result<HttpResponse, Fault> {
    let token = visit.token();
    let shown = visit.read(move |polity, actor| AccountPage::of(polity, actor, &token, Wrong::nothing()));
    page(StatusCode::OK, &shown.await?)
}

/// What becomes of a form: nothing to show, or the page again, with what is wrong. `called` is what people call its fields.
pub(super) fn judged(
    polity: &Polity,
    actor: &Actor,
    token: &str,
    deed: Result<()>,
    called: &[(&str, &str)],
) -> Result<Option<AccountPage>> {
    match deed {
        Ok(()) => Ok(None),
        Err(error)
            if matches!(
                error.code(),
                Code::Invalid | Code::Conflict | Code::LimitReached | Code::Throttled
            ) =>
        {
            AccountPage::of(polity, actor, token, Wrong::of_error(&error, called)).map(Some)
        }
        Err(error) => Err(error),
    }
}

/// The answer to a form of a section.
pub(super) fn answered(again: Option<AccountPage>, section: &str) -> Result<HttpResponse, Fault> {
    match again {
        None => Ok(onward(&format!("/account#{section}"))),
        Some(again) => page(StatusCode::BAD_REQUEST, &again),
    }
}

impl AccountPage {
    /// The page as of now.
    pub(super) fn of(polity: &Polity, actor: &Actor, token: &str, wrong: Wrong) -> Result<Self, Error> {
        let account = polity.accounts.account(actor, actor.person()?)?;
        let own = actor.authentication().and_then(|shown| shown.session);
        let sessions = polity.signin.sessions(actor)?;
        let organizations =
            polity.directory.organizations(actor, OrganizationFilter::Own, Page::first(SHOWN))?;
        let keys = polity.identity.keys(&Owner::from(actor), Page::first(SHOWN))?;
        Ok(Self {
            token: token.to_owned(),
            wrong,
            name: account.profile.name.clone().unwrap_or_default(),
            email: account.email_text().to_owned(),
            is_verified: account.email_verified,
            has_password: polity.signin.has_password(actor)?,
            factors: polity.signin.factors(account.id)?,
            passkeys: polity.signin.passkeys(actor)?.iter().map(PasskeyLine::of).collect(),
            identities: polity.signin.identities(actor)?.iter().map(IdentityLine::of).collect(),
            sessions: sessions.into_iter().map(|session| SessionLine::of(session, own)).collect(),
            has_more_organizations: organizations.next.is_some(),
            organizations: organizations
                .items
                .iter()
                .map(|one| OrganizationLine { id: one.id.to_string(), name: Line::new(&one.name) })
                .collect(),
            has_more_keys: keys.next.is_some(),
            keys: keys.items.into_iter().map(KeyLine::of).collect(),
        })
    }
}

impl SessionLine {
    fn of(session: Session, own: Option<SessionId>) -> Self {
        Self {
            program: Line::new(session.program.as_deref().unwrap_or("an unnamed program")),
            network: session.network.unwrap_or_else(|| "an unknown address".to_owned()),
            began: minute(session.auth_time),
            used: minute(session.last_used_at),
            methods: session.methods.references().join(", "),
            is_own: Some(session.id) == own,
            id: session.id,
        }
    }
}

impl PasskeyLine {
    fn of(passkey: &Passkey) -> Self {
        Self {
            id: passkey.id.to_string(),
            name: Line::new(&passkey.name),
            added: minute(passkey.created_at),
            used: passkey.last_used_at.map(minute),
        }
    }
}

impl IdentityLine {
    fn of(identity: &LinkedIdentity) -> Self {
        Self {
            id: identity.id.to_string(),
            issuer: Line::new(&identity.at.issuer),
            email: identity.email.as_deref().and_then(Line::some),
            linked: minute(identity.linked_at),
            used: minute(identity.last_used_at),
        }
    }
}

impl KeyLine {
    fn of(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: Line::new(&key.name),
            prefix: key.prefix,
            until: key.expires_at.map(minute),
            used: key.last_used_at.map(minute),
        }
    }
}
