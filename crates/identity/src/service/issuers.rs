//! Trusted issuers: their keys, and what their tokens say.

use polity_kernel::Result;

use crate::acts::facts::Verified;
use crate::acts::profiles::Profile;
use crate::refusal::Refusal;
use crate::service::Service;
use crate::token::jwt::{Claims, Expected, Header};

impl Service {
    /// Whether the issuer that a token names would be asked for its keys.
    pub(crate) fn would_ask_issuer(&self, header: &Header, claims: &Claims) -> bool {
        let mut issuers = self.issuers.iter();
        let named = issuers.find(|issuer| claims.iss.as_deref() == Some(&issuer.settings.issuer));
        named.is_some_and(|issuer| issuer.would_ask(self.ctx.uptime(), header.kid.as_deref()))
    }

    /// The actor of a trusted issuer's token. The claims are as yet unproved and only name the issuer.
    pub(crate) fn verify_outside(&self, token: &str, header: &Header, claims: &Claims) -> Result<Verified> {
        let issuer = self
            .issuers
            .iter()
            .find(|issuer| claims.iss.as_deref() == Some(&issuer.settings.issuer))
            .ok_or(Refusal::UnknownIssuer)?;
        let typ = header.typ.as_deref().map(str::to_ascii_lowercase);
        if !matches!(typ.as_deref(), None | Some("jwt" | "at+jwt" | "application/at+jwt")) {
            return Err(Refusal::Type.into());
        }
        let kid = header.kid.as_deref();
        let published =
            issuer.published(&*self.fetch, self.ctx.uptime(), |published| published.key(kid).is_some())?;
        let key = published.key(kid).ok_or(Refusal::UnknownSigningKey)?;
        let expected = Expected {
            issuer: &issuer.settings.issuer,
            audiences: &[&issuer.settings.audience],
            now: self.ctx.now(),
        };
        let claims = key.verify(token, header, &expected)?;
        if claims.are_of_an_id_token() {
            return Err(Refusal::Type.into());
        }
        let until = claims.until();
        self.visitor(&issuer.settings, Profile::try_from(claims)?, until)
    }
}
