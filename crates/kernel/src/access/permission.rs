//! Permissions and sets of them.

mod parse;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The right to do one thing: a dotted name like `org.groups.create`.
///
/// Lower-case letters, digits and `-`, `_` in parts joined by dots; at most 128 characters.
#[derive(Clone)]
pub struct Permission {
    name: Cow<'static, str>,
    is_powerful: bool,
}

impl Permission {
    /// The longest name, in characters.
    pub const MAX_LENGTH: usize = 128;

    /// A permission the code knows; the name is taken as it stands.
    pub const fn of(name: &'static str) -> Self {
        Self { name: Cow::Borrowed(name), is_powerful: false }
    }

    /// A permission the code knows, the use of which gives or takes power: who comes with a session must have proven themselves lately
    /// ([`RECENT`](crate::RECENT)). It is the permission of that name: only where it is asked for is this looked at.
    pub const fn powerful(name: &'static str) -> Self {
        Self { name: Cow::Borrowed(name), is_powerful: true }
    }

    /// Whether its use gives or takes power.
    pub(crate) const fn is_powerful(&self) -> bool {
        self.is_powerful
    }

    /// The dotted name.
    pub fn as_str(&self) -> &str {
        &self.name
    }
}

impl PartialEq for Permission {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Permission {}

impl PartialOrd for Permission {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Permission {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name.cmp(&other.name)
    }
}

impl Hash for Permission {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl serde::Serialize for Permission {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A set of permissions, or all there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PermissionSet {
    all: bool,
    some: BTreeSet<Permission>,
}

impl PermissionSet {
    /// No permission.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every permission, also those an organization makes up itself: an owner's and a platform administrator's.
    pub fn all() -> Self {
        Self { all: true, some: BTreeSet::new() }
    }

    /// Whether this is every permission there is.
    pub fn is_all(&self) -> bool {
        self.all
    }

    /// The set without what is in the other; all permissions stay all of them.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        if self.all {
            return self.clone();
        }
        self.iter().filter(|permission| !other.contains(permission)).cloned().collect()
    }

    /// Whether the permission is in the set.
    pub fn contains(&self, permission: &Permission) -> bool {
        self.all || self.some.contains(permission)
    }

    /// Adds one permission.
    pub fn insert(&mut self, permission: Permission) {
        if !self.all {
            self.some.insert(permission);
        }
    }

    /// Adds all of another set.
    pub fn extend(&mut self, other: &Self) {
        if other.all {
            *self = Self::all();
        } else if !self.all {
            self.some.extend(other.some.iter().cloned());
        }
    }

    /// What is in both sets: how a credential narrows its owner.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        match (self.all, other.all) {
            (true, _) => other.clone(),
            (_, true) => self.clone(),
            _ => Self { all: false, some: self.some.intersection(&other.some).cloned().collect() },
        }
    }

    /// The permissions of `wanted` that are not in the set, sorted.
    pub fn lacking<'w>(&self, wanted: impl IntoIterator<Item = &'w Permission>) -> Vec<Permission> {
        let lacking: BTreeSet<&Permission> = wanted.into_iter().filter(|p| !self.contains(p)).collect();
        lacking.into_iter().cloned().collect()
    }

    /// The named permissions, sorted; empty for [`PermissionSet::all`], whose members have no list.
    pub fn iter(&self) -> impl Iterator<Item = &Permission> {
        self.some.iter()
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self { all: false, some: permissions.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dotted_lower_case() {
        for good in ["org.groups.create", "a", "api-catalogs.get_1"] {
            assert_eq!(good.parse::<Permission>().unwrap().as_str(), good);
        }
        for bad in ["", ".", "a.", ".a", "A.b", "a b", "a..b", "a.*", &"x".repeat(129)] {
            assert!(bad.parse::<Permission>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_credential_only_narrows() {
        let set = |names: &[&str]| names.iter().map(|n| n.parse().unwrap()).collect::<PermissionSet>();
        assert_eq!(PermissionSet::all().intersection(&set(&["a"])), set(&["a"]));
        assert_eq!(set(&["a", "b"]).intersection(&set(&["b", "c"])), set(&["b"]));
        assert_eq!(set(&["a"]).intersection(&PermissionSet::all()), set(&["a"]));
    }
}
