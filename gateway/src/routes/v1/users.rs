//! `/v1/organizations/users`: the people of the current organization.

use polity_directory::MemberQuery;
use polity_kernel::{Paged, Result};

use super::Fault;
use super::fault::Failures;
use super::wire::{Envelope, UserList, UserSpec};
use crate::answer::{Listing, Slice};
use crate::ask::Query;
use crate::ask::current::{CurrentHeader, Here};
use crate::gate::caller::Caller;

/// The people of the current organization. Permission: `org.members.list`.
#[utoipa::path(get, path = "/v1/organizations/users", tag = "v1", params(CurrentHeader, Slice),
    responses((status = 200, body = UserList), Failures))]
pub(super) async fn list(
    caller: Caller,
    here: Here,
    slice: Query<Slice>,
) -> Result<Listing<Envelope<UserSpec>>, Fault> {
    let listing = caller.list(
        &slice,
        move |polity, actor| here.enter(polity, actor),
        |polity, access, page| {
            let found = polity.directory.members(access, &MemberQuery::everybody(), page)?;
            let accounts: Vec<_> = found.items.iter().map(|person| person.account.id).collect();
            let active = polity.projects.active_projects_of(access, &accounts)?;
            let people = found.items.into_iter().zip(active);
            let shown = people.map(|(person, (_, active))| Envelope::of_user(person.account, active));
            Ok(Paged { items: shown.collect::<Result<_>>()?, next: found.next })
        },
    );
    Ok(listing.await?.inside(UserList::ITEMS))
}
