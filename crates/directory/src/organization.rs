//! Organizations, and what makes one acceptable.

pub(crate) mod domain;
pub(crate) mod facts;
pub(crate) mod names;
pub(crate) mod parameter;
pub(crate) mod settings;
pub(crate) mod summary;

use polity_accounts::EmailAddress;
use polity_kernel::{
    AccountId, Error, FieldKind, OrganizationId, Result, SubjectId, Timestamp, check_together, words,
};
use validator::Validate;

use crate::organization::domain::DomainName;
use crate::organization::facts::{OrganizationFacts, OrganizationFactsPatch};
use crate::organization::names::{Alias, Key};
use crate::organization::parameter::{Parameter, Parameters};
use crate::organization::settings::{Settings, SettingsPatch};
use crate::workspaces::new_project::NewProject;
use polity_kernel::text::{printable, trimmed};

words! {
    /// Whether an organization works; one that does not is still read by its members, but nothing can be changed.
    pub enum Status {
        /// It works.
        Active = "active",
        /// Suspended: it is read, and nothing of it is changed but this.
        Inactive = "inactive",
        /// Does not work yet.
        Pending = "pending",
        /// Out of use for good, kept on record; removing an organization is something else.
        Deleted = "deleted",
    }
}

/// One organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its id, which never changes.
    pub id: OrganizationId,
    /// The name its founder chose for programs, which never changes; the id when none was chosen.
    pub key: Key,
    /// The unique name in addresses.
    pub alias: Alias,
    /// The name people read.
    pub name: String,
    /// What it tells of itself.
    pub facts: OrganizationFacts,
    /// Its primary e-mail domain.
    pub domain: Option<PrimaryDomain>,
    /// The owner who has been one longest; an organization of programs may have none.
    pub owner: Option<AccountId>,
    /// Whether it works.
    pub status: Status,
    /// When it was founded.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Raised by each change.
    pub version: i64,
    /// Whether it has a profile, be it an empty one. See [`Organization::profile`].
    pub(crate) has_profile: bool,
    /// What programs set for it, secrets masked.
    pub parameters: Parameters,
    /// Who founded it; absent for polity itself, and for organizations older than this record.
    pub created_by: Option<SubjectId>,
    /// What it sets for its people and programs.
    pub settings: Settings,
    /// When its status last changed; absent while it stands as it was founded.
    pub status_changed_at: Option<Timestamp>,
    /// Who changed it; absent for polity itself.
    pub status_changed_by: Option<SubjectId>,
}

/// The e-mail domain an organization shows first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrimaryDomain {
    /// The domain.
    pub name: DomainName,
    /// Whether it lets people in.
    pub verified: bool,
}

/// What a founder says about a new organization; [`NewOrganization::try_from`] says whether it will do.
///
/// At least one of key, name and domain must be given.
#[derive(Clone, Debug, Default)]
pub struct OrganizationFields {
    /// The name for programs; the id when absent.
    pub key: Option<String>,
    /// The name in addresses; made from domain, name or key when absent.
    pub alias: Option<String>,
    /// The name people read, 1 to 200 characters; the domain or the key when absent.
    pub name: Option<String>,
    /// What it tells of itself.
    pub facts: OrganizationFacts,
    /// The primary e-mail domain to claim.
    pub domain: Option<String>,
    /// A platform administrator's word that the domain is theirs, which counts as proof.
    pub domain_verified: Option<bool>,
    /// Whether it works from the start; active when absent.
    pub status: Option<Status>,
    /// Who owns it; the founder when absent. Only a platform administrator or a program names somebody else.
    pub owner: Option<AccountId>,
    /// Whether no other organization may have the name people read, compared without case (docs/decisions/0016).
    pub sole_name: bool,
}

/// An organization to found, every field of it acceptable.
#[derive(Clone, Debug, Validate)]
#[validate(schema(function = "named"))]
pub struct NewOrganization {
    pub(crate) key: Option<Key>,
    pub(crate) alias: Option<Alias>,
    #[validate(length(max = polity_kernel::text::NAME), custom(function = "printable"))]
    pub(crate) name: Option<String>,
    pub(crate) facts: OrganizationFacts,
    pub(crate) domain: Option<DomainName>,
    pub(crate) domain_verified: Option<bool>,
    pub(crate) status: Option<Status>,
    pub(crate) owner: Option<AccountId>,
    pub(crate) owner_address: Option<EmailAddress>,
    pub(crate) sole_name: bool,
    pub(crate) first: Option<FirstProject>,
}

/// What an organization of people begins with: a project in which its founder works from then on.
#[derive(Clone, Debug)]
pub(crate) struct FirstProject {
    pub(crate) project: NewProject,
    pub(crate) settings: SettingsPatch,
}

impl NewOrganization {
    /// The same for whoever has this address, who becomes its owner; an account is made, unverified, when there is none.
    #[must_use]
    pub fn owned_by(self, address: EmailAddress) -> Self {
        Self { owner_address: Some(address), ..self }
    }

    /// The same with these settings and a first project, in which the founder works from then on.
    #[must_use]
    pub fn with_first_project(self, project: NewProject, settings: SettingsPatch) -> Self {
        Self { first: Some(FirstProject { project, settings }), ..self }
    }
}

/// A change of an organization. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct OrganizationPatch {
    /// The name in addresses.
    pub alias: Option<String>,
    /// The name people read; cleared, it falls back to the domain or the key.
    pub name: Option<Option<String>>,
    /// What it tells of itself.
    pub facts: OrganizationFactsPatch,
    /// The primary e-mail domain; another one has to be verified again.
    pub domain: Option<Option<String>>,
    /// A platform administrator's word on the primary domain.
    pub domain_verified: Option<bool>,
    /// Suspends it or sets it to work again.
    pub status: Option<Status>,
    /// The address of somebody who is to own it too; the account is made when there is none.
    pub owner_email: Option<String>,
    /// Whether no other organization may have the new name people read (docs/decisions/0016).
    pub sole_name: bool,
    /// How many characters another name people read has at most, where that is less than the 200 it may have anyway.
    pub longest_name: Option<usize>,
    /// What programs set for it, in place of all that was; a secret that is sent masked stays as it is.
    pub parameters: Option<Vec<Parameter>>,
    /// What it sets for its people and programs.
    pub settings: SettingsPatch,
}

impl OrganizationPatch {
    /// Whether it gives or takes power: whether the organization works, who owns it, which domain is its own, what binds its people.
    pub(crate) fn moves_power(&self) -> bool {
        let settings = &self.settings;
        self.status.is_some()
            || self.owner_email.is_some()
            || self.domain.is_some()
            || settings.members_can_invite.is_some()
            || settings.enforce_2fa.is_some()
            || settings.members_can_use_personal_api_keys.is_some()
            || settings.default_role_id.is_some()
    }
}

impl TryFrom<OrganizationFields> for NewOrganization {
    type Error = Error;

    fn try_from(fields: OrganizationFields) -> Result<Self> {
        let new = Self {
            key: trimmed(fields.key).map(|key| key.parse()).transpose()?,
            alias: trimmed(fields.alias).map(|alias| alias.parse()).transpose()?,
            name: trimmed(fields.name),
            facts: fields.facts.trimmed(),
            domain: trimmed(fields.domain).map(|domain| domain.parse()).transpose()?,
            domain_verified: fields.domain_verified,
            status: fields.status,
            owner: fields.owner,
            owner_address: None,
            first: None,
            sole_name: fields.sole_name,
        };
        check_together([new.validate(), new.facts.validate()])?;
        Ok(new)
    }
}

impl Organization {
    /// Whether it can be changed and joined: it is not suspended.
    pub(crate) fn works(&self) -> bool {
        self.status == Status::Active
    }

    /// What the patch asks for, with the same rules as a new one's; facts that it leaves alone are not judged again.
    pub(crate) fn wanted(&self, patch: &OrganizationPatch) -> Result<NewOrganization> {
        let present = || self.domain.as_ref().map(|domain| domain.name.to_string());
        let wanted = NewOrganization::try_from(OrganizationFields {
            key: Some(self.key.as_str().to_owned()),
            alias: Some(patch.alias.clone().unwrap_or_else(|| self.alias.as_str().to_owned())),
            name: patch.name.clone().unwrap_or_else(|| Some(self.name.clone())),
            facts: OrganizationFacts::default().patched(patch.facts.clone()),
            domain: patch.domain.clone().unwrap_or_else(present),
            domain_verified: patch.domain_verified,
            status: patch.status.or(Some(self.status)),
            owner: None,
            sole_name: patch.sole_name,
        })?;
        Ok(NewOrganization { facts: self.facts.clone().patched(patch.facts.clone()), ..wanted })
    }

    /// What the organization tells of itself; absent while it has neither a profile nor a picture.
    pub fn profile(&self) -> Option<&OrganizationFacts> {
        (self.has_profile || self.facts.logo_url.is_some()).then_some(&self.facts)
    }
}

/// Names somebody asks about before founding.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// An e-mail domain.
    pub domain: Option<DomainName>,
    /// An alias.
    pub alias: Option<Alias>,
    /// The name people read. One that no organization could have is not free either.
    pub name: Option<String>,
}

/// Which organizations of those that an actor sees are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganizationFilter {
    /// Those it is a member of, or that it belongs to as a program.
    Own,
    /// The same; for a platform administrator all there are, as far as the credential goes.
    Seen,
    /// Every one there is, for platform administrators alone.
    All,
}

/// By what right an organization is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// By `org.directory.delete`.
    Permitted,
    /// By owning it besides. A credential that is limited to some permissions, `org.directory.delete` among them, is an owner's still; one
    /// limited to a lower level or a role is not.
    Owned,
}

fn named(new: &NewOrganization) -> Result<(), validator::ValidationError> {
    if new.key.is_some() || new.name.is_some() || new.domain.is_some() {
        return Ok(());
    }
    Err(FieldKind::Required.told("one of key, name and domain is required").into())
}

/// The name people read when none was given: the domain, else the key.
pub(crate) fn fallback_name(domain: Option<&DomainName>, key: &Key) -> String {
    domain.map_or_else(|| key.as_str().to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_will_not_do_is_named_at_once() {
        let facts = OrganizationFacts { logo_url: Some("ftp://x".into()), ..Default::default() };
        let fields = OrganizationFields { name: Some("x".repeat(201)), facts, ..Default::default() };
        let error = NewOrganization::try_from(fields).unwrap_err();
        let named: Vec<&str> = error.fields().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["logo_url", "name"]);
    }

    #[test]
    fn something_must_name_a_new_organization() {
        assert!(NewOrganization::try_from(OrganizationFields::default()).is_err());
        let named = OrganizationFields { name: Some(" Acme ".into()), ..Default::default() };
        assert_eq!(NewOrganization::try_from(named).unwrap().name.as_deref(), Some("Acme"));
    }
}
