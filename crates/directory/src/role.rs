//! Roles: named sets of permissions, built in or an organization's own.

pub(crate) mod assignment;
pub(crate) mod built_in;
pub(crate) mod carrier;
pub(crate) mod grants;
pub(crate) mod names;

use std::fmt;
use std::str::FromStr;

use polity_kernel::{Error, FieldKind, PermissionSet, Result, SubjectId, Timestamp, id, words};
use serde::Serialize;
use validator::Validate;

use polity_kernel::text::{canonical, each_parsed_at, multiline, parsed_at, printable, trimmed};

id!(RoleId, "One role; of a built-in one the same in every organization.");

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
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
    pub permissions: PermissionSet,
    /// Whether it is polity's own and cannot be changed.
    pub built_in: bool,
    /// When it was made; absent for a built-in one.
    pub created_at: Option<Timestamp>,
    /// Who made it; absent for polity itself, and for roles older than this record.
    pub created_by: Option<SubjectId>,
}

/// What a role is from its making on: which one, when it was made and by whom.
pub(crate) struct RoleOrigin {
    pub(crate) id: RoleId,
    pub(crate) key: RoleKey,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) created_by: Option<SubjectId>,
}

/// What somebody says about a new role; [`NewRole::try_from`] says whether it will do.
#[derive(Clone, Debug, Default)]
pub struct RoleFields {
    /// What it is to be called in addresses and assignments; see [`RoleKey`].
    pub key: String,
    /// The name people read, at most 200 characters; the key when absent.
    pub name: Option<String>,
    /// The product or area it belongs to, at most 128 characters; empty when absent.
    pub namespace: Option<String>,
    /// What it is for; at most 2000 characters.
    pub description: Option<String>,
    /// How far along it is; `ga` when absent.
    pub stage: Option<Stage>,
    /// What it gives; at most 500.
    pub permissions: Vec<String>,
}

/// A role to make, every field of it acceptable.
#[derive(Clone, Debug, Validate)]
pub struct NewRole {
    /// Absent: made of the name.
    pub(crate) key: Option<RoleKey>,
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    name: Option<String>,
    #[validate(length(max = polity_kernel::text::WORD), custom(function = "printable"))]
    namespace: Option<String>,
    #[validate(
        length(max = polity_kernel::text::DESCRIPTION),
        custom(function = "multiline")
    )]
    description: Option<String>,
    stage: Stage,
    permissions: PermissionSet,
}

/// A change of a role. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct RolePatch {
    /// The name people read; cleared, it falls back to the key.
    pub name: Option<Option<String>>,
    /// The product or area it belongs to.
    pub namespace: Option<Option<String>>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// How far along it is.
    pub stage: Option<Stage>,
    /// What it gives, in place of what it gave.
    pub permissions: Option<Vec<String>>,
}

impl RoleKey {
    /// The longest key, in characters.
    pub const MAX_LENGTH: usize = 128;

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
        let well_formed = (1..=Self::MAX_LENGTH).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::field(
                "role",
                FieldKind::Malformed.told("must be 1 to 128 letters, digits, dots, underscores and hyphens"),
            ))
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

impl TryFrom<RoleFields> for NewRole {
    type Error = Error;

    fn try_from(fields: RoleFields) -> Result<Self> {
        if fields.permissions.len() > Role::MOST_PERMISSIONS {
            return Err(Error::field("permissions", FieldKind::TooMany(Role::MOST_PERMISSIONS)));
        }
        let new = Self {
            key: Some(parsed_at("key", &fields.key)?),
            name: trimmed(fields.name),
            namespace: trimmed(fields.namespace),
            description: trimmed(fields.description),
            stage: fields.stage.unwrap_or(Stage::Ga),
            permissions: each_parsed_at("permissions", &fields.permissions)?.into_iter().collect(),
        };
        new.validate()?;
        Ok(new)
    }
}

impl NewRole {
    /// A role that gives nothing yet; its key is made of the name.
    ///
    /// # Errors
    /// `Invalid` on the field `name` when it is blank, or longer than 200 characters.
    pub fn named(name: &str) -> Result<Self> {
        let new = Self {
            key: None,
            name: Some(filled(name)?),
            namespace: None,
            description: None,
            stage: Stage::Ga,
            permissions: PermissionSet::none(),
        };
        new.validate()?;
        Ok(new)
    }

    /// What it is called by; absent where that is made of the name.
    pub fn key(&self) -> Option<&RoleKey> {
        self.key.as_ref()
    }

    /// The name people read, where one is given.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The role.
    pub(crate) fn made(&self, origin: RoleOrigin) -> Role {
        let RoleOrigin { id, key, created_at, created_by } = origin;
        Role {
            id,
            name: self.name.clone().unwrap_or_else(|| key.to_string()),
            key,
            namespace: self.namespace.clone().unwrap_or_default(),
            description: self.description.clone(),
            stage: self.stage,
            permissions: self.permissions.clone(),
            built_in: false,
            created_at,
            created_by,
        }
    }
}

impl Role {
    /// The most permissions one role gives: a role is read as a whole.
    pub const MOST_PERMISSIONS: usize = 500;

    /// The role as the patch makes it, with the same rules as a new one.
    pub(crate) fn patched(&self, patch: &RolePatch) -> Result<Self> {
        let present = || self.permissions.iter().map(ToString::to_string).collect();
        let new = NewRole::try_from(RoleFields {
            key: self.key.to_string(),
            name: patch.name.clone().unwrap_or_else(|| Some(self.name.clone())),
            namespace: patch.namespace.clone().unwrap_or_else(|| Some(self.namespace.clone())),
            description: patch.description.clone().unwrap_or_else(|| self.description.clone()),
            stage: Some(patch.stage.unwrap_or(self.stage)),
            permissions: patch.permissions.clone().unwrap_or_else(present),
        })?;
        Ok(self.remade(&new))
    }

    /// The same role with all that the other one says.
    pub(crate) fn remade(&self, new: &NewRole) -> Self {
        let (key, created_at) = (self.key.clone(), self.created_at);
        new.made(RoleOrigin { id: self.id, key, created_at, created_by: self.created_by })
    }

    /// What the role gives to those who carry it: nothing while it is disabled.
    pub fn gives(&self) -> PermissionSet {
        if self.stage == Stage::Disabled { PermissionSet::none() } else { self.permissions.clone() }
    }
}

impl RolePatch {
    /// A change of nothing but the name.
    ///
    /// # Errors
    /// `Invalid` on the field `name` when it is blank.
    pub fn renamed(name: &str) -> Result<Self> {
        Ok(Self { name: Some(Some(filled(name)?)), ..Self::default() })
    }
}

/// The name as it is kept.
fn filled(name: &str) -> Result<String> {
    let name = canonical(name);
    if name.is_empty() { Err(Error::field("name", FieldKind::Blank)) } else { Ok(name) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn made(fields: RoleFields) -> Role {
        let key = fields.key.trim().parse().unwrap();
        let origin =
            RoleOrigin { id: RoleId::new(uuid::Uuid::nil()), key, created_at: None, created_by: None };
        NewRole::try_from(fields).unwrap().made(origin)
    }

    fn fields() -> RoleFields {
        RoleFields { key: "clerk".into(), ..RoleFields::default() }
    }

    #[rstest]
    #[case(RoleFields { key: String::new(), ..fields() }, "key")]
    #[case(RoleFields { key: "a b".into(), ..fields() }, "key")]
    #[case(RoleFields { key: "x".repeat(129), ..fields() }, "key")]
    #[case(RoleFields { name: Some("x".repeat(201)), ..fields() }, "name")]
    #[case(RoleFields { name: Some("two\nlines".into()), ..fields() }, "name")]
    #[case(RoleFields { namespace: Some("x".repeat(129)), ..fields() }, "namespace")]
    #[case(RoleFields { description: Some("x".repeat(2001)), ..fields() }, "description")]
    #[case(RoleFields { description: Some("a bell \u{7}".into()), ..fields() }, "description")]
    #[case(RoleFields { permissions: vec!["a.b".into(), "a.B".into()], ..fields() }, "permissions.1")]
    #[case(RoleFields { permissions: vec![String::new()], ..fields() }, "permissions.0")]
    #[case(RoleFields { permissions: vec!["a.b".into(); 501], ..fields() }, "permissions")]
    fn what_will_not_do_is_named(#[case] fields: RoleFields, #[case] field: &str) {
        let error = NewRole::try_from(fields).unwrap_err();
        assert_eq!(error.fields().iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), [field]);
        assert!(error.message().starts_with(&format!("{field}: ")), "{error}");
    }

    #[test]
    fn the_rest_is_trimmed_and_filled_in() {
        let said = RoleFields {
            key: " clerk ".into(),
            name: Some("  ".into()),
            description: Some(" Sells\nthings ".into()),
            permissions: vec![" a.b ".into(), "a.b".into()],
            ..RoleFields::default()
        };
        let role = made(said);
        assert_eq!((role.key.as_str(), role.name.as_str(), role.namespace.as_str()), ("clerk", "clerk", ""));
        assert_eq!(role.description.as_deref(), Some("Sells\nthings"));
        assert_eq!((role.stage, role.permissions.iter().count()), (Stage::Ga, 1));
    }

    #[test]
    fn a_patch_is_held_to_the_same_rules() {
        let role = made(fields());
        assert_eq!(role.patched(&RolePatch::default()).unwrap(), role);
        let bad = RolePatch { permissions: Some(vec!["A".into()]), ..RolePatch::default() };
        assert_eq!(role.patched(&bad).unwrap_err().fields()[0].field, "permissions.0");
    }
}
