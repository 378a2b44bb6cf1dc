//! What strangers may cost: how much one person or organization may make, and how often.

pub mod tally;

use serde::Serialize;

/// How much there may be of what anybody can make, and how often it may be made. 0 is no bound. Platform administrators and polity itself
/// are bound by those on letters to an address alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// Organizations that there are by one founder.
    pub organizations_per_founder: u32,
    /// Accounts that an organization makes in an hour.
    pub accounts_made_per_hour: u32,
    /// OAuth clients that an organization has.
    pub clients_per_organization: u32,
    /// Letters to one address in an hour by organizations that its person is not in.
    pub stranger_letters_per_hour: u32,
    /// Letters to one address in a day that others cause.
    pub letters_to_address_per_day: u32,
    /// Letters that one person or program causes in an hour over all organizations.
    pub letters_by_person_per_hour: u32,
}

impl Bounds {
    /// No bounds at all.
    pub const NONE: Self = Self {
        organizations_per_founder: 0,
        accounts_made_per_hour: 0,
        clients_per_organization: 0,
        stranger_letters_per_hour: 0,
        letters_to_address_per_day: 0,
        letters_by_person_per_hour: 0,
    };

    /// Whether one more fits beside as many as there are.
    pub fn leave_room(most: u32, present: i64) -> bool {
        most == 0 || present < i64::from(most)
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            organizations_per_founder: 50,
            accounts_made_per_hour: 1_000,
            clients_per_organization: 100,
            stranger_letters_per_hour: 3,
            letters_to_address_per_day: 10,
            letters_by_person_per_hour: 100,
        }
    }
}
