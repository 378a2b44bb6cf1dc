//! Roles as this family shows them.

use polity_directory::{AssignmentId, RoleCarrier, RoleConflict, RoleId, RoleInFull};
use polity_kernel::{AccountId, Code, Error, FieldKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, OrganizationMember, UserBasic, Ways};
use crate::gate::status;
use crate::routes::api::Fault;
use crate::routes::api::body::{Optional, Required, id, text};

/// A role.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationRole)]
pub(crate) struct Role {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: RoleId,
    /// The name, unique in the organization without regard to case.
    name: String,
    /// When it was made; null for a built-in role.
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<Moment>,
    /// Who made it; null for a built-in role, and where it was no person or nobody knows any more.
    created_by: Option<UserBasic>,
    /// Those who carry it; of a page of roles the first 1000 in all.
    members: Vec<RoleMembership>,
    /// Whether it is given to whoever becomes a member: `default_role_id` of the organization.
    is_default: bool,
}

body! {
    /// What a role is to be called.
    pub(crate) struct RoleBody as "OrganizationRoleBody" {
        /// The name, unique in the organization without regard to case.
        name: String = Required(text("given-name")),
    }
}

body! {
    /// What a role is to be called from now on; what is absent stays.
    pub(crate) struct RoleChange as "OrganizationRoleChange" {
        /// The name, unique in the organization without regard to case.
        name: Option<String> = Optional(text("given-name")),
    }
}

/// A role carried by a member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RoleMembership {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: AssignmentId,
    /// The role.
    #[schema(value_type = uuid::Uuid)]
    role_id: RoleId,
    /// The member.
    organization_member: OrganizationMember,
    /// The member's person.
    user: UserBasic,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    joined_at: Moment,
    /// When it last changed: when it began.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Moment,
}

body! {
    /// Whom to give a role to.
    pub(crate) struct RoleMembershipBody as "RoleMembershipBody" {
        /// The account's id.
        user_uuid: AccountId = Required(id()),
    }
}

impl From<RoleBody> for RoleChange {
    fn from(body: RoleBody) -> Self {
        Self { name: Some(body.name) }
    }
}

/// A name that is taken is the field's fault, and a built-in role nobody's to change.
pub(crate) fn role_fault(error: Error) -> Fault {
    match status::cause::<RoleConflict>(&error).copied() {
        Some(RoleConflict::KeyTaken | RoleConflict::NameTaken) => Fault::unique(error, "name"),
        Some(RoleConflict::BuiltIn) => {
            Error::new(Code::Forbidden, error.message().to_owned()).because(error).into()
        }
        Some(RoleConflict::TooMany) | None => error.into(),
    }
}

impl Role {
    /// A role whose people are signed in to as these say.
    pub(crate) fn new(full: RoleInFull, ways: &Ways) -> Self {
        let id = full.role.id;
        let carriers = full.carriers.into_iter();
        Self {
            id,
            name: full.role.name,
            created_at: full.role.created_at.map(Moment),
            created_by: full.maker.map(UserBasic::from),
            members: carriers.map(|one| RoleMembership::new(id, one, ways)).collect(),
            is_default: full.is_default,
        }
    }
}

impl RoleMembership {
    /// Somebody who carries this role.
    pub(crate) fn new(role: RoleId, carrier: RoleCarrier, ways: &Ways) -> Self {
        let given_at = carrier.assignment.given_at;
        Self {
            id: carrier.assignment.id,
            role_id: role,
            user: UserBasic::from(carrier.member.account.clone()),
            organization_member: OrganizationMember::new(carrier.member, ways),
            joined_at: Moment(given_at),
            updated_at: Moment(given_at),
        }
    }
}

/// What cannot be given is nobody's field's fault.
pub(crate) fn not_given(error: Error) -> Error {
    match error.code() {
        Code::NotFound | Code::Conflict => {
            Error::field("__all__", FieldKind::NotAllowed.told(error.message())).because(error)
        }
        _ => error,
    }
}
