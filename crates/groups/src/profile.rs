//! Profiles: what a group shows of itself.

use polity_kernel::facts;
use polity_kernel::text::{multiline, printable};
use serde::Deserialize;

facts! {
    /// What a group shows of itself. A group may have none; one that is there may be empty.
    #[derive(Deserialize)]
    pub struct GroupProfile changed by GroupProfilePatch {
        /// A picture's address, a character or the name of an icon; at most 2048 characters, shown as it is.
        #[validate(length(max = polity_kernel::text::PICTURE), custom(function = "printable"))]
        icon: String,
        /// What the group is for; at most 2000 characters.
        #[validate(length(max = polity_kernel::text::DESCRIPTION), custom(function = "multiline"))]
        description: String,
    }
}
