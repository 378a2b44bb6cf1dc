//! Removing a member, with what waits for them.

use polity_accounts::Account;
use polity_kernel::{Access, Conn, Result, Tx};

use crate::acts::invitations::offers;
use crate::acts::members::end_membership;
use crate::events::MEMBER_REMOVED;
use crate::member::Member;
use crate::permissions::ORG_DIRECTORY_MEMBERS_CREATE;
use crate::rules::authority;
use crate::workspaces::Workspaces;

/// Asks that the actor may remove members, or themselves by a credential that leaves them to.
pub(crate) fn may_remove(conn: &mut Conn, access: &Access, own: bool) -> Result<()> {
    if own && offers::credential_leaves(conn, access, &ORG_DIRECTORY_MEMBERS_CREATE)? {
        return Ok(());
    }
    access.require(&ORG_DIRECTORY_MEMBERS_CREATE)
}

/// Sends a member away. Whoever calls has asked for the permission.
pub(crate) fn remove(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    member: &Member,
) -> Result<()> {
    authority::may_handle(access, member.level)?;
    end_membership(tx, workspaces, access.actor(), member, &MEMBER_REMOVED)?;
    // an older promise does not bring back who was sent away
    match polity_accounts::within::account(tx, member.account)? {
        Some(Account { email: Some(email), .. }) => offers::revoke_live(tx, access, &email),
        _ => Ok(()),
    }
}
