//! What is stored about one, as JSON: sent piece by piece, however much it is.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};
use polity_directory::OrganizationFilter;
use polity_identity::Owner;
use polity_kernel::{Actor, Error, Page, Result};
use serde_json::Value;
use uuid::Uuid;

use super::visit::{Visit, led};
use super::{Fault, wire};
use crate::areas::Polity;

/// Keys or organizations in one piece.
const EACH: i64 = 100;

/// Where the next piece begins.
#[derive(Clone, Copy)]
enum Part {
    /// With the keys behind this one.
    Keys(Option<Uuid>),
    /// With the organizations behind this one.
    Organizations(Option<Uuid>),
}

/// Everything that is stored about one, secrets left out: the account, where it is signed in, its keys, its employments, and its
/// organizations with what it carries there.
#[utoipa::path(get, path = "/account/export", tag = "pages", responses(
    (status = 200, content_type = "application/json", description = "A file."),
    (status = 303, description = "To sign in.")))]
pub(in crate::routes::pages) async fn export(visit: Visit) -> Result<HttpResponse, Fault> {
    let (caller, back) = visit.into_caller();
    let pieces = caller.piecewise(
        |_, actor| {
            actor.person()?;
            Ok(actor.clone())
        },
        |polity, actor: &Actor, part: Option<Part>| match part {
            None => first(polity, actor).map(|piece| (piece, Some(Part::Keys(None)))),
            Some(Part::Keys(behind)) => keys(polity, actor, behind),
            Some(Part::Organizations(behind)) => organizations(polity, actor, behind),
        },
    );
    let pieces = pieces.await.map_err(|error| led(error, back))?;
    let mut answer: HttpResponseBuilder = HttpResponse::build(StatusCode::OK);
    answer
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"account.json\""))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    Ok(pieces.body_of(answer))
}

/// The account, where it is signed in, and where it is employed.
fn first(polity: &Polity, actor: &Actor) -> Result<Vec<u8>> {
    let id = actor.person()?;
    Ok(wire::head(&wire::Head {
        account: polity.accounts.account(actor, id)?,
        has_password: polity.signin.has_password(actor)?,
        sessions: polity.signin.sessions(actor)?,
        employments: polity.directory.employments(actor, id)?,
    }))
}

/// Some of the keys; behind the last of them begin the organizations.
fn keys(polity: &Polity, actor: &Actor, behind: Option<Uuid>) -> Result<(Vec<u8>, Option<Part>)> {
    let page = polity.identity.keys(&Owner::from(actor), page(behind))?;
    let mut piece = listed(page.items.iter().map(wire::key), behind.is_none())?;
    let next = match page.next {
        Some(next) => Part::Keys(Some(next)),
        None => {
            piece.extend_from_slice(wire::ORGANIZATIONS);
            Part::Organizations(None)
        }
    };
    Ok((piece, Some(next)))
}

/// Some of the organizations, with what the account carries there.
fn organizations(polity: &Polity, actor: &Actor, behind: Option<Uuid>) -> Result<(Vec<u8>, Option<Part>)> {
    let page = polity.directory.organizations(actor, OrganizationFilter::Own, page(behind))?;
    let carried = polity.directory.memberships(actor, &[actor.person()?])?;
    let carried: Vec<_> = carried.into_iter().flat_map(|(_, memberships)| memberships).collect();
    let told = page.items.iter().map(|one| {
        let roles: Vec<String> = carried
            .iter()
            .filter(|membership| membership.organization == one.id)
            .map(|membership| membership.role.to_string())
            .collect();
        wire::organization(one, &roles)
    });
    let mut piece = listed(told, behind.is_none())?;
    if page.next.is_none() {
        piece.extend_from_slice(b"]}");
    }
    Ok((piece, page.next.map(|next| Part::Organizations(Some(next)))))
}

fn page(behind: Option<Uuid>) -> Page {
    behind.map_or_else(|| Page::first(EACH), |id| Page::after(EACH, id))
}

/// Items of a list, after those that were sent.
fn listed(items: impl Iterator<Item = Value>, is_first: bool) -> Result<Vec<u8>> {
    let mut piece = Vec::new();
    for (place, item) in items.enumerate() {
        if !(is_first && place == 0) {
            piece.push(b',');
        }
        serde_json::to_writer(&mut piece, &item).map_err(Error::internal)?;
    }
    Ok(piece)
}
