//! What an organization sets for its people and programs.

use polity_kernel::{id, words};

use crate::role::RoleId;

id!(MediaId, "What programs call a picture.");

words! {
    /// How the organization's programs judge experiments (contract api, facts 21).
    pub enum StatisticsMethod {
        /// By what is likely, given the data.
        Bayesian = "bayesian",
        /// By how likely the data are.
        Frequentist = "frequentist",
        /// By neither; said so.
        Neither = "",
    }
}

/// What an organization sets for its people and programs. What says no other thing is kept for programs to read, and binds nobody
/// here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether members below admin may invite, where the organization is entitled to say so; absent: nothing was said, and they may.
    pub members_can_invite: Option<bool>,
    /// What programs call its picture.
    pub logo_media_id: Option<MediaId>,
    /// Whether programs are to ask for a second factor, of which polity has none itself; absent: nothing was said.
    pub enforce_second_factor: Option<bool>,
    /// Whether members below admin may use personal API keys, where the organization is entitled to say so; see
    /// [`Entry::require_own_key`](crate::Entry::require_own_key).
    pub members_can_use_personal_keys: bool,
    /// Whether members may show things to the world.
    pub allows_public_sharing: bool,
    /// Whether machines may learn from its data; absent: nothing was said.
    pub approves_ai_processing: Option<bool>,
    /// How programs judge experiments.
    pub statistics_method: Option<StatisticsMethod>,
    /// Whether programs drop the network addresses of visitors.
    pub anonymizes_addresses: bool,
    /// The role given to whoever becomes a member, in whatever way; absent: none. It is one that is there and comes with no level.
    pub default_role: Option<RoleId>,
}

/// A change of settings. `None` leaves a thing as it is, `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct SettingsPatch {
    /// Whether members below admin may invite.
    pub members_can_invite: Option<Option<bool>>,
    /// What programs call its picture.
    pub logo_media_id: Option<Option<MediaId>>,
    /// Whether programs are to ask for a second factor.
    pub enforce_second_factor: Option<Option<bool>>,
    /// Whether members below admin may use personal API keys.
    pub members_can_use_personal_keys: Option<bool>,
    /// Whether members may show things to the world.
    pub allows_public_sharing: Option<bool>,
    /// Whether machines may learn from its data.
    pub approves_ai_processing: Option<Option<bool>>,
    /// How programs judge experiments.
    pub statistics_method: Option<Option<StatisticsMethod>>,
    /// Whether programs drop the network addresses of visitors.
    pub anonymizes_addresses: Option<bool>,
    /// The role given to whoever becomes a member. Needs `org.user.roles.update` and what of polity's permissions it gives.
    pub default_role: Option<Option<RoleId>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            members_can_invite: None,
            logo_media_id: None,
            enforce_second_factor: None,
            members_can_use_personal_keys: true,
            allows_public_sharing: true,
            approves_ai_processing: None,
            statistics_method: None,
            anonymizes_addresses: false,
            default_role: None,
        }
    }
}

impl Settings {
    /// The settings as the patch makes them.
    pub(crate) fn patched(&self, patch: &SettingsPatch) -> Self {
        Self {
            members_can_invite: patch.members_can_invite.unwrap_or(self.members_can_invite),
            logo_media_id: patch.logo_media_id.unwrap_or(self.logo_media_id),
            enforce_second_factor: patch.enforce_second_factor.unwrap_or(self.enforce_second_factor),
            members_can_use_personal_keys: patch
                .members_can_use_personal_keys
                .unwrap_or(self.members_can_use_personal_keys),
            allows_public_sharing: patch.allows_public_sharing.unwrap_or(self.allows_public_sharing),
            approves_ai_processing: patch.approves_ai_processing.unwrap_or(self.approves_ai_processing),
            statistics_method: patch.statistics_method.unwrap_or(self.statistics_method),
            anonymizes_addresses: patch.anonymizes_addresses.unwrap_or(self.anonymizes_addresses),
            default_role: patch.default_role.unwrap_or(self.default_role),
        }
    }
}
