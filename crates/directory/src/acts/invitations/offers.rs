//! What an invitation may promise, who may make it, and how it is kept and sent.

use crate::entitlements::ORGANIZATION_INVITE_SETTINGS;
use polity_accounts::EmailAddress;
use polity_kernel::{
    Access, Code, Conn, Error, FieldKind, Level, OrganizationId, Permission, Result, Subject, SubjectId, Tx,
};

use crate::acts::invitations::letters;
use crate::acts::roles;
use crate::events::{INVITATION_CREATED, INVITATION_REVOKED, INVITATION_SENT};
use crate::invitation::invitee::{MOST_PROJECTS, NewInvitation};
use crate::invitation::{Invitation, InvitationId, InvitationStatus};
use crate::organization::Organization;
use crate::permissions::ORG_DIRECTORY_MEMBERS_CREATE;
use crate::role::RoleKey;
use crate::rules::authority;
use crate::workspaces::Workspaces;
use crate::workspaces::project_access::merged;
use crate::{role::built_in, store};

/// How many invitations of one organization wait at most, expired ones too.
const MOST_WAITING: i64 = 1_000;

/// Asks that the actor may invite here: whoever adds members may, and every other member unless the organization, where it is entitled
/// to say so, says otherwise.
pub(crate) fn may_invite(tx: &mut Tx<'_>, access: &Access) -> Result<()> {
    if access.permissions().contains(&ORG_DIRECTORY_MEMBERS_CREATE) {
        return Ok(());
    }
    let lacking = || Error::missing(vec![ORG_DIRECTORY_MEMBERS_CREATE]);
    if access.level().is_none() || !credential_leaves(tx, access, &ORG_DIRECTORY_MEMBERS_CREATE)? {
        return Err(lacking());
    }
    let now = tx.now();
    if access.entitlements(now).includes(ORGANIZATION_INVITE_SETTINGS)
        && store::organizations::members_can_invite(tx, access.organization())? == Some(false)
    {
        return Err(lacking());
    }
    Ok(())
}

/// Whether the credential would leave the permission to somebody who has it. The level it may be limited to does not count: what
/// members do here by being members, they do at the lowest too.
pub(crate) fn credential_leaves(conn: &mut Conn, access: &Access, permission: &Permission) -> Result<bool> {
    let limits = access.actor().limits();
    if limits.permissions.as_ref().is_some_and(|only| !only.contains(permission)) {
        return Ok(false);
    }
    let Some(role) = &limits.role else { return Ok(true) };
    let role = roles::role(conn, access.organization(), role)?;
    Ok(role.is_some_and(|role| role.gives().contains(permission)))
}

/// The level that is promised: the highest of those its roles stand for.
pub(crate) fn level(new: &NewInvitation) -> Level {
    new.roles.iter().filter_map(built_in::level_of_role).fold(new.level, Ord::max)
}

/// Invites an address, in place of every invitation of it that waits.
pub(crate) fn offer(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    to: &Organization,
    new: &NewInvitation,
) -> Result<Invitation> {
    let now = tx.now();
    require_stranger(tx, access, &new.email)?;
    workspaces.may_promise(tx, access, &new.projects)?;
    let mut invitation = Invitation {
        id: tx.new_secret_id(),
        organization: to.id,
        organization_name: to.name.clone(),
        organization_key: to.key.as_str().to_owned(),
        email: new.email.clone(),
        level: level(new),
        roles: new.roles.clone(),
        status: InvitationStatus::Pending,
        invited_by: inviter(access),
        invited_by_program: inviting_program(access),
        created_at: now,
        expires_at: new.validity.end(now),
        first_name: new.first_name.clone(),
        message: new.message.clone(),
        projects: new.projects.clone(),
        is_delegation: new.is_delegation,
        mails_asked: i64::from(new.mail),
        mails_sent: 0,
        mail_due_at: None,
        updated_at: now,
    };
    if new.mail {
        invitation.mail_due_at = Some(letters::next(tx, to.id, &new.email)?);
    }
    if new.combine {
        combine(tx, workspaces, access, new, &mut invitation)?;
    }
    take_back(tx, access, &new.email, None)?;
    store::invitations::insert(tx, &invitation)?;
    tx.record(INVITATION_CREATED.made(access, invitation.id, &invitation))?;
    letters::ask(tx, access, &invitation)?;
    Ok(invitation)
}

/// Asks that no more wait and no more mails were asked for than an organization may have. Asked once all is written, since what takes
/// the place of another adds nothing; what will not do is undone with the transaction.
pub(crate) fn require_room(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()> {
    if store::invitations::more_wait(tx, organization, MOST_WAITING)? {
        let words = format!(
            "{MOST_WAITING} invitations of the organization wait: take some back before you invite more"
        );
        return Err(Error::new(Code::Invalid, words));
    }
    letters::require_room(tx, organization)
}

/// Takes back all of an address that waits, though its time ran out, but for one.
pub(crate) fn take_back(
    tx: &mut Tx<'_>,
    access: &Access,
    email: &EmailAddress,
    but: Option<InvitationId>,
) -> Result<()> {
    let now = tx.now();
    let mut taken = store::endings::clear(tx, access.organization(), email, now)?;
    taken.retain(|invitation| Some(invitation.id) != but);
    tell_taken(tx, access, &taken)
}

/// Takes back what an address could accept; those whose time ran out stay expired.
pub(crate) fn revoke_live(tx: &mut Tx<'_>, access: &Access, email: &EmailAddress) -> Result<()> {
    let (organization, now) = (access.organization(), tx.now());
    let taken = store::endings::settle(tx, organization, email, now, InvitationStatus::Revoked)?;
    tell_taken(tx, access, &taken)
}

fn tell_taken(tx: &mut Tx<'_>, access: &Access, taken: &[Invitation]) -> Result<()> {
    for before in taken {
        tx.record(INVITATION_REVOKED.over(access, before.id, before))?;
    }
    Ok(())
}

/// Keeps what the address's live invitation promises where it is more. What comes of it is the actor's promise, and judged as theirs.
fn combine(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    new: &NewInvitation,
    invitation: &mut Invitation,
) -> Result<()> {
    let now = tx.now();
    let live = store::invitations::live_in(tx, invitation.organization, &invitation.email, now)?;
    let Some(live) = live else { return Ok(()) };
    invitation.level = invitation.level.max(live.level);
    authority::may_handle(access, invitation.level)?;
    may_give(tx, access, &live.roles)?;
    let more = live.roles.into_iter().filter(|role| !new.roles.contains(role));
    invitation.roles.extend(more);
    let kept = std::mem::take(&mut invitation.projects);
    let theirs = workspaces.may_promise_again(tx, access, &live.projects)?;
    invitation.projects = merged(kept.into_iter().chain(theirs).collect());
    if invitation.projects.len() > MOST_PROJECTS {
        let words = format!("has more than {MOST_PROJECTS} entries with those of the invitation that waits");
        return Err(Error::field("projects", FieldKind::TooMany(MOST_PROJECTS).told(words)));
    }
    Ok(())
}

/// Asks that the actor may send an invitation again, which is to promise it once more, and that its last mail is not too fresh.
pub(crate) fn may_renew(
    tx: &mut Tx<'_>,
    workspaces: &dyn Workspaces,
    access: &Access,
    waits: &Invitation,
) -> Result<()> {
    authority::may_handle(access, waits.level)?;
    may_give(tx, access, &waits.roles)?;
    workspaces.may_promise_again(tx, access, &waits.projects)?;
    require_stranger(tx, access, &waits.email)?;
    letters::not_too_fresh(tx, waits.organization, &waits.email)
}

/// Writes an invitation that is sent again, and asks for a mail that tells of it; mails asked for before are not sent any more.
pub(crate) fn send(
    tx: &mut Tx<'_>,
    access: &Access,
    before: &Invitation,
    after: Invitation,
) -> Result<Invitation> {
    let mail_due_at = Some(tx.now());
    let after = Invitation { mails_asked: before.mails_asked + 1, mail_due_at, ..after };
    store::invitations::renew(tx, &after)?;
    tx.record(INVITATION_SENT.changed(access, after.id, before, &after))?;
    letters::ask(tx, access, &after)?;
    letters::require_room(tx, after.organization)?;
    Ok(after)
}

/// Asks that the address is no member's.
pub(crate) fn require_stranger(tx: &mut Tx<'_>, access: &Access, email: &EmailAddress) -> Result<()> {
    let now = tx.now();
    let Some(account) = polity_accounts::within::account_by_email(tx, email)? else { return Ok(()) };
    match store::members::find(tx, access.organization(), account.id, now)? {
        Some(_) => Err(Error::new(Code::AlreadyMember, "this address is a member's")),
        None => Ok(()),
    }
}

/// Asks that the actor may give these roles; those that were deleted since give nothing.
fn may_give(tx: &mut Tx<'_>, access: &Access, keys: &[RoleKey]) -> Result<()> {
    for key in keys {
        match roles::existing(tx, access.organization(), key) {
            Ok(role) => authority::may_give(access, &role)?,
            Err(error) if error.code() == Code::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The program that invites; polity itself is none.
pub(crate) fn inviting_program(access: &Access) -> Option<SubjectId> {
    match access.actor().subject() {
        Subject::Service(_) | Subject::OrganizationKey(..) => access.actor().id(),
        Subject::Person(_) | Subject::System => None,
    }
}

/// The person who invites; a program has no account.
pub(crate) fn inviter(access: &Access) -> Option<polity_kernel::AccountId> {
    match access.actor().subject() {
        Subject::Person(account) => Some(account),
        _ => None,
    }
}
