//! What areas further right in the chain may ask inside their own transaction; nothing here asks for permission.

use polity_accounts::EmailAddress;
use polity_kernel::{
    Access, AccountId, Actor, Conn, Error, Event, OrganizationId, Resource, Result, ServiceAccountId,
    Timestamp, Tx, epoch,
};

use crate::acts::invitations::{check, letters, taking_up};
use crate::acts::organizations::founding;
pub use crate::acts::projects::seal::ProjectSeal;
pub use crate::acts::roles::{role, role_called};
use crate::acts::terms::{Entitling, Terms};
use crate::acts::{members, projects};
use crate::{
    Invitation, InvitationId, NewOrganization, NewProject, Organization, Project, TakenUp, Taker, store,
};

/// Founds an organization as [`Organizations::found`](crate::Organizations::found) does, but for the permission.
pub fn found(
    tx: &mut Tx<'_>,
    entitling: &Entitling,
    actor: &Actor,
    new: &NewOrganization,
) -> Result<Organization> {
    founding::found(tx, entitling, actor, new)
}

/// The organization as it is now; absent once it is deleted.
pub fn organization(conn: &mut Conn, id: OrganizationId, now: Timestamp) -> Result<Option<Organization>> {
    store::organizations::find(conn, id, now)
}

/// Ends every membership of a service account that is gone for good (decision 30).
///
/// # Errors
/// `LastOwner` where it is the only owner of an organization.
pub fn resign(tx: &mut Tx<'_>, actor: &Actor, service: ServiceAccountId) -> Result<()> {
    members::dismiss_everywhere(tx, actor, AccountId::new(service.uuid()))
}

/// How many of these the organization has now.
pub fn usage(conn: &mut Conn, id: OrganizationId, resource: Resource, now: Timestamp) -> Result<u64> {
    match resource {
        Resource::Members => store::members::count(conn, id, now),
        Resource::Projects => store::projects::count(conn, id),
        Resource::Domains => store::domains::count(conn, id),
    }
}

/// Opens a project as [`Projects::open_project`](crate::Projects::open_project) does, but for the permission. It is shown as this
/// access may see it. Whoever calls holds the organization's epoch alone.
pub fn open_project(
    tx: &mut Tx<'_>,
    access: &Access,
    seal: &ProjectSeal,
    new: &NewProject,
) -> Result<Project> {
    projects::open(tx, access, seal, new)
}

/// Counts a letter that the actor has the organization send to an address.
///
/// # Errors
/// `Throttled` once the actor has caused, or the address has been sent, as many as may be.
pub fn count_letter(tx: &mut Tx<'_>, access: &Access, to: &EmailAddress) -> Result<()> {
    letters::caused(tx, access, to)
}

/// What a link to accept an invitation leads to, as [`Invitations::follow`](crate::Invitations::follow) says.
pub fn invitation(conn: &mut Conn, id: InvitationId, now: Timestamp) -> Result<Invitation> {
    taking_up::acceptable(conn, id, now)
}

/// Takes an invitation up as [`Invitations::accept`](crate::Invitations::accept) does, but for the permission.
/// Absent where it is over, which is noted and told then: the transaction is to be committed, and [`over`] answered.
pub fn take_up(tx: &mut Tx<'_>, terms: &Terms, taking: (&Taker, InvitationId)) -> Result<Option<TakenUp>> {
    taking_up::take_up(tx, terms, taking)
}

/// What is told of an invitation whose inviter could not send it any more.
pub fn over() -> Error {
    check::over()
}

/// Puts back what the account has taken up, for whoever takes the account itself over: they are members in name alone until they take
/// that up themselves (docs/decisions/0020).
pub fn put_back(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    for organization in store::memberships::put_back(tx, account)? {
        epoch::raise(tx, organization.uuid())?;
        let what = ("put_back", "member", account.to_string());
        tx.record(Event::in_organization(organization, &Actor::system(), what))?;
    }
    Ok(())
}
