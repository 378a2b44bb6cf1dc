//! What an organization sets for programs of this family alone: kept in the family's document, and read by nobody else.

use std::str::FromStr;

use polity_directory::{ProductSettings, ProductSettingsPatch};
use polity_kernel::sql::parse_uuid;
use polity_kernel::{Code, Error};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The name under which the family's settings are kept.
const NAMESPACE: &str = "api";

/// The settings, each with its first value where nothing was set.
#[derive(Debug, Deserialize)]
#[serde(default)]
pub(super) struct Product {
    pub(super) logo_media_id: Option<MediaId>,
    pub(super) allow_publicly_shared_resources: bool,
    pub(super) is_ai_data_processing_approved: Option<bool>,
    pub(super) default_experiment_stats_method: Option<StatisticsMethod>,
    pub(super) default_anonymize_ips: bool,
}

/// What programs call a picture.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct MediaId(Uuid);

/// How an organization's programs judge experiments.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum StatisticsMethod {
    /// By what is likely, given the data.
    #[serde(rename = "bayesian")]
    Bayesian,
    /// By how likely the data are.
    #[serde(rename = "frequentist")]
    Frequentist,
    /// By neither; said so.
    #[serde(rename = "")]
    Neither,
}

impl Default for Product {
    fn default() -> Self {
        Self {
            logo_media_id: None,
            allow_publicly_shared_resources: true,
            is_ai_data_processing_approved: None,
            default_experiment_stats_method: None,
            default_anonymize_ips: false,
        }
    }
}

impl Product {
    /// What is set; a document that another version of the program wrote otherwise counts as nothing set.
    pub(super) fn of(settings: &ProductSettings) -> Self {
        let document = settings.of(NAMESPACE).cloned().map(Value::Object);
        document.and_then(|document| serde_json::from_value(document).ok()).unwrap_or_default()
    }
}

/// The change that sets what was sent of these; absent: nothing was.
pub(super) fn changed<const N: usize>(sent: [(&str, Option<Value>); N]) -> Option<ProductSettingsPatch> {
    let sent = sent.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let members: Map<String, Value> = sent.collect();
    (!members.is_empty()).then_some(ProductSettingsPatch { namespace: NAMESPACE, members })
}

impl FromStr for MediaId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse_uuid(text).map(Self)
    }
}

impl StatisticsMethod {
    /// Every word there is.
    pub(super) const WORDS: &'static [&'static str] = &["bayesian", "frequentist", ""];
}

impl FromStr for StatisticsMethod {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        serde_json::from_value(json!(text)).map_err(|error| {
            Error::new(Code::Invalid, "must be one of: bayesian, frequentist").because(error)
        })
    }
}
