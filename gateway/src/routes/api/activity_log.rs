//! `/api/organizations/{organization_id}/activity_log`: what was changed in an organization, and by whom.

use actix_web::Responder;
use polity_kernel::Access;

use super::Fault;
use super::fault::Failures;
use super::lists::{Numbered, NumberedQuery};
use super::paths::OrganizationPath;
use super::scoped::Scoped;
use super::wire::{ActivityEntry, ActivityPage, ActivityQuery};
use crate::ask::Query;

/// What was changed in the organization, the newest first. Scope: `activity_log:read`. Level: 8.
#[utoipa::path(get, path = "/api/organizations/{organization_id}/activity_log", tag = "api",
    params(OrganizationPath, ActivityQuery, NumberedQuery), responses((status = 200, body = ActivityPage), Failures))]
pub(super) async fn list(
    caller: Scoped<Access>,
    query: Query<ActivityQuery>,
    numbered: Numbered,
) -> Result<impl Responder, Fault> {
    let filter = query.into_inner().filter()?;
    let again = filter.clone();
    let sent = numbered.sent(
        caller,
        move |polity, access| polity.directory.activity_count(access, &filter),
        move |polity, access, page| {
            Ok(polity.directory.activity(access, &again, page)?.map(ActivityEntry::from))
        },
    );
    sent.await
}
