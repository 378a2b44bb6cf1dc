//! What kinds of license there are, and how one stands.

use polity_kernel::words;

words! {
    /// What kind of license an organization has (docs/decisions/0014).
    pub enum LicenseType {
        /// What everybody has who has nothing else.
        Free = "free",
        /// Much, for 30 days, once.
        Trial = "trial",
        /// Only by a signed key.
        Growth = "growth",
        /// Only by a signed key.
        Enterprise = "enterprise",
        /// Only by a signed key.
        Google = "google",
        /// Only by a signed key.
        Honeycomb = "honeycomb",
    }
}

words! {
    /// How a license stands at an instant.
    pub enum LicenseStanding {
        /// It holds.
        Active = "active",
        /// It has expired, and everything works on for a while.
        Grace = "grace",
        /// It has ended or is not taken any more: the organization has what `free` gives.
        Ended = "ended",
    }
}
