//! The family's shapes: what requests bring and what answers show.

mod account;
mod account_type;
mod invite;
mod org;
mod role;

pub(super) use account::{RoleMember, UserAccount, UserAccountBody, UserReference};
pub(super) use account_type::{AccountType, TypeBody};
pub(super) use invite::{Accept, Invite, InviteBody};
pub(super) use org::{Available, Org, OrgBody, OrgPage, Wanted};
pub(super) use role::{
    AssignBody, Assigned, AssigneeType, AssignmentPage, AssignmentQuery, Permission, PermissionQuery, Role,
    RoleBody, Scope, UserRoles, group,
};

use polity_kernel::Result;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::answer::within;

/// The part of a list that is wanted, counted from its beginning.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// At most this many; 1024 when absent, at most 1024.
    #[param(minimum = 1, maximum = 1024)]
    limit: Option<u32>,
    /// How many to skip.
    #[param(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_u32)]
    start: Option<u32>,
}

impl Part {
    /// How many at most, and how many to skip.
    pub(crate) fn bounds(&self) -> Result<(i64, i64)> {
        Ok((within(self.limit, 1_024)?.unwrap_or(1_024), i64::from(self.start.unwrap_or(0))))
    }
}
