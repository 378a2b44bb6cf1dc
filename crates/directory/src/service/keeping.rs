//! Keeping other people's accounts: who may change one that is not their own.

use polity_accounts::Account;
use polity_kernel::{Actor, Code, Error, OrganizationId, Result, Timestamp, Tx, epoch};
use uuid::Uuid;

use super::{entry, giving};
use crate::grants::Grants;
use crate::permissions::MEMBERS_UPDATE;
use crate::store;

/// The most organizations of an account that are looked at; whoever is in more changes their address themselves.
const MOST: i64 = 1_000;

/// Asks whether the actor may change another's account like this: the name where they run an organization of that account, the
/// address (which is how one signs in, everywhere) only where they run them all and have whatever the account has there.
///
/// The organizations' epochs are held until the transaction ends, so nothing of this changes meanwhile.
pub(super) fn may_change(tx: &mut Tx<'_>, actor: &Actor, before: &Account, after: &Account) -> Result<()> {
    if before.platform_administrator {
        return Err(forbidden("only a platform administrator changes the account of one"));
    }
    if let Some(field) = polity_accounts::within::entrusted_change(before, after) {
        return Err(forbidden(format!("only a platform administrator can set {field}")));
    }
    let (now, first) = (tx.now(), OrganizationId::new(Uuid::nil()));
    let moves = before.email != after.email;
    let theirs = store::members::organizations_of(tx, before.id, now, (first, MOST + 1))?;
    let (mut permitted, mut refusals) = (0_usize, Vec::new());
    for organization in &theirs {
        match runs(tx, actor, (*organization, before), (moves, now)) {
            Ok(()) if !moves => return Ok(()),
            Ok(()) => permitted += 1,
            Err(error) if matches!(error.code(), Code::Forbidden | Code::NotFound) => refusals.push(error),
            Err(error) => return Err(error),
        }
    }
    if permitted > 0 && permitted == theirs.len() && i64::try_from(permitted).is_ok_and(|many| many <= MOST) {
        return Ok(());
    }
    if permitted > 0 {
        return Err(forbidden(
            "the account is also in organizations that you do not run; its owner changes the address",
        ));
    }
    let told = refusals.into_iter().find(|error| error.code() == Code::Forbidden);
    Err(told.unwrap_or_else(|| forbidden("you run no organization of this account")))
}

/// Asks that the actor runs the members of the organization, this one included.
fn runs(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (organization, account): (OrganizationId, &Account),
    (moves, now): (bool, Timestamp),
) -> Result<()> {
    epoch::share(tx, organization.uuid())?;
    let access = entry::afresh(tx, actor, organization, now)?;
    access.require(&MEMBERS_UPDATE)?;
    if !access.is_active() {
        return Err(forbidden("the organization is inactive"));
    }
    let Some((holdings, _)) = entry::holdings(tx, organization, account.id, now)? else { return Ok(()) };
    giving::may_handle(&access, holdings.level)?;
    if moves {
        giving::may_hand_on(&access, &Grants::of(&holdings).permissions())?;
    }
    Ok(())
}

fn forbidden(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Code::Forbidden, why)
}
