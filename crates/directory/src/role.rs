//! Roles: named sets of permissions, built in or an organization's own, and who carries them.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use polity_groups::GroupId;
use polity_kernel::{AccountId, Error, Permission, PermissionSet, Result, Timestamp, id, words};
use serde::Serialize;
use validator::Validate;

use crate::organization::printable;

id!(RoleId, "One of an organization's own roles.");
id!(AssignmentId, "One role carried by one account or group.");

words! {
    /// How far along a role is; says nothing about what it gives.
    pub enum Stage {
        /// Being tried.
        Alpha = "alpha",
        /// Nearly settled.
        Beta = "beta",
        /// Settled.
        Ga = "ga",
        /// Gives nothing (any more).
        Disabled = "disabled",
        /// Still works, to be replaced.
        Deprecated = "deprecated",
    }
}

/// What a role is called in addresses and assignments: letters, digits, `.`, `_`, `-`, at most 128.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RoleKey(String);

/// A named set of permissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Role {
    /// What it is called in addresses and assignments.
    pub key: RoleKey,
    /// The name people read.
    pub name: String,
    /// The product or area it belongs to.
    pub namespace: String,
    /// What it is for.
    pub description: Option<String>,
    /// How far along it is.
    pub stage: Stage,
    /// What it gives; for the built-in `owner`: everything, which has no list.
    #[serde(serialize_with = "listed")]
    pub permissions: PermissionSet,
    /// Whether it is polity's own and cannot be changed.
    pub built_in: bool,
}

/// A role to make.
#[derive(Clone, Debug, Validate)]
pub struct NewRole {
    /// What it is called; not a built-in role's name.
    pub key: RoleKey,
    /// The name people read; the key when absent.
    #[validate(length(min = 1, max = 200), custom(function = "printable"))]
    pub name: Option<String>,
    /// The product or area it belongs to; empty when absent.
    #[validate(length(max = 128), custom(function = "printable"))]
    pub namespace: Option<String>,
    /// What it is for.
    #[validate(length(max = 2000))]
    pub description: Option<String>,
    /// How far along it is; `ga` when absent.
    pub stage: Option<Stage>,
    /// What it gives; at most 500.
    #[validate(length(max = 500))]
    pub permissions: Vec<Permission>,
}

/// A change of a role. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default, Validate)]
pub struct RolePatch {
    /// The name people read.
    #[validate(length(min = 1, max = 200), custom(function = "printable"))]
    pub name: Option<String>,
    /// The product or area it belongs to.
    #[validate(length(max = 128), custom(function = "printable"))]
    pub namespace: Option<String>,
    /// What it is for.
    #[validate(length(max = 2000))]
    pub description: Option<Option<String>>,
    /// How far along it is.
    pub stage: Option<Stage>,
    /// What it gives, in place of what it gave; at most 500.
    #[validate(length(max = 500))]
    pub permissions: Option<Vec<Permission>>,
}

/// Who carries a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// A member.
    Account(AccountId),
    /// Everybody in a group, also through nested groups.
    Group(GroupId),
}

/// One role carried by one account or group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleAssignment {
    /// Its id; for a role that comes with a level, the membership's.
    pub id: AssignmentId,
    /// Which role.
    pub role: RoleKey,
    /// Who carries it.
    pub assignee: Assignee,
    /// Until when; absent: without end.
    pub expires_at: Option<Timestamp>,
}

impl RoleKey {
    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for RoleKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let well_formed = (1..=128).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::field("role", "must be 1 to 128 letters, digits, dots, underscores and hyphens"))
        }
    }
}

impl fmt::Display for RoleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RoleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Role {
    /// What the role gives to those who carry it: nothing while it is disabled.
    pub fn gives(&self) -> PermissionSet {
        if self.stage == Stage::Disabled { PermissionSet::none() } else { self.permissions.clone() }
    }
}

impl Assignee {
    /// The kind in the store.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Group(_) => "group",
        }
    }

    pub(crate) const fn uuid(self) -> uuid::Uuid {
        match self {
            Self::Account(account) => account.uuid(),
            Self::Group(group) => group.uuid(),
        }
    }
}

fn listed<S: serde::Serializer>(permissions: &PermissionSet, serializer: S) -> Result<S::Ok, S::Error> {
    let names: BTreeSet<&str> = permissions.iter().map(Permission::as_str).collect();
    serializer.collect_seq(names)
}
