//! What legal documents are told by the operator.

use polity_kernel::{Error, FieldKind, Result};
use secrecy::{ExposeSecret, SecretString};

use crate::DocumentType;
use crate::agreement::Template;

/// What legal documents are told by the operator.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The operator, as agreements name it; 1 to 255 characters.
    pub vendor_name: String,
    /// Where the operator has its seat; 1 to 512 characters.
    pub vendor_address: String,
    /// The text of data processing agreements, in place of polity's own.
    pub dpa_template: Option<String>,
    /// The text of business associate agreements, in place of polity's own.
    pub baa_template: Option<String>,
    /// What the signing provider's webhook is authenticated by; absent: there is none.
    pub webhook_secret: Option<SecretString>,
}

/// The templates, read once.
#[derive(Clone, Debug)]
pub(crate) struct Templates {
    dpa: Template,
    baa: Template,
}

/// The shortest secret of a webhook, in bytes.
const SHORTEST_SECRET: usize = 16;

impl Default for Settings {
    fn default() -> Self {
        Self {
            vendor_name: "the operator of this service".to_owned(),
            vendor_address: "the address that the service states as its own".to_owned(),
            dpa_template: None,
            baa_template: None,
            webhook_secret: None,
        }
    }
}

impl Settings {
    /// Refuses settings that cannot be meant, and reads the templates.
    pub(crate) fn templates(&self) -> Result<Templates> {
        let is_text = |text: &str, most| !text.trim().is_empty() && text.chars().count() <= most;
        if !is_text(&self.vendor_name, 255) {
            return Err(Error::field("vendor_name", FieldKind::Length(1, 255)));
        }
        if !is_text(&self.vendor_address, 512) {
            return Err(Error::field("vendor_address", FieldKind::Length(1, 512)));
        }
        let secret = self.webhook_secret.as_ref().map(ExposeSecret::expose_secret);
        if secret.is_some_and(|secret| secret.len() < SHORTEST_SECRET) {
            return Err(Error::field(
                "webhook_secret",
                FieldKind::TooShort(16).told("is shorter than 16 bytes"),
            ));
        }
        let own = |given: &Option<String>, own: &str| given.clone().unwrap_or_else(|| own.to_owned());
        let dpa = own(&self.dpa_template, include_str!("../templates/dpa.txt"));
        let baa = own(&self.baa_template, include_str!("../templates/baa.txt"));
        Ok(Templates {
            dpa: Template::parse("dpa_template", &dpa)?,
            baa: Template::parse("baa_template", &baa)?,
        })
    }
}

impl Templates {
    pub(crate) const fn of(&self, kind: DocumentType) -> &Template {
        match kind {
            DocumentType::Dpa => &self.dpa,
            DocumentType::Baa => &self.baa,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_cannot_be_meant_are_refused() {
        let usual = Settings::default;
        usual().templates().unwrap();
        let refused = [
            (Settings { vendor_name: " ".to_owned(), ..usual() }, "vendor_name"),
            (Settings { vendor_address: "x".repeat(513), ..usual() }, "vendor_address"),
            (Settings { dpa_template: Some("no title".to_owned()), ..usual() }, "dpa_template"),
            (Settings { baa_template: Some("# T\n\n{{iban}}".to_owned()), ..usual() }, "baa_template"),
            (Settings { webhook_secret: Some("short".into()), ..usual() }, "webhook_secret"),
        ];
        for (settings, field) in refused {
            assert_eq!(settings.templates().unwrap_err().fields()[0].field, field);
        }
    }

    #[test]
    fn no_secret_is_printed() {
        let settings = Settings { webhook_secret: Some("swordfish-swordfish".into()), ..Settings::default() };
        assert!(!format!("{settings:?}").contains("swordfish"));
    }
}
