//! Scopes: words such as `organization:read` that stand for several permissions wherever a credential is limited to some.
//!
//! A credential keeps the permissions, not the word: what a scope comes to mean later changes none that was made before.

use std::str::FromStr;

use polity_directory::permissions as directory;
use polity_kernel::{Access, Actor, Code, Error, Permission, PermissionSet, Result, words};

/// Stands for every permission there is: a credential with it is not limited.
const EVERYTHING: &str = "*";

words! {
    /// A word for what a credential may be limited to. `:write` contains `:read`.
    pub enum Scope {
        /// See organizations, their projects, roles and e-mail domains.
        OrganizationRead = "organization:read",
        /// Found, change and delete organizations, their roles and who carries them, their e-mail domains.
        OrganizationWrite = "organization:write",
        /// See members and invitations.
        MemberRead = "organization_member:read",
        /// Invite members, change their levels and remove them.
        MemberWrite = "organization_member:write",
        /// See integrations.
        IntegrationRead = "organization_integration:read",
        /// Connect, change and disconnect integrations.
        IntegrationWrite = "organization_integration:write",
        /// See and download legal documents.
        LegalRead = "legal_document:read",
        /// Submit legal documents for signature and send their links again.
        LegalWrite = "legal_document:write",
        /// See what was changed, and by whom.
        ActivityLogRead = "activity_log:read",
    }
}

/// One word of what a credential is limited to: a permission, a [`Scope`], or `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeWord(PermissionSet);

impl Scope {
    /// The permissions it stands for.
    pub fn permissions(self) -> PermissionSet {
        match self {
            Self::OrganizationRead => set(ORGANIZATION_READ, &[]),
            Self::OrganizationWrite => set(ORGANIZATION_READ, ORGANIZATION_WRITE),
            Self::MemberRead => set(MEMBER_READ, &[]),
            Self::MemberWrite => set(MEMBER_READ, MEMBER_WRITE),
            Self::IntegrationRead => set(INTEGRATION_READ, &[]),
            Self::IntegrationWrite => set(INTEGRATION_READ, INTEGRATION_WRITE),
            Self::LegalRead => set(LEGAL_READ, &[]),
            Self::LegalWrite => set(LEGAL_READ, LEGAL_WRITE),
            Self::ActivityLogRead => set(&[directory::ORG_ACTIVITY_LIST], &[]),
        }
    }

    /// Asks a credential that is limited to some permissions for this one. Whether its owner has the permission at all is asked where it
    /// is used.
    ///
    /// # Errors
    /// `Forbidden`, naming the scope.
    pub fn asked(self, access: &Access, permission: &Permission) -> Result<()> {
        self.asked_of(access.actor(), permission)
    }

    /// The same where no organization is entered.
    ///
    /// # Errors
    /// `Forbidden`, naming the scope.
    pub fn asked_of(self, actor: &Actor, permission: &Permission) -> Result<()> {
        if actor.limits().permissions.as_ref().is_none_or(|only| only.contains(permission)) {
            return Ok(());
        }
        Err(Error::new(Code::Forbidden, format!("the API key lacks the scope {self}")))
    }
}

impl ScopeWord {
    /// What a credential is limited to by some words, sorted; nothing for `*`, and for no words at all.
    pub fn limit(words: &[Self]) -> Option<Vec<Permission>> {
        if words.is_empty() {
            return None;
        }
        let all = union(words);
        (!all.is_all()).then(|| all.iter().cloned().collect())
    }
}

impl FromStr for ScopeWord {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == EVERYTHING {
            return Ok(Self(PermissionSet::all()));
        }
        if !text.contains(':') {
            return Ok(Self(std::iter::once(text.parse::<Permission>()?).collect()));
        }
        Ok(Self(text.parse::<Scope>()?.permissions()))
    }
}

/// The permissions that the words of a credential stand for; words of other meaning (`openid`) stand for none.
pub(crate) fn permissions<'w>(words: impl Iterator<Item = &'w str>) -> PermissionSet {
    let known: Vec<ScopeWord> = words.filter_map(|word| word.parse().ok()).collect();
    union(&known)
}

fn union(words: &[ScopeWord]) -> PermissionSet {
    let mut all = PermissionSet::none();
    words.iter().for_each(|word| all.extend(&word.0));
    all
}

fn set(read: &[Permission], write: &[Permission]) -> PermissionSet {
    read.iter().chain(write).cloned().collect()
}

const ORGANIZATION_READ: &[Permission] = &[
    directory::ORG_DIRECTORY_GET,
    directory::ORG_ROLES_LIST,
    directory::ORG_ROLES_GET,
    directory::PROJECTS_LIST,
    directory::PROJECTS_GET,
    // named here, since the area of e-mail domains stands right of this crate; the gateway, which has both, tests that they agree
    Permission::of("org.domains.list"),
    Permission::of("org.domains.get"),
    Permission::of("org.connections.list"),
    Permission::of("org.connections.get"),
];

const ORGANIZATION_WRITE: &[Permission] = &[
    directory::ORG_DIRECTORY_CREATE,
    directory::ORG_DIRECTORY_UPDATE,
    directory::ORG_DIRECTORY_DELETE,
    directory::ORG_ROLES_CREATE,
    directory::ORG_ROLES_UPDATE,
    directory::ORG_ROLES_DELETE,
    directory::ORG_USER_ROLES_UPDATE,
    directory::ORG_LEVEL_UPDATE,
    Permission::of("org.domains.create"),
    Permission::of("org.domains.update"),
    Permission::of("org.domains.delete"),
    Permission::of("org.connections.create"),
    Permission::of("org.connections.update"),
    Permission::of("org.connections.delete"),
];

const MEMBER_READ: &[Permission] = &[directory::ORG_MEMBERS_LIST, directory::ORG_MEMBERS_GET];

const MEMBER_WRITE: &[Permission] =
    &[directory::ORG_DIRECTORY_MEMBERS_CREATE, directory::ORG_MEMBERS_UPDATE, directory::ORG_LEVEL_UPDATE];

const INTEGRATION_READ: &[Permission] = &[directory::ORG_INTEGRATIONS_LIST, directory::ORG_INTEGRATIONS_GET];

const INTEGRATION_WRITE: &[Permission] = &[
    directory::ORG_INTEGRATIONS_CREATE,
    directory::ORG_INTEGRATIONS_UPDATE,
    directory::ORG_INTEGRATIONS_DELETE,
];

// named here, since the area of legal documents stands beside this crate and not below it; the gateway, which has both, tests that they agree
const LEGAL_READ: &[Permission] =
    &[Permission::of("org.legal_documents.list"), Permission::of("org.legal_documents.get")];

const LEGAL_WRITE: &[Permission] =
    &[Permission::of("org.legal_documents.create"), Permission::of("org.legal_documents.update")];

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(words: &[&str]) -> Option<Vec<Permission>> {
        let words: Vec<ScopeWord> = words.iter().map(|word| word.parse().unwrap()).collect();
        ScopeWord::limit(&words)
    }

    #[test]
    fn writing_contains_reading() {
        for word in Scope::WORDS.iter().filter(|word| word.ends_with(":write")) {
            let read: Scope = word.replace(":write", ":read").parse().unwrap();
            let write = word.parse::<Scope>().unwrap().permissions();
            assert!(write.lacking(read.permissions().iter()).is_empty(), "{word}");
            assert!(!read.permissions().lacking(write.iter()).is_empty(), "{word}");
        }
    }

    #[test]
    fn scopes_and_permissions_stand_side_by_side() {
        let both = limit(&["organization_member:read", "org.groups.get", "org.members.get"]).unwrap();
        let names: Vec<&str> = both.iter().map(Permission::as_str).collect();
        assert_eq!(names, ["org.groups.get", "org.members.get", "org.members.list"]);
    }

    #[test]
    fn a_star_limits_nothing_and_an_unknown_scope_is_an_error() {
        assert_eq!((limit(&["organization:read", "*"]), limit(&[])), (None, None));
        for bad in ["organization:*", "organization:", ":read", "person:read", "**", "org.*"] {
            assert!(bad.parse::<ScopeWord>().is_err(), "{bad}");
        }
    }

    #[test]
    fn no_scope_is_handed_out_by_a_foreign_word() {
        assert_eq!(permissions(["openid", "profile", "person:read"].into_iter()).iter().count(), 2);
        assert_eq!(permissions(["Organization:read", "email:"].into_iter()), PermissionSet::none());
    }
}
