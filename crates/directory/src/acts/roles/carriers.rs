//! Roles and assignments with the people they have to do with.

use std::collections::{BTreeSet, HashMap};

use polity_accounts::Account;
use polity_kernel::{Access, AccountId, Conn, Result, Timestamp};
use uuid::Uuid;

use crate::acts::member_search;
use crate::member::query::{At, MemberInFull, MemberQuery};
use crate::permissions::ORG_ROLES_LIST;
use crate::role::assignment::RoleAssignment;
use crate::role::carrier::{RoleCarrier, RoleInFull};
use crate::role::{Role, RoleKey};
use crate::store;

/// The most people that are shown with a list of roles.
const MOST: i64 = 1_000;

/// These roles with their people, as far as the actor may list who carries them.
pub(crate) fn in_full(
    conn: &mut Conn,
    access: &Access,
    now: Timestamp,
    roles: Vec<Role>,
) -> Result<Vec<RoleInFull>> {
    let at = At { organization: access.organization(), now };
    let makers = makers(conn, &roles)?;
    let default = store::organizations::default_role(conn, at.organization)?;
    let mut carried: HashMap<RoleKey, Vec<RoleCarrier>> = HashMap::new();
    if access.permissions().contains(&ORG_ROLES_LIST) {
        let keys = roles.iter().map(|role| role.key.clone());
        let given = store::assignments::of_roles(conn, at, keys, MOST)?;
        for carrier in carriers(conn, at, given)? {
            carried.entry(carrier.assignment.role.clone()).or_default().push(carrier);
        }
    }
    let in_full = |role: Role| RoleInFull {
        maker: role.created_by.and_then(|by| makers.get(&by.uuid()).cloned()),
        is_default: default == Some(role.id),
        carriers: carried.remove(&role.key).unwrap_or_default(),
        role,
    };
    Ok(roles.into_iter().map(in_full).collect())
}

/// Who was given these, with their memberships; without groups, and without those who are no member or whose account is disabled.
pub(crate) fn carriers(conn: &mut Conn, at: At, given: Vec<RoleAssignment>) -> Result<Vec<RoleCarrier>> {
    let ids: Vec<AccountId> = given.iter().filter_map(RoleAssignment::account).collect();
    let members = store::members::of_accounts(conn, at.organization, &ids, at.now)?;
    let shown = MemberQuery { with_last_login: true, ..MemberQuery::default() };
    let full: HashMap<AccountId, MemberInFull> = member_search::in_full(conn, at, members, &shown)?
        .into_iter()
        .map(|one| (one.account.id, one))
        .collect();
    let carrier = |assignment: RoleAssignment| {
        let member = full.get(&assignment.account()?)?.clone();
        Some(RoleCarrier { assignment, member })
    };
    Ok(given.into_iter().filter_map(carrier).collect())
}

/// The people who made these roles, by their ids; programs are none.
fn makers(conn: &mut Conn, roles: &[Role]) -> Result<HashMap<Uuid, Account>> {
    let ids: BTreeSet<Uuid> = roles.iter().filter_map(|role| role.created_by).map(|by| by.uuid()).collect();
    let ids: Vec<AccountId> = ids.into_iter().map(AccountId::new).collect();
    let found = polity_accounts::within::accounts(conn, &ids)?;
    Ok(found.into_iter().map(|account| (account.id.uuid(), account)).collect())
}
