//! What an organization sets for programs of this family alone: kept in the family's document, and read by nobody else.

use std::str::FromStr;

use polity_directory::{ProductSettings, ProductSettingsPatch};
use polity_kernel::sql::parse_uuid;
use polity_kernel::{Code, Error};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The name under which the family's settings are kept.
const NAMESPACE: &str = "api";

/// The settings, each with its first value where nothing was set.
#[derive(Debug)]
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

impl Product {
    /// What is set. One that another version of the program wrote otherwise counts as not set, and takes no other with it.
    pub(super) fn of(settings: &ProductSettings) -> Self {
        let kept = settings.of(NAMESPACE);
        Self {
            logo_media_id: member(kept, "logo_media_id"),
            allow_publicly_shared_resources: member(kept, "allow_publicly_shared_resources").unwrap_or(true),
            is_ai_data_processing_approved: member(kept, "is_ai_data_processing_approved"),
            default_experiment_stats_method: member(kept, "default_experiment_stats_method"),
            default_anonymize_ips: member(kept, "default_anonymize_ips").unwrap_or_default(),
        }
    }
}

fn member<T: DeserializeOwned>(kept: Option<&Map<String, Value>>, name: &str) -> Option<T> {
    T::deserialize(kept?.get(name)?).ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_version_wrote_takes_no_other_setting_with_it() {
        let kept = json!({"api": {
            "allow_publicly_shared_resources": false,
            "default_anonymize_ips": true,
            "default_experiment_stats_method": "a word of later",
        }});
        let product = Product::of(&serde_json::from_value(kept).unwrap());
        assert!(!product.allow_publicly_shared_resources && product.default_anonymize_ips, "{product:?}");
        assert!(product.default_experiment_stats_method.is_none());
    }
}
