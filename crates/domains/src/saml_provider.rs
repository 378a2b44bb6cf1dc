//! The SAML provider of a domain, in three texts: a view of the connection that serves it.

use crate::connection::Connection;
use crate::connection::settings::ConnectionSettings;

/// The SAML provider of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlProvider {
    /// Its entity id.
    pub entity_id: String,
    /// Where it signs people in.
    pub sso_url: String,
    /// The first certificate that it signs with, DER in base64.
    pub certificate: String,
}

/// A change of the SAML provider of a domain. `None` leaves a text as it is; with all three cleared there is none any more.
#[derive(Clone, Debug, Default)]
pub struct SamlPatch {
    /// Its entity id.
    pub entity_id: Option<Option<String>>,
    /// Where it signs people in: an https address.
    pub sso_url: Option<Option<String>>,
    /// What it signs with, in PEM or base64: this alone, unless it is there already.
    pub certificate: Option<Option<String>>,
}

impl SamlProvider {
    /// The provider of a connection by SAML.
    pub(crate) fn of(connection: &Connection) -> Option<Self> {
        let ConnectionSettings::Saml(saml) = &connection.settings else { return None };
        let certificate = saml.certificates.first()?;
        Some(Self {
            entity_id: saml.entity_id.clone(),
            sso_url: saml.sso_url.clone(),
            certificate: certificate.der.clone(),
        })
    }
}

impl SamlPatch {
    /// Whether it leaves everything as it is.
    pub(crate) fn is_nothing(&self) -> bool {
        self.entity_id.is_none() && self.sso_url.is_none() && self.certificate.is_none()
    }

    /// Whether it names something.
    pub(crate) fn names_something(&self) -> bool {
        [&self.entity_id, &self.sso_url, &self.certificate]
            .into_iter()
            .any(|said| matches!(said, Some(Some(_))))
    }
}
