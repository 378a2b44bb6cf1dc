//! Which members are looked for, and those that are found.

use polity_accounts::{Account, Assignment};
use polity_kernel::{AccountId, Error, FieldKind, Level, OrganizationId, Result, Timestamp};

use crate::member::Member;
use crate::role::RoleKey;

/// The most characters of a search.
const LONGEST: usize = 200;

/// Where and when members are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub(crate) organization: OrganizationId,
    pub(crate) now: Timestamp,
}

/// Which members are wanted, in which order, and what is told of them: all whose account is in use, in order of joining, unless it
/// says otherwise.
#[derive(Clone, Debug, Default)]
pub struct MemberQuery {
    /// Only the member with this address; what is no address is nobody's.
    pub email: Option<String>,
    /// Only those who joined, or whose membership changed, later than this.
    pub updated_after: Option<Timestamp>,
    /// Only those of this level or above it.
    pub at_least: Option<Level>,
    /// Whether those are wanted too whose account is disabled.
    pub with_disabled: bool,
    /// Whether whoever joined last comes first.
    pub newest_first: bool,
    /// Whether the roles and account types that they carry are told.
    pub with_roles: bool,
    /// Whether it is told when they last logged in.
    pub with_last_login: bool,
    /// Only those whose name or address is like this, the likest first.
    pub(crate) text: Option<String>,
    /// Those whom the search has found, the likest first.
    pub(crate) likest: Option<Vec<AccountId>>,
}

/// How many members there are of those that were looked for, and where a search was among it, who.
#[derive(Clone, Debug)]
pub struct FoundMembers {
    pub(crate) query: MemberQuery,
    pub(crate) count: u64,
}

/// A member with the account.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberInFull {
    /// The membership.
    pub member: Member,
    /// The account.
    pub account: Account,
    /// When they last logged in with a password, to the minute; absent for one who never did, and where it was
    /// not asked for.
    pub last_login_at: Option<Timestamp>,
    /// Roles carried directly, the level's first; none where they were not asked for.
    pub roles: Vec<RoleKey>,
    /// Kinds of account held, whatever their status; none where roles were not asked for.
    pub account_types: Vec<Assignment>,
}

impl MemberQuery {
    /// Everybody, also those whose account is disabled.
    pub fn everybody() -> Self {
        Self { with_disabled: true, ..Self::default() }
    }

    /// The same, told with the roles and account types that they carry.
    pub fn and_roles(self) -> Self {
        Self { with_roles: true, ..self }
    }

    /// The same, without those below this level.
    pub fn at_least(self, level: Level) -> Self {
        Self { at_least: Some(level), ..self }
    }

    /// What is told of one member alone: all there is.
    pub(crate) fn whole() -> Self {
        Self { with_last_login: true, ..Self::everybody().and_roles() }
    }

    /// The same with a search; a blank one is none.
    ///
    /// # Errors
    /// `Invalid` on the field `search` when it is longer than 200 characters.
    pub fn like(self, text: &str) -> Result<Self> {
        if text.chars().count() > LONGEST {
            return Err(Error::field("search", FieldKind::TooLong(LONGEST)));
        }
        let text = text.trim();
        Ok(Self { text: (!text.is_empty()).then(|| text.to_owned()), likest: None, ..self })
    }
}

impl FoundMembers {
    /// How many there were; of those found by a search at most 1000 count.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// What was looked for, which now remembers whom the search has found.
    pub const fn query(&self) -> &MemberQuery {
        &self.query
    }
}
