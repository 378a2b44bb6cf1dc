//! `/v1/organizations/{organization}/eula`: who accepted the EULA for an organization.

use super::Fault;
use super::fault::Failures;
use super::paths::OrganizationPath;
use super::wire::{Acceptance, AcceptanceList};
use crate::answer::{Listing, Slice};
use crate::ask::Query;
use crate::ask::current::Here;
use crate::gate::caller::Caller;

/// Who accepted which version of the EULA, when and from where; the earliest first. Permission: `org.license.get`.
#[utoipa::path(get, path = "/v1/organizations/{organization}/eula", tag = "v1", params(OrganizationPath, Slice),
    responses((status = 200, body = AcceptanceList), Failures))]
pub(super) async fn list(
    caller: Caller,
    here: Here,
    slice: Query<Slice>,
) -> Result<Listing<Acceptance>, Fault> {
    let listing = caller.list(
        &slice,
        move |polity, actor| here.enter(polity, actor),
        |polity, access, page| Ok(polity.licensing.acceptances(access, page)?.map(Acceptance::from)),
    );
    Ok(listing.await?.inside(AcceptanceList::ITEMS))
}
