//! Profiles: what a group shows of itself.

use polity_kernel::Result;
use polity_kernel::text::{multiline, printable, trimmed};
use validator::Validate;

/// What a group shows of itself. A group may have none; one that is there may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Validate)]
pub struct GroupProfile {
    /// A picture's address, a character or the name of an icon; at most 2048 characters, shown as it is.
    #[validate(
        length(max = polity_kernel::text::PICTURE),
        custom(function = "printable")
    )]
    pub icon: Option<String>,
    /// What the group is for; at most 2000 characters.
    #[validate(
        length(max = polity_kernel::text::DESCRIPTION),
        custom(function = "multiline")
    )]
    pub description: Option<String>,
}

/// A change of a profile. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct GroupProfilePatch {
    /// A picture's address, a character or the name of an icon.
    pub icon: Option<Option<String>>,
    /// What the group is for.
    pub description: Option<Option<String>>,
}

impl GroupProfile {
    /// The same without space around its texts, if they are acceptable.
    pub(crate) fn checked(&self) -> Result<Self> {
        let profile =
            Self { icon: trimmed(self.icon.clone()), description: trimmed(self.description.clone()) };
        profile.validate()?;
        Ok(profile)
    }

    /// The profile as the patch makes it, with the same rules as a new one.
    pub(crate) fn patched(&self, patch: &GroupProfilePatch) -> Result<Self> {
        let patched = Self {
            icon: patch.icon.clone().unwrap_or_else(|| self.icon.clone()),
            description: patch.description.clone().unwrap_or_else(|| self.description.clone()),
        };
        patched.checked()
    }
}
