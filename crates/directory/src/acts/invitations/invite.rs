//! Inviting a list of addresses: who may, within which bounds, all or none.

use std::collections::BTreeSet;

use polity_kernel::{Access, Code, Error, FieldKind, Level, Result, Tx};

use crate::acts::invitations::{delegation, offers};
use crate::acts::roles;
use crate::invitation::Invitation;
use crate::invitation::invitee::{Inviters, NewInvitation};
use crate::permissions::ORG_DIRECTORY_MEMBERS_CREATE;
use crate::role::RoleKey;
use crate::rules::authority;
use crate::store;
use crate::workspaces::Workspaces;

/// How many addresses are invited at once at most.
const MOST_AT_ONCE: usize = 100;

/// Invites addresses, all or none. Whoever calls holds the organization's epoch alone, since two at once for one address would both wait.
pub(crate) fn invite(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    list: &[NewInvitation],
) -> Result<Vec<Invitation>> {
    let (members, administrators): (Vec<_>, Vec<_>) =
        list.iter().partition(|one| one.by == Inviters::Members);
    if !administrators.is_empty() {
        access.require(&ORG_DIRECTORY_MEMBERS_CREATE)?;
    }
    if !members.is_empty() {
        offers::may_invite(tx, access)?;
    }
    if list.iter().any(|one| one.is_delegation) {
        access.actor().person()?;
    }
    if list.len() > MOST_AT_ONCE {
        return Err(Error::new(Code::Invalid, format!("has more than {MOST_AT_ONCE} entries")));
    }
    may_give_each(tx, access, list)?;
    let now = tx.now();
    let to = store::organizations::existing(tx, access.organization(), now)?;
    let mut sent = Vec::with_capacity(list.len());
    for (place, one) in list.iter().enumerate() {
        let made = match one.is_delegation {
            true => delegation::offer(tx, workspaces, access, &to, one),
            false => offers::offer(tx, workspaces, access, &to, one),
        };
        sent.push(made.map_err(|error| error.in_item(place))?);
    }
    if !members.is_empty() {
        offers::require_room(tx, access.organization())?;
    }
    Ok(sent)
}

/// Asks that the actor may give the levels and roles that are promised. The same ones are asked for once: a list has few.
fn may_give_each(tx: &mut Tx<'_>, access: &Access, list: &[NewInvitation]) -> Result<()> {
    let levels: BTreeSet<Level> = list.iter().map(offers::level).collect();
    for level in levels {
        authority::may_handle(access, level)?;
    }
    let keys: BTreeSet<&RoleKey> = list.iter().flat_map(|one| &one.roles).collect();
    for key in keys {
        let role = roles::existing(tx, access.organization(), key)
            .map_err(|_| Error::field("roles", FieldKind::NotFound.told(format!("no such role: {key}"))))?;
        authority::may_give(access, &role)?;
    }
    Ok(())
}
