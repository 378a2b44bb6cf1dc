//! Who is a member, as the areas further left ask.

use std::collections::BTreeSet;

use polity_accounts::Belonging;
use polity_kernel::{AccountId, Conn, OrganizationId, Result, Timestamp};

use crate::store;

/// Says who is a member, for areas that give members something.
pub const BELONGING: Belonging = Belonging(among);

fn among(
    conn: &mut Conn,
    organization: OrganizationId,
    accounts: &[AccountId],
    now: Timestamp,
) -> Result<BTreeSet<AccountId>> {
    let members = store::members::of_accounts(conn, organization, accounts, now)?;
    Ok(members.into_iter().map(|member| member.account).collect())
}
