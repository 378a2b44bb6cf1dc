//! What stands in the paths of the family.

use polity_accounts::{EmailAddress, EmployeeId};
use polity_directory::{AccountRef, Alias};
use polity_groups::GroupId;
use polity_kernel::sql::parse_uuid;
use polity_kernel::{AccountId, Error, KeyId, Result};
use polity_projects::AppId;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::ask::segments::id;

/// An organization. [`crate::ask::current::Here`] reads it.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only read by the documentation")]
pub(super) struct OrganizationPath {
    /// The organization's id, key or alias.
    organization: String,
}

/// An organization, by its alias only.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AliasPath {
    /// The organization's alias, in any case.
    alias: String,
}

/// A key of an organization.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct KeyPath {
    /// The key's id.
    #[param(format = Uuid)]
    key: String,
}

/// An app of an organization.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AppPath {
    /// The app's id.
    #[param(format = Uuid)]
    app: String,
}

/// A type of app.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AppTypePath {
    /// The type, in any case.
    #[serde(rename = "type")]
    pub(super) kind: String,
}

/// What an app is called outside.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ExternalPath {
    /// The type, in any case.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// What the outside system calls it.
    #[serde(rename = "externalId")]
    pub(super) external_id: String,
}

/// A value among an app's data.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AppValuePath {
    /// The type, in any case.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// The name of the value.
    pub(super) key: String,
    /// The value.
    pub(super) value: String,
}

/// The name of a secret of an app.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AppSecretPath {
    /// The type, in any case.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// The name of the secret.
    pub(super) key: String,
}

/// An account.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AccountPath {
    /// The account's id.
    #[serde(rename = "accountId")]
    #[param(format = Uuid)]
    account: String,
}

/// An account, by id or address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct AccountRefPath {
    /// The account's id, or its e-mail address in any case.
    #[serde(rename = "accountIdOrEmail")]
    account: String,
}

/// An employee.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct EmployeePath {
    /// The employee's id.
    #[param(format = Uuid)]
    employee: String,
}

/// The name of an employee.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct NamePath {
    /// The full name or a part of it, in any case.
    pub(super) name: String,
}

/// A manager of an employee.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ManagerPath {
    /// The employee's id.
    #[param(format = Uuid)]
    employee: String,
    /// The manager's employee id.
    #[param(format = Uuid)]
    manager: String,
}

/// An employee as a manager.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ReportsPath {
    /// The manager's employee id.
    #[serde(rename = "managerId")]
    #[param(format = Uuid)]
    manager: String,
}

/// A group.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct GroupPath {
    /// The group's id.
    #[param(format = Uuid)]
    id: String,
}

/// A group, as the routes on profiles name it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct GroupProfilePath {
    /// The group's id.
    #[param(format = Uuid)]
    group: String,
}

/// A group, as the list of its members names it.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct GroupMembersPath {
    /// The group's id.
    #[serde(rename = "groupId")]
    #[param(format = Uuid)]
    group: String,
}

/// An employee, an account or a group.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct EntityPath {
    /// The id of an employee, of an account that is a member, or of a group.
    #[param(format = Uuid)]
    entity: String,
}

/// A group that an entity is in.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct EntityGroupPath {
    /// The id of an employee, of an account that is a member, or of a group.
    #[param(format = Uuid)]
    entity: String,
    /// The group's id.
    #[param(format = Uuid)]
    group: String,
}

impl AliasPath {
    /// The alias. What cannot be one is the alias of no organization.
    pub(super) fn alias(&self) -> Result<Alias> {
        self.alias.to_lowercase().parse().map_err(|_| Error::not_found("organization"))
    }
}

impl KeyPath {
    /// The key.
    pub(super) fn key(&self) -> Result<KeyId> {
        id(&self.key, "key")
    }
}

impl AppPath {
    /// The app.
    pub(super) fn app(&self) -> Result<AppId> {
        id(&self.app, "app")
    }
}

impl AccountPath {
    /// The account.
    pub(super) fn account(&self) -> Result<AccountId> {
        id(&self.account, "account")
    }
}

impl AccountRefPath {
    /// The account: an id first, else an address.
    pub(super) fn account(&self) -> Result<AccountRef> {
        if let Ok(id) = self.account.parse::<AccountId>() {
            return Ok(AccountRef::Id(id));
        }
        let email = self.account.parse::<EmailAddress>().map_err(|_| Error::not_found("account"))?;
        Ok(AccountRef::Email(email))
    }
}

impl EmployeePath {
    /// The employee.
    pub(super) fn employee(&self) -> Result<EmployeeId> {
        id(&self.employee, "employee")
    }
}

impl ManagerPath {
    /// The employee and the manager.
    pub(super) fn line(&self) -> Result<(EmployeeId, EmployeeId)> {
        Ok((id(&self.employee, "employee")?, id(&self.manager, "manager")?))
    }
}

impl ReportsPath {
    /// The manager.
    pub(super) fn manager(&self) -> Result<EmployeeId> {
        id(&self.manager, "employee")
    }
}

/// Some name a group.
macro_rules! names_group {
    ($($path:ident.$segment:ident)+) => {
        $(impl $path {
            /// The group.
            pub(super) fn group(&self) -> Result<GroupId> {
                id(&self.$segment, "group")
            }
        })+
    };
}

names_group!(GroupPath.id GroupProfilePath.group GroupMembersPath.group EntityGroupPath.group);

impl EntityPath {
    /// The entity's id, whatever it is the id of.
    pub(super) fn entity(&self) -> Result<Uuid> {
        uuid(&self.entity, "entity")
    }
}

impl EntityGroupPath {
    /// The entity's id, whatever it is the id of.
    pub(super) fn entity(&self) -> Result<Uuid> {
        uuid(&self.entity, "entity")
    }
}

fn uuid(text: &str, noun: &'static str) -> Result<Uuid> {
    parse_uuid(text).map_err(|_| Error::not_found(noun))
}
