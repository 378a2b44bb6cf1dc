//! The events of people at a browser: their types.

use polity_kernel::catalogue;
use polity_kernel::event::Nothing;

catalogue! {
    /// The account's person set a password, their first or another one. The id is the account's.
    pub(crate) ACCOUNT_PASSWORD_SET = "account.password_set": Nothing => Nothing;
}
