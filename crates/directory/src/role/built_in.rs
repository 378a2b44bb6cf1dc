//! The roles every organization has: code, not rows, so that all have what a new version gives them.

use std::sync::LazyLock;

use polity_kernel::{Level, Permission, PermissionSet};
use sha2::{Digest as _, Sha256};

use crate::permissions::{FURTHER, NAMESPACES, READING, VERBS};
use crate::role::{Role, RoleId, RoleKey, Stage};

/// The namespace of the roles that are of the organization as a whole.
const ADMIN: &str = "admin";

/// The built-in roles: the three that come with a level, `manager`, and two generated for each namespace.
pub(crate) static ROLES: LazyLock<Vec<Role>> = LazyLock::new(|| {
    let mut roles = vec![
        role(Title { key: "owner", name: "Owner", namespace: ADMIN }, Stage::Ga, PermissionSet::all()),
        role(
            Title { key: "admin", name: "Admin", namespace: ADMIN },
            Stage::Ga,
            NAMESPACES.iter().chain(&FURTHER).flat_map(|ns| all_of(ns, &VERBS)).collect(),
        ),
        role(Title { key: "manager", name: "Manager", namespace: ADMIN }, Stage::Ga, manager()),
        role(Title { key: "member", name: "Member", namespace: ADMIN }, Stage::Ga, member()),
    ];
    for ns in NAMESPACES {
        let title = |key: &str, name: &str, permissions| {
            let (key, name) = (&format!("{ns}.{key}.role"), &format!("{ns} - {name}"));
            role(Title { key, name, namespace: ns }, Stage::Alpha, permissions)
        };
        roles.push(title("admin", "Admin", all_of(ns, &VERBS).collect()));
        roles.push(title("read-only", "Read Only", all_of(ns, &READING).collect()));
    }
    roles
});

/// Every permission the built-in roles give.
pub(crate) static KNOWN: LazyLock<PermissionSet> =
    LazyLock::new(|| NAMESPACES.iter().chain(&FURTHER).flat_map(|ns| all_of(ns, &VERBS)).collect());

/// Whether a permission is polity's own, so that nobody gives it away without holding it. Beside those the built-in roles give
/// it is everything in `org`: areas may ask for more there.
pub(crate) fn is_own(permission: &Permission) -> bool {
    KNOWN.contains(permission) || permission.as_str().starts_with("org.")
}

/// The built-in role of this key.
pub(crate) fn role_of(key: &RoleKey) -> Option<&'static Role> {
    ROLES.iter().find(|role| role.key == *key)
}

/// The role that comes with a level.
pub(crate) fn role_of_level(level: Level) -> &'static Role {
    let name = level.to_string();
    #[expect(clippy::expect_used, reason = "the three are the first of the list above")]
    ROLES.iter().find(|role| role.key.as_str() == name).expect("each level has its role")
}

/// The level that a role stands for: granting the role sets the level.
pub(crate) fn level_of_role(key: &RoleKey) -> Option<Level> {
    [Level::Owner, Level::Admin, Level::Member].into_iter().find(|level| level.to_string() == key.as_str())
}

/// What reading in the organization needs: every member's floor.
fn member() -> PermissionSet {
    const OPEN: [&str; 11] = [
        "org.directory",
        "org.directory.members",
        "org.members",
        "org.groups",
        "org.roles",
        "org.user.assignment",
        "org.user.account.types",
        "org.user.account",
        "org.employees",
        "org.integrations",
        "org.domains",
    ];
    OPEN.iter().flat_map(|ns| all_of(ns, &READING)).collect()
}

/// Runs people and groups, but neither the organization nor its roles.
fn manager() -> PermissionSet {
    const RUN: [&str; 6] = [
        "org.directory.members",
        "org.members",
        "org.groups",
        "org.user.assignment",
        "org.user.account",
        "org.employees",
    ];
    let mut set = member();
    set.extend(&RUN.iter().flat_map(|ns| all_of(ns, &VERBS)).collect());
    set.extend(&all_of("org.user.permissions", &READING).collect());
    set.extend(&all_of("org.user.roles", &READING).collect());
    set
}

fn all_of<'v>(namespace: &str, verbs: &'v [&str]) -> impl Iterator<Item = Permission> + use<'v> {
    let namespace = namespace.to_owned();
    #[expect(
        clippy::expect_used,
        reason = "made of the constants of `permissions`, which a test reads through"
    )]
    verbs.iter().map(move |verb| format!("{namespace}.{verb}").parse().expect("a well-formed permission"))
}

/// What a built-in role is called.
#[derive(Clone, Copy)]
struct Title<'t> {
    key: &'t str,
    name: &'t str,
    namespace: &'t str,
}

fn role(title: Title<'_>, stage: Stage, permissions: PermissionSet) -> Role {
    let Title { key, name, namespace } = title;
    Role {
        id: id_of(key),
        key: RoleKey::stored(key.to_owned()),
        name: name.to_owned(),
        namespace: namespace.to_owned(),
        description: None,
        stage,
        permissions,
        built_in: true,
        created_at: None,
        created_by: None,
    }
}

/// An id made of the key, so that it is the same everywhere (RFC 9562 §5.8).
fn id_of(key: &str) -> RoleId {
    let digest: [u8; 32] = Sha256::digest(format!("polity role {key}")).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(digest.split_at(16).0);
    RoleId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

impl Role {
    /// Whether it is one of the three that come with a level.
    pub fn is_of_level(&self) -> bool {
        level_of_role(&self.key).is_some()
    }
}

impl RoleId {
    /// Whether it is of one of the three roles that come with a level.
    pub fn is_of_level(self) -> bool {
        ROLES.iter().any(|role| role.id == self && role.is_of_level())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_two_roles_a_namespace_and_four_more() {
        assert_eq!(ROLES.len(), 2 * 25 + 4);
        assert_eq!(KNOWN.iter().count(), (25 + 9) * 6);
    }

    #[test]
    fn each_level_gives_more_than_the_one_below() {
        let gives = |level| &role_of_level(level).permissions;
        assert!(gives(Level::Owner).is_all());
        assert!(gives(Level::Admin).lacking(gives(Level::Member).iter()).is_empty());
        assert!(!gives(Level::Member).lacking(gives(Level::Admin).iter()).is_empty());
    }
}
