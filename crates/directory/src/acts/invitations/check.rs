//! What an invitation still offers: judged again when it is taken up, as whoever invited stands then (docs/decisions/0021).

use polity_accounts::AccountStatus;
use polity_kernel::event::Origin;
use polity_kernel::{Access, AccountId, Actor, Code, Error, Limits, PermissionSet, Result, Subject, Tx};

use crate::acts::invitations::{notices, offers};
use crate::acts::terms::{Program, Terms};
use crate::acts::{access, roles};
use crate::events::INVITATION_ENDED;
use crate::invitation::Invitation;
use crate::jobs::TellInvitationOver;
use crate::role::RoleKey;
use crate::rules::authority;
use crate::workspaces::project_access::ProjectAccess;
use crate::{role::built_in, store};

/// The invitation with what whoever sent it may still promise; absent when they are gone, disabled, may not invite any more, or stand
/// below the level it gives.
pub(crate) fn standing(tx: &mut Tx<'_>, terms: &Terms, waiting: &Invitation) -> Result<Option<Invitation>> {
    let inviter = match (waiting.invited_by, waiting.invited_by_program) {
        (Some(account), _) => person(tx, account)?,
        (None, Some(id)) => {
            let program = Program { id, organization: waiting.organization, now: tx.now() };
            (terms.programs)(tx, &program)?
        }
        // the operator, or polity before it noted which program invites
        (None, None) => return Ok(Some(waiting.clone())),
    };
    let Some(access) = inviter.map(|actor| access(tx, terms, &actor, waiting)).transpose()?.flatten() else {
        return Ok(None);
    };
    let invites = offers::may_invite(tx, &access);
    if !is_allowed(invites)? || !is_allowed(authority::may_handle(&access, waiting.level))? {
        return Ok(None);
    }
    let (roles, projects) =
        (left_roles(tx, &access, &waiting.roles)?, left_projects(tx, terms, &access, &waiting.projects)?);
    Ok(Some(Invitation { roles, projects, ..waiting.clone() }))
}

/// Ends an invitation that offers nothing any more, and has those who run the organization told.
pub(crate) fn end(tx: &mut Tx<'_>, over: &Invitation) -> Result<()> {
    let now = tx.now();
    store::endings::discard(tx, over.organization, over.id, now)?;
    tx.record(INVITATION_ENDED.over(Origin::within(over.organization, &Actor::system()), over.id, over))?;
    let leaders = store::members::leaders(tx, over.organization, now, notices::TOLD)?;
    let accounts = polity_accounts::within::accounts(tx, &leaders)?;
    for to in leaders {
        let account = accounts.iter().find(|account| account.id == to);
        let Some(email) = account.and_then(|account| account.email.as_ref()) else { continue };
        if !polity_accounts::within::letter_told(tx, email)? {
            continue;
        }
        tx.promise(&TellInvitationOver { organization: over.organization, invitation: over.id, to })?;
    }
    Ok(())
}

/// What is told of an invitation whose inviter could not send it any more.
pub(crate) fn over() -> Error {
    Error::new(Code::InvitationOver, "the invitation is over: whoever sent it cannot promise this any more")
}

/// The inviter as a credential that narrows nothing would have them.
fn person(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<Actor>> {
    let account = polity_accounts::within::account(tx, account)?;
    Ok(account.filter(|account| account.status == AccountStatus::Active).map(|account| {
        let platform =
            if account.platform_administrator { PermissionSet::all() } else { PermissionSet::none() };
        Actor::new(Subject::Person(account.id), Limits::default(), platform)
    }))
}

fn access(tx: &mut Tx<'_>, terms: &Terms, inviter: &Actor, waiting: &Invitation) -> Result<Option<Access>> {
    let now = tx.now();
    match access::afresh(tx, inviter, waiting.organization, now) {
        Ok(access) => Ok(Some(access.entitled((terms.entitling)(tx, waiting.organization)?))),
        Err(error) if error.code() == Code::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Those of the roles that are there and may still be given.
fn left_roles(tx: &mut Tx<'_>, access: &Access, promised: &[RoleKey]) -> Result<Vec<RoleKey>> {
    let mut left = Vec::with_capacity(promised.len());
    for key in promised {
        // what stands for a level was judged with it
        let may = match roles::existing(tx, access.organization(), key) {
            Ok(role) => {
                built_in::level_of_role(key).is_some() || is_allowed(authority::may_give(access, &role))?
            }
            Err(error) => is_allowed(Err(error))?,
        };
        if may {
            left.push(key.clone());
        }
    }
    Ok(left)
}

/// Those of the projects that are there and may still be given.
fn left_projects(
    tx: &mut Tx<'_>,
    terms: &Terms,
    access: &Access,
    promised: &[ProjectAccess],
) -> Result<Vec<ProjectAccess>> {
    let mut left = Vec::with_capacity(promised.len());
    for promise in promised {
        if is_allowed(terms.workspaces.may_promise(tx, access, std::slice::from_ref(promise)))? {
            left.push(*promise);
        }
    }
    Ok(left)
}

/// Whether a rule lets it; the store's own failures are none of its words.
fn is_allowed(judged: Result<()>) -> Result<bool> {
    match judged {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.code(), Code::Internal | Code::Unavailable) => Err(error),
        Err(_) => Ok(false),
    }
}
