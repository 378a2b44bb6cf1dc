//! Whose word on an address counts: that of whoever set the provider up, for what is theirs.

use polity_accounts::EmailAddress;
use polity_kernel::OrganizationId;

use crate::connection::external::ExternalIdentity;

/// What is known of the address that a provider tells.
pub(crate) struct Claimed<'c> {
    /// What the provider says.
    pub(crate) identity: &'c ExternalIdentity,
    /// Whose connection it is; absent for the operator's.
    pub(crate) connection_of: Option<OrganizationId>,
    /// The organization that has proven the address's domain.
    pub(crate) domain_of: Option<OrganizationId>,
}

impl Claimed<'_> {
    /// The address, if the provider may vouch for it: an organization's own connection for addresses under its verified domains whatever it
    /// says of others, since its administrators can make it say anything; the operator's by saying that it is verified.
    pub(crate) fn vouched(&self) -> Option<EmailAddress> {
        let email: EmailAddress = self.identity.email.as_deref()?.parse().ok()?;
        let may = match self.connection_of {
            Some(organization) => self.domain_of == Some(organization),
            None => self.identity.email_verified,
        };
        may.then_some(email)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_organization_vouches_for_its_own_domain_and_the_operator_for_what_is_verified() {
        let [acme, other] = [1, 2].map(|n| OrganizationId::new(Uuid::from_u128(n)));
        for (connection_of, domain_of, email_verified, vouched) in [
            (Some(acme), Some(acme), false, true),
            (Some(acme), Some(acme), true, true),
            (Some(acme), Some(other), true, false),
            (Some(acme), None, true, false),
            (None, None, true, true),
            (None, Some(acme), true, true),
            (None, Some(acme), false, false),
            (None, None, false, false),
        ] {
            let email = Some("Ada@Acme.example".to_owned());
            let identity = ExternalIdentity { email, email_verified, ..ExternalIdentity::default() };
            let claimed = Claimed { identity: &identity, connection_of, domain_of };
            let expected = vouched.then(|| "ada@acme.example".to_owned());
            assert_eq!(
                claimed.vouched().map(|email| email.to_string()),
                expected,
                "{connection_of:?} {domain_of:?}"
            );
        }
    }
}
