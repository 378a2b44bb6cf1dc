//! Who is a member of an organization, as the area that knows says.

use std::collections::BTreeSet;

use polity_kernel::{AccountId, Code, Conn, Error, OrganizationId, Result, Timestamp};

/// Those of these accounts that are members of the organization at this instant.
type Among = fn(&mut Conn, OrganizationId, &[AccountId], Timestamp) -> Result<BTreeSet<AccountId>>;

/// Who is a member of an organization, which only the directory knows. Asked inside the transaction that gives a member something, while
/// it holds the organization's epoch; a membership that has ended is none.
#[derive(Clone, Copy, Debug)]
pub struct Belonging(pub Among);

impl Belonging {
    /// Takes every account for a member: for a program that has none.
    pub const EVERYBODY: Self = Self(|_, _, accounts, _| Ok(accounts.iter().copied().collect()));

    /// Those of these accounts that are members.
    pub fn among(
        self,
        conn: &mut Conn,
        organization: OrganizationId,
        accounts: &[AccountId],
        now: Timestamp,
    ) -> Result<BTreeSet<AccountId>> {
        if accounts.is_empty() { Ok(BTreeSet::new()) } else { (self.0)(conn, organization, accounts, now) }
    }

    /// Asks that the account is a member.
    ///
    /// # Errors
    /// `NotAMember` when it is none.
    pub fn require(
        self,
        conn: &mut Conn,
        organization: OrganizationId,
        account: AccountId,
        now: Timestamp,
    ) -> Result<()> {
        if self.among(conn, organization, &[account], now)?.contains(&account) {
            return Ok(());
        }
        Err(Error::new(Code::NotAMember, "the account is no member of the organization"))
    }
}
