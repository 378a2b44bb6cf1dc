//! What the area asks for of what an organization is entitled to.

use polity_kernel::Feature;

/// Letting people in by the domain of their address, by themselves.
pub const AUTOMATIC_PROVISIONING: Feature = Feature::named("automatic_provisioning");

/// Provisioning by SCIM.
pub const SCIM: Feature = Feature::named("scim");

/// Having everybody under a domain sign in by a connection.
pub const SSO_ENFORCEMENT: Feature = Feature::named("sso_enforcement");

/// Single sign-on by SAML.
pub const SAML: Feature = Feature::named("saml");
