//! Who is told of what happens in an organization.

use polity_kernel::{Result, Tx};

use crate::jobs::TellJoined;
use crate::member::Member;
use crate::store;

/// How many of those who run an organization are told of a new member at most.
pub(crate) const TOLD: i64 = 20;

/// Asks for mails that tell of a new member, to those who run the organization.
pub(crate) fn tell_of(tx: &mut Tx<'_>, member: &Member) -> Result<()> {
    let now = tx.now();
    let leaders = store::members::leaders(tx, member.organization, now, TOLD)?;
    let accounts = polity_accounts::within::accounts(tx, &leaders)?;
    for to in leaders {
        let account = accounts.iter().find(|account| account.id == to && to != member.account);
        let Some(email) = account.and_then(|account| account.email.as_ref()) else { continue };
        if !polity_accounts::within::letter_told(tx, email)? {
            continue;
        }
        tx.promise(&TellJoined { organization: member.organization, joined: member.account, to })?;
    }
    Ok(())
}
