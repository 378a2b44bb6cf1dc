//! Organizations that one belongs to, and leaves.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use polity_directory::OrganizationRef;
use polity_kernel::{Actor, Code, Error, OrganizationId, Result};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Fault;
use super::form::{Wrong, read};
use super::page::{onward, page};
use super::paths::LeavePath;
use super::visit::Visit;
use crate::areas::Polity;
use crate::ask::{Form, Path};
use crate::outside::mail::Line;

/// Yes.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(in crate::routes::pages) struct LeaveForm {
    /// What the page has put there.
    #[schema(required)]
    form_token: String,
}

#[derive(Template)]
#[template(path = "pages/account/leave.html")]
struct LeavePage {
    token: String,
    id: String,
    name: Line,
    wrong: Wrong,
}

/// Asks whether to leave.
#[utoipa::path(get, path = "/account/organizations/{organization_id}/leave", tag = "pages", params(LeavePath), responses(
    (status = 200, content_type = "text/html", description = "A form."),
    (status = 303, description = "To sign in."),
    (status = 404, content_type = "text/html", description = "There is no such organization of one's own.")))]
pub(in crate::routes::pages) async fn ask_leave(
    visit: Visit,
    path: Path<LeavePath>,
) -> Result<HttpResponse, Fault> {
    let (token, organization) = (visit.token(), path.organization()?);
    let asked =
        visit.read(move |polity, actor| LeavePage::of(polity, actor, organization, &token, Wrong::nothing()));
    page(StatusCode::OK, &asked.await?)
}

/// Leaves.
#[utoipa::path(post, path = "/account/organizations/{organization_id}/leave", tag = "pages", params(LeavePath),
    request_body(content_type = "application/x-www-form-urlencoded", content = LeaveForm), responses(
    (status = 303, description = "Left; or to sign in."),
    (status = 400, content_type = "text/html", description = "Its last owner does not leave it."),
    (status = 404, content_type = "text/html", description = "There is no such organization of one's own.")))]
pub(in crate::routes::pages) async fn leave(
    visit: Visit,
    path: Path<LeavePath>,
    form: Form,
) -> Result<HttpResponse, Fault> {
    let LeaveForm { form_token } = read(&form);
    visit.require(&form_token)?;
    let organization: OrganizationId = path.organization()?;
    let again = visit.write(move |polity, actor| {
        match polity.directory.leave(actor, &OrganizationRef::from(organization)) {
            Ok(()) => Ok(None),
            Err(error) if error.code() == Code::LastOwner => {
                let wrong = Wrong::at("leave", "You are its last owner: make somebody else one first.");
                LeavePage::of(polity, actor, organization, &form_token, wrong).map(Some)
            }
            Err(error) => Err(error),
        }
    });
    match again.await? {
        None => Ok(onward("/account#organizations")),
        Some(again) => page(StatusCode::BAD_REQUEST, &again),
    }
}

impl LeavePage {
    fn of(
        polity: &Polity,
        actor: &Actor,
        id: OrganizationId,
        token: &str,
        wrong: Wrong,
    ) -> Result<Self, Error> {
        let access = polity.look_in(actor, &id.into())?;
        let name = match polity.directory.organization(&access) {
            Ok(found) => found.name,
            // who may not see it may still leave it
            Err(error) if error.code() == Code::Forbidden => id.to_string(),
            Err(error) => return Err(error),
        };
        Ok(Self { token: token.to_owned(), id: id.to_string(), name: Line::new(&name), wrong })
    }
}
