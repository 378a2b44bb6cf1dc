//! What was changed in an organization, as its administrators read it.

use polity_accounts::Account;
use polity_kernel::event::Recorded;

/// A change, with whoever made it.
#[derive(Clone, Debug)]
pub struct Activity {
    /// The change.
    pub event: Recorded,
    /// The person who made it; absent for a program and polity itself, and where the account is gone.
    pub person: Option<Account>,
}
