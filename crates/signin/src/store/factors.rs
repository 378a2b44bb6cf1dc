//! What accounts have beside passwords, of many at once.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Integer;
use polity_kernel::sql::{Among, List};
use polity_kernel::{AccountId, Conn, Result, each};

use super::totps::endless;
use crate::Factors;
use crate::schema::{passkeys, recovery_codes, totps};

const APP: i32 = 0;
const CODE: i32 = 1;

/// What these accounts have, by one query; who has nothing is left out.
pub(crate) fn of_accounts(conn: &mut Conn, accounts: &[AccountId]) -> Result<BTreeMap<AccountId, Factors>> {
    let list = List::ids(accounts.iter().map(|account| account.uuid()));
    let kind = |kind: i32| kind.into_sql::<Integer>();
    let rows: Vec<(AccountId, i32)> = each!(conn, conn => {
        let apps = totps::table
            .filter(Among(totps::account_id, list.clone()))
            .filter(endless())
            .select((totps::account_id, kind(APP)));
        let codes = recovery_codes::table
            .filter(Among(recovery_codes::account_id, list.clone()))
            .select((recovery_codes::account_id, kind(CODE)));
        let keys = passkeys::table
            .filter(Among(passkeys::account_id, list))
            .select((passkeys::account_id, kind(CODE + 1)));
        apps.union_all(codes).union_all(keys).load(conn)
    })?;
    let mut found: BTreeMap<AccountId, Factors> = BTreeMap::new();
    for (account, kind) in rows {
        let factors = found.entry(account).or_default();
        match kind {
            APP => factors.authenticator_app = true,
            CODE => factors.recovery_codes += 1,
            _ => factors.passkeys += 1,
        }
    }
    Ok(found)
}
