//! Every name that a license key can entitle to: those that areas ask for, and those kept for keys that were issued already.

use polity_directory::entitlements as directory;

/// Letting people in by the domain of their address, by themselves, which the area of e-mail domains asks for.
const AUTOMATIC_PROVISIONING: &str = "automatic_provisioning";

/// Demanding single sign-on.
pub const SSO_ENFORCEMENT: &str = "sso_enforcement";

/// Single sign-on by SAML.
pub const SAML: &str = "saml";

/// Provisioning by SCIM, which the area of e-mail domains asks for.
const SCIM: &str = "scim";

/// Signing a BAA, which the area of legal documents asks for.
const LEGAL_BAA: &str = "legal_baa";

/// The features there are: what a trial shows, and what is shown where nothing is limited.
pub const FEATURES: [&str; 9] = [
    directory::RBAC.as_str(),
    AUTOMATIC_PROVISIONING,
    SSO_ENFORCEMENT,
    SAML,
    SCIM,
    directory::ORGANIZATION_INVITE_SETTINGS.as_str(),
    directory::ORGANIZATION_SECURITY_SETTINGS.as_str(),
    LEGAL_BAA,
    directory::MULTIPLE_ORGANIZATIONS.as_str(),
];
