//! What a member may do and why: the one place where level, roles, groups and account types become permissions.

use std::collections::BTreeMap;

use polity_groups::GroupId;
use polity_kernel::{Level, Permission, PermissionSet, Timestamp};

use crate::built_in;
use crate::role::{Assignee, Role, RoleAssignment};

/// One link of the chain that gives a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The member's level.
    Level(Level),
    /// A group the member is in, or a group that one is in.
    Group(GroupId, String),
    /// A kind of account the member holds.
    AccountType(String),
    /// A role.
    Role(String),
}

/// A permission and the shortest chain that gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// The permission.
    pub permission: Permission,
    /// From the member outwards: groups first, the role last.
    pub via: Vec<Step>,
}

/// Everything a member holds in one organization, each with the way to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grants {
    sources: Vec<Source>,
}

#[derive(Clone, Debug)]
struct Source {
    via: Vec<Step>,
    gives: PermissionSet,
}

/// What the store knows of a member's grants.
#[derive(Clone, Debug)]
pub(crate) struct Holdings {
    pub(crate) level: Level,
    pub(crate) assignments: Vec<RoleAssignment>,
    pub(crate) groups: Vec<polity_groups::Chain>,
    pub(crate) account_types: Vec<polity_accounts::Holding>,
    pub(crate) own_roles: Vec<Role>,
}

impl Grants {
    pub(crate) fn of(holdings: &Holdings) -> Self {
        let mut grants = Self::default();
        let role = built_in::role_of_level(holdings.level);
        grants.add(vec![Step::Level(holdings.level), Step::Role(role.key.to_string())], role.gives());
        for assignment in &holdings.assignments {
            let Some(role) = find(&holdings.own_roles, &assignment.role) else { continue };
            let Some(mut via) = way_to(assignment, &holdings.groups) else { continue };
            via.push(Step::Role(role.key.to_string()));
            grants.add(via, role.gives());
        }
        for holding in &holdings.account_types {
            let held = Step::AccountType(holding.code.to_string());
            grants.add(vec![held.clone()], holding.permissions.iter().cloned().collect());
            for role in &holding.roles {
                let via = vec![held.clone(), Step::Role(role.key.clone())];
                grants.add(via, role.permissions.iter().cloned().collect());
            }
        }
        grants.sources.sort_by_key(|source| source.via.len());
        grants
    }

    /// The union of all that is held.
    pub(crate) fn permissions(&self) -> PermissionSet {
        let mut union = PermissionSet::none();
        for source in &self.sources {
            union.extend(&source.gives);
        }
        union
    }

    /// Each permission once, sorted, with its shortest chain. An owner's everything is listed as all that is `defined`.
    pub(crate) fn explained(&self, defined: &PermissionSet) -> Vec<Granted> {
        let mut shortest: BTreeMap<&Permission, &[Step]> = BTreeMap::new();
        for source in &self.sources {
            let gives = if source.gives.is_all() { defined } else { &source.gives };
            for permission in gives.iter() {
                shortest.entry(permission).or_insert(&source.via);
            }
        }
        shortest
            .into_iter()
            .map(|(permission, via)| Granted { permission: permission.clone(), via: via.to_vec() })
            .collect()
    }

    fn add(&mut self, via: Vec<Step>, gives: PermissionSet) {
        self.sources.push(Source { via, gives });
    }
}

/// A role by its key, built in or own.
pub(crate) fn find<'r>(own: &'r [Role], key: &crate::role::RoleKey) -> Option<&'r Role> {
    built_in::role_of(key).or_else(|| own.iter().find(|role| role.key == *key))
}

/// The groups between the member and the one that carries the role; absent when the member is not in it.
fn way_to(assignment: &RoleAssignment, groups: &[polity_groups::Chain]) -> Option<Vec<Step>> {
    match assignment.assignee {
        Assignee::Account(_) => Some(Vec::new()),
        Assignee::Group(carrier) => {
            let chain = groups.iter().find(|chain| chain.group() == Some(carrier))?;
            Some(chain.path.iter().map(|link| Step::Group(link.group, link.name.clone())).collect())
        }
    }
}

/// Until when remembered grants hold: the earliest end among what they were made of.
pub(crate) fn earliest(ends: impl IntoIterator<Item = Option<Timestamp>>) -> Option<Timestamp> {
    ends.into_iter().flatten().min()
}
