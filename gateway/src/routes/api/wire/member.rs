//! Members as this family shows them.

use std::collections::BTreeMap;

use polity_directory::{MemberId, MemberInFull};
use polity_identity::ReachingKeys;
use polity_kernel::{AccountId, Level};
use polity_signin::WaysIn;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Moment, UserBasic};
use crate::routes::api::body::{LevelNumber, Optional};

/// A member.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationMember {
    /// The membership's id.
    #[schema(value_type = uuid::Uuid)]
    id: MemberId,
    /// Who.
    user: UserBasic,
    /// 1 member, 8 administrator, 15 owner.
    #[schema(value_type = i16)]
    level: Level,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    joined_at: Moment,
    /// When the membership last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Moment,
    /// Whether they have an authenticator app or a passkey.
    is_2fa_enabled: bool,
    /// Whether they sign in by a provider's word.
    has_social_auth: bool,
    /// When they last logged in with a password, to the minute; null for one who never did.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_login: Option<Moment>,
    /// `false` for somebody whom others made a member, and who has not taken that up yet; left out for all others.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<bool>,
}

body! {
    /// A change of a member.
    pub(crate) struct MemberBody as "MemberBody" {
        /// 1 member, 8 administrator, 15 owner.
        level: Option<Level> = Optional(LevelNumber),
    }
}

/// A member's personal API keys that work in the organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberKeys {
    /// Whether there are any.
    has_keys: bool,
    /// Whether one was used within the last seven days.
    has_keys_active_last_week: bool,
    /// The keys.
    keys: Vec<MemberKey>,
}

/// A personal API key.
#[derive(Debug, Serialize, ToSchema)]
struct MemberKey {
    /// What its owner calls it.
    name: String,
    /// When it was last used.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Moment>,
}

/// What people sign in with, by account.
pub(crate) type Ways = BTreeMap<AccountId, WaysIn>;

impl OrganizationMember {
    /// A member who is signed in to as one of these says.
    pub(crate) fn new(full: MemberInFull, ways: &Ways) -> Self {
        let MemberInFull { member, account, last_login_at, .. } = full;
        let ways = ways.get(&account.id).copied().unwrap_or_default();
        Self {
            id: member.id,
            user: account.into(),
            level: member.level,
            joined_at: Moment(member.joined_at),
            updated_at: Moment(member.updated_at),
            is_2fa_enabled: ways.two_factors,
            has_social_auth: ways.identity,
            last_login: last_login_at.map(Moment),
            accepted: member.accepted_at.is_none().then_some(false),
        }
    }
}

impl From<ReachingKeys> for MemberKeys {
    fn from(reaching: ReachingKeys) -> Self {
        let keys = reaching.keys.into_iter();
        let keys: Vec<MemberKey> = keys
            .map(|key| MemberKey { name: key.name, last_used_at: key.last_used_at.map(Moment) })
            .collect();
        Self { has_keys: !keys.is_empty(), has_keys_active_last_week: reaching.used_lately, keys }
    }
}
