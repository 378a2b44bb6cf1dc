//! The connection that an address signs in with, as the page shows it.
//!
//! It is its domain's, and says nothing of accounts.

use polity_kernel::Result;
use url::form_urlencoded::Serializer;

use crate::areas::Polity;
use crate::outside::mail::Line;

/// A connection to sign in with.
pub(super) struct OfferLine {
    /// What administrators call it.
    pub(super) name: Line,
    /// Where signing in with it begins.
    pub(super) start: String,
    /// Whether people with such an address sign in with nothing else.
    pub(super) enforced: bool,
}

/// What this address is offered.
pub(super) fn offered(polity: &Polity, email: &str, return_to: &str) -> Result<Option<OfferLine>> {
    let offer = polity.connections.offer(email)?;
    Ok(offer.map(|offer| {
        let mut query = Serializer::new(String::new());
        if !return_to.is_empty() {
            query.append_pair("return_to", return_to);
        }
        query.append_pair("login_hint", email);
        let start = format!("/sso/{}/start?{}", offer.connection, query.finish());
        OfferLine { name: Line::new(&offer.name), start, enforced: offer.enforced }
    }))
}
