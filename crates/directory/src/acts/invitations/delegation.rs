//! Having somebody else set an organization up: a person has one such invitation that waits, over all organizations.

use polity_kernel::event::Origin;
use polity_kernel::{Access, AccountId, Actor, Code, Error, OrganizationId, Result, Tx};

use crate::acts::invitations::{acceptance, offers};
use crate::acts::members;
use crate::events::INVITATION_REVOKED;
use crate::invitation::invitee::NewInvitation;
use crate::invitation::{Invitation, InvitationId};
use crate::jobs::RetractDelegation;
use crate::organization::Organization;
use crate::store;
use crate::workspaces::Workspaces;

/// Has somebody set the organization up. Asked for again before the mail went out, it asks for the mail again.
///
/// # Errors
/// `Conflict` while another such invitation of the person waits here; `PersonRequired` for a program.
pub(crate) fn offer(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    to: &Organization,
    new: &NewInvitation,
) -> Result<Invitation> {
    let (organization, now) = (access.organization(), tx.now());
    let account = access.actor().person()?;
    let sent = match store::invitations::delegation_by(tx, organization, account, now)? {
        None => offers::offer(tx, workspaces, access, to, new)?,
        Some(waits) if waits.email == new.email && waits.mails_sent == 0 => {
            offers::may_renew(tx, workspaces, access, &waits)?;
            let again = Invitation { updated_at: now, ..waits.clone() };
            offers::send(tx, access, &waits, again)?
        }
        Some(_) => return Err(Error::new(Code::Conflict, "another invitation of yours to set up waits")),
    };
    only(tx, account, &sent)?;
    Ok(sent)
}

/// Has this be the person's only one. An earlier one, in another organization, is taken back by a job: no write touches two
/// organizations.
fn only(tx: &mut Tx<'_>, account: AccountId, sent: &Invitation) -> Result<()> {
    match store::delegations::set(tx, account, sent.organization, sent.id)? {
        Some((organization, earlier)) if organization != sent.organization => {
            tx.promise(&RetractDelegation { organization, invitation: earlier })
        }
        _ => Ok(()),
    }
}

/// Takes back one that was followed by another elsewhere, if it still waits. It is let be where it has become the person's only one again.
pub(crate) fn retract(tx: &mut Tx<'_>, organization: OrganizationId, id: InvitationId) -> Result<()> {
    match members::hold(tx, organization) {
        // an organization that is gone has no invitations
        Err(error) if error.code() == Code::NotFound => return Ok(()),
        held => held?,
    }
    let now = tx.now();
    let Some(waits) = acceptance::waiting(tx, organization, id, now)? else { return Ok(()) };
    if let Some(account) = waits.invited_by
        && store::delegations::find(tx, account)? == Some((organization, id))
    {
        return Ok(());
    }
    store::endings::discard(tx, organization, id, now)?;
    tx.record(INVITATION_REVOKED.over(Origin::within(organization, &Actor::system()), id, &waits))
}
