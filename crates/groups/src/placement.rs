//! Placements: the groups somebody or something is to be in, said as one list.

use polity_kernel::text::{printable, trimmed};
use polity_kernel::{Error, Result};
use validator::Validate;

use crate::GroupId;

/// What somebody says about a place in a group; [`Placement::try_from`] says whether it will do.
#[derive(Clone, Debug)]
pub struct PlacementFields {
    /// In which group.
    pub group: GroupId,
    /// As what, at most 64 characters; `MEMBER` when absent.
    pub kind: Option<String>,
}

/// A place in a group, every field of it acceptable.
#[derive(Clone, Debug, PartialEq, Eq, Validate)]
pub struct Placement {
    pub(crate) group: GroupId,
    #[validate(length(max = polity_kernel::text::KIND), custom(function = "printable"))]
    pub(crate) kind: String,
}

impl Placement {
    /// The most that one list holds.
    pub const MAX: usize = 1_000;
}

impl TryFrom<PlacementFields> for Placement {
    type Error = Error;

    fn try_from(fields: PlacementFields) -> Result<Self> {
        let kind = trimmed(fields.kind).unwrap_or_else(|| "MEMBER".to_owned());
        let placement = Self { group: fields.group, kind };
        placement.validate()?;
        Ok(placement)
    }
}
