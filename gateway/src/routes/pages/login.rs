//! `/login`: where whoever must sign in first is sent; the page of the invitation signs them in.

use actix_web::HttpResponse;
use polity_directory::InvitationId;
use polity_kernel::{Error, Result};

use super::Fault;
use super::page::onward;
use super::paths::LoginQuery;
use crate::ask::Query;

/// Leads on to the page of the invitation that `next` names, and nowhere else.
#[utoipa::path(get, path = "/login", tag = "pages", params(LoginQuery), responses(
    (status = 303, description = "To the invitation's page."),
    (status = 404, content_type = "text/html", description = "`next` names no invitation.")))]
pub(super) async fn lead(query: Query<LoginQuery>) -> Result<HttpResponse, Fault> {
    let named = query.next.as_deref().and_then(|next| next.strip_prefix("/signup/"));
    let invitation = named.and_then(|id| id.parse::<InvitationId>().ok());
    let invitation = invitation.ok_or_else(|| Error::not_found("page"))?;
    Ok(onward(&format!("/signup/{invitation}")))
}
