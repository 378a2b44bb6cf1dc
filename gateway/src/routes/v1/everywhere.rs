//! `/v1/organizations/projects/all` and its twin: the projects of every organization the caller belongs to.

use polity_directory::permissions::{ORG_DIRECTORY_GET, PROJECTS_LIST};
use polity_directory::{OrganizationFilter, OrganizationRef};
use polity_kernel::{Access, Actor, Code, Error, OrganizationId, Page, Result};
use uuid::Uuid;

use super::Fault;
use super::fault::Failures;
use super::projects::{self, PIECE};
use super::wire::{AllAccounts, Envelope};
use crate::answer::{LONGEST, Pieces, append};
use crate::areas::Polity;
use crate::gate::caller::Caller;
use crate::gate::status::TooNarrow;

/// The most organizations in one piece of the list.
const ORGANIZATIONS: i64 = 20;

/// What stands behind an organization's projects.
const END: &str = r#"],"ssoEnabled":false}"#;

/// Where a piece begins.
pub(super) enum Onward {
    /// With the organizations behind this one; whether any was sent already.
    Organizations(Uuid, bool),
    /// With the projects behind this one, within an organization.
    Projects(OrganizationId, Uuid),
}

/// A piece and where the next one begins.
type Piece = (Vec<u8>, Option<Onward>);

/// The organizations that the caller belongs to, each with the projects that they see in it. Permissions: `org.directory.get`, and
/// `projects.list` or a role in each project; who lacks them is answered 401.
#[utoipa::path(get, path = "/v1/organizations/projects/all", tag = "v1",
    responses((status = 200, body = AllAccounts), Failures))]
pub(super) async fn list(caller: Caller) -> Result<Pieces<Onward>, Fault> {
    let pieces = caller.piecewise(
        |_, actor| permitted(actor).map(|()| actor.clone()),
        |polity, actor, from| match from {
            None => beginning(polity, actor),
            Some(Onward::Organizations(after, sent)) => organizations(polity, actor, after, sent, Vec::new()),
            Some(Onward::Projects(organization, after)) => further(polity, actor, organization, after),
        },
    );
    Ok(pieces.await.map_err(unauthorized)?)
}

/// The organizations of the caller and their projects, as `/v1/organizations/projects/all` has them. Permissions:
/// `org.directory.get`, and `projects.list` or a role in each project; who lacks them is answered 401.
#[utoipa::path(get, path = "/v1/organizations/accounts/all", tag = "v1",
    responses((status = 200, body = AllAccounts), Failures))]
pub(super) async fn list_accounts(caller: Caller) -> Result<Pieces<Onward>, Fault> {
    list(caller).await
}

/// Refuses a credential that leaves its owner nothing of this: its list would only look empty.
fn permitted(actor: &Actor) -> Result<()> {
    let lacking =
        actor.limits().permissions.as_ref().map(|only| only.lacking([&ORG_DIRECTORY_GET, &PROJECTS_LIST]));
    match lacking {
        Some(lacking) if !lacking.is_empty() => Err(Error::missing(lacking)),
        _ => Ok(()),
    }
}

/// Here a lack of permission is a 401, which programs of the family know from these lists alone (docs/decisions/0036).
fn unauthorized(error: Error) -> Error {
    if error.code() == Code::Forbidden {
        return Error::new(Code::Unauthenticated, error.message().to_owned()).because(TooNarrow);
    }
    error
}

fn beginning(polity: &Polity, actor: &Actor) -> Result<Piece> {
    let active = polity.projects.active_project(actor)?;
    let active = active.map(|(_, project)| format!(r#""activeAccountId":"{project}","#)).unwrap_or_default();
    let text = format!(r#"{{{active}"organizationAccounts":["#).into_bytes();
    organizations(polity, actor, Uuid::nil(), false, text)
}

/// Organizations with their projects; ends early at one that has more than fit.
fn organizations(
    polity: &Polity,
    actor: &Actor,
    after: Uuid,
    mut sent: bool,
    mut text: Vec<u8>,
) -> Result<Piece> {
    let page =
        polity.directory.organizations(actor, OrganizationFilter::Own, Page::after(ORGANIZATIONS, after))?;
    let ids: Vec<_> = page.items.iter().map(|organization| organization.id).collect();
    let mut warnings = polity.licensing.warnings(&ids)?;
    for organization in page.items {
        let id = organization.id;
        // whoever was let out a moment ago sees it no more
        let Some(access) = entered(polity, actor, id)? else { continue };
        text.extend_from_slice(if sent { b"," } else { b"" });
        sent = true;
        let place = warnings.iter().position(|(of, _)| *of == id);
        let warning = place.map(|place| warnings.swap_remove(place).1);
        text.extend_from_slice(b"{\"organization\":");
        append(&mut text, &[Envelope::of_organization(organization, warning)?])?;
        text.extend_from_slice(b",\"accounts\":[");
        let found = projects::shown(polity.projects.projects(&access, Page::first(PIECE))?)?;
        append(&mut text, &found.items)?;
        if let Some(next) = found.next {
            return Ok((text, Some(Onward::Projects(id, next))));
        }
        text.extend_from_slice(END.as_bytes());
        if text.len() > LONGEST {
            return Ok((text, Some(Onward::Organizations(id.uuid(), sent))));
        }
    }
    if page.next.is_none() {
        text.extend_from_slice(b"]}");
    }
    Ok((text, page.next.map(|after| Onward::Organizations(after, sent))))
}

/// Further projects of an organization whose first ones were sent.
fn further(polity: &Polity, actor: &Actor, organization: OrganizationId, after: Uuid) -> Result<Piece> {
    let mut text = Vec::new();
    if let Some(access) = entered(polity, actor, organization)? {
        let found = projects::shown(polity.projects.projects(&access, Page::after(PIECE, after))?)?;
        if !found.items.is_empty() {
            text.push(b',');
        }
        append(&mut text, &found.items)?;
        if let Some(next) = found.next {
            return Ok((text, Some(Onward::Projects(organization, next))));
        }
    }
    text.extend_from_slice(END.as_bytes());
    Ok((text, Some(Onward::Organizations(organization.uuid(), true))))
}

/// The way into an organization, by which no membership is taken up; absent where there is none for the actor (any more).
fn entered(polity: &Polity, actor: &Actor, organization: OrganizationId) -> Result<Option<Access>> {
    match polity.look_in(actor, &OrganizationRef::from(organization)) {
        Ok(access) => Ok(Some(access)),
        Err(error) if error.code() == Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
