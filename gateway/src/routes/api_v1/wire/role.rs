//! Roles by this family's words.

use polity_directory::{RoleKey, RoleRef};
use polity_kernel::{Error, FieldKind, Result};

/// The family's words for built-in roles, and the keys they stand for; the first word of a key is the one that is shown.
const WORDS: [(&str, &str); 5] = [
    ("ORG_ADMIN", "admin"),
    ("ADMIN", "admin"),
    ("OWNER", "owner"),
    ("MANAGER", "manager"),
    ("EMPLOYEE", "member"),
];

/// The role that stands in this field of a body: a word of the family in any case, or a role's id, name or key.
///
/// # Errors
/// `Invalid` for what cannot be a role; whether there is one that is called so is the directory's to say.
pub(crate) fn role_of(field: &'static str, text: &str) -> Result<RoleRef> {
    let text = text.trim();
    let known = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    match known {
        Some((_, key)) => key.parse::<RoleKey>().map(RoleRef::from),
        None => text.parse(),
    }
    .map_err(|_| Error::field(field, FieldKind::Malformed.told("is not a role")))
}

/// The refusal of a role that the organization has not.
pub(crate) fn unknown_role() -> Error {
    Error::field("role", FieldKind::NotFound.told("is not a role of the organization"))
}

/// A role as the family shows it.
pub(crate) fn role_word(key: &str) -> String {
    WORDS.iter().find(|(_, known)| *known == key).map_or(key, |(word, _)| word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_roles_have_words_in_any_case() {
        for (text, key, shown) in [
            ("ORG_ADMIN", "admin", "ORG_ADMIN"),
            ("org_admin", "admin", "ORG_ADMIN"),
            ("Admin", "admin", "ORG_ADMIN"),
            (" owner ", "owner", "OWNER"),
            ("MANAGER", "manager", "MANAGER"),
            ("Employee", "member", "EMPLOYEE"),
            ("member", "member", "EMPLOYEE"),
            ("clerk", "clerk", "clerk"),
            ("Clerk", "Clerk", "Clerk"),
            ("org.groups.admin.role", "org.groups.admin.role", "org.groups.admin.role"),
            (" Night Shift ", "Night Shift", "Night Shift"),
        ] {
            let role = role_of("role", text).unwrap().to_string();
            assert_eq!((role.as_str(), role_word(&role).as_str()), (key, shown), "{text}");
        }
    }

    #[test]
    fn what_is_no_role_is_refused_by_the_field() {
        for text in ["", " ", "x\ny", &"x".repeat(201)] {
            let error = role_of("limitToRole", text).unwrap_err();
            assert_eq!(error.message(), "limitToRole: is not a role", "{text:?}");
        }
    }
}
