//! Integrations as this family shows them.

use std::collections::BTreeMap;

use polity_accounts::Account;
use polity_projects::{App, AppId};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::{Moment, UserBasic};

/// Where the configuration says which projects serve the environments.
pub(crate) const MAPPING: &str = "environment_mapping";

/// What nobody is shown, wherever in a configuration it stands (contract api, section 6).
const CREDENTIALS: &str = "credentials";

/// A link of the organization to an outside system, without its secrets.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Integration {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: AppId,
    /// What sort of system: any word, compared without case.
    #[schema(format = "given-kind")]
    kind: String,
    /// What the outside system calls the organization.
    #[schema(format = "external-id")]
    integration_id: Option<String>,
    /// What the two systems know of each other; under `environment_mapping` the numbers of the projects that serve its environments.
    #[schema(value_type = Object)]
    config: Map<String, Value>,
    /// When it was connected.
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Moment,
    /// Who connected it; null for a program.
    created_by: Option<UserBasic>,
}

/// A link to make.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only read by the documentation: fields are read one by one")]
pub(crate) struct IntegrationBody {
    /// What sort of system: any word, compared without case.
    #[schema(format = "given-kind")]
    kind: String,
    /// What the outside system calls the organization; no other integration of this kind has it.
    #[schema(format = "external-id")]
    integration_id: Option<String>,
    /// What the two systems know of each other, for everybody in the organization: at most 50 values, each of at most 2000 characters
    /// of JSON under a name of at most 64; none of them is called `credentials`, nor `environment_mapping`.
    #[schema(value_type = Option<Object>)]
    config: Option<Value>,
    /// What nobody is ever shown: at most 50 texts, each of at most 2000 characters under a name of at most 64.
    secrets: Option<BTreeMap<String, String>>,
}

/// Which projects serve the environments of an integration.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only read by the documentation: fields are read one by one")]
pub(crate) struct EnvironmentsBody {
    /// The number of the project for what users see.
    production: i64,
    /// For what is tried out before that; production's when absent.
    preview: Option<i64>,
    /// For what is being made; production's when absent.
    development: Option<i64>,
}

impl Integration {
    /// The app, connected by one of these accounts or by none.
    pub(crate) fn of(app: App, makers: &[Account]) -> Self {
        let by = makers.iter().find(|maker| app.created_by.is_some_and(|by| by.uuid() == maker.id.uuid()));
        let mut config: Map<String, Value> = app.values.into_iter().collect();
        bare(&mut config);
        if let Some(mapped) = app.environments {
            let mapping = json!({
                "production": mapped.production,
                "preview": mapped.preview,
                "development": mapped.development,
            });
            config.insert(MAPPING.to_owned(), mapping);
        }
        Self {
            id: app.id,
            kind: app.kind,
            integration_id: app.external_id,
            config,
            created_at: Moment(app.created_at),
            updated_at: Moment(app.updated_at),
            created_by: by.cloned().map(UserBasic::from),
        }
    }
}

/// Whether something in a configuration is called credentials.
pub(crate) fn is_secret(config: &BTreeMap<String, Value>) -> bool {
    config.iter().any(|(name, value)| is_credentials(name) || holds_credentials(value))
}

fn holds_credentials(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(holds_credentials),
        Value::Object(members) => {
            members.iter().any(|(name, one)| is_credentials(name) || holds_credentials(one))
        }
        _ => false,
    }
}

/// Takes out whatever is called credentials.
fn bare(config: &mut Map<String, Value>) {
    config.retain(|name, _| !is_credentials(name));
    config.values_mut().for_each(bare_within);
}

fn bare_within(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(bare_within),
        Value::Object(members) => bare(members),
        _ => {}
    }
}

fn is_credentials(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(CREDENTIALS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_shown_nowhere() {
        let mut config = json!({
            "type": "connectable", "Credentials": {"token": "hush"}, "a": [{"credentials": 1, "b": 2}],
        });
        let held: BTreeMap<_, _> = config.as_object().unwrap().clone().into_iter().collect();
        assert!(is_secret(&held));
        bare(config.as_object_mut().unwrap());
        assert_eq!(config, json!({"type": "connectable", "a": [{"b": 2}]}));
        assert!(!is_secret(&config.as_object().unwrap().clone().into_iter().collect()));
    }
}
