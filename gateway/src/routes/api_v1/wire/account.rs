//! Accounts as this family shows them.

use polity_accounts::{
    AccountFields, AccountPatch, AccountProfile, AccountProfilePatch, AccountStatus, EmailAddress, EmployeeId,
};
use polity_directory::{Membership, NewMember};
use polity_kernel::text::parsed_at;
use polity_kernel::{AccountId, OrganizationId, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CreationInfo, Status, StatusInfo, filled, id, present, role_of, role_word, sent};

/// A person who can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Account {
    /// Its id.
    #[schema(value_type = Uuid)]
    id: AccountId,
    /// The e-mail address, which no other account has.
    email: String,
    /// What the person is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Whether it can be used.
    active: bool,
    /// How it stands.
    status: StatusInfo,
    /// Where it comes from.
    created: CreationInfo,
    /// What the person is in each organization that the caller may know of.
    grants: Vec<Grant>,
}

/// What a person is in one organization.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Grant {
    /// The organization.
    #[schema(value_type = Uuid)]
    org_id: OrganizationId,
    /// The role.
    role: String,
    /// The employee that the account is linked to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    employee_id: Option<EmployeeId>,
    /// `false` where others made the person a member, and they have not taken that up yet; left out otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<bool>,
}

/// An account to make.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AccountBody {
    /// What the person is called.
    #[schema(format = "name")]
    name: Option<String>,
    /// The e-mail address.
    #[schema(format = "email")]
    email: String,
}

/// A change of an account; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AccountChange {
    /// What the person is called; null clears it.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>, format = "name")]
    name: Option<Option<String>>,
    /// The e-mail address.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = false, format = "email")]
    email: Option<String>,
}

/// What an account is to become in an organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GrantBody {
    /// The organization; the current one when absent.
    #[schema(value_type = Option<Uuid>)]
    org_id: Option<String>,
    /// The role: `ORG_ADMIN`, `OWNER`, `MANAGER`, `EMPLOYEE`, or a role of the organization by id or name.
    #[schema(format = "given-name", examples("EMPLOYEE"))]
    role: String,
    /// The employee of that organization to link the account to.
    #[schema(value_type = Option<Uuid>)]
    employee_id: Option<String>,
}

impl Account {
    /// The account with what it is where.
    pub(crate) fn new(account: polity_accounts::Account, memberships: Vec<Membership>) -> Self {
        let status = StatusInfo::new(account.status, account.status_changed_at, account.status_changed_by);
        Self {
            id: account.id,
            email: account.email_text().to_owned(),
            name: account.profile.name,
            active: status.is_active(),
            status,
            created: CreationInfo::new(account.created_at, account.created_by),
            grants: memberships.into_iter().map(Grant::from).collect(),
        }
    }
}

impl From<Membership> for Grant {
    fn from(membership: Membership) -> Self {
        Self {
            org_id: membership.organization,
            role: role_word(membership.role.as_str()),
            employee_id: membership.employee,
            accepted: (!membership.accepted).then_some(false),
        }
    }
}

impl From<AccountStatus> for Status {
    fn from(status: AccountStatus) -> Self {
        match status {
            AccountStatus::Active => Self::Active,
            AccountStatus::Disabled => Self::Inactive,
        }
    }
}

impl AccountBody {
    /// What the new account is to be.
    pub(crate) fn fields(self) -> AccountFields {
        AccountFields {
            email: self.email,
            profile: AccountProfile::called(self.name),
            ..AccountFields::default()
        }
    }
}

impl AccountChange {
    /// The change.
    pub(crate) fn parsed(self) -> Result<AccountPatch> {
        let email = self.email.map(|email| filled("email", email)).transpose()?;
        Ok(AccountPatch {
            profile: AccountProfilePatch { name: self.name, ..AccountProfilePatch::default() },
            email: email.map(|email| parsed_at::<EmailAddress>("email", &email)).transpose()?,
            ..AccountPatch::default()
        })
    }
}

impl GrantBody {
    /// The organization, where one was sent.
    pub(crate) fn organization(&self) -> Result<Option<OrganizationId>> {
        self.org_id.as_deref().map(|text| id("orgId", text)).transpose()
    }

    /// What the account is to become.
    pub(crate) fn parsed(&self, account: AccountId) -> Result<NewMember> {
        Ok(NewMember {
            account,
            role: Some(role_of("role", &self.role)?),
            employee: self.employee_id.as_deref().map(|text| id("employeeId", text)).transpose()?,
        })
    }
}
