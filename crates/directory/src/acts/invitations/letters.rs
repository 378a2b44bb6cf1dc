//! Letters that are promised to addresses, and how many may be.

use std::time::Duration;

use polity_accounts::EmailAddress;
use polity_kernel::{Access, Error, OrganizationId, Result, Timestamp, Tx};

use crate::invitation::Invitation;
use crate::jobs::MailInvitation;
use crate::store;

/// How long an address is left alone after a mail that tells of an invitation here.
const BETWEEN: Duration = Duration::from_secs(60);

/// For how long mails count that were due and perhaps never left; longer than two of them are apart.
const REMEMBERED: Duration = Duration::from_secs(600);

/// How many mails an organization has in [`WINDOW`] at most; one that another took the place of counts too.
const MOST: usize = 100;

/// The time in which mails are counted.
const WINDOW: Duration = Duration::from_secs(3_600);

/// When the next mail to this address may leave. One that has not left yet gives its place up, and puts the next one off once at most:
/// otherwise whoever invites again and again at the right moment would keep them all back.
pub(crate) fn next(tx: &mut Tx<'_>, organization: OrganizationId, email: &EmailAddress) -> Result<Timestamp> {
    let now = tx.now();
    let last = store::mails::last(tx, organization, email, now.before(REMEMBERED))?;
    Ok(match last.first() {
        None => now,
        Some((due, _)) if *due > now => *due,
        Some((due, _)) => {
            let kept_back = last.iter().take_while(|(_, has_left)| !has_left);
            let was_put_off = kept_back.into_iter().any(|(earlier, _)| earlier.after(BETWEEN) <= *due);
            if was_put_off { now } else { now.max(due.after(BETWEEN)) }
        }
    })
}

/// Asks that a mail to this address may leave now.
pub(crate) fn not_too_fresh(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    email: &EmailAddress,
) -> Result<()> {
    let now = tx.now();
    let last = store::mails::last(tx, organization, email, now.before(BETWEEN))?;
    match last.first() {
        Some((due, _)) if due.after(BETWEEN) > now => {
            let words = "its last mail is too fresh: it can be sent again";
            Err(Error::throttled(words, now, due.after(BETWEEN)))
        }
        _ => Ok(()),
    }
}

/// Has the mail leave when it may, if there is to be one.
pub(crate) fn ask(tx: &mut Tx<'_>, access: &Access, invitation: &Invitation) -> Result<()> {
    let Some(due) = invitation.mail_due_at else { return Ok(()) };
    caused(tx, access, &invitation.email)?;
    store::mails::count(tx, invitation, due)?;
    let letter = MailInvitation {
        organization: invitation.organization,
        invitation: invitation.id,
        number: invitation.mails_asked,
    };
    let delay = Duration::from_micros(due.micros().saturating_sub(tx.now().micros()).unsigned_abs());
    tx.promise_after(delay, &letter)
}

/// Asks that the organization has asked for no more mails than it may, those of this transaction too.
pub(crate) fn require_room(tx: &mut Tx<'_>, organization: OrganizationId) -> Result<()> {
    let now = tx.now();
    let counted = store::mails::counted(tx, organization, now.before(WINDOW))?;
    // as many as are too many must have gone out of the window
    match counted.len().checked_sub(MOST + 1).and_then(|last| counted.get(last)) {
        Some(due) => {
            let words =
                "the organization has sent as many invitations as it may in an hour: it can send these";
            Err(Error::throttled(words, now, due.after(WINDOW)))
        }
        None => Ok(()),
    }
}

/// Counts a letter that the actor has the organization send to an address.
///
/// # Errors
/// `Throttled` as of [`polity_accounts::within::letter_caused`].
pub(crate) fn caused(tx: &mut Tx<'_>, access: &Access, to: &EmailAddress) -> Result<()> {
    let is_known = is_member(tx, access, to)?;
    polity_accounts::within::letter_caused(tx, access.actor(), to, is_known)
}

fn is_member(tx: &mut Tx<'_>, access: &Access, to: &EmailAddress) -> Result<bool> {
    let (organization, now) = (access.organization(), tx.now());
    let Some(account) = polity_accounts::within::account_by_email(tx, to)? else { return Ok(false) };
    Ok(store::members::find(tx, organization, account.id, now)?.is_some())
}
