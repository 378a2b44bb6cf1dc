//! Which members are looked for, and those that are found.

use polity_accounts::Account;
use polity_kernel::{AccountId, Error, OrganizationId, Result, Timestamp};

use crate::member::Member;

/// The most characters of a search.
const LONGEST: usize = 200;

/// Where and when members are looked for.
pub(crate) type At = (OrganizationId, Timestamp);

/// Which members are wanted, and in which order.
#[derive(Clone, Debug, Default)]
pub struct MemberQuery {
    /// Only the member with this address; what is no address is nobody's.
    pub email: Option<String>,
    /// Only those who joined, or whose membership changed, later than this.
    pub updated_after: Option<Timestamp>,
    /// Whether whoever joined last comes first.
    pub newest_first: bool,
    /// Only those whose name or address is like this, the likest first.
    pub(crate) text: Option<String>,
}

/// Those that were looked for: how many there are, and where a search was among it, who.
#[derive(Clone, Debug)]
pub struct FoundMembers {
    pub(crate) query: MemberQuery,
    pub(crate) count: u64,
    /// Those found by a search, the likest first.
    pub(crate) likest: Option<Vec<AccountId>>,
}

/// A member with the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberInFull {
    /// The membership.
    pub member: Member,
    /// The account.
    pub account: Account,
    /// When they last logged in with a password, to the minute; absent for one who never did.
    pub last_login_at: Option<Timestamp>,
}

impl MemberQuery {
    /// The same with a search; a blank one is none.
    ///
    /// # Errors
    /// `Invalid` on the field `search` when it is longer than 200 characters.
    pub fn like(self, text: &str) -> Result<Self> {
        if text.chars().count() > LONGEST {
            return Err(Error::field("search", format!("is longer than {LONGEST} characters")));
        }
        let text = text.trim();
        Ok(Self { text: (!text.is_empty()).then(|| text.to_owned()), ..self })
    }
}

impl FoundMembers {
    /// How many there were; of those found by a search at most 1000 count.
    pub const fn count(&self) -> u64 {
        self.count
    }
}
