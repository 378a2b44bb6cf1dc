//! What areas further right in the chain may do inside their own transaction; nothing here asks for permission.

use std::collections::BTreeMap;

use polity_kernel::{AccountId, Conn, Result};

use crate::{Factors, store};

pub use crate::acts::factors::end as end_factors;

/// What these accounts have beside a password, by one query; who has nothing is left out.
pub fn factors_of(conn: &mut Conn, accounts: &[AccountId]) -> Result<BTreeMap<AccountId, Factors>> {
    store::factors::of_accounts(conn, accounts)
}
