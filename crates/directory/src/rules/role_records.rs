//! Which roles the family of named roles shows.

use crate::built_in;
use crate::role::Role;

/// Whether a role is no level's.
pub(crate) fn is_shown(role: &Role) -> bool {
    built_in::level_of_role(&role.key).is_none()
}
