//! The people of an organization, the account types they hold and the roles they carry, as this family shows them.

use polity_accounts::{Account, Assignment, AssignmentStatus};
use polity_directory::{MemberInFull, RoleCarrier};
use polity_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person of an organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserReference {
    /// Who.
    identity: Identity,
    /// The organization's key.
    org_id: String,
    /// The roles carried directly, the level's first.
    acls: Vec<String>,
    /// `active`, or `disabled` when the account cannot be used.
    status: AccountStatus,
    /// When the account was made.
    #[schema(value_type = String, format = DateTime)]
    creation_date: Timestamp,
    /// When the person joined.
    #[schema(value_type = String, format = DateTime)]
    effective_date: Timestamp,
    /// `false` for somebody whom others made a member, and who has not taken that up yet; left out for all others.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<bool>,
    /// The account types held, whatever their status.
    accounts: Vec<UserAccount>,
}

/// A member who carries a role.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleMember {
    /// The assignment's id.
    id: String,
    /// Who.
    identity: Identity,
    /// The role.
    role_id: String,
    /// The organization's key.
    org_id: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    creation_date: Timestamp,
    /// Until when; without end when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_date: Option<Timestamp>,
    /// `false` for somebody whom others made a member, and who has not taken that up yet; left out for all others.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<bool>,
}

/// Who somebody is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Identity {
    /// The subject.
    id: String,
    /// What is known of them.
    traits: Traits,
    /// What everybody may see.
    metadata_public: MetadataPublic,
}

/// What is known of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Traits {
    /// The e-mail address.
    email: String,
    /// What the person is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// What everybody may see of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MetadataPublic {
    /// Where a picture of them is.
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
}

/// An account type held by a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserAccount {
    /// Its id.
    id: String,
    /// The type's code.
    account_code: String,
    /// The organization's key.
    org_id: String,
    /// The person.
    subject_id: String,
    /// How it stands.
    status: AccountStatus,
    /// When it was first given.
    #[schema(value_type = String, format = DateTime)]
    creation_date: Timestamp,
    /// Since when it counts.
    #[schema(value_type = String, format = DateTime)]
    effective_date: Timestamp,
    /// Until when it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expiration_date: Option<Timestamp>,
}

/// How an account type held by a person stands.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AccountStatus {
    /// It gives what its type says.
    Active,
    /// Taken away, kept on record.
    Disabled,
    /// Its period is over.
    Expired,
    /// Waits for something; gives nothing yet.
    Pending,
    /// Taken away for good, kept on record.
    Deleted,
}

/// A change of an account type held by a person.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct UserAccountBody {
    /// How it is to stand; stays as it is when absent.
    pub(crate) status: Option<AccountStatus>,
}

impl UserReference {
    /// The person as the caller knows them.
    pub(crate) fn new(person: MemberInFull, subject: &str, organization: &str) -> Self {
        let status = match person.account.status {
            polity_accounts::AccountStatus::Active => AccountStatus::Active,
            polity_accounts::AccountStatus::Disabled => AccountStatus::Disabled,
        };
        let accounts =
            person.account_types.iter().map(|held| UserAccount::new(held, subject, organization)).collect();
        Self {
            org_id: organization.to_owned(),
            acls: person.roles.iter().map(ToString::to_string).collect(),
            status,
            creation_date: person.account.created_at,
            identity: Identity::new(person.account, subject.to_owned()),
            effective_date: person.member.joined_at,
            accepted: person.member.accepted_at.is_none().then_some(false),
            accounts,
        }
    }
}

impl RoleMember {
    /// The carrier as the caller knows them.
    pub(crate) fn new(carrier: RoleCarrier, subject: String, organization: &str) -> Self {
        let RoleCarrier { assignment, member } = carrier;
        Self {
            id: assignment.id.to_string(),
            identity: Identity::new(member.account, subject),
            role_id: assignment.role.to_string(),
            org_id: organization.to_owned(),
            creation_date: assignment.given_at,
            expires_date: assignment.expires_at,
            accepted: member.member.accepted_at.is_none().then_some(false),
        }
    }
}

impl Identity {
    fn new(account: Account, subject: String) -> Self {
        Self {
            id: subject,
            traits: Traits { email: account.email_text().to_owned(), name: account.profile.name },
            metadata_public: MetadataPublic { picture: account.profile.picture },
        }
    }
}

impl UserAccount {
    /// The assignment, with the person named as the caller knows them.
    pub(crate) fn new(assignment: &Assignment, subject: &str, organization: &str) -> Self {
        Self {
            id: assignment.id.to_string(),
            account_code: assignment.code.to_string(),
            org_id: organization.to_owned(),
            subject_id: subject.to_owned(),
            status: assignment.status.into(),
            creation_date: assignment.created_at,
            effective_date: assignment.effective_at,
            expiration_date: assignment.expires_at,
        }
    }
}

same_words!(AssignmentStatus = AccountStatus { Active Disabled Expired Pending Deleted });
