//! What a member may do and why: the one place where level, roles, groups and account types become permissions.

use std::collections::{BTreeMap, HashMap};

use polity_accounts::Holding;
use polity_groups::{Chain, GroupId};
use polity_kernel::{Level, Permission, PermissionSet, Timestamp};

use crate::role::assignment::{Assignee, RoleAssignment};
use crate::role::built_in;
use crate::role::{Role, RoleKey};

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

/// Everything a member holds in one organization, each with the way to it; of a role the shortest way alone.
#[derive(Debug)]
pub(crate) struct Grants<'h> {
    sources: Vec<Source<'h>>,
}

#[derive(Debug)]
struct Source<'h> {
    way: Way<'h>,
    role: Option<&'h str>,
    gives: PermissionSet,
}

/// How a member comes to what they hold.
#[derive(Clone, Copy, Debug)]
enum Way<'h> {
    Level(Level),
    Direct,
    Through(&'h Chain),
    Type(&'h Holding),
}

/// What the store knows of a member's grants.
#[derive(Clone, Debug)]
pub(crate) struct Holdings {
    pub(crate) level: Level,
    pub(crate) assignments: Vec<RoleAssignment>,
    pub(crate) groups: Vec<Chain>,
    pub(crate) account_types: Vec<Holding>,
    pub(crate) own_roles: Vec<Role>,
}

impl<'h> Grants<'h> {
    pub(crate) fn of(holdings: &'h Holdings) -> Self {
        let role = built_in::role_of_level(holdings.level);
        let way = Way::Level(holdings.level);
        let mut sources = vec![Source { way, role: Some(role.key.as_str()), gives: role.gives() }];
        sources.extend(carried(holdings));
        for holding in &holdings.account_types {
            let way = Way::Type(holding);
            let gives = holding.permissions.iter().cloned().collect();
            sources.push(Source { way, role: None, gives });
            for role in &holding.roles {
                let gives = role.permissions.iter().cloned().collect();
                sources.push(Source { way, role: Some(&role.key), gives });
            }
        }
        sources.sort_by_key(Source::length);
        Self { sources }
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
        let mut shortest: BTreeMap<&Permission, &Source<'_>> = BTreeMap::new();
        for source in &self.sources {
            let gives = if source.gives.is_all() { defined } else { &source.gives };
            for permission in gives.iter() {
                shortest.entry(permission).or_insert(source);
            }
        }
        shortest
            .into_iter()
            .map(|(permission, source)| Granted { permission: permission.clone(), via: source.via() })
            .collect()
    }
}

impl Source<'_> {
    fn length(&self) -> usize {
        let way = match self.way {
            Way::Direct => 0,
            Way::Level(_) | Way::Type(_) => 1,
            Way::Through(chain) => chain.path.len(),
        };
        way + usize::from(self.role.is_some())
    }

    fn via(&self) -> Vec<Step> {
        let mut via = match self.way {
            Way::Direct => Vec::new(),
            Way::Level(level) => vec![Step::Level(level)],
            Way::Type(holding) => vec![Step::AccountType(holding.code.to_string())],
            Way::Through(chain) => {
                chain.path.iter().map(|link| Step::Group(link.group, link.name.to_string())).collect()
            }
        };
        via.extend(self.role.map(|role| Step::Role(role.to_owned())));
        via
    }
}

/// The roles that were given to the member and to the groups they are in, each by its shortest way: the groups may be many more
/// than the roles.
fn carried(holdings: &Holdings) -> Vec<Source<'_>> {
    let chains: HashMap<GroupId, &Chain> =
        holdings.groups.iter().filter_map(|chain| Some((chain.group()?, chain))).collect();
    let own: HashMap<&RoleKey, &Role> = holdings.own_roles.iter().map(|role| (&role.key, role)).collect();
    let mut place: HashMap<&RoleKey, usize> = HashMap::new();
    let mut sources: Vec<Source<'_>> = Vec::new();
    for assignment in &holdings.assignments {
        let known = built_in::role_of(&assignment.role).or_else(|| own.get(&assignment.role).copied());
        let way = match assignment.assignee {
            Assignee::Account(_) => Some(Way::Direct),
            Assignee::Group(carrier) => chains.get(&carrier).copied().map(Way::Through),
        };
        let (Some(role), Some(way)) = (known, way) else { continue };
        let earlier = place.get(&role.key).copied();
        match earlier.and_then(|place| sources.get_mut(place)) {
            Some(known) => {
                let other = Source { way, role: known.role, gives: PermissionSet::none() };
                if other.length() < known.length() {
                    known.way = way;
                }
            }
            None => {
                place.insert(&role.key, sources.len());
                sources.push(Source { way, role: Some(role.key.as_str()), gives: role.gives() });
            }
        }
    }
    sources
}

/// A role by its key, built in or own.
pub(crate) fn find<'r>(own: &'r [Role], key: &RoleKey) -> Option<&'r Role> {
    built_in::role_of(key).or_else(|| own.iter().find(|role| role.key == *key))
}

/// Until when remembered grants hold: the earliest end among what they were made of.
pub(crate) fn earliest(ends: impl IntoIterator<Item = Option<Timestamp>>) -> Option<Timestamp> {
    ends.into_iter().flatten().min()
}
