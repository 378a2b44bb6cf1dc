//! Letting in who has come back from a provider.

use polity_identity::Secret;
use polity_kernel::Result;

use crate::{Admission, Arrival, Confirmation, Offer, Preview};

/// Letting in who has come back from a provider. Nothing here asks for a credential: what was judged is one.
pub trait Admissions: Send + Sync {
    /// The connection that an address signs in with: of the organization that has proven its domain, which serves that. Says nothing of accounts.
    fn offer(&self, email: &str) -> Result<Option<Offer>>;

    /// Lets somebody in, links who they are there to their account, and makes a member of them where their domain says so.
    /// Whoever confirms that an account is theirs is signed in to it.
    ///
    /// # Errors
    /// `Conflict` where the identity was linked to another account just now; `LimitReached` and `Throttled` where too much was linked or made.
    fn admit(
        &self,
        arrival: &Arrival,
        browser: &Secret,
        confirmation: Option<Confirmation>,
    ) -> Result<Admission>;

    /// What [`Admissions::admit`] would come to; nothing of it happens.
    ///
    /// # Errors
    /// Those of admitting.
    fn preview(&self, arrival: &Arrival) -> Result<Preview>;

    /// Keeps what was judged for ten minutes, for the same browser, until somebody confirms something.
    fn hold(&self, arrival: &Arrival, browser: &Secret) -> Result<Secret>;

    /// Hands out what is held, once.
    ///
    /// # Errors
    /// `Unauthenticated` because of a [`Rejection`](crate::Rejection).
    fn resume(&self, code: &Secret, browser: &Secret) -> Result<Arrival>;
}
