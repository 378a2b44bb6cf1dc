//! What the operator says about legal documents: who they are, and texts of their own.

use std::fs;
use std::path::Path;

use polity_legal::{DocumentType, Settings};
use secrecy::SecretString;
use serde::{Serialize, Serializer};
use url::Url;

use super::given::{self, Given};
use super::problem::ConfigError;
use crate::outside::outbound::is_allowed;

/// Where the provider is, unless the operator says otherwise.
const PROVIDER: &str = "https://api.pandadoc.com";

/// An account with the signing provider. Printing it shows no key.
#[derive(Clone, Debug)]
pub struct ProviderAccount {
    /// Where the provider is, without a path.
    pub url: String,
    /// What proves to the provider that it is us.
    pub key: SecretString,
    /// Its template for data processing agreements.
    pub dpa_template: String,
    /// Its template for business associate agreements.
    pub baa_template: String,
}

impl ProviderAccount {
    /// The template for documents of this type.
    pub fn template(&self, kind: DocumentType) -> &str {
        match kind {
            DocumentType::Dpa => &self.dpa_template,
            DocumentType::Baa => &self.baa_template,
        }
    }
}

/// The settings of legal documents, the texts of the operator's templates read.
pub(super) fn settle(given: &mut Given) -> Result<Settings, ConfigError> {
    let standard = Settings::default();
    let webhook_secret = given::secret(
        "legal_webhook_secret",
        given.legal_webhook_secret.take(),
        given.legal_webhook_secret_file.as_deref(),
    )?;
    Ok(Settings {
        vendor_name: given.vendor_name.take().unwrap_or(standard.vendor_name),
        vendor_address: given.vendor_address.take().unwrap_or(standard.vendor_address),
        dpa_template: template("dpa_template", given.dpa_template.as_deref())?,
        baa_template: template("baa_template", given.baa_template.as_deref())?,
        webhook_secret,
    })
}

fn template(key: &str, path: Option<&Path>) -> Result<Option<String>, ConfigError> {
    let Some(path) = path else { return Ok(None) };
    let problem = |error| ConfigError::setting(key, format!("{}: {error}", path.display()));
    fs::read_to_string(path).map(Some).map_err(problem)
}

/// The account with a signing provider, whose settings go together: its webhook is told by nobody else.
pub(super) fn provider(given: &mut Given, legal: &Settings) -> Result<Option<ProviderAccount>, ConfigError> {
    let key = given::secret(
        "legal_provider_key",
        given.legal_provider_key.take(),
        given.legal_provider_key_file.as_deref(),
    )?;
    let others = [
        ("legal_webhook_secret", legal.webhook_secret.is_some()),
        ("legal_provider_dpa_template", given.legal_provider_dpa_template.is_some()),
        ("legal_provider_baa_template", given.legal_provider_baa_template.is_some()),
        ("legal_provider_url", given.legal_provider_url.is_some()),
    ];
    let Some(key) = key else {
        return match others.iter().find(|(_, is_given)| *is_given) {
            Some((name, _)) => Err(ConfigError::setting(name, "is of no use without legal_provider_key")),
            None => Ok(None),
        };
    };
    if legal.webhook_secret.is_none() {
        return Err(ConfigError::setting("legal_webhook_secret", "must be given with legal_provider_key"));
    }
    let template = |name: &str, template: Option<String>| {
        let template = template.filter(|template| !template.trim().is_empty());
        template.ok_or_else(|| ConfigError::setting(name, "must be given with legal_provider_key"))
    };
    Ok(Some(ProviderAccount {
        url: provider_url(given.legal_provider_url.as_deref().unwrap_or(PROVIDER))?,
        key,
        dpa_template: template("legal_provider_dpa_template", given.legal_provider_dpa_template.take())?,
        baa_template: template("legal_provider_baa_template", given.legal_provider_baa_template.take())?,
    }))
}

fn provider_url(text: &str) -> Result<String, ConfigError> {
    let problem = "must be https://host[:port], or http on this machine, and nothing else";
    let refused = || ConfigError::setting("legal_provider_url", problem);
    let url: Url = text.trim().parse().map_err(|_| refused())?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !is_bare || !is_allowed(&url) || !url.username().is_empty() {
        return Err(refused());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The account without its key, which is nobody's to read.
pub(super) fn provider_as_given<S: Serializer>(
    account: &Option<ProviderAccount>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shown<'a> {
        legal_provider_url: &'a str,
        legal_provider_dpa_template: &'a str,
        legal_provider_baa_template: &'a str,
    }
    let shown = account.as_ref().map(|account| Shown {
        legal_provider_url: &account.url,
        legal_provider_dpa_template: &account.dpa_template,
        legal_provider_baa_template: &account.baa_template,
    });
    shown.serialize(serializer)
}

/// Who the operator is; the texts are files of their own, and the secret is nobody's to read.
pub(super) fn as_given<S: Serializer>(legal: &Settings, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shown<'a> {
        vendor_name: &'a str,
        vendor_address: &'a str,
    }
    Shown { vendor_name: &legal.vendor_name, vendor_address: &legal.vendor_address }.serialize(serializer)
}

#[cfg(test)]
mod tests {
    use crate::config::{ConfigError, Settings};

    const WHOLE: [(&str, &str); 4] = [
        ("POLITY_LEGAL_PROVIDER_KEY", "swordfish"),
        ("POLITY_LEGAL_WEBHOOK_SECRET", "swordfish-swordfish"),
        ("POLITY_LEGAL_PROVIDER_DPA_TEMPLATE", "dpa"),
        ("POLITY_LEGAL_PROVIDER_BAA_TEMPLATE", "baa"),
    ];

    fn load<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Settings, ConfigError> {
        let variables = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Settings::load(&variables, None)
    }

    #[test]
    fn a_provider_is_given_whole_or_not_at_all() {
        assert!(load([]).unwrap().legal_provider.is_none());
        let settings = load(WHOLE).unwrap();
        assert_eq!(settings.legal_provider.as_ref().unwrap().url, "https://api.pandadoc.com");
        assert!(!format!("{settings:?}").contains("swordfish"));
        let shown = settings.to_toml().unwrap();
        assert!(
            shown.contains("legal_provider_dpa_template = \"dpa\"") && !shown.contains("swordfish"),
            "{shown}"
        );
        for (left_out, _) in WHOLE {
            let words =
                load(WHOLE.into_iter().filter(|(name, _)| *name != left_out)).unwrap_err().to_string();
            assert!(words.contains("legal_provider_key"), "{left_out}: {words}");
        }
        for bad in
            ["x", "http://pandadoc.example", "https://u@pandadoc.example", "https://pandadoc.example/v1"]
        {
            let words =
                load(WHOLE.into_iter().chain([("POLITY_LEGAL_PROVIDER_URL", bad)])).unwrap_err().to_string();
            assert!(words.contains("legal_provider_url"), "{bad}: {words}");
        }
    }
}
