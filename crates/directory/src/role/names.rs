//! What roles are called: by which words one is found, and why another may not have them.

use std::fmt;
use std::str::FromStr;

use polity_kernel::text::compared;
use polity_kernel::text::printable;
use polity_kernel::{Error, FieldKind, Result};

use crate::role::{Role, RoleId, RoleKey};

/// The longest name of a role, in characters.
const LONGEST: usize = 200;

/// Which role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleRef {
    /// The one with this id.
    Id(RoleId),
    /// The one with this key.
    Key(RoleKey),
    /// The one that any of its words is for: its key, else its id, else the name that people read, compared without case. A name that
    /// several roles have, as some from before names were one role's alone, is none's.
    Called(RoleWord),
}

/// A word for a role: 1 to 200 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleWord(String);

/// Why a role cannot come to be as asked for: the cause of a `Conflict`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleConflict {
    /// Another role of the organization, built in or own, has the key.
    KeyTaken,
    /// Another role of the organization, built in or own, has the name, compared without case.
    NameTaken,
    /// A built-in role is the same in every organization.
    BuiltIn,
    /// The organization has as many as there may be.
    TooMany,
}

impl RoleRef {
    /// The one of these roles that is meant, if there is one.
    pub(crate) fn among<'r>(&self, roles: &'r [Role]) -> Option<&'r Role> {
        let word = match self {
            Self::Id(id) => return roles.iter().find(|role| role.id == *id),
            Self::Key(key) => return roles.iter().find(|role| role.key == *key),
            Self::Called(word) => word.0.as_str(),
        };
        let by_key = roles.iter().find(|role| role.key.as_str() == word);
        let by_id = || word.parse().ok().and_then(|id| roles.iter().find(|role| role.id == id));
        by_key.or_else(by_id).or_else(|| {
            let mut named = roles.iter().filter(|role| same_name(&role.name, word));
            named.next().filter(|_| named.next().is_none())
        })
    }
}

impl FromStr for RoleRef {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST || printable(text).is_err() {
            return Err(Error::field("role", FieldKind::Malformed.told("is not a role")));
        }
        Ok(Self::Called(RoleWord(text.to_owned())))
    }
}

impl From<RoleId> for RoleRef {
    fn from(id: RoleId) -> Self {
        Self::Id(id)
    }
}

impl From<RoleKey> for RoleRef {
    fn from(key: RoleKey) -> Self {
        Self::Key(key)
    }
}

/// Whether people take two names of roles for the same.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    compared(one) == compared(other)
}

impl fmt::Display for RoleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Key(key) => key.fmt(f),
            Self::Called(RoleWord(word)) => f.write_str(word),
        }
    }
}

impl fmt::Display for RoleConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyTaken => "this role id is taken",
            Self::NameTaken => "another role has this name",
            Self::BuiltIn => "a built-in role cannot be changed",
            Self::TooMany => "an organization has at most 500 roles",
        })
    }
}

impl std::error::Error for RoleConflict {}

impl From<RoleConflict> for Error {
    fn from(conflict: RoleConflict) -> Self {
        Self::new(polity_kernel::Code::Conflict, conflict.to_string()).because(conflict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::{NewRole, RoleFields, RoleOrigin};

    fn role(id: u128, key: &str, name: &str) -> Role {
        let fields = RoleFields { key: key.to_owned(), name: Some(name.to_owned()), ..RoleFields::default() };
        let id = RoleId::new(uuid::Uuid::from_u128(id));
        let key = key.parse().unwrap();
        NewRole::try_from(fields).unwrap().made(RoleOrigin { id, key, created_at: None, created_by: None })
    }

    #[test]
    fn a_key_comes_before_an_id_and_an_id_before_a_name() {
        let id = uuid::Uuid::from_u128(2).to_string();
        let roles = [
            role(1, "sales", "Night Shift"),
            role(2, "night", "sales"),
            role(3, "porter", "Doors"),
            role(4, "guard", "doors"),
            role(5, "mimic", &id),
        ];
        let found = |word: &str| {
            word.parse::<RoleRef>().unwrap().among(&roles).map(|role| role.key.as_str().to_owned())
        };
        for (word, key) in [
            ("sales", Some("sales")),
            ("SALES", Some("night")),
            (" night SHIFT ", Some("sales")),
            (id.as_str(), Some("night")),
            ("Porter", None),
            ("doors", None),
            ("nobody", None),
        ] {
            assert_eq!(found(word).as_deref(), key, "{word}");
        }
    }

    #[test]
    fn what_no_role_can_be_called_is_refused() {
        for text in ["", " ", "x\ny", &"x".repeat(201)] {
            assert_eq!(text.parse::<RoleRef>().unwrap_err().message(), "role: is not a role", "{text:?}");
        }
    }
}
